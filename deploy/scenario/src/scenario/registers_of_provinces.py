"""The registers of provinces: codes and names of 2020 (63) and of 2025 (34)."""

import csv
from functools import cache
from importlib.resources import files

REGISTERS = ("2020", "2025")


@cache
def province_names(register: str) -> dict[str, str]:
    """Return the Vietnamese names of a register's provinces by code."""
    return {row["code"]: row["name_vi"] for row in _rows(register)}


@cache
def province_regions(register: str) -> dict[str, str]:
    """Return the region of each of a register's provinces by code."""
    return {row["code"]: row["region"] for row in _rows(register)}


def _rows(register: str) -> list[dict[str, str]]:
    text = (files("scenario") / "registers" / f"provinces_{register}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
