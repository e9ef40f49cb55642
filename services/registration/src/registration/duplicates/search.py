"""Finds pairs of vendors that may be one among tens of thousands: only vendors that share a block are compared (RapidFuzz)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, islice

from rapidfuzz import fuzz, process

from registration.duplicates.domain import Candidate, VendorFacts, Weights, score_of, weigh

MOST_IN_A_BLOCK = 60
"""What more vendors share tells nothing by itself; together with a second word it still may."""
MOST_SHARING_A_WORD = 25
MOST_SHARING_A_PHONE = 10
"""A phone that more vendors give is that of whoever filled in the list."""
LETTERS = 5
BATCH = 100_000
Key = tuple[str, ...]
Names = Sequence[str]
Places = tuple[int, int]


def find_pairs(vendors: Sequence[VendorFacts], weights: Weights | None = None) -> list[Candidate]:
    """Return the pairs with a score from ``candidate_from`` on, the highest first; the order of vendors plays no part."""
    weights = weights or Weights()
    listed = _without_shared_phones(sorted(vendors, key=lambda vendor: vendor.vendor_id))
    names = [[_in_order(name) for name in vendor.names] for vendor in listed]
    pairs = iter(_pairs_in_blocks(listed))
    found: list[Candidate] = []
    while batch := list(islice(pairs, BATCH)):
        found += _compare_all(listed, names, batch, weights)
    return sorted(found, key=lambda each: (-each.score, each.first_id, each.second_id))


def compare(first: VendorFacts, second: VendorFacts, weights: Weights) -> Candidate | None:
    """Return the pair, or None where too little speaks for its being one producer."""
    names = [[_in_order(name) for name in vendor.names] for vendor in (first, second)]
    return next(iter(_compare_all([first, second], names, [(0, 1)], weights)), None)


def _compare_all(
    listed: Sequence[VendorFacts], names: Sequence[Names], pairs: Sequence[Places], weights: Weights
) -> Iterator[Candidate]:
    for (one, other), similarity in zip(pairs, _similarities(names, pairs, weights.least_similarity), strict=True):
        first, second = listed[one], listed[other]
        if not similarity and first.phone != second.phone and not first.numbers & second.numbers:
            continue
        signals = weigh(first, second, similarity, weights)
        score = score_of(signals)
        if score >= weights.candidate_from:
            yield Candidate(first.vendor_id, second.vendor_id, score, signals)


def _similarities(names: Sequence[Names], pairs: Sequence[Places], least: int) -> list[int]:
    """Return how alike the two of each pair are by their best names, wherever the words stand; below ``least`` 0.

    One call into the library for all pairs: a call for each would take ten times as long.
    """
    asked = [
        (number, one, other)
        for number, (first, second) in enumerate(pairs)
        for one in names[first]
        for other in names[second]
    ]
    owners, ones, others = zip(*asked, strict=True)
    scores: list[float] = process.cpdist(ones, others, scorer=fuzz.ratio, score_cutoff=least).tolist()
    best = [0] * len(pairs)
    for number, score in zip(owners, scores, strict=True):
        if score > best[number]:
            best[number] = int(score)
    return best


def _in_order(name: str) -> str:
    return " ".join(sorted(name.split()))


def _without_shared_phones(vendors: Sequence[VendorFacts]) -> list[VendorFacts]:
    uses = Counter(vendor.phone for vendor in vendors)
    return [replace(one, phone=None) if uses[one.phone] > MOST_SHARING_A_PHONE else one for one in vendors]


def _pairs_in_blocks(vendors: Sequence[VendorFacts]) -> set[Places]:
    """Return the places of vendors to compare, each pair once, the lower place first."""
    words = Counter(word for vendor in vendors for word in {word for name in vendor.names for word in name.split()})
    blocks: defaultdict[Key, list[int]] = defaultdict(list)
    for place, vendor in enumerate(vendors):
        for key in set(_keys(vendor, words)):
            blocks[key].append(place)
    return {pair for key, places in blocks.items() if len(places) <= _most(key) for pair in combinations(places, 2)}


def _most(key: Key) -> int:
    return MOST_SHARING_A_WORD if key[1] == "word" else MOST_IN_A_BLOCK


def _keys(vendor: VendorFacts, words: Counter[str]) -> Iterator[Key]:
    """Yield the blocks of a vendor: what it shares with others that may be the same one.

    A name alone never makes a candidate: names are compared only inside a province, or with a product in common.
    """
    yield from (("number", number) for number in vendor.numbers)
    if vendor.phone is not None:
        yield "phone", vendor.phone
    parts = [part for name in vendor.names for part in _parts(name, words)]
    for shared in (vendor.province, *vendor.products):
        if shared is not None:
            yield from ((shared, *part) for part in parts)


def _parts(name: str, words: Counter[str]) -> Iterator[Key]:
    """Yield what alike names have in common: a rare word, two words, or the beginning or end where letters differ."""
    joined = name.replace(" ", "")
    yield "begins", joined[:LETTERS]
    yield "ends", joined[-LETTERS:]
    rarest = sorted(set(name.split()), key=lambda word: (words[word], word))[:3]
    yield from (("word", word) for word in rarest)
    yield from (tuple(sorted(two)) for two in combinations(rarest, 2))
