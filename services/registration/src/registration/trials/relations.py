"""What values of a pack must be to each other, which no form of a single value says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from registration.priorities.domain import BESIDE_TIERS, EARLY_DAYS
from registration.vetting.evaluation import CHECKS

Content = Mapping[str, Any]
Place = tuple[str | int, ...]
Fault = tuple[Place, str]

CODES = (*CHECKS, "R05")
TIERS = ("tier_1", "tier_2", "tier_3", "tier_4", "foreign")
RELIED_ON = ("no_product", "certificate_expired", "certificate_revoked", "already_supported", "no_reply")
"""Names of codes that are told beside those that a rule finds."""


def find_faults(content: Content) -> Iterator[Fault]:
    """Yield what does not go together in a pack whose single values are right, each with its place."""
    yield from _check_dates(content)
    for check in _OF_KIND.get(content["pack"], ()):
        yield from check(content["body"])


def _check_dates(content: Content) -> Iterator[Fault]:
    last = content.get("valid_to")
    if last is not None and last < content["valid_from"]:
        yield ("valid_to",), _say("trước ngày có hiệu lực", "before the first day in force")


def _check_warnings(body: Content) -> Iterator[Fault]:
    if not _falls(body["warn_days"]):
        yield ("body", "warn_days"), _say("phải giảm dần, mỗi mốc một lần", "must be descending, each once")


def _check_bands(body: Content) -> Iterator[Fault]:
    stars, least = zip(*body["bands"], strict=True)
    if not (_falls(stars) and _falls(least)):
        yield ("body", "bands"), _say("sao và điểm phải giảm dần", "stars and points must be descending")


def _check_points(body: Content) -> Iterator[Fault]:
    points, texts = body["points"], body["texts"]
    for name in (*TIERS, *BESIDE_TIERS):
        if name not in points:
            yield ("body", "points"), _say(f"thiếu {name}", f"{name} is missing")
    for kind, tier in body["class_tiers"].items():
        if tier not in points:
            yield ("body", "class_tiers", kind), _say(f"không có điểm cho {tier}", f"there are no points for {tier}")
    for name in points:
        text = name.removesuffix("_days") if name == EARLY_DAYS else name
        if text not in texts:
            yield ("body", "texts"), _say(f"thiếu lời cho {text}", f"there is no text for {text}")


def _check_codes(body: Content) -> Iterator[Fault]:
    listed: Sequence[Content] = body["codes"]
    for field in ("code", "name"):
        seen: set[str] = set()
        for place, rule in enumerate(listed):
            if rule[field] in seen:
                yield (
                    ("body", "codes", place, field),
                    _say(f"{rule[field]} có hai lần", f"{rule[field]} is there twice"),
                )
            seen.add(rule[field])
    codes, names = {rule["code"] for rule in listed}, {rule["name"] for rule in listed}
    for place, paper in enumerate(body["papers"]):
        if paper["code"] not in codes:
            yield ("body", "papers", place, "code"), _say(f"không có mã {paper['code']}", f"no code {paper['code']}")
    twice = len(codes) < len(listed) or len(names) < len(listed)
    for wanted, there in ((CODES, codes), (RELIED_ON, names)):
        for missing in [one for one in wanted if one not in there and not twice]:
            yield ("body", "codes"), _say(f"thiếu {missing}", f"{missing} is missing")


def _falls(values: Sequence[int]) -> bool:
    return all(first > second for first, second in pairwise(values))


def _say(vi: str, en: str) -> str:
    return f"{vi} / {en}"


_OF_KIND: Mapping[str, Sequence[Callable[[Content], Iterator[Fault]]]] = {
    "certificate_life": (_check_warnings,),
    "star_bands": (_check_bands,),
    "eligibility": (_check_points, _check_codes),
}
