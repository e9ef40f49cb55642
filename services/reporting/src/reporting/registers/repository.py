"""Reads the registers from the dated packs that come with the service."""

import csv
from datetime import date
from functools import cache
from importlib.resources import files

from reporting.registers.domain import Agency, ProductGroup, Province, Registers

REGISTER_NAMES = ("2020", "2025")


def _rows(name: str) -> list[dict[str, str]]:
    text = files("reporting").joinpath("packs", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _provinces(register: str) -> dict[str, Province]:
    return {row["code"]: Province(row["code"], row["name_vi"], row["region"]) for row in _rows(f"provinces_{register}")}


def _agency(row: dict[str, str]) -> Agency:
    return Agency(
        code=row["code"],
        name=row["name_vi"],
        short_name=row["short_name_vi"],
        head_lines=tuple(row["head_vi"].split("|")),
        parent_code=row["parent_code"] or None,
        report_notation=row["report_notation"] or None,
        place=row["place_vi"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
    )


@cache
def get_registers() -> Registers:
    """Return the registers; they are read once, for they only change with a new version of the service."""
    return Registers(
        provinces={name: _provinces(name) for name in REGISTER_NAMES},
        agencies=tuple(_agency(row) for row in _rows("agencies")),
        product_groups=tuple(
            ProductGroup(row["code"], row["name_vi"], date.fromisoformat(row["valid_from"]), _day(row["valid_to"]))
            for row in _rows("product_groups")
        ),
        paper_types={row["code"]: row["name_vi"] for row in _rows("paper_types")},
    )
