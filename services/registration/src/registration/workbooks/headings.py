"""How columns are headed in the languages of a workbook's reader, and which column a heading that comes back is."""

from collections.abc import Mapping, Sequence
from functools import cache

from registration.translations.packs import read_texts
from registration.vendors.domain import name_key
from registration.workbooks.columns import KEYS, SHEETS, Column, SheetName

Tongues = Sequence[str]
"""Languages beside Vietnamese."""
OF_COUNTRIES = {"LA": "lo", "TH": "th", "JP": "ja"}
ENGLISH = "en"
AT_HOME: Tongues = ()


def heading_of(column: Column, tongues: Tongues) -> str:
    """Return a column's heading: Vietnamese first, by which it is read, then each language on a line of its own."""
    return beside(column.printed, column.key, tongues)


def beside(vi: str, name: str, tongues: Tongues) -> str:
    """Return a text with what it is in other languages below it."""
    return "\n".join((vi, *(read_texts("workbook")[name][code] for code in tongues)))


@cache
def headings_read(name: SheetName) -> Mapping[str, str]:
    """Return the column of each heading as it may come back, also where a program has made one line of several."""
    read = dict(KEYS[name])
    for column in SHEETS[name]:
        for tongues in ((ENGLISH,), *((ENGLISH, own) for own in OF_COUNTRIES.values())):
            read[name_key(heading_of(column, tongues))] = column.key
    return read
