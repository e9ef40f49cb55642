"""Makes the applicants, agencies and street plan of the default scenario from the public list of OCOP producers.

Run once; its output is committed: ``python -m scenario make-demo PRODUCERS.csv FOLDER``. What the list does not have
(contacts, papers, tax ids, dates within a year) is made up, the same for the same seed.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scenario.making.agencies import ALWAYS_TOLD, HANOI, letter_row, national_agencies, province_agency
from scenario.making.lots import pick
from scenario.making.papers import papers_of, product_cells
from scenario.making.people import address, person
from scenario.making.plan import plan_rows
from scenario.reading.applicants import NOMINATED_COLUMNS, SELF_COLUMNS
from scenario.reading.floor_plan import PLAN_COLUMNS
from scenario.reading.tables import AGENCY_COLUMNS, LETTER_COLUMNS
from scenario.reading.tax_ids import tax_check_digit
from scenario.registers_of_provinces import province_names

DELTA = ("01", "26", "27", "30", "31", "33", "34", "35", "36", "37")
Row = dict[str, str]


@dataclass(frozen=True)
class Producer:
    """A producer of the list with its products, in the list's order."""

    name: str
    kind: str
    province_code: str | None
    district: str
    country: str
    products: tuple[Row, ...]


def read_producers(path: Path) -> list[Producer]:
    """Return the list's producers, those of Vietnam by province code, foreign ones last."""
    codes = {name: code for code, name in province_names("2020").items()}
    grouped: dict[tuple[str, str, str], list[Row]] = {}
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            grouped.setdefault((row["producer_name"], row["province"], row["country"]), []).append(row)
    producers = [
        Producer(name, rows[0]["producer_type"], codes.get(province), rows[0]["district"], country, tuple(rows))
        for (name, province, country), rows in grouped.items()
    ]
    return sorted(producers, key=lambda producer: producer.province_code or f"~{producer.country}")


def make_demo(source: Path, folder: Path) -> None:
    """Write agencies, plan, nominations and self-applications into the folder."""
    producers = read_producers(source)
    (folder / "nominations").mkdir(parents=True, exist_ok=True)
    nominated: dict[str, list[Row]] = {}
    alone: list[Row] = []
    ranks: dict[str, int] = {}
    for number, producer in enumerate(producers, start=1):
        province = producer.province_code
        by_itself = province is None or is_self_registered(producer)
        group = "self" if by_itself or province is None else province
        rank = ranks[group] = ranks.get(group, 0) + 1
        rows = applicant_rows(producer, rank, number)
        if by_itself or province is None:
            alone += rows
        else:
            nominated.setdefault(province, []).extend(rows)
    for province, rows in nominated.items():
        write(folder / "nominations" / f"{province}.csv", NOMINATED_COLUMNS, rows)
    write(folder / "self_applications.csv", SELF_COLUMNS, alone)
    write(folder / "nominations.csv", LETTER_COLUMNS, (letter_row(code) for code in sorted(nominated)))
    write(folder / "agencies.csv", AGENCY_COLUMNS, [*national_agencies(), *map(province_agency, sorted(nominated))])
    write(folder / "floor_plan.csv", PLAN_COLUMNS, plan_rows())


def is_self_registered(producer: Producer) -> bool:
    """Say whether a vendor of Vietnam applies alone: Hà Nội's some, and one in a hundred elsewhere (no nomination)."""
    if producer.province_code == HANOI:
        return pick(2, "self", producer.name) == 0
    return pick(120, "self", producer.name) == 0


def applicant_rows(producer: Producer, rank: int, number: int) -> list[Row]:
    """Return one line per product; the first carries the vendor."""
    is_foreign = producer.province_code is None
    contact = person(producer.country, number)
    papers, later = papers_of(producer.products, is_foreign=is_foreign, lot=pick(1000, "papers", producer.name))
    vendor: Row = {
        "province_code": producer.province_code or "",
        "country": producer.country,
        "legal_name": producer.name,
        "trade_name": producer.name,
        "vendor_type": producer.kind,
        "tax_id": "" if is_foreign else tax_id(number),
        "registration_number": registration_number(producer, number),
        "address": address(producer.country, producer.district, number),
        "representative": contact,
        "contact_name": contact,
        "email": f"vendor{number:03d}@{'example.org' if is_foreign else 'example.com'}",
        "phone": f"+{CALLING[producer.country]}{900_000_000 + number}",
        "language": LANGUAGES.get(producer.country, "en"),
        "channels": "email",
        "may_be_told": ALWAYS_TOLD,
        "booths": "2" if wants_two(producer) else "1",
        "zones": " ".join(wished_zones(producer)),
        "corner": "yes" if pick(9, "corner", number) == 0 else "",
        "power": "yes"
        if producer.products[0]["product_group"] in {"food", "beverage"} and pick(3, "power", number) == 0
        else "",
        "not_beside_group": "food" if producer.products[0]["product_group"] == "textile" else "",
        "cooking": "yes" if cooks(producer) else "",
        "papers": " ".join(papers),
        "papers_later": " ".join(later),
    }
    lines = [
        product_cells(product, number, place, is_foreign=is_foreign) for place, product in enumerate(producer.products)
    ]
    return [{"rank": str(rank), **(vendor if place == 0 else {}), **cells} for place, cells in enumerate(lines)]


COOKED = ("chả", "nem", "giò", "bún", "miến", "mì ", "bánh canh", "bánh đa")
LANGUAGES = {"VN": "vi", "LA": "lo", "TH": "th", "JP": "ja"}
CALLING = {"VN": "84", "LA": "856", "TH": "66", "JP": "81", "MW": "265", "BY": "375"}


def tax_id(number: int) -> str:
    """Return the ``number``-th tax id of the made-up range 0199900001… that has a right check digit."""
    usable = (nine for nine in (f"01999{place:04d}" for place in range(1, 10_000)) if tax_check_digit(nine) < 10)
    for _ in range(number - 1):
        next(usable)
    nine = next(usable)
    return f"{nine}{tax_check_digit(nine)}"


def registration_number(producer: Producer, number: int) -> str:
    if producer.province_code is None:
        return f"{producer.country}-{number:06d}"
    return f"01A8{number:06d}" if producer.kind == "household" else tax_id(number)


def wants_two(producer: Producer) -> bool:
    """Nine in ten of the delta ask for two booths, elsewhere every third of those with several products."""
    lot = pick(100, "booths", producer.name)
    return lot < 90 if producer.province_code in DELTA else len(producer.products) > 1 and lot < 35


def cooks(producer: Producer) -> bool:
    """Say whether the vendor cooks in its booth: those whose first product is boiled, fried or grilled before the visitor."""
    product = producer.products[0]
    return product["product_group"] == "food" and product["product_name"].lower().startswith(COOKED)


def wished_zones(producer: Producer) -> tuple[str, ...]:
    """Return the zones that suit the vendor."""
    if cooks(producer):
        return ("F",)
    if producer.province_code is None:
        return ("E",)
    if producer.province_code == HANOI:
        return ("A",)
    group = producer.products[0]["product_group"]
    if group in {"craft", "textile"}:
        return ("D",)
    if pick(2, "zone", producer.name):
        return ()
    return ("B",) if producer.province_code in DELTA else ("C",)


def write(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Write a CSV file; empty rows are left out."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(row for row in rows if row)
