"""How a scenario's agencies are called, for reporting: the table of AGENCIES_FILE, without anyone's contact."""

import csv
from collections.abc import Iterable
from pathlib import Path

from scenario.model import Agency

COLUMNS = ("code", "name_vi", "parent_code", "province_code", "valid_from", "valid_to")


def write_agencies(table: Path, agencies: Iterable[Agency]) -> Path:
    """Write the table and return where it is."""
    with table.open("w", encoding="utf-8", newline="") as written:
        rows = csv.writer(written)
        rows.writerow(COLUMNS)
        rows.writerows([getattr(agency, column) for column in COLUMNS] for agency in agencies)
    return table
