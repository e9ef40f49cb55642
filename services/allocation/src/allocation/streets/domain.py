"""The street as places are given: who holds which booth, what each group still lacks, and what is free for whom."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property

from allocation.grounds.domain import ZONE, Applicant, Booth, Bounds, RunInput
from allocation.spots.domain import Sort, Spot, broken_rules, read_street
from allocation.spots.domain import Street as Plan


@dataclass
class Street:
    """The booths with their holders, and the rules on them; it changes as places are given.

    Attributes:
        given: the booths and every hard rule, with what the committee said among the applicants' needs.
        keeps_for_floors: while registration is open, booths are kept for floors that are not reached yet.
        compares_points: places were given by points and the draw, not by arrival.
        line: who waits; booths are kept for required floors as far as they wait for them.
        counted: what was counted of it since a place was last given or taken back, by what was asked.
        unheld: the spots that are free since then, by size.
        opened: the kinds of booths on which members of some groups may stand, by these groups.
    """

    given: RunInput
    regions: Mapping[str, str]
    keeps_for_floors: bool
    compares_points: bool
    line: Sequence[Applicant] = ()
    holders: dict[str, Applicant] = field(default_factory=dict[str, Applicant])
    held: Counter[str] = field(default_factory=Counter[str])
    counted: dict[Hashable, int] = field(default_factory=dict[Hashable, int])
    unheld: dict[int, list[Spot]] = field(default_factory=dict[int, list[Spot]])
    opened: dict[tuple[str, ...], frozenset[Sort]] = field(default_factory=dict[tuple[str, ...], frozenset[Sort]])

    @cached_property
    def booths(self) -> Mapping[str, Booth]:
        return {each.booth_code: each for each in self.given.booths}

    @cached_property
    def plan(self) -> Plan:
        return read_street(self.given)

    @cached_property
    def kinds(self) -> Mapping[str, Sort]:
        """Return what alone a rule on groups can ask of each single booth: its sort without corner and pins."""
        return {spot.codes[0]: replace(spot.sort, corner=False, pinned=()) for spot in self.plan.of_size(1)}

    @property
    def free(self) -> int:
        return min(self.given.target, len(self.booths)) - len(self.holders)

    def give(self, candidate: Applicant, codes: Sequence[str]) -> None:
        self._forget()
        for code in codes:
            self.holders[code] = candidate
            self.held.update((*candidate.groups, f"{ZONE}{self.booths[code].zone_code}"))

    def copy(self) -> "Street":
        """Return the same street, to be given out without changing this one."""
        other = copy(self)
        other.holders, other.held = dict(self.holders), Counter(self.held)
        other.counted, other.unheld = dict(self.counted), dict(self.unheld)
        return other

    def take_back(self, candidate: Applicant) -> None:
        self._forget()
        for code in [code for code, holder in self.holders.items() if holder == candidate]:
            del self.holders[code]
            self.held.subtract((*candidate.groups, f"{ZONE}{self.booths[code].zone_code}"))

    def _forget(self) -> None:
        self.counted.clear()
        self.unheld.clear()

    def room_in(self, zone_code: str) -> int:
        """Return how many more booths of a zone may be held, as far as a capacity or a ceiling says."""
        return self.plan.room[zone_code] - self.held[f"{ZONE}{zone_code}"]

    def lacking(self) -> dict[str, int]:
        """Return by how many booths each floor is not reached."""
        missing = {each.group: (each.floor or 0) - self.held[each.group] for each in self.given.bounds}
        return {group: number for group, number in missing.items() if number > 0}

    def lacking_required(self) -> dict[str, int]:
        """Return by how many booths each floor is not reached that is a hard rule."""
        required = self.given.rules.required_floors
        return {group: number for group, number in self.lacking().items() if group in required}

    def full_for(self, candidate: Applicant) -> Bounds | None:
        """Return the first ceiling that a candidate's booths would pass."""
        mine = (each for each in self.given.bounds if each.group in candidate.groups and each.ceiling is not None)
        return next((each for each in mine if self.held[each.group] + candidate.booths > (each.ceiling or 0)), None)

    def is_free(self, spot: Spot) -> bool:
        return self.holders.keys().isdisjoint(spot.codes) and self.room_in(spot.sort.zone_code) >= spot.sort.size

    def free_of_size(self, size: int) -> Sequence[Spot]:
        """Return the spots of a size that are free."""
        if size not in self.unheld:
            self.unheld[size] = [spot for spot in self.plan.of_size(size) if self.is_free(spot)]
        return self.unheld[size]

    def open_to(self, candidate: Applicant) -> list[Spot]:
        """Return the free spots of its size on which hard rules let a candidate stand."""
        return [
            spot for spot in self.free_of_size(candidate.booths) if not broken_rules(self.given, candidate, spot.sort)
        ]
