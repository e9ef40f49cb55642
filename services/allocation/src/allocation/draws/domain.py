"""What a seed draws: a number for each name, the same for anybody who draws again; and the names by which it is drawn."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from allocation.grounds.domain import Applicant, RunInput

DIGEST_BITS = 32
NUMBER_BITS = 31


def drawn_number(seed: str, *names: str) -> int:
    """Return a number of the draw, 0 to 2^31 - 1: the first bits of SHA-256 over seed and names; more is better."""
    digest = sha256("\n".join((seed, *names)).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (DIGEST_BITS - NUMBER_BITS)


def equals_of(applicants: Iterable[Applicant]) -> dict[tuple[str, int], list[Applicant]]:
    """Return who was nominated by one province, with a rank, and has as many points: the province says who of them goes first."""
    found: defaultdict[tuple[str, int], list[Applicant]] = defaultdict(list)
    for each in applicants:
        if each.nominated_by is not None and each.rank is not None:
            found[each.nominated_by, each.points].append(each)
    return found


def hand_on(applicants: Sequence[Applicant], seed: str) -> tuple[Applicant, ...]:
    """Return applicants under the keys by which they are drawn: equals of a province have theirs in the order of its list.

    Its applicants keep the numbers that they drew together, the first of the list the largest: the draw says how a province
    fares, its own list who of it. Of one rank, the one that drew better comes first. A second time changes nothing.
    """
    keys: dict[str, str] = {}
    for members in equals_of(applicants).values():
        numbered = sorted(members, key=lambda each: (-drawn_number(seed, each.key), each.key))
        ranked = sorted(numbered, key=lambda each: each.rank or 0)
        keys |= {each.application_id: drawn.key for each, drawn in zip(ranked, numbered, strict=True)}
    return tuple(replace(each, key=keys.get(each.application_id, each.key)) for each in applicants)


def kind_key(applicant: Applicant) -> str:
    """Return a name shared by all applicants to whom the same booths are worth the same."""
    wishes = applicant.wishes
    zones = "any" if wishes.zone_codes is None else "+".join(sorted(wishes.zone_codes))
    flags = f"{wishes.corner:d}{wishes.power:d}"
    bound = "".join(f"|{name}" for name in (*applicant.needs, *applicant.entitled))
    return f"{applicant.booths}|{applicant.product_group}|{zones}|{flags}|{wishes.not_beside_group or ''}{bound}"


def watched_groups(problem: RunInput, placed: Iterable[Applicant]) -> frozenset[str]:
    """Return the product groups of which it counts who stands beside them: all where neighbours are to be varied."""
    if problem.rules.is_varied:
        return frozenset(each.product_group for each in problem.applicants)
    return frozenset(filter(None, (each.wishes.not_beside_group for each in placed)))


def stand_key(applicant: Applicant, watched: Collection[str]) -> str:
    """Return a name shared by all applicants to whom, and to whose neighbours, spots of one sort are worth the same."""
    group = applicant.product_group if applicant.product_group in watched else ""
    return f"{applicant.booths}|{group}|{applicant.wishes.not_beside_group or ''}"


def pool_key(applicant: Applicant, watched: Collection[str], flags: Sequence[str]) -> str:
    """Return a name shared by all of a stand, outside the zones they wish for, to whom the same zones are open."""
    return "|".join((stand_key(applicant, watched), *applicant.needs, *applicant.entitled, *flags))


def in_standing(applicants: tuple[Applicant, ...], seed: str) -> list[Applicant]:
    """Return applicants, under the keys by which they are drawn, by their claim: by points, equal ones by the draw."""
    return sorted(applicants, key=lambda each: (-each.points, -drawn_number(seed, each.key), each.key))
