"""Reasons read off a result: who stood before whom, and which rule kept somebody from a place."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from allocation.grounds.domain import Applicant, Requirement, Reservation, RunInput
from allocation.spots.domain import broken_rules, fits, sort_of
from allocation.standings.domain import Standing

Data = dict[str, str | int]

REASONS_VERSION = 11
"""The first version of the check that knows these reasons; kept with them, for a run may be older than its dossier."""


@dataclass(frozen=True)
class Finding:
    """A reason or a change, with its facts; the code names the text."""

    code: str
    data: Data


@dataclass(frozen=True)
class Explanation:
    """Why an application has its place or none; ``changes`` are each enough alone, the smallest of its kind."""

    application_id: str
    is_placed: bool
    reasons: tuple[Finding, ...]
    changes: tuple[Finding, ...] = ()


def why_left_out(application_id: str, last_on: str) -> Explanation:
    """Return why an accepted application was in no run: nothing of it is eligible on every day; and what would change that."""
    facts: Data = {"valid_to": last_on}
    change = Finding("eligible_again", facts)
    return Explanation(
        application_id, is_placed=False, reasons=(Finding("nothing_eligible", facts),), changes=(change,)
    )


def why_refused(standing: Standing, refused: Applicant) -> tuple[Finding, ...]:
    """Return the rules that stood against an application, and who stood before it."""
    rules = (*_full_quotas(standing, refused), *_full_street(standing, refused), *_kept_away(standing, refused))
    return (*rules, *_stood_before(standing, refused))


def _kept_away(standing: Standing, refused: Applicant) -> list[Finding]:
    """Return the edition's own rules that keep an application from every booth that is left."""
    if not standing.problem.binds_spots:
        return []
    taken = {code for codes in standing.placements.values() for code in codes}
    free = {sort_of(standing.problem, (code,)) for code in standing.zones if code not in taken}
    broken = [set(broken_rules(standing.problem, refused, sort)) for sort in free]
    if any(not each for each in broken):
        return []
    said = {":".join(each) for each in refused.words_on}
    needed = {f"requirement:{code}" for code in refused.needs if code not in said}
    against = sorted({*said, *needed}.union(*broken))
    return [Finding(_how_kept(each, said, needed), {"rule": each}) for each in against]


def _how_kept(rule: str, said: set[str], needed: set[str]) -> str:
    if rule in said:
        return "kept_by_pin"
    return "kept_by_requirement" if rule in needed else "kept_for_others"


def _full_quotas(standing: Standing, refused: Applicant) -> list[Finding]:
    found: list[Finding] = []
    for group in refused.groups:
        ceiling, held = standing.ceilings.get(group), standing.held[group]
        if ceiling is not None and held + refused.booths > ceiling:
            data: Data = {"quota": group, "held": held, "ceiling": ceiling, "booths": refused.booths}
            found.append(Finding("quota_full", data))
    return found


def _full_street(standing: Standing, refused: Applicant) -> list[Finding]:
    held, room = standing.booths_held, standing.room
    if held + refused.booths > room:
        return [Finding("street_full", {"held": held, "room": room, "booths": refused.booths})]
    open_to_it = any(fits(standing.problem, refused, sort) for sort in standing.pairs)
    return [Finding("no_two_together", {"free": room - held})] if refused.booths > 1 and not open_to_it else []


def _stood_before(standing: Standing, refused: Applicant) -> list[Finding]:
    """Return the last holder whose place it could take but for priority, and those behind it that a floor keeps."""
    kept: dict[str, Finding] = {}
    before = None
    for holder in standing.placed:  # the weakest claim first
        if holder.booths < refused.booths or not standing.keeps_ceilings(refused, holder):
            continue
        floor = standing.floor_broken(refused, holder)
        if floor is None:
            before = holder
            break
        if standing.rank(holder) < standing.rank(refused):
            data: Data = {"quota": floor, "floor": standing.floors[floor], "points_behind": holder.points}
            kept.setdefault(floor, Finding("floor_kept", data))
    first = Finding("no_exchange", {"booths": refused.booths}) if before is None else _ahead(standing, refused, before)
    how = number_by_rank(standing, refused) if first.code == "drawn_before" else ()
    return [first, *how, *(kept[floor] for floor in sorted(kept))]


def _ahead(standing: Standing, refused: Applicant, before: Applicant) -> Finding:
    data: Data = {"application_id": before.application_id, "points_before": before.points, "points": refused.points}
    if before.points > refused.points:
        return Finding("stood_before", data)
    numbers = {"number": standing.rank(refused)[1], "number_before": standing.rank(before)[1]}
    if refused.rank is not None and before.rank is not None and refused.nominated_by == before.nominated_by:
        return Finding("ranked_before", {**data, **numbers, "rank": refused.rank, "rank_before": before.rank})
    return Finding("drawn_before", {**data, **numbers})


def number_by_rank(standing: Standing, applicant: Applicant) -> tuple[Finding, ...]:
    """Return how a province's list gave an applicant its number, where others of the province have as many points."""
    mine = standing.equals.get((applicant.nominated_by or "", applicant.points), [])
    if applicant not in mine or len(mine) == 1:
        return ()
    place = sum(standing.rank(each) >= standing.rank(applicant) for each in mine)
    data: Data = {"quota": f"province:{applicant.nominated_by}", "rank": applicant.rank or 0}
    return (
        Finding("number_by_rank", {**data, "place": place, "of": len(mine), "number": standing.rank(applicant)[1]}),
    )


def without(problem: RunInput, applicant: Applicant, groups: Collection[str]) -> Applicant:
    """Return an applicant as it would be outside some groups: what their rules ask of it, open to it and add is gone."""
    kept = tuple(each for each in applicant.groups if each not in groups)
    rules = problem.rules

    def asks(names: tuple[str, ...], known: Iterable[Requirement | Reservation]) -> tuple[str, ...]:
        gone = {each.code for each in known if not set(each.groups) & set(kept)}
        return tuple(name for name in names if name not in gone)

    def more(mine: Collection[str]) -> int:
        return max((each.points for each in rules.priority_classes if set(each.groups) & set(mine)), default=0)

    return replace(
        applicant,
        groups=kept,
        points=applicant.points - more(applicant.groups) + more(kept),
        needs=asks(applicant.needs, rules.requirements),
        entitled=asks(applicant.entitled, rules.reservations),
    )


def why_placed(standing: Standing, placed: Applicant, refused: Sequence[Applicant]) -> tuple[Finding, ...]:
    """Return what gave an application its place, and how it came to its number where this decided."""
    found = _why_placed(standing, placed, refused)
    return (found, *(number_by_rank(standing, placed) if found.code == "placed_by_draw" else ()))


def _why_placed(standing: Standing, placed: Applicant, refused: Sequence[Applicant]) -> Finding:
    stronger = [each for each in refused if standing.rank(each) > standing.rank(placed)]
    equal = [each for each in refused if each.points == placed.points]
    if not refused:
        return Finding("room_for_all", {"points": placed.points})
    for group in sorted(placed.groups):
        floor = standing.floors.get(group, 0)
        if stronger and floor and standing.held[group] - placed.booths < floor:
            return Finding("placed_for_floor", {"quota": group, "floor": floor, "points": placed.points})
    if stronger:
        return Finding("placed_within_rules", {"points": placed.points, "stronger": len(stronger)})
    if equal:
        number = standing.rank(placed)[1]
        return Finding("placed_by_draw", {"points": placed.points, "number": number, "equal": len(equal)})
    highest = max(each.points for each in refused)
    return Finding("placed_by_points", {"points": placed.points, "points_refused": highest})


def wishes_unmet(problem: RunInput, placed: Applicant, codes: Sequence[str]) -> tuple[Finding, ...]:
    """Return which wishes the booths of an application leave unmet."""
    booths = [booth for booth in problem.booths if booth.booth_code in codes]
    wishes = placed.wishes
    unmet = {
        "wish_zone_unmet": wishes.zone_codes is not None and booths[0].zone_code not in wishes.zone_codes,
        "wish_corner_unmet": wishes.corner and not any(booth.corner for booth in booths),
        "wish_power_unmet": wishes.power and not any(booth.power for booth in booths),
    }
    return tuple(Finding(code, {}) for code, is_unmet in unmet.items() if is_unmet)
