"""What one look at the line comes to: whose turn it is, and who is passed over."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allocation.places.domain import Place
from allocation.streets.domain import Street
from allocation.waiting_lists import domain
from allocation.waiting_lists.domain import WhyNot


@dataclass(frozen=True)
class Turn:
    """Who of the line gets which booths.

    ``position`` is its number in the line until now, ``passed`` how many ahead of it get nothing, by what keeps them out,
    ``points`` those that it has now.
    """

    place: Place
    booth_codes: tuple[str, ...]
    position: int
    passed: Mapping[str, int]
    points: int


@dataclass(frozen=True)
class Passed:
    """Who stays in the line, at ``position``, though ``served`` behind it get a place; and why."""

    place: Place
    position: int
    served: int
    why: WhyNot


@dataclass(frozen=True)
class Step:
    """What one look at the line comes to."""

    turns: Sequence[Turn] = ()
    passed: Sequence[Passed] = ()


def to_step(street: Street, waiting: Mapping[str, Place], chosen: Mapping[str, tuple[str, ...]]) -> Step:
    """Return the turns of those chosen, by application, on a street as it was before, and whom they pass over."""
    line = list(street.line)
    passed = domain.tell_passed(street, line, chosen)
    turns: list[Turn] = []
    found: list[Passed] = []
    counted, left = Counter[str](), len(chosen)
    for position, candidate in enumerate(line, start=1):
        each = candidate.application_id
        if each in chosen:
            before = dict(sorted(counted.items()))
            turns.append(Turn(waiting[each], chosen[each], position, before, candidate.points))
            left -= 1
        elif each in passed:
            counted[passed[each].code] += 1
            found.append(Passed(waiting[each], position, left, passed[each]))
    return Step(turns, found)
