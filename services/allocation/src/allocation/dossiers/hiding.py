"""Lines of who was refused that tell no more of it than the public check needs, and of whom is alone in that, not even this."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from allocation.dossiers.domain import Json, merge_small
from allocation.explanations.domain import Finding
from allocation.explanations.packs import to_words
from allocation.grounds.domain import Applicant, RunInput
from allocation.standings.domain import count_booths

SMALL_GROUP = "small_group"


def deciding_groups(given: RunInput, placed: Sequence[Applicant]) -> set[str]:
    """Return the groups that can decide whether one application more has room: all others change no check of a line.

    A ceiling decides if one more could pass it, a floor if it is missed or could be by one holder less; a group that a rule
    on booths names always does.
    """
    held, most = count_booths(placed), max((each.booths for each in given.applicants), default=0)
    found = {
        each.group
        for each in given.bounds
        if (each.ceiling is not None and held[each.group] + most > each.ceiling)
        or (each.floor and held[each.group] - most < each.floor)
    }
    return found.union(*(each.groups for each in (*given.rules.requirements, *given.rules.reservations)))


def blur(rows: Sequence[Json]) -> None:
    """Take groups, needs and claims from the lines that few share with as many booths.

    The only line of its number of booths is told with the others' number, and is one of them.
    """
    counted = Counter(row["booths"] for row in rows)
    alone = [row for row in rows if counted[row["booths"]] == 1 and len(rows) > 1]
    common = max(counted, key=lambda booths: counted[booths], default=1)
    for row in alone:
        row["booths"] = common
    blurred = list(alone)
    for booths in counted:
        classes: defaultdict[tuple[str, ...], list[Json]] = defaultdict(list)
        for row in (row for row in rows if row["booths"] == booths and row not in alone):
            classes[tuple(row["groups"])].append(row)
        together = len(alone) if booths == common else 0
        small = merge_small({groups: len(found) for groups, found in classes.items()}, together)
        blurred += [row for groups in small for row in classes[groups]]
    for row in blurred:
        row |= {"groups": [], "is_blurred": True}
        for name in ("needs", "entitled"):
            row.pop(name, None)


def asked_unseen(given: RunInput, shown: Sequence[Json]) -> dict[str, int]:
    """Return the booths that lines without groups ask for, of groups whose floor cannot be counted without them.

    ``booths`` are those that lines told with others' number of booths ask for beyond it.
    """
    asked, seen = count_booths(given.applicants), Counter[str]()
    for row in shown:
        seen.update(dict.fromkeys(row["groups"], row["booths"]))
    floors = {each.group: each.floor for each in given.bounds if each.floor}
    unseen = {
        group: asked[group] - seen[group]
        for group, floor in sorted(floors.items())
        if seen[group] < min(floor, asked[group])
    }
    beyond = sum(each.booths for each in given.applicants) - sum(row["booths"] for row in shown)
    return {**unseen, **({"booths": beyond} if beyond else {})}


def blur_reasons(told: Json, row: Mapping[str, object]) -> Json:
    """Return the reasons of a blurred line: that the street was full, and that the rest is its own."""
    kept = [
        each for each in told["reasons"] if each["code"] == "street_full" and each["data"]["booths"] == row["booths"]
    ]
    own, change = (to_words(kind, Finding(SMALL_GROUP, {}), "2025", {}) for kind in ("reasons", "changes"))
    return {**told, "reasons": [*kept, own], "changes": [change]}
