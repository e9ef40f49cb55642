"""How a scenario's agencies are called, for reporting: the table of AGENCIES_FILE, without anyone's contact."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from scenario.script.model import Agency

COLUMNS = ("code", "name_vi", "parent_code", "province_code", "valid_from", "valid_to")


def write_agencies(table: Path, agencies: Iterable[Agency]) -> Path:
    """Write the table and return where it is."""
    with table.open("w", encoding="utf-8", newline="") as written:
        write_table(written, agencies)
    return table


def write_table(written: TextIO, agencies: Iterable[Agency]) -> None:
    """Write the table into an open file."""
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    rows.writerows([getattr(agency, column) for column in COLUMNS] for agency in agencies)
