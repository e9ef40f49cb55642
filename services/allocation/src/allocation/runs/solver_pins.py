"""What the committee pinned or forbade, as constraints: where each application named may stand, and whether it must.

Who is named is a kind of its own, so that booths that are alike for all others are told apart for it alone.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping

from ortools.sat.python import cp_model

from allocation.runs.domain import Applicant, Pin, RunInput, drawn_number, kind_key
from allocation.runs.solver_spots import Spot, Street


class Pins:
    """The committee's words, read for a solver."""

    def __init__(self, problem: RunInput, street: Street, seed: str) -> None:
        self._said: defaultdict[str, list[Pin]] = defaultdict(list)
        for each in problem.pins:
            self._said[each.application_id].append(each)
        self._street, self._seed = street, seed

    def __bool__(self) -> bool:
        return bool(self._said)

    def kind_of(self, applicant: Applicant) -> str:
        """Return an applicant's kind; who is named by a pin shares it with nobody."""
        name = kind_key(applicant)
        if applicant.application_id not in self._said:
            return name
        return f"{name}|{drawn_number(self._seed, applicant.key)}"

    def must_stand(self, applicant: Applicant) -> bool:
        return any(pin.rule == "pin" for pin in self._said[applicant.application_id])

    def names_spots(self, applicant: Applicant) -> bool:
        return any(pin.target != "place" for pin in self._said.get(applicant.application_id, ()))

    def allows(self, applicant: Applicant, spot: Spot) -> bool:
        """Tell whether an applicant may stand on a spot."""
        for pin in self._said.get(applicant.application_id, ()):
            here = {"booth": pin.code in spot.codes, "zone": pin.code == spot.sort.zone_code, "place": True}
            if here[pin.target] is (pin.rule == "forbid"):
                return False
        return True

    def spots_of(self, applicant: Applicant) -> list[Spot]:
        return [spot for spot in self._street.of_size(applicant.booths) if self.allows(applicant, spot)]


def hold_pins(
    model: cp_model.CpModel, taken: Mapping[str, cp_model.IntVar], problem: RunInput, street: Street, pins: Pins
) -> None:
    """Let who is pinned have a place and who is kept from all have none, and leave room for all on the street itself.

    Each application that may stand on some booths alone gets them one by one; all others are counted by zone around it.
    """
    at: defaultdict[str, list[cp_model.IntVar]] = defaultdict(list)
    held: defaultdict[str, list[cp_model.IntVar | cp_model.LinearExpr]] = defaultdict(list)
    free: list[tuple[cp_model.IntVar, int]] = []
    for each in problem.applicants:
        variable = taken[each.application_id]
        if not pins.names_spots(each):
            free.append((variable, each.booths))
        spots = pins.spots_of(each)
        if pins.must_stand(each):
            model.add(variable == 1)
        if not spots:
            model.add(variable == 0)
        elif pins.names_spots(each):
            mine = [(spot, model.new_bool_var("")) for spot in spots]
            model.add(sum(one for _, one in mine) == variable)
            for spot, one in mine:
                held[spot.sort.zone_code].append(one * each.booths)
                for code in spot.codes:
                    at[code].append(one)
    pairs = _add_pairs(model, street, at, held)
    model.add(sum(variable for variable, size in free if size > 1) == sum(pairs))
    singles = _add_singles(model, street, at, held)
    model.add(sum(variable for variable, size in free if size == 1) == sum(singles))


def _add_pairs(
    model: cp_model.CpModel,
    street: Street,
    at: defaultdict[str, list[cp_model.IntVar]],
    held: defaultdict[str, list[cp_model.IntVar | cp_model.LinearExpr]],
) -> list[cp_model.IntVar]:
    pairs: list[cp_model.IntVar] = []
    for spot in street.of_size(2):
        pairs.append(model.new_bool_var(""))
        held[spot.sort.zone_code].append(pairs[-1] * 2)
        for code in spot.codes:
            at[code].append(pairs[-1])
    for variables in at.values():
        model.add_at_most_one(variables)
    return pairs


def _add_singles(
    model: cp_model.CpModel,
    street: Street,
    at: Mapping[str, list[cp_model.IntVar]],
    held: Mapping[str, list[cp_model.IntVar | cp_model.LinearExpr]],
) -> list[cp_model.IntVar]:
    singles: list[cp_model.IntVar] = []
    booths = [(spot.codes[0], spot.sort.zone_code) for spot in street.of_size(1)]
    built = Counter(zone for _, zone in booths)
    for zone, number in sorted(built.items()):
        singles.append(model.new_int_var(0, number, ""))
        covered = [one for code, of_zone in booths if of_zone == zone for one in at.get(code, ())]
        model.add(singles[-1] + sum(covered) <= number)
        model.add(singles[-1] + sum(held.get(zone, [])) <= street.room[zone])
    return singles
