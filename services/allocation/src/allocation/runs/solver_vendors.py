"""First part of a run: which applications get a place.

Applications of the same points, size and claims are one class, and a number of it is placed; booths matter only by the
sorts that a hard rule tells apart. Who of a class is placed is drawn: the rules know no difference between its members.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from allocation.cp_sat import cp_model
from allocation.draws.domain import drawn_number
from allocation.grounds.domain import ZONE, Applicant, RunInput
from allocation.runs.domain import Objective
from allocation.runs.solver_capacity import add_capacities, read_layout, sorts_of
from allocation.runs.solver_passes import Passes, Weighted, total
from allocation.spots.domain import Sort, Street, broken_rules, read_street

Profile = tuple[int, tuple[str, ...], tuple[str, ...]]  # booths, requirements that bind, reservations that let in
Class = tuple[int, Profile, tuple[str, ...]]  # points, profile, groups whose bounds can bind


@dataclass
class Places:
    """The model of how many of each class get a place.

    Attributes:
        rules: a literal for each hard rule where the model is to find out which of them clash; else empty, and all hold.
    """

    problem: RunInput
    street: Street
    is_relaxed: bool = False
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    rules: dict[str, cp_model.IntVar] = field(default_factory=dict[str, cp_model.IntVar])

    def __post_init__(self) -> None:
        self.members = self._read_classes()
        self.numbers = {each: self.model.new_int_var(0, len(found), "") for each, found in self.members.items()}
        self.flows: dict[tuple[Profile, Sort], cp_model.IntVar] = {}
        self.held: defaultdict[str, Weighted] = defaultdict(list)
        self._add_flows()
        for (_, profile, groups), number in self.numbers.items():
            for group in groups:
                self.held[group].append((number, profile[0]))
        self._hold_pins()
        self.missed = self._add_bounds()

    @property
    def variables(self) -> list[cp_model.IntVar]:
        return [*self.numbers.values(), *self.missed.values(), *self.flows.values(), *self.added]

    def add_hard(self, name: str, constraint: cp_model.BoundedLinearExpression | bool) -> None:  # noqa: FBT001  # OR-Tools says so
        """Add what a hard rule asks; where rules are looked for that clash, under its name."""
        added = self.model.add(constraint)
        if self.is_relaxed:
            if name not in self.rules:
                self.rules[name] = self.model.new_bool_var(name)
            added.only_enforce_if(self.rules[name])

    def _read_classes(self) -> dict[Class, list[Applicant]]:
        asked, binding = count_asked(self.problem), set[str]()
        for each in self.problem.bounds:
            if each.floor or (each.ceiling is not None and asked[each.group] > each.ceiling):
                binding.add(each.group)
        members: defaultdict[Class, list[Applicant]] = defaultdict(list)
        for each in self.problem.applicants:
            groups = tuple(sorted(binding.intersection(each.groups)))
            members[each.points, profile_of(each), groups].append(each)
        return dict(sorted(members.items()))

    def _add_flows(self) -> None:
        """Spread who is placed over the sorts of spots on which each may stand."""
        by_profile: defaultdict[Profile, list[Class]] = defaultdict(list)
        for each in self.members:
            by_profile[each[1]].append(each)
        standing: defaultdict[Sort, list[cp_model.IntVar]] = defaultdict(list)
        sorts = sorts_of(self.street)
        for profile, classes in by_profile.items():
            pattern, most = self.members[classes[0]][0], sum(len(self.members[each]) for each in classes)
            mine: list[cp_model.IntVar] = []
            for sort in (each for each in sorts if each.size == profile[0]):
                broken = broken_rules(self.problem, pattern, sort)
                if broken and not self.is_relaxed:
                    continue
                mine.append(self.model.new_int_var(0, most, ""))
                self.flows[profile, sort] = mine[-1]
                standing[sort].append(mine[-1])
                for name in broken:
                    self.add_hard(name, mine[-1] == 0)
            self.model.add(sum(mine) == sum(self.numbers[each] for each in classes))
        self.added = add_capacities(self.model, read_layout(self.street), standing)
        for (_, sort), flow in self.flows.items():
            self.held[f"{ZONE}{sort.zone_code}"].append((flow, sort.size))
        self._add_room()

    def _hold_pins(self) -> None:
        """Give a place to all whom the committee pins; where they may stand is in the sorts."""
        for each, members in self.members.items():
            for rule, target, code in members[0].words_on:
                if rule == "pin":
                    self.add_hard(f"{rule}:{target}:{code}", self.numbers[each] == len(members))

    def _add_room(self) -> None:
        everywhere = [(number, each[1][0]) for each, number in self.numbers.items()]
        self.add_hard("street_room:", total(everywhere) <= self.problem.target)
        for zone, most in self.problem.zone_capacities.items():
            self.add_hard(f"zone_room:{zone}", total(self.held[f"{ZONE}{zone}"]) <= most)

    def _add_bounds(self) -> dict[str, cp_model.IntVar]:
        """Add ceilings and required floors; return for each other floor the booths by which it is missed."""
        missed: dict[str, cp_model.IntVar] = {}
        floors = reachable_floors(self.problem)
        for bounds in self.problem.bounds:
            held = total(self.held[bounds.group])
            if bounds.ceiling is not None:
                self.add_hard(f"ceiling:{bounds.group}", held <= bounds.ceiling)
            if bounds.group in self.problem.rules.required_floors:
                self.add_hard(f"floor:{bounds.group}", held >= (bounds.floor or 0))
            elif floor := floors[bounds.group]:
                missed[bounds.group] = self.model.new_int_var(0, floor, "")
                self.model.add(held + missed[bounds.group] >= floor)
        return missed


def choose_vendors(problem: RunInput, seed: str, limit: float) -> tuple[list[Applicant], list[Objective]]:
    """Return the applications that get a place, and the passes: floors, priority from the top, then the draw."""
    places = Places(problem, read_street(problem, is_coarse=True))
    passes = Passes(places.model, places.variables, limit)
    passes.least("quota_floors_missed", [(variable, 1) for variable in places.missed.values()])
    by_points: defaultdict[int, Weighted] = defaultdict(list)
    for each, number in places.numbers.items():
        by_points[each[0]].append((number, 1))
    levels = {f"placed_points_{points}": by_points[points] for points in sorted(by_points, reverse=True)}
    passes.in_turn(levels, largest=True)
    chosen = _draw(places, passes, seed)
    missed = dict(zip(places.missed, passes.solution[len(places.numbers) :], strict=False))  # the draw may decide which
    single = [Objective(f"quota_floor_missed:{group}", number, 0) for group, number in missed.items() if number]
    return chosen, [*single, *passes.objectives]


def _draw(places: Places, passes: Passes, seed: str) -> list[Applicant]:
    """Return who is placed: the better numbers drawn, as far as the numbers of each class allow."""
    drawn: Weighted = []
    for each, members in places.members.items():
        members.sort(key=lambda one: (-drawn_number(seed, one.key), one.key))
        taken = [places.model.new_bool_var("") for _ in members]
        places.model.add(sum(taken) == places.numbers[each])
        drawn += [(variable, drawn_number(seed, one.key)) for variable, one in zip(taken, members, strict=True)]
    passes.hint_later([variable for variable, _ in drawn], _first_of(places, passes.solution))
    passes.most("draw_places", drawn)
    counts = dict(zip(places.numbers, passes.solution, strict=False))
    chosen = [one for each, members in places.members.items() for one in members[: counts[each]]]
    value = sum(drawn_number(seed, one.key) for one in chosen)  # an unproven pass may have left some of it
    passes.objectives[-1] = replace(passes.objectives[-1], value=value)
    return chosen


def _first_of(places: Places, solution: Sequence[int]) -> list[int]:
    counts = dict(zip(places.numbers, solution, strict=False))
    return [int(at < counts[each]) for each, members in places.members.items() for at in range(len(members))]


def profile_of(applicant: Applicant) -> Profile:
    return applicant.booths, applicant.needs, applicant.entitled


def count_asked(problem: RunInput) -> Mapping[str, int]:
    """Return the booths that the applicants of each group ask for; of a zone, those that all ask for."""
    asked: defaultdict[str, int] = defaultdict(int)
    for each in problem.applicants:
        for group in each.groups:
            asked[group] += each.booths
    everybody = sum(each.booths for each in problem.applicants)
    for bounds in problem.bounds:
        if bounds.group.startswith(ZONE):
            asked[bounds.group] = everybody
    return asked


def reachable_floors(problem: RunInput) -> dict[str, int]:
    """Return each floor as far as there are accepted applications for it."""
    asked = count_asked(problem)
    return {each.group: min(each.floor or 0, asked[each.group]) for each in problem.bounds}
