"""What a told event means for tables that have forgotten it: an outcome for a release, a place in the line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from allocation.places.domain import Outcome, Place, give_back, wait

GO_ON = frozenset({"asked_again", "capacity_changed"})
"""Why places are released for another one, or for the line: the application is live, and is told more in the same step."""

RELEASED = {"application_withdrawn": Outcome.WITHDRAWN, "application_revoked": Outcome.REVOKED}


def let_go(place: Place, booth_codes: tuple[str, ...], reason_code: str) -> Place:
    """Return a place whose release for a reason was told.

    Where a new offer or the line was to follow, it awaits that, and what it held is what it comes back to.
    """
    if reason_code in GO_ON:
        return replace(give_back(place, Outcome.AWAITING), former_booth_codes=booth_codes)
    return give_back(place, RELEASED.get(reason_code, Outcome.RELEASED))


def points_of(data: Mapping[str, object]) -> int | None:
    """Return the points on which an offer was told to be made; None where nothing was told of them."""
    points = data.get("points")
    return points if isinstance(points, int) else None


@dataclass(frozen=True)
class Joining:
    """How somebody came into the line, as it was told.

    Attributes:
        position: in the line as it was then, from 1.
        step: the positions of all that were told of theirs in the same step, by application.
        is_in_front: it had a place until then.
        is_moved: a certificate lapsed; it stands where its points put it.
    """

    position: int
    step: Mapping[UUID, int]
    is_in_front: bool
    is_moved: bool


def stand(line: Sequence[UUID], who: UUID, joining: Joining) -> list[UUID]:
    """Return the line with who came into it.

    Some may be in the line here that had left it silently. So the position told counts only among those of one step, and
    for who was moved by its points.
    """
    others = [each for each in line if each != who]
    if joining.is_moved:
        at = min(joining.position - 1, len(others))
    elif joining.is_in_front:
        at = 0
        while at < len(others) and joining.step.get(others[at], joining.position) < joining.position:
            at += 1
    else:
        at = len(others)
        while at and joining.step.get(others[at - 1], 0) > joining.position:
            at -= 1
    return [*others[:at], who, *others[at:]]


def rank(line: Sequence[UUID], waiting: Mapping[UUID, Place], joiner: Place, bounds: tuple[int, int]) -> list[Place]:
    """Return those of a line whose rank is another one now: the joiner, which waits from now on, and whom it pushes back.

    Args:
        line: the whole order, the joiner in it.
        waiting: who waits already.
        joiner: as it was until now.
        bounds: the first rank of the line, and the last rank or standing ever given.
    """
    first, last = bounds
    if line[-1] == joiner.application_id:
        return [wait(joiner, last + 1)]
    if line[0] == joiner.application_id:
        return [wait(joiner, first - 1)]
    found: list[Place] = []
    before = first - 1
    for each in line:
        old = None if each == joiner.application_id else waiting[each].waiting_rank
        new = before + 1 if old is None or old <= before else old
        if each == joiner.application_id:
            found.append(wait(joiner, new))
        elif new != old:
            found.append(replace(waiting[each], waiting_rank=new))
        before = new
    return found
