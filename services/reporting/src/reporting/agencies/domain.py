"""Agencies from an installation's own table: checked row by row, and completed where a row says little; pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from common.papers.wording import say_head
from reporting.registers.domain import GAP, Agency, Registers, register_on, shorten

CAPITAL = "Hà Nội"
Row = Mapping[str, str | None]


class AgenciesMistakenError(ValueError):
    """Rows of the table are wrong; the text names each by line and column."""


def read_agencies(rows: Iterable[tuple[int, Row]], registers: Registers) -> tuple[Agency, ...]:
    """Return the agencies of a table's rows, each with its line.

    Raises:
        AgenciesMistakenError: every mistake, by line and column.
    """
    listed = list(rows)
    problems = [f"line {line}: {told}" for line, row in listed for told in _problems(row, registers)]
    if problems:
        raise AgenciesMistakenError("; ".join(problems))
    return tuple(_agency(row, registers) for _, row in listed)


def _problems(row: Row, registers: Registers) -> Iterable[str]:
    for column in ("code", "name_vi", "valid_from"):
        if not _said(row, column):
            yield f"{column} is missing"
    for column in ("valid_from", "valid_to"):
        if _said(row, column) and not _is_day(_said(row, column)):
            yield f"{column} is no date (YYYY-MM-DD): {_said(row, column)}"
    province = _said(row, "province_code")
    if province and not any(province in provinces for provinces in registers.provinces.values()):
        yield f"province_code is in no register: {province}"


def _said(row: Row, column: str) -> str:
    return (row.get(column) or "").strip()


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _agency(row: Row, registers: Registers) -> Agency:
    """Return a row's agency; what it leaves out is as in the pack, else follows from the name and the province."""
    code, name, valid_from = _said(row, "code"), _said(row, "name_vi"), date.fromisoformat(_said(row, "valid_from"))
    known = registers.agency(code, valid_from)

    def choose(column: str, of_pack: Callable[[Agency], str | None], otherwise: str | None) -> str | None:
        return _said(row, column) or (of_pack(known) if known is not None else otherwise)

    head = _said(row, "head_vi")
    in_pack = None if known is None else known.head_lines
    return Agency(
        code=code,
        name=name,
        short_name=choose("short_name_vi", lambda agency: agency.short_name, shorten(name)) or name,
        head_lines=tuple(head.split("|")) if head else in_pack or say_head(name),
        parent_code=choose("parent_code", lambda agency: agency.parent_code, None),
        report_notation=choose("report_notation", lambda agency: agency.report_notation, None),
        place=choose("place_vi", lambda agency: agency.place, _place(row, valid_from, registers)) or GAP,
        valid_from=valid_from,
        valid_to=date.fromisoformat(_said(row, "valid_to")) if _said(row, "valid_to") else None,
    )


def _place(row: Row, day: date, registers: Registers) -> str:
    """Return where an agency sits: in its province, or in the capital where it belongs to none."""
    province = _said(row, "province_code")
    if not province:
        return CAPITAL
    in_force = registers.provinces_of(register_on(day)).get(province)
    others = (provinces[province] for provinces in registers.provinces.values() if province in provinces)
    return (in_force or next(others)).name
