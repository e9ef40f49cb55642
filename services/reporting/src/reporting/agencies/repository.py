"""Reads an installation's own agencies from its table, and puts them before those of the pack."""

import csv
from dataclasses import replace
from pathlib import Path

from reporting.agencies.domain import AgenciesMistakenError, read_agencies
from reporting.registers.domain import Registers
from reporting.registers.repository import get_registers


def name_agencies(table: Path | None) -> Registers:
    """Return the registers with the agencies of a table (CSV), if there is one; they go before the pack's.

    Raises:
        AgenciesMistakenError: the table cannot be read, or rows of it are wrong.
    """
    packs = get_registers()
    if table is None:
        return packs
    try:
        lines = table.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AgenciesMistakenError(f"{table} cannot be read: {error}") from error
    reader = csv.DictReader(lines)
    try:
        own = read_agencies([(reader.line_num, row) for row in reader], packs)
    except AgenciesMistakenError as error:
        raise AgenciesMistakenError(f"{table}: {error}") from error
    return replace(packs, agencies=(*own, *packs.agencies))
