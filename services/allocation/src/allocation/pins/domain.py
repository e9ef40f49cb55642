"""A word of the committee that the next run holds: an application on a booth, in a zone, placed at all, or not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from common.errors import ConflictError, FieldProblem


class Rule(StrEnum):
    PIN = "pin"
    FORBID = "forbid"


class Target(StrEnum):
    """What is pinned or forbidden; ``place`` is any place at all."""

    BOOTH = "booth"
    ZONE = "zone"
    PLACE = "place"


@dataclass(frozen=True)
class Pin:
    """A word of the committee on one application; ``code`` is the booth or zone, None for a place at all.

    Attributes:
        made_by: whose token gave the word.
        withdrawn_at: from then on no run holds it; runs made before keep it.
    """

    pin_id: UUID
    edition_id: UUID
    application_id: UUID
    rule: Rule
    target: Target
    code: str | None
    reason: str
    made_by: str
    made_at: datetime
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None


class PinClashError(ConflictError):
    """Two words of the committee cannot both be held."""

    code = "pins_clash"


def check_target(pin: Pin, zones_of: dict[str, str]) -> Iterable[FieldProblem]:
    """Name what is wrong with a pin's target; ``zones_of`` has the zone of each booth on the plan."""
    if pin.target is Target.PLACE:
        if pin.code is not None:
            yield FieldProblem("code", "code_not_wanted", "Không cần mã khi nói về có gian hay không.", "Leave it out.")
        return
    known = zones_of if pin.target is Target.BOOTH else set(zones_of.values())
    if pin.code not in known:
        yield FieldProblem(
            "code",
            f"unknown_{pin.target}",
            f"Sơ đồ không có {'gian' if pin.target is Target.BOOTH else 'khu'} {pin.code or '(trống)'}.",
            f"The plan has no {pin.target} {pin.code or '(empty)'}.",
        )


def require_no_clash(pin: Pin, others: Sequence[Pin], zones_of: dict[str, str]) -> None:
    """Raise PinClashError where a pin contradicts one that is in force.

    Only what two words alone contradict is found here; what rules and all pins together do not allow the run tells.
    """
    for other in others:
        words = _clash(pin, other, zones_of)
        if words is not None:
            vi, en = words
            raise PinClashError(
                f"{vi} Hãy rút ghim trước đã.", f"{en} Take that one back first.", pin=str(other.pin_id)
            )


def _clash(pin: Pin, other: Pin, zones_of: dict[str, str]) -> tuple[str, str] | None:
    if other.application_id != pin.application_id:
        is_booth = pin.rule is other.rule is Rule.PIN and pin.target is other.target is Target.BOOTH
        found = ("Gian này đã ghim cho hồ sơ khác.", "The booth is pinned to another application.")
        return found if is_booth and pin.code == other.code else None
    if (pin.rule, pin.target, pin.code) == (other.rule, other.target, other.code):
        return "Đã có ghim như vậy.", "The same was said before."
    if pin.rule is not other.rule:
        found = ("Hồ sơ vừa được ghim vừa bị cấm ở đó.", "The application would be pinned there and kept from there.")
        pinned, forbidden = (pin, other) if pin.rule is Rule.PIN else (other, pin)
        return found if _contradict(pinned, forbidden, zones_of) else None
    zones = {_zone(each, zones_of) for each in (pin, other)} - {None}
    found = ("Hồ sơ đã ghim vào khu khác.", "The application is pinned to another zone.")
    return found if pin.rule is Rule.PIN and len(zones) > 1 else None


def _contradict(pinned: Pin, forbidden: Pin, zones_of: dict[str, str]) -> bool:
    is_within = forbidden.target is Target.ZONE and _zone(pinned, zones_of) == forbidden.code
    is_same = (pinned.target, pinned.code) == (forbidden.target, forbidden.code)
    return forbidden.target is Target.PLACE or is_within or is_same


def _zone(pin: Pin, zones_of: dict[str, str]) -> str | None:
    return zones_of.get(pin.code or "") if pin.target is Target.BOOTH else pin.code
