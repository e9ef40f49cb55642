"""The made-up papers and dates of the default scenario's vendors and products."""

from collections.abc import Sequence
from datetime import date, timedelta

Row = dict[str, str]

EDIBLE = ("food", "beverage")
SHIFT = {"2019": 2019, "2020": 2020, "2021": 2019, "2022": 2019, "2023": 2020, "2024": 2019, "2025": 2020, "": 2019}
LAPSE_FROM = date(2017, 8, 26)
FIRST_DECISION = date(2019, 9, 2)


def papers_of(products: Sequence[Row], *, is_foreign: bool, lot: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the papers handed in at once, and those that come only after a return; ``lot`` (0-999) decides."""
    groups = {product["product_group"] for product in products}
    papers = ["business_registration"]
    if groups & set(EDIBLE):
        papers += ["food_safety_certificate@2022-06-30", "product_declaration"]
    if not is_foreign:
        papers += ["recognition_decision", "certificate"]
        papers += ["class_attestation"]
    papers += ["applied_standard", "label", "traceability"]
    if is_foreign:
        papers += ["organiser_invitation", "vn_sublabel", "import_inspection"]
    missing = missing_paper(papers, lot)
    if missing is None:
        return tuple(papers), ()
    at_once = tuple(paper for paper in papers if paper != missing)
    return at_once, (missing,) if lot % 5 else ()


def missing_paper(papers: Sequence[str], lot: int) -> str | None:
    """Return the paper that one vendor in twenty forgets; one in five of those never finds it."""
    if lot >= 50:
        return None
    candidates = [
        paper for paper in papers if not paper.startswith(("recognition", "certificate", "class", "organiser"))
    ]
    return candidates[lot % len(candidates)]


def product_cells(product: Row, vendor_number: int, place: int, *, is_foreign: bool) -> Row:
    """Return a product's cells with its shifted year; lots decide who lapses and who is only registered for rating."""
    cells: Row = {
        "product": product["product_name"],
        "product_group": product["product_group"],
        "processed_packaged": "yes" if product["product_group"] in EDIBLE else "no",
        "imported": "yes" if is_foreign else "no",
        "origin": product["country"] if is_foreign else product["district"] or product["province"],
    }
    if is_foreign:
        return {**cells, "stars": "0"}
    if (vendor_number * 7 + place) % 13 == 0:
        return {**cells, "stars": "0", "class": "registered"}
    lapses = (vendor_number * 5) % 29 == 0
    issued_on = certificate_day(product["recognised_year"], vendor_number, lapses=lapses)
    return {**cells, **star_cells(product, issued_on, vendor_number, place)}


def certificate_day(recognised_year: str, vendor_number: int, *, lapses: bool) -> date:
    """Return the day of a certificate: 36 months later it lapses between 26/8 and 30/9/2020, or long after the fair."""
    if lapses:
        return LAPSE_FROM + timedelta(days=vendor_number % 35)
    if SHIFT[recognised_year] == 2019:
        return FIRST_DECISION + timedelta(days=vendor_number * 7 % 115)
    return date(2020, 1, 6) + timedelta(days=vendor_number * 7 % 160)


def star_cells(product: Row, issued_on: date, vendor_number: int, place: int) -> Row:
    level = "central" if product["stars"] == "5" else "province"
    notation = "QĐ-BNN-VPĐP" if level == "central" else "QĐ-UBND"
    return {
        "stars": product["stars"],
        "recognised_year": str(issued_on.year),
        "decision_number": str(1000 + vendor_number),
        "decision_notation": notation,
        "decision_issued_on": issued_on.isoformat(),
        "decision_level": level,
        "certificate_number": f"MAU-{vendor_number:03d}-{place + 1}",
        "certificate_issued_on": issued_on.isoformat(),
    }
