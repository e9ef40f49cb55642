"""Who comes next: a free booth goes down the line to the first whom no rule keeps from it.

Computed, not solved: first those whom a quota's floor still lacks, then everybody, each in the order of the line.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from allocation.floors import domain as floors
from allocation.grounds.domain import ZONE, Applicant
from allocation.spots.domain import Sort, Spot, broken_rules
from allocation.streets.domain import Street

Kinds = tuple[Sort, ...]

NOTHING_ELIGIBLE = "nothing_eligible"
NO_BOOTH_FREE = "no_booth_free"
WORDS = ("pin:", "forbid:")  # rules that are a word of the committee on one application


@dataclass(frozen=True)
class WhyNot:
    """What keeps somebody from a place, with the facts; the code names the text."""

    code: str
    facts: dict[str, str | int]


def choose_next(
    street: Street, line: Sequence[Applicant], former: Mapping[str, tuple[str, ...]] | None = None
) -> list[tuple[Applicant, tuple[str, ...]]]:
    """Return who gets which booths, and give them to them.

    ``former`` are the booths that some of the line held before, by application: who comes back has them again where they
    are free, and nobody else takes them who can stand elsewhere; who does not come back now is not waited for.
    """
    if not former:
        return list(_choose(street, line, {}))
    back = {who.application_id for who, _ in _choose(street.copy(), line, {})} & former.keys()
    return list(_choose(street, line, {each: former[each] for each in back}))


def _choose(
    street: Street, line: Sequence[Applicant], former: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Applicant, tuple[str, ...]]]:
    placed, lacking = set[str](), street.lacking().keys()
    for wanted_only in (True, False):
        for candidate in line:
            if street.free <= 0:
                return
            is_wanted = not lacking.isdisjoint(candidate.groups)
            if candidate.application_id in placed or (wanted_only and not is_wanted):
                continue
            codes = None if why_not(street, candidate) else find_booths(street, candidate, former)
            if codes:
                street.give(candidate, codes)
                placed.add(candidate.application_id)
                lacking = street.lacking().keys()
                yield candidate, codes


def tell_passed(street: Street, line: Sequence[Applicant], chosen: Mapping[str, tuple[str, ...]]) -> dict[str, WhyNot]:
    """Return who of the line gets nothing though somebody behind it does, each with what keeps it from a place.

    Looked at in the order of the line, each after what those ahead of it get; ``street`` is as it was before.
    """
    here, passed = street.copy(), dict[str, WhyNot]()
    last = max((at for at, each in enumerate(line) if each.application_id in chosen), default=0)
    for number, candidate in enumerate(line[:last]):
        codes = chosen.get(candidate.application_id)
        if codes:
            here.give(candidate, codes)
            continue
        behind = [each for each in line[number:] if each.application_id in chosen]
        passed[candidate.application_id] = _why_passed(here, candidate, behind)
    return passed


def _why_passed(street: Street, candidate: Applicant, behind: Sequence[Applicant]) -> WhyNot:
    """Return what keeps a candidate from what is free before those behind it; a floor that is served first, if nothing."""
    why = why_not(street, candidate)
    if why is not None:
        return why
    floor = next((group for each in behind for group in each.groups if group in street.lacking()), None)
    return WhyNot("rules_refused", {}) if floor is None else WhyNot("floor_first", {"quota": floor})


def why_not(street: Street, candidate: Applicant) -> WhyNot | None:
    """Return what keeps a candidate from a place now; None if nothing does."""
    if not candidate.has_products:
        return WhyNot(NOTHING_ELIGIBLE, {})
    full = street.full_for(candidate)
    if full is not None and full.ceiling is not None:
        facts: dict[str, str | int] = {"quota": full.group, "ceiling": full.ceiling, "held": street.held[full.group]}
        return WhyNot(
            "quota_full", {**facts, "booths_missing": street.held[full.group] + candidate.booths - full.ceiling}
        )
    if street.free < candidate.booths:
        return _too_few(street, candidate)
    short = floors.count_short(street, candidate)
    spots = street.open_to(candidate)
    if not short and not spots:
        return _nowhere(street, candidate)
    short = short or min(_short_by_kind(street, candidate, spots).values())
    if short:
        return WhyNot("kept_for_quota", {"booths_kept": floors.count_kept(street, candidate), "booths_missing": short})
    return None


def _too_few(street: Street, candidate: Applicant) -> WhyNot:
    if street.free > 0:
        return WhyNot("too_few_free", {"free": street.free, "needed": candidate.booths})
    return WhyNot(NO_BOOTH_FREE, {"booths_missing": candidate.booths})


def _nowhere(street: Street, candidate: Applicant) -> WhyNot:
    """Return why none of the free booths is one for a candidate."""
    broken = rules_in_the_way(street, candidate)
    if broken:
        is_said = all(each.startswith(WORDS) for each in broken)
        return WhyNot("committee_decided", {}) if is_said else WhyNot("against_rules", {"rules": " ".join(broken)})
    full = _full_zones(street, candidate.booths)
    if full:
        return WhyNot("zones_full", {"zones": " ".join(full), "needed": candidate.booths})
    return WhyNot("no_two_together", {"booths_missing": 1})


def _full_zones(street: Street, size: int) -> list[str]:
    """Return the zones that may not give as many booths more, though one, or two neighbours, there have no holder."""
    unheld = {code: booth for code, booth in street.booths.items() if code not in street.holders}
    beside = {
        booth.zone_code
        for booth in unheld.values()
        for code in booth.neighbours
        if code in unheld and unheld[code].zone_code == booth.zone_code
    }
    zones = {booth.zone_code for booth in unheld.values()} if size == 1 else beside
    return sorted(zone for zone in zones if street.room_in(zone) < size)


def _short_by_kind(street: Street, candidate: Applicant, spots: Sequence[Spot]) -> Mapping[Kinds, int]:
    """Return for each kind of spot how many booths floors would lack if a candidate got one."""
    by_kind = {_kinds(street, spot): spot.codes for spot in spots}
    return {kinds: floors.count_short(street, candidate, codes) for kinds, codes in by_kind.items()}


def _kinds(street: Street, spot: Spot) -> Kinds:
    return tuple(street.kinds[code] for code in spot.codes)


def rules_in_the_way(street: Street, candidate: Applicant) -> list[str]:
    """Return the hard rules, as ``kind:code``, that keep a candidate from the spots that are free."""
    free = {spot.sort for spot in street.free_of_size(candidate.booths)}
    return sorted({rule for sort in free for rule in broken_rules(street.given, candidate, sort)})


def find_booths(
    street: Street, candidate: Applicant, former: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[str, ...] | None:
    """Return the free booth, or two neighbours of one zone, that meet most wishes; the lowest code among equals.

    Only where hard rules let the candidate stand and no floor needs just these; first where a required floor of a zone is
    not reached, then the booths that it held before, then such as nobody comes back to.
    """
    former = former or {}
    spots = street.open_to(candidate)
    short = _short_by_kind(street, candidate, spots)
    lacking = {group for group in street.lacking_required() if group.startswith(ZONE)}
    own = set(former.get(candidate.application_id, ()))
    others = {code for codes in former.values() for code in codes} - own
    order = (
        (
            f"{ZONE}{spot.sort.zone_code}" not in lacking,
            set(spot.codes) != own,
            not others.isdisjoint(spot.codes),
            _unmet(street, candidate, spot),
            spot.codes,
        )
        for spot in spots
        if not short[_kinds(street, spot)]
    )
    best = min(order, default=None)
    return None if best is None else best[-1]


def _unmet(street: Street, candidate: Applicant, spot: Spot) -> tuple[bool, ...]:
    """Return which wishes a spot leaves unmet, in their order, and what else speaks against it.

    That is: neighbours of its own product group where they are to be varied; a booth open to others where one is reserved;
    a corner nobody asked for.
    """
    wishes, sort = candidate.wishes, spot.sort
    around = {code for each in spot.codes for code in street.booths[each].neighbours}
    near = {street.holders[code].product_group for code in around if code in street.holders}
    return (
        sort.misses_zone(wishes),
        sort.misses_corner(wishes),
        sort.misses_power(wishes),
        wishes.not_beside_group in near,
        street.given.rules.is_varied and candidate.product_group in near,
        bool(candidate.entitled) and set(candidate.entitled).isdisjoint(sort.reserved),
        sort.corner and not wishes.corner,
    )


def fall_back(line: Sequence[Applicant], fallen: Iterable[Applicant]) -> list[Applicant]:
    """Return the line with each who lost points behind everybody who has at least as many, and never further in front."""
    now = list(line)
    for each in fallen:
        now = _let_fall(now, each)
    return now


def _let_fall(line: Sequence[Applicant], falling: Applicant) -> list[Applicant]:
    others = [each for each in line if each != falling]
    behind = max((number for number, each in enumerate(others, start=1) if each.points >= falling.points), default=0)
    position = max(line.index(falling), behind)
    return [*others[:position], falling, *others[position:]]


def choose_losers(street: Street, ranked: Sequence[Applicant]) -> list[Applicant]:
    """Return who gives its place up where fewer booths are left, the first to go first.

    First where a zone has too many, then on the whole street; the lowest first, floors spared if they can be, at last
    only the required ones and whom the committee pinned. ``ranked`` are the holders, highest first.
    """
    losing: list[Applicant] = []
    bounded = [each.group for each in street.given.bounds]
    required = street.given.rules.required_floors
    for is_over, spared in product((_in_full_zone, _on_full_street), (bounded, required, None)):
        for candidate in reversed(ranked):
            is_spared = spared is not None and (candidate.is_pinned or holds_floor(street, candidate, spared))
            if candidate not in losing and not is_spared and is_over(street, candidate):
                losing.append(candidate)
                street.take_back(candidate)
    return losing


def _in_full_zone(street: Street, candidate: Applicant) -> bool:
    mine = {street.booths[code].zone_code for code, holder in street.holders.items() if holder == candidate}
    return any(street.room_in(zone) < 0 for zone in mine)


def _on_full_street(street: Street, _candidate: Applicant) -> bool:
    return street.free < 0


def holds_floor(street: Street, candidate: Applicant, groups: Collection[str]) -> bool:
    zones: list[str] = []
    if any(each.startswith(ZONE) for each in groups):
        zones = [f"{ZONE}{street.booths[code].zone_code}" for code, who in street.holders.items() if who == candidate]
    return any(
        bounds.floor
        and bounds.group in groups
        and bounds.group in (*candidate.groups, *zones)
        and street.held[bounds.group] - candidate.booths < bounds.floor
        for bounds in street.given.bounds
    )
