"""What places are decided from, as plain values: the street, the rules, who applied, and what the committee said."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

ZONE = "zone:"
NO_GROUP = "none"  # the product group of who has no eligible product left
PIN_COLONS = 2  # in the name of a pin, between rule, target and code


@dataclass(frozen=True)
class Bounds:
    """Bounds on the booths of one group, ``dimension:code``; None is no bound."""

    group: str
    floor: int | None
    ceiling: int | None


@dataclass(frozen=True)
class Booth:
    """A booth and the booths beside it."""

    booth_code: str
    zone_code: str
    corner: bool
    power: bool
    neighbours: tuple[str, ...]


@dataclass(frozen=True)
class Wishes:
    """What an applicant would like; nothing of it decides whether it gets a place."""

    zone_codes: tuple[str, ...] | None
    corner: bool
    power: bool
    not_beside_group: str | None


@dataclass(frozen=True)
class Requirement:
    """Members of these groups stand only in these zones (None: in any), and with ``power`` only where a socket is."""

    code: str
    groups: tuple[str, ...]
    zone_codes: tuple[str, ...] | None
    power: bool


@dataclass(frozen=True)
class Reservation:
    """Booths that nobody but members of these groups may hold."""

    code: str
    groups: tuple[str, ...]
    booth_codes: tuple[str, ...]


@dataclass(frozen=True)
class PriorityClass:
    """Points that members of these groups have on top of those of their dossier; of several classes the most."""

    code: str
    groups: tuple[str, ...]
    points: int


@dataclass(frozen=True)
class Rules:
    """What an edition's own rules ask of a run, beside its quotas; ``version`` is that of the edition's rules.

    Attributes:
        required_floors: groups whose floor is a hard rule; every other floor is reached as far as it can be.
        is_varied: whether neighbours of one product group are to be avoided where it can be helped.
    """

    version: int = 0
    requirements: tuple[Requirement, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    priority_classes: tuple[PriorityClass, ...] = ()
    required_floors: tuple[str, ...] = ()
    is_varied: bool = False


@dataclass(frozen=True)
class Applicant:
    """An accepted application; ``key`` names it in the draw, the same in every run of one scenario.

    ``needs`` are the codes of the requirements that bind it, ``entitled`` of the reservations that let it in. ``rank`` is its
    place in the list of the province that nominated it.
    """

    application_id: str
    key: str
    booths: int
    points: int
    product_group: str
    groups: tuple[str, ...]
    wishes: Wishes
    needs: tuple[str, ...] = ()
    entitled: tuple[str, ...] = ()
    nominated_by: str | None = None
    rank: int | None = None

    @property
    def words_on(self) -> list[tuple[str, str, str]]:
        """Return what the committee said of it, of an input ``with_pins``: rule, target and code."""
        words = [name.split(":", 2) for name in self.needs]
        return [
            (each[0], each[1], each[2]) for each in words if each[0] in {"pin", "forbid"} and len(each) > PIN_COLONS
        ]

    @property
    def has_products(self) -> bool:
        return self.product_group != NO_GROUP

    @property
    def is_pinned(self) -> bool:
        return any(rule == "pin" for rule, _, _ in self.words_on)


@dataclass(frozen=True)
class Pin:
    """A word of the committee on one application: ``pin`` or ``forbid``, a ``booth``, ``zone`` or ``place`` at all."""

    application_id: str
    rule: str
    target: str
    code: str | None

    @property
    def name(self) -> str:
        return ":".join((self.rule, self.target, self.code or ""))

    def is_kept(self, codes: Collection[str], zones: Mapping[str, str]) -> bool:
        """Tell whether who holds these booths holds to it; ``zones`` are those of the booths."""
        here = {"booth": self.code in codes, "zone": self.code in [zones.get(code) for code in codes]}
        return here.get(self.target, bool(codes)) is (self.rule == "pin")


@dataclass(frozen=True)
class RunInput:
    """All that a run decides from; ``zone_capacities`` only where a zone may not be filled."""

    target: int
    zone_capacities: dict[str, int]
    bounds: tuple[Bounds, ...]
    booths: tuple[Booth, ...]
    applicants: tuple[Applicant, ...]
    rules: Rules = Rules()
    pins: tuple[Pin, ...] = ()

    @property
    def binds_spots(self) -> bool:
        """Whether it counts who stands where already when it is decided who gets a place."""
        zones = any(each.group.startswith(ZONE) and each.floor for each in self.bounds)
        return zones or bool(self.rules.requirements or self.rules.reservations or self.pins)

    @property
    def pinned_booths(self) -> frozenset[str]:
        """The booths that the committee names: each is a sort of its own."""
        return frozenset(each.code for each in self.pins if each.target == "booth" and each.code is not None)

    def with_pins(self) -> "RunInput":
        """Return the input with the committee's words among what each application needs, as ``rule:target:code``."""
        said: defaultdict[str, set[str]] = defaultdict(set)
        for each in self.pins:
            said[each.application_id].add(each.name)
        bound = [
            replace(each, needs=tuple(sorted({*each.needs, *said[each.application_id]})))
            if each.application_id in said
            else each
            for each in self.applicants
        ]
        return replace(self, applicants=tuple(bound))

    def as_held(self, held: Mapping[str, Sequence[str]]) -> "RunInput":
        """Return the input for places that follow those held now: a bound broken now is to get no worse.

        What the committee said and an override or a plan undid since binds no longer.
        """
        counted = Counter[str]()
        zones = {each.booth_code: each.zone_code for each in self.booths}
        for each in self.applicants:
            codes = held.get(each.application_id, ())
            counted.update(dict.fromkeys(each.groups, len(codes)))
            counted.update(f"{ZONE}{zones[code]}" for code in codes if code in zones)
        bounds = tuple(
            replace(
                each,
                floor=None if each.floor is None else min(each.floor, counted[each.group]),
                ceiling=None if each.ceiling is None else max(each.ceiling, counted[each.group]),
            )
            for each in self.bounds
        )
        return replace(self, bounds=bounds, pins=self.kept_pins(held))

    def kept_pins(self, held: Mapping[str, Sequence[str]]) -> tuple[Pin, ...]:
        zones = {each.booth_code: each.zone_code for each in self.booths}
        return tuple(each for each in self.pins if each.is_kept(held.get(each.application_id, ()), zones))

    def in_order(self) -> "RunInput":
        """Return the same input in an order that does not depend on ids or on how it came together."""
        return replace(
            self,
            bounds=tuple(sorted(self.bounds, key=lambda each: each.group)),
            booths=tuple(sorted(self.booths, key=lambda each: each.booth_code)),
            applicants=tuple(sorted(self.applicants, key=lambda each: each.key)),
            pins=tuple(
                sorted(self.pins, key=lambda each: (each.application_id, each.rule, each.target, each.code or ""))
            ),
        )


def to_plain(problem: RunInput) -> dict[str, Any]:
    """Return an input as JSON values; rules of its own, pins and ranks are left out where there are none."""
    plain = asdict(problem)
    if problem.rules == Rules():
        del plain["rules"]
    if not problem.pins:
        del plain["pins"]
    for each in plain["applicants"]:
        for name in ("needs", "entitled", "nominated_by", "rank"):
            if not each[name]:
                del each[name]
    return plain


def digest(problem: RunInput) -> str:
    """Return the hex SHA-256 of an input's canonical JSON."""
    text = json.dumps(to_plain(problem), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
