"""Who stands on which sort: the passes over the model of sorts, wishes first, and the deal by the draw."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from allocation.draws.domain import drawn_number, kind_key, watched_groups
from allocation.grounds.domain import ZONE, Applicant, RunInput
from allocation.runs.domain import Objective
from allocation.runs.solver_passes import Passes
from allocation.runs.solver_sorts import ANY, At, Counts, Search, Sorts
from allocation.spots.domain import Sort, Street


def start_search(
    problem: RunInput, street: Street, chosen: Sequence[Applicant], least: Mapping[str, int], seed: str, limit: float
) -> Search:
    """Return what booths are chosen for; members of a kind in the order of their numbers."""
    kinds: defaultdict[str, list[Applicant]] = defaultdict(list)
    for each in sorted(chosen, key=lambda each: (-drawn_number(seed, each.key), each.key)):
        kinds[kind_key(each)].append(each)
    return Search(problem, street, kinds, seed, limit, least, watched_groups(problem, chosen))


def choose_sorts(search: Search) -> tuple[Counts, list[Objective]]:
    """Return how many of each kind stand on each sort, and the passes: wishes, then the draw.

    Wishes know no product groups, so they are found for kinds without them, and what is found so is where the draw begins.
    """
    by_wishes, at, room = _grant_wishes(search)
    sorts = Sorts(search)
    sorts.hold_wishes(by_wishes)
    passes = Passes(sorts.model, sorts.variables, search.limit, list(by_wishes), [*sorts.count(at), *room])
    sorts.hold_spread(passes)
    passes.most("draw_sorts", sorts.drawn())
    return sorts.read(passes.solution), passes.objectives


def _grant_wishes(search: Search) -> tuple[list[Objective], At, list[int]]:
    """Return the passes on wishes, who stands on which sort then, and the values of the variables on room."""
    kinds: defaultdict[str, list[Applicant]] = defaultdict(list)
    for members in search.kinds.values():
        for each in members:
            pattern = replace(each, product_group="", wishes=replace(each.wishes, not_beside_group=None))
            kinds[kind_key(pattern)].append(each)
    coarse = replace(search, kinds=kinds, is_coarse=True)
    sorts = Sorts(coarse)
    passes = Passes(sorts.model, sorts.variables, search.limit)
    passes.in_turn(sorts.unmet(), largest=False)
    room = passes.solution[len(passes.solution) - len(sorts.added) :]
    return passes.objectives, deal_sorts(coarse, sorts.read(passes.solution)), room


def deal_sorts(search: Search, counts: Counts) -> At:
    """Give sorts out by stand: the best number drawn of a kind gets what is drawn best, and so it is in a pool."""
    seed = search.seed
    pool_names = {pool: sort.names[1:] for pool, sort in counts.spread}
    slots: defaultdict[str, list[tuple[int, Sort | str]]] = defaultdict(list)
    for (kind, sort), number in counts.wished.items():
        slots[kind] += [(drawn_number(seed, kind, *sort.names), sort)] * number
    for (kind, pool), number in counts.pooled.items():
        slots[kind] += [(drawn_number(seed, kind, ANY, *pool_names[pool]), pool)] * number
    at: defaultdict[tuple[str, Sort], list[Applicant]] = defaultdict(list)
    pooled: defaultdict[str, list[Applicant]] = defaultdict(list)
    for kind, members in search.kinds.items():
        best = sorted(slots[kind], key=lambda slot: -slot[0])
        for each, (_, slot) in zip(members, best, strict=True):
            if isinstance(slot, str):
                pooled[slot].append(each)
            else:
                at[search.stand(each), slot].append(each)
    sorts: defaultdict[str, list[tuple[int, Sort]]] = defaultdict(list)
    for (pool, sort), number in counts.spread.items():
        sorts[pool] += [(drawn_number(seed, pool, sort.zone_code), sort)] * number
    for pool, members in pooled.items():
        members.sort(key=lambda each: (-drawn_number(seed, each.key), each.key))
        for each, (_, sort) in zip(members, sorted(sorts[pool], key=lambda one: -one[0]), strict=True):
            at[search.stand(each), sort].append(each)
    return dict(sorted(at.items()))


def least_held(problem: RunInput, objectives: Sequence[Objective], floors: Mapping[str, int]) -> Mapping[str, int]:
    """Return the booths of each zone that must be held for its floor to be missed by no more than was found."""
    missed = {each.name.removeprefix("quota_floor_missed:"): each.value for each in objectives}
    zones = [each.group for each in problem.bounds if each.group.startswith(ZONE) and each.floor]
    return {group.removeprefix(ZONE): floors[group] - missed.get(group, 0) for group in zones}
