"""How much stands on a street at once, counted by sorts of spots: booths that are alike are numbers, not variables.

A row of booths, each beside the next, is cut where the sort changes. Within a piece any number of pairs has room as long
as their booths and those that a pair across a cut takes are no more than there are: what is left stays in one piece. A
booth whose neighbours make no row is a piece of its own, so that every pair there is a variable.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from allocation.cp_sat import cp_model
from allocation.spots.domain import Sort, Street

Standing: TypeAlias = Mapping[Sort, "list[cp_model.IntVar]"]


@dataclass(frozen=True)
class Layout:
    """Pieces, each by its sort and length, and the pairs across cuts with the two pieces that they touch."""

    pieces: Sequence[tuple[Sort, int]]
    links: Sequence[tuple[Sort, int, int]]


def read_layout(street: Street) -> Layout:
    """Return a street's pieces and the pairs across them."""
    singles = {spot.codes[0]: spot.sort for spot in street.of_size(1)}
    pairs = street.of_size(2)
    beside: defaultdict[str, list[str]] = defaultdict(list)
    for spot in pairs:
        one, other = spot.codes
        beside[one].append(other)
        beside[other].append(one)
    pieces: list[tuple[Sort, int]] = []
    piece_of: dict[str, int] = {}
    for codes in _cut(singles, beside):
        piece_of |= dict.fromkeys(codes, len(pieces))
        pieces.append((singles[codes[0]], len(codes)))
    ends = [(spot.sort, piece_of[spot.codes[0]], piece_of[spot.codes[1]]) for spot in pairs]
    return Layout(pieces, [each for each in ends if each[1] != each[2]])


def _cut(singles: Mapping[str, Sort], beside: Mapping[str, list[str]]) -> Iterator[list[str]]:
    for component in _components(singles, beside):
        row = _as_row(component, beside)
        if row is None:
            yield from ([code] for code in component)
            continue
        piece = [row[0]]
        for code in row[1:]:
            if singles[code] != singles[piece[0]]:
                yield piece
                piece = []
            piece.append(code)
        yield piece


def _components(singles: Mapping[str, Sort], beside: Mapping[str, list[str]]) -> Iterator[list[str]]:
    seen: set[str] = set()
    for first in sorted(singles):
        if first in seen:
            continue
        seen.add(first)
        component = [first]
        for code in component:  # grows while it is read
            near = sorted(set(beside.get(code, ())) - seen)
            seen.update(near)
            component += near
        yield component


def _as_row(component: Sequence[str], beside: Mapping[str, list[str]]) -> list[str] | None:
    """Return the booths in the order of their row; None where they make none."""
    ends = [code for code in component if len(beside.get(code, ())) <= 1]
    if any(len(beside.get(code, ())) > 2 for code in component) or not ends:
        return None
    row, last = [ends[0]], ""
    while near := [code for code in beside.get(row[-1], ()) if code != last]:
        last = row[-1]
        row.append(near[0])
    return row


def add_capacities(model: cp_model.CpModel, layout: Layout, standing: Standing) -> list[cp_model.IntVar]:
    """Let no more stand on each sort than there is room for; return the variables that were needed for it."""
    touching: defaultdict[int, list[cp_model.IntVar]] = defaultdict(list)
    pairs: defaultdict[Sort, list[cp_model.IntVar]] = defaultdict(list)
    taken: defaultdict[Sort, list[tuple[cp_model.IntVar, int]]] = defaultdict(list)
    added: list[cp_model.IntVar] = []
    for sort, one, other in layout.links:
        link = model.new_bool_var("")
        added.append(link)
        pairs[sort].append(link)
        for piece in (one, other):
            touching[piece].append(link)
            taken[layout.pieces[piece][0]].append((link, 1))
    alone: Counter[Sort] = Counter()
    for number, (sort, length) in enumerate(layout.pieces):
        if number not in touching:
            alone[sort] += length // 2
        elif length == 1:
            model.add_at_most_one(touching[number])
        else:
            inside = model.new_int_var(0, length // 2, "")
            model.add(inside * 2 + sum(touching[number]) <= length)
            _note_inside(sort, inside, pairs, taken, added)
    for sort, most in sorted(alone.items()):
        if most:
            _note_inside(sort, model.new_int_var(0, most, ""), pairs, taken, added)
    _add_room(model, layout, standing, pairs, taken)
    return added


def _note_inside(
    sort: Sort,
    inside: cp_model.IntVar,
    pairs: Mapping[Sort, list[cp_model.IntVar]],
    taken: Mapping[Sort, list[tuple[cp_model.IntVar, int]]],
    added: list[cp_model.IntVar],
) -> None:
    added.append(inside)
    pairs[replace(sort, size=2)].append(inside)
    taken[sort].append((inside, 2))


def _add_room(
    model: cp_model.CpModel,
    layout: Layout,
    standing: Standing,
    pairs: Mapping[Sort, list[cp_model.IntVar]],
    taken: Mapping[Sort, list[tuple[cp_model.IntVar, int]]],
) -> None:
    built: Counter[Sort] = Counter()
    for sort, length in layout.pieces:
        built[sort] += length
    for sort, number in built.items():
        of_pairs = sum(variable * booths for variable, booths in taken.get(sort, ()))
        model.add(sum(standing.get(sort, ())) + of_pairs <= number)
    for sort in {*pairs, *(each for each in standing if each.size == 2)}:
        model.add(sum(standing.get(sort, ())) == sum(pairs.get(sort, ())))


def sorts_of(street: Street) -> list[Sort]:
    return sorted({spot.sort for spot in street.spots})
