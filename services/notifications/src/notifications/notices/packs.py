"""Reads the dated rules of notices that come with the service."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from common.calendar import VIETNAM
from notifications.notices.domain import QuietHours


@dataclass(frozen=True)
class NoticeRules:
    """When people are written to, and the terms that notices name."""

    quiet: QuietHours
    reminder_lead: timedelta
    appeal_working_days: int
    move_in_days: int


@cache
def read_pack(name: str) -> Mapping[str, Any]:
    """Return a pack file's content."""
    return tomllib.loads((files("notifications") / "packs" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def version_on(name: str, on: date) -> Mapping[str, Any]:
    """Return the version of a dated pack that is in force on a day.

    Raises:
        LookupError: none is.
    """
    in_force: list[Mapping[str, Any]] = [one for one in read_pack(name)["versions"] if one["valid_from"] <= on]
    if not in_force:
        raise LookupError(f"no version of {name} is in force on {on}")
    return max(in_force, key=lambda one: one["valid_from"])


@cache
def notice_rules(on: date) -> NoticeRules:
    """Return the rules in force on a local day; raises LookupError."""
    found = version_on("notice_rules", on)
    quiet = QuietHours(found["quiet_from"], found["quiet_to"], VIETNAM, frozenset(found["quiet_exempt"]))
    return NoticeRules(
        quiet=quiet,
        reminder_lead=timedelta(hours=found["reminder_hours"]),
        appeal_working_days=found["appeal_working_days"],
        move_in_days=found["move_in_days"],
    )
