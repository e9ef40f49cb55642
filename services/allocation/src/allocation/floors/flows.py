"""How much of several demands can be served from stocks that each may only draw on in part."""

from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

Stock = TypeVar("Stock", bound=Hashable)
Node = tuple[str, Hashable]

SOURCE: Node = ("source", None)
SINK: Node = ("sink", None)


def most_served(
    demands: Sequence[tuple[int, Collection[Stock]]],
    stocks: Mapping[Stock, int],
    stores: Mapping[Stock, str],
    room: Mapping[str, int],
    most: int,
) -> int:
    """Return the most that can be served in all.

    Args:
        demands: how much is wanted, and of which stocks it may be taken.
        stocks: how much there is of each.
        stores: where each stock lies.
        room: how much may be taken from each store.
        most: how much may be taken in all.
    """
    wanted = sum(number for number, _ in demands)
    if all(len(of) == len(stocks) for _, of in demands):  # each may be served by any: nothing to choose
        held: defaultdict[str, int] = defaultdict(int)
        for stock, number in stocks.items():
            held[stores[stock]] += number
        return max(0, min(wanted, most, sum(max(0, min(number, room[store])) for store, number in held.items())))
    rest: defaultdict[Node, defaultdict[Node, int]] = defaultdict(lambda: defaultdict(int))
    for number, (much, of) in enumerate(demands):
        rest[SOURCE]["demand", number] = much
        for stock in of:
            rest["demand", number]["stock", stock] = much
    for stock, much in stocks.items():
        rest["stock", stock]["store", stores[stock]] = much
    for store, much in room.items():
        rest["store", store][SINK] = max(0, much)
    served = 0
    while served < most and (way := _find_way(rest)):
        through = min(most - served, *(rest[one][two] for one, two in way))
        for one, two in way:
            rest[one][two] -= through
            rest[two][one] += through
        served += through
    return served


def _find_way(rest: Mapping[Node, Mapping[Node, int]]) -> list[tuple[Node, Node]]:
    """Return the shortest way from source to sink on which something more may flow; none if there is none."""
    before: dict[Node, Node] = {SOURCE: SOURCE}
    queue = deque([SOURCE])
    while queue and SINK not in before:
        here = queue.popleft()
        for there, more in rest[here].items():
            if more > 0 and there not in before:
                before[there] = here
                queue.append(there)
    way: list[tuple[Node, Node]] = []
    at = SINK
    while at in before and at != SOURCE:
        way.append((before[at], at))
        at = before[at]
    return way
