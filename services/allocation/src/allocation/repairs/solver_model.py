"""The model of a repair: who stays, who moves to which sort of spot, and every hard rule on where they stand."""

from collections import defaultdict
from dataclasses import dataclass

from allocation.cp_sat import cp_model
from allocation.damages.domain import Holder, Problem
from allocation.grounds.domain import ZONE, Applicant
from allocation.runs.solver_passes import Passes, Weighted
from allocation.spots.domain import Sort, broken_rules, fits, read_street, sort_of


@dataclass(frozen=True)
class Kind:
    """Holders to whom the same spots are worth the same."""

    size: int
    zone_codes: tuple[str, ...] | None
    corner: bool
    power: bool
    had_power: bool
    needs: tuple[str, ...] = ()
    entitled: tuple[str, ...] = ()

    @classmethod
    def of(cls, holder: Holder, bound: Applicant) -> "Kind":
        wishes, power = holder.wishes, holder.had_power
        return cls(holder.booths, wishes.zone_codes, wishes.corner, wishes.power, power, bound.needs, bound.entitled)

    def name(self) -> str:
        zones = "any" if self.zone_codes is None else "+".join(sorted(self.zone_codes))
        bound = "".join(f"|{name}" for name in (*self.needs, *self.entitled))
        return f"{self.size}|{zones}|{self.corner:d}{self.power:d}{self.had_power:d}{bound}"


class Model:
    """Who stays, who moves, how many of each kind to which sort, and which pairs of neighbours movers use."""

    def __init__(self, problem: Problem, limit: float) -> None:
        self.problem, self.given, self.model = problem, problem.to_input(), cp_model.CpModel()
        self.spots = {spot.codes: spot.sort for spot in read_street(self.given).spots}
        self.zones = {each.booth_code: each.zone_code for each in problem.booths}
        self.bound = {each.application_id: each for each in self.given.applicants}
        self.stays = {
            each.application_id: self.model.new_bool_var("") for each in problem.holders if self.may_stay(each)
        }
        self.goes = {each.application_id: self.model.new_bool_var("") for each in problem.holders}
        self.kinds: defaultdict[Kind, list[Holder]] = defaultdict(list)
        for each in problem.holders:
            self.kinds[Kind.of(each, self.bound[each.application_id])].append(each)
        self.pairs: dict[tuple[str, ...], cp_model.IntVar] = {
            codes: self.model.new_bool_var("") for codes in self.spots if len(codes) > 1
        }
        self.unheld: dict[str, cp_model.IntVar] = {}
        self.numbers = self._add_numbers()
        self._add_spots()
        self._add_rules()
        told = (self.stays, self.goes, self.pairs, self.numbers, self.unheld)
        variables = [variable for part in told for variable in part.values()]
        self.passes = Passes(self.model, variables, limit)

    def against(self, holder: Holder) -> list[str]:
        """Return the hard rules that its booths do not keep any more, of those that they kept; none where one is gone."""
        codes = holder.booth_codes
        if not codes or not self.zones.keys() >= set(codes):
            return []
        sort = sort_of(self.given, codes)
        broken = broken_rules(self.given, self.bound[holder.application_id], sort)
        return [each for each in broken if each not in holder.excused]

    def may_stay(self, holder: Holder) -> bool:
        is_there = not holder.joins and tuple(sorted(holder.booth_codes)) in self.spots
        return is_there and not self.against(holder)

    def kept(self, holder: Holder) -> Weighted:
        """Return what is 1 where a holder has a place after the repair."""
        stays = self.stays.get(holder.application_id)
        return [(self.goes[holder.application_id], 1), *([(stays, 1)] if stays is not None else [])]

    def held(self, group: str) -> cp_model.LinearExpr | int:
        """Return how many booths a group holds after the repair, ``zone:`` among them; of no group all."""
        if group.startswith(ZONE):
            zone = group.removeprefix(ZONE)
            here = [
                self.stays[each.application_id] * each.booths
                for each in self.problem.holders
                if each.application_id in self.stays and self.zones[each.booth_codes[0]] == zone
            ]
            return sum(here) + sum(n * sort.size for (_, sort), n in self.numbers.items() if sort.zone_code == zone)
        members = [each for each in self.problem.holders if not group or group in each.groups]
        return sum(variable * each.booths for each in members for variable, _ in self.kept(each))

    def _add_numbers(self) -> dict[tuple[Kind, Sort], cp_model.IntVar]:
        numbers: dict[tuple[Kind, Sort], cp_model.IntVar] = {}
        sorts = sorted(set(self.spots.values()))
        for kind, members in self.kinds.items():
            bound = self.bound[members[0].application_id]
            mine = [sort for sort in sorts if sort.size == kind.size and fits(self.given, bound, sort)]
            numbers |= {(kind, sort): self.model.new_int_var(0, len(members), "") for sort in mine}
            going = sum(self.goes[each.application_id] for each in members)
            self.model.add(sum(numbers[kind, sort] for sort in mine) == going)
        return numbers

    def _add_spots(self) -> None:
        """A booth is held by one who stays, or is part of a pair in use, or is one of those left for single movers."""
        at: defaultdict[str, list[cp_model.IntVar]] = defaultdict(list)
        for each in self.problem.holders:
            for code in each.booth_codes if each.application_id in self.stays else ():
                at[code].append(self.stays[each.application_id])
            self.model.add(sum(variable for variable, _ in self.kept(each)) <= 1)
        for codes, variable in self.pairs.items():
            for code in codes:
                at[code].append(variable)
        for variables in at.values():
            self.model.add_at_most_one(variables)
        spots: defaultdict[Sort, list[tuple[str, ...]]] = defaultdict(list)
        for codes, sort in self.spots.items():
            spots[sort].append(codes)
        for sort, mine in spots.items():
            standing = sum(number for (_, found), number in self.numbers.items() if found == sort)
            if sort.size > 1:
                self.model.add(standing == sum(self.pairs[codes] for codes in mine))
            else:
                self.model.add(standing + sum(each for (code,) in mine for each in at[code]) <= len(mine))

    def _add_rules(self) -> None:
        self.model.add(self.held("") <= self.problem.target)
        for zone, capacity in self.problem.zone_capacities.items():
            self.model.add(self.held(f"{ZONE}{zone}") <= capacity)
        for bounds in self.problem.bounds:
            if bounds.ceiling is not None:
                self.model.add(self.held(bounds.group) <= bounds.ceiling)
            if bounds.group in self.problem.rules.required_floors and bounds.floor:
                missing = self._may_miss(f"floor:{bounds.group}")
                self.model.add(self.held(bounds.group) + missing * bounds.floor >= bounds.floor)
        for each in self.problem.holders:
            kept = sum(variable for variable, _ in self.kept(each))
            for rule, target, code in self.bound[each.application_id].words_on:
                if rule == "pin":
                    self.model.add(kept + self._may_miss(f"{rule}:{target}:{code}") >= 1)
            if each.joins:
                self.model.add(self.goes[each.application_id] == 1)

    def _may_miss(self, name: str) -> cp_model.IntVar:
        """Return what is 1 where a hard rule cannot be held."""
        if name not in self.unheld:
            self.unheld[name] = self.model.new_bool_var("")
        return self.unheld[name]

    def add_missed_floors(self) -> Weighted:
        """Return for each floor the booths by which it is missed, as far as it is reached now."""
        missed: Weighted = []
        for bounds in self.problem.bounds:
            if bounds.floor:
                missed.append((self.model.new_int_var(0, bounds.floor, ""), 1))
                self.model.add(self.held(bounds.group) + missed[-1][0] >= bounds.floor)
        return missed
