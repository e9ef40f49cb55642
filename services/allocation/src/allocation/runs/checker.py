"""Checks a result against its input, in plain Python and without any of the solver's code: what it lists is wrong.

A result with a finding is never released. Bounds are the solver's own proofs and only checked for their direction.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from allocation.runs.domain import Applicant, Booth, RunInput, RunResult

VERSION = "1"
LARGEST = ("placed_points_", "draw_")
Placements = Mapping[str, Sequence[str]]


def check(problem: RunInput, result: RunResult, seed: str) -> tuple[str, ...]:
    """Return every rule that a result breaks, in words; none is a pass."""
    if result.status == "infeasible":
        return ("an infeasible run places nobody",) if result.placements else ()
    findings = [*_check_places(problem, result.placements), *_check_room(problem, result.placements)]
    if not findings:  # the figures mean nothing on broken places
        findings += [*_check_ceilings(problem, result.placements), *_check_objectives(problem, result, seed)]
    return tuple(findings)


def _check_places(problem: RunInput, placements: Placements) -> Iterator[str]:
    applicants = {each.application_id: each for each in problem.applicants}
    booths = {booth.booth_code: booth for booth in problem.booths}
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for application_id, codes in placements.items():
        for code in codes:
            holders[code].append(application_id)
        unknown = [code for code in codes if code not in booths]
        if application_id not in applicants:
            yield f"{application_id} is no accepted application"
        elif len(codes) != applicants[application_id].booths:
            yield f"{application_id} holds {len(codes)} booths, granted {applicants[application_id].booths}"
        elif unknown:
            yield f"{application_id} holds unknown booths {unknown}"
        elif not _are_together([booths[code] for code in codes]):
            yield f"{application_id} holds booths apart: {list(codes)}"
    for code, ids in holders.items():
        if len(ids) > 1:
            yield f"booth {code} has {len(ids)} holders"


def _are_together(booths: Sequence[Booth]) -> bool:
    if len(booths) < 2:
        return True
    one, other = booths
    return one.zone_code == other.zone_code and other.booth_code in one.neighbours


def _check_room(problem: RunInput, placements: Placements) -> Iterator[str]:
    zone_of = {booth.booth_code: booth.zone_code for booth in problem.booths}
    held = Counter(zone_of.get(code, "") for codes in placements.values() for code in codes)
    if held.total() > problem.target:
        yield f"{held.total()} booths held, target {problem.target}"
    for zone, capacity in problem.zone_capacities.items():
        if held[zone] > capacity:
            yield f"zone {zone}: {held[zone]} booths held, capacity {capacity}"


def _held_by_group(problem: RunInput, placements: Placements) -> Counter[str]:
    held: Counter[str] = Counter()
    for each in problem.applicants:
        for group in each.groups:
            held[group] += len(placements.get(each.application_id, ()))
    return held


def _check_ceilings(problem: RunInput, placements: Placements) -> Iterator[str]:
    held = _held_by_group(problem, placements)
    for bounds in problem.bounds:
        if bounds.ceiling is not None and held[bounds.group] > bounds.ceiling:
            yield f"{bounds.group}: {held[bounds.group]} booths held, ceiling {bounds.ceiling}"


def _check_objectives(problem: RunInput, result: RunResult, seed: str) -> Iterator[str]:
    told = {each.name: each for each in result.objectives}
    counted = recount(problem, result.placements, seed)
    if told.keys() != counted.keys():
        yield f"objectives told and counted differ: {sorted(told.keys() ^ counted.keys())}"
    for name in told.keys() & counted.keys():
        if told[name].value != counted[name]:
            yield f"{name}: {told[name].value} told, {counted[name]} counted"
        better = told[name].bound < counted[name] if name.startswith(LARGEST) else told[name].bound > counted[name]
        if better:
            yield f"{name}: the bound {told[name].bound} is worse than the value {counted[name]}"
    unproven = [each.name for each in result.objectives if ":" not in each.name and each.value != each.bound]
    if (result.status == "optimal") == bool(unproven):
        yield f"status {result.status}, not proven: {unproven}"


def recount(problem: RunInput, placements: Placements, seed: str) -> dict[str, int]:
    """Return the value of each objective, counted from the places alone."""
    values = _count_missed(problem, placements)
    placed = [each for each in problem.applicants if each.application_id in placements]
    by_points = Counter(each.points for each in placed)
    values |= {f"placed_points_{points}": by_points[points] for points in {each.points for each in problem.applicants}}
    values["draw_places"] = sum(_number(seed, each.key) for each in placed)
    return values | _count_wishes(problem, placements, placed) | _count_draws(problem, placements, placed, seed)


def _count_missed(problem: RunInput, placements: Placements) -> dict[str, int]:
    """Return the floors missed, each as far as there are applications for it, and their sum."""
    held = _held_by_group(problem, placements)
    missed: dict[str, int] = {}
    for bounds in problem.bounds:
        asked = sum(each.booths for each in problem.applicants if bounds.group in each.groups)
        missed[bounds.group] = max(0, min(bounds.floor or 0, asked) - held[bounds.group])
    single = {f"quota_floor_missed:{group}": number for group, number in missed.items() if number}
    return single | {"quota_floors_missed": sum(missed.values())}


def _count_wishes(problem: RunInput, placements: Placements, placed: Sequence[Applicant]) -> dict[str, int]:
    booths = {booth.booth_code: booth for booth in problem.booths}
    group_at = {code: each.product_group for each in placed for code in placements[each.application_id]}
    unmet = Counter({"zone": 0, "corner": 0, "power": 0, "neighbour": 0})
    for each in placed:
        mine = [booths[code] for code in placements[each.application_id]]
        wishes = each.wishes
        unmet["zone"] += wishes.zone_codes is not None and mine[0].zone_code not in wishes.zone_codes
        unmet["corner"] += wishes.corner and not any(booth.corner for booth in mine)
        unmet["power"] += wishes.power and not any(booth.power for booth in mine)
        around = {code for booth in mine for code in booth.neighbours} - {booth.booth_code for booth in mine}
        near = {group_at[code] for code in around if code in group_at}
        unmet["neighbour"] += wishes.not_beside_group is not None and wishes.not_beside_group in near
    return {f"wishes_{name}_unmet": number for name, number in unmet.items()}


def _count_draws(problem: RunInput, placements: Placements, placed: Sequence[Applicant], seed: str) -> dict[str, int]:
    booths = {booth.booth_code: booth for booth in problem.booths}
    sorts = exact = 0
    for each in placed:
        mine = sorted(placements[each.application_id])
        held = [booths[code] for code in mine]
        flags = f"{any(booth.corner for booth in held):d}{any(booth.power for booth in held):d}"
        sorts += _number(seed, _kind(each), held[0].zone_code, flags)
        exact += _number(seed, _kind(each), *mine)
    return {"draw_sorts": sorts, "draw_booths": exact}


def _kind(each: Applicant) -> str:
    wishes = each.wishes
    zones = "any" if wishes.zone_codes is None else "+".join(sorted(wishes.zone_codes))
    flags = f"{wishes.corner:d}{wishes.power:d}"
    return f"{each.booths}|{each.product_group}|{zones}|{flags}|{wishes.not_beside_group or ''}"


def _number(seed: str, *names: str) -> int:
    return int.from_bytes(hashlib.sha256("\n".join((seed, *names)).encode()).digest()[:4], "big") // 2
