"""The search for duplicates over 50,000 vendors: plain reading of the table beside it, and how many planted pairs it finds."""

import random
import time
from dataclasses import dataclass, field, replace
from uuid import UUID

from registration.duplicates.domain import VendorFacts, core_name
from registration.duplicates.search import find_pairs

VENDORS = 50_000
TWINS = 1_000
FORMS = ("Hợp tác xã", "HTX", "Công ty TNHH", "Hộ kinh doanh", "HTX Dịch vụ nông nghiệp")
SYLLABLES = [
    "an",
    "ba",
    "bac",
    "binh",
    "cam",
    "chau",
    "chi",
    "dai",
    "dao",
    "dinh",
    "dong",
    "duc",
    "giang",
    "ha",
    "hai",
    "hoa",
    "hoang",
    "hong",
    "hue",
    "hung",
    "huong",
    "khanh",
    "kien",
    "ky",
    "la",
    "lam",
    "lang",
    "linh",
    "long",
    "luc",
    "mai",
    "minh",
    "my",
    "nam",
    "nga",
    "nghia",
    "ngoc",
    "nhan",
    "phong",
    "phu",
    "phuc",
    "phuong",
    "quang",
    "que",
    "quy",
    "son",
    "tam",
    "tan",
    "tay",
    "thach",
    "thai",
    "thanh",
    "thien",
    "thinh",
    "thu",
    "thuan",
    "tien",
    "tra",
    "trung",
    "tu",
    "tuan",
    "tuyen",
    "van",
    "viet",
    "vinh",
    "vu",
    "xuan",
    "yen",
]
GOODS = [
    "che mat ong",
    "gao nep",
    "ca phe",
    "mien dong",
    "tinh bot nghe",
    "ruou",
    "nuoc mam",
    "gom su",
    "lua",
    "tra hoa cuc",
    "hat dieu",
    "banh da",
]
LETTERS = "aeiounhtg"


@dataclass
class Times:
    """Seconds of each round, and the share of planted pairs found."""

    search: list[float] = field(default_factory=list[float])
    reading: list[float] = field(default_factory=list[float])
    found: float = 0
    pairs: int = 0


def _a_name(chance: random.Random) -> list[str]:
    return chance.choices(SYLLABLES, k=chance.choice((2, 2, 3, 3, 4)))


def _a_vendor(number: int, chance: random.Random) -> tuple[VendorFacts, list[str]]:
    words = _a_name(chance)
    product = f"{chance.choice(GOODS)} {' '.join(chance.choices(SYLLABLES, k=2))}"
    made = VendorFacts(
        UUID(int=number),
        names=(core_name(f"{chance.choice(FORMS)} {' '.join(words)}"),),
        numbers=frozenset({f"{number:010d}"}),
        phone=f"+849{chance.randrange(10**8):08d}",
        province=f"{chance.randrange(1, 64):02d}",
        products=frozenset({product}),
    )
    return made, words


def _twin(number: int, of: VendorFacts, words: list[str], chance: random.Random) -> VendorFacts:
    """Return the same producer come again: another number, other letters, often another province or phone."""
    changed = list(words)
    place = chance.randrange(len(changed))
    changed[place] += chance.choice(LETTERS)
    twin = replace(
        of,
        vendor_id=UUID(int=number),
        numbers=frozenset({f"{number:010d}"}),
        names=(core_name(f"{chance.choice(FORMS)} {' '.join(changed)}"),),
    )
    if chance.random() < 0.5:  # half of them
        return replace(twin, province=f"{chance.randrange(1, 64):02d}")
    return replace(twin, phone=f"+849{chance.randrange(10**8):08d}")


def world(count: int = VENDORS, twins: int = TWINS) -> tuple[list[VendorFacts], set[tuple[UUID, UUID]]]:
    """Return vendors with twins among them, and which pairs those are; always the same."""
    chance = random.Random(4)  # no secret
    made = [_a_vendor(number, chance) for number in range(1, count - twins + 1)]
    planted = chance.sample(made, twins)
    again = [_twin(count - twins + 1 + place, *original, chance) for place, original in enumerate(planted)]
    pairs = {(original.vendor_id, twin.vendor_id) for (original, _), twin in zip(planted, again, strict=True)}
    return [*(vendor for vendor, _ in made), *again], pairs


def measure(rounds: int, count: int = VENDORS) -> Times:
    """Search as often as asked."""
    vendors, planted = world(count, count // 50)
    times = Times()
    for _ in range(rounds):
        begun = time.perf_counter()
        _ = [(vendor.names, vendor.phone, vendor.products) for vendor in sorted(vendors, key=lambda one: one.vendor_id)]
        times.reading.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        pairs = find_pairs(vendors)
        times.search.append(time.perf_counter() - begun)
        times.pairs = len(pairs)
        times.found = len(planted & {(one.first_id, one.second_id) for one in pairs}) / len(planted)
    return times
