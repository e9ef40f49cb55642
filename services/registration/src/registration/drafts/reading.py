"""Reads what was typed into a draft as the values of an application; what cannot be read is told by field."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from common.calendar import YEARS
from common.errors import FieldProblem
from registration.contents import Content, flatten
from registration.dossiers.domain import BoothWishes, CertificateEntry, Decision, Document, Dossier, Product
from registration.dossiers.repository import to_json
from registration.vendors.domain import Contact, Vendor

DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")


@dataclass(frozen=True)
class Read:
    """A draft as an application; what is not filled in is empty, and its checks will say so."""

    vendor: Vendor
    contact: Contact
    dossier: Dossier
    problems: list[FieldProblem] = field(default_factory=list[FieldProblem])


def read(content: Content) -> Read:
    """Return a draft as far as it can be read."""
    problems: list[FieldProblem] = []
    vendor, contact = _part(content, "vendor"), _part(content, "contact")
    return Read(
        vendor=Vendor(
            legal_name=_text(vendor, "legal_name"),
            trade_name=_text(vendor, "trade_name"),
            vendor_type=_text(vendor, "vendor_type"),
            tax_id=_text(vendor, "tax_id") or None,
            registration_number=_text(vendor, "registration_number") or None,
            province_code=_text(vendor, "province_code") or None,
            country=_text(vendor, "country") or "VN",
            address=_text(vendor, "address") or None,
            representative=_text(vendor, "representative") or None,
        ),
        contact=Contact(
            display_name=_text(contact, "display_name"),
            email=_text(contact, "email"),
            phone=_text(contact, "phone") or None,
            language=_text(contact, "language") or "vi",
            preferred_channels=tuple(contact.get("preferred_channels") or ("email",)),
            may_be_told=tuple(contact.get("may_be_told") or ()),
        ),
        dossier=_read_dossier(content, problems),
        problems=problems,
    )


def write(vendor: Vendor, contact: Contact | None, dossier: Dossier) -> Content:
    """Return an application as it would be typed, so that reading it again gives the same."""
    said = to_json(dossier)
    products = [
        {"class" if name == "declared_class" else name: value for name, value in one.items()}
        for one in said["products"]
    ]
    return {
        "vendor": asdict(vendor),
        "contact": None if contact is None else asdict(contact),
        **said,
        "products": products,
    }


def _part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return content.get(name) or {}


def _text(part: Mapping[str, Any], name: str) -> str:
    return str(part.get(name) or "").strip()


def _read_dossier(content: Content, problems: list[FieldProblem]) -> Dossier:
    products = [_read_product(one, f"products[{n}]", problems) for n, one in enumerate(content.get("products") or ())]
    papers = [_read_paper(one, f"documents[{n}]", problems) for n, one in enumerate(content.get("documents") or ())]
    wishes = _part(content, "wishes")
    zones = wishes.get("zone_codes")
    return Dossier(
        products=tuple(products),
        documents=tuple(papers),
        booths_wanted=_number(content, "booths_wanted", "booths_wanted", problems) or 0,
        wishes=BoothWishes(
            tuple(zones) if zones else None,
            wishes.get("corner"),
            wishes.get("power"),
            _text(wishes, "not_beside_group") or None,
            wishes.get("cooking"),
        ),
        brought_by=_text(content, "brought_by") or None,
    )


def _read_product(entry: Mapping[str, Any], path: str, problems: list[FieldProblem]) -> Product:
    return Product(
        name=_text(entry, "name"),
        product_group=_text(entry, "product_group"),
        stars=_number(entry, "stars", f"{path}.stars", problems) or 0,
        recognised_year=_number(entry, "recognised_year", f"{path}.recognised_year", problems),
        decision=_read_decision(_part(entry, "decision"), f"{path}.decision", problems),
        certificate=_read_certificate(_part(entry, "certificate"), f"{path}.certificate", problems),
        declared_class=_text(entry, "class") or None,
        processed_packaged=bool(entry.get("processed_packaged")),
        imported=bool(entry.get("imported")),
        origin=_text(entry, "origin") or None,
    )


def _read_decision(entry: Mapping[str, Any], path: str, problems: list[FieldProblem]) -> Decision | None:
    if not flatten(entry):
        return None
    number, notation = _text(entry, "number") or None, _text(entry, "notation") or None
    issued_on = _day(entry, "issued_on", f"{path}.issued_on", problems, is_needed=True)
    return Decision(number, notation, issued_on or date.min, _text(entry, "level"))


def _read_certificate(entry: Mapping[str, Any], path: str, problems: list[FieldProblem]) -> CertificateEntry | None:
    if not flatten(entry):
        return None
    issued_on = _day(entry, "issued_on", f"{path}.issued_on", problems, is_needed=True)
    revoked_on = _day(entry, "revoked_on", f"{path}.revoked_on", problems)
    return None if issued_on is None else CertificateEntry(_text(entry, "number") or None, issued_on, revoked_on)


def _read_paper(entry: Mapping[str, Any], path: str, problems: list[FieldProblem]) -> Document:
    return Document(
        kind=_text(entry, "kind"),
        number=_text(entry, "number") or None,
        issuer=_text(entry, "issuer") or None,
        issued_on=_day(entry, "issued_on", f"{path}.issued_on", problems),
        expires_on=_day(entry, "expires_on", f"{path}.expires_on", problems),
    )


def _number(entry: Mapping[str, Any], name: str, path: str, problems: list[FieldProblem]) -> int | None:
    typed = _text(entry, name)
    if not typed:
        return None
    if typed.isascii() and typed.isdigit() and len(typed) < 9:
        return int(typed)
    problems.append(FieldProblem(path, "not_a_number", "Hãy gõ một số, ví dụ 2019.", "Type a number, such as 2019."))
    return None


def _day(
    entry: Mapping[str, Any], name: str, path: str, problems: list[FieldProblem], *, is_needed: bool = False
) -> date | None:
    typed = _text(entry, name)
    for form in DAY_FORMS:
        try:
            day = datetime.strptime(typed, form).date()  # noqa: DTZ007  # a calendar day has no zone
        except ValueError:
            continue
        if day.year in YEARS:
            return day
        vi, en = (
            f"Năm phải từ {YEARS[0]} đến {YEARS[-1]}.",
            f"The year must be from {YEARS[0]} to {YEARS[-1]}.",
        )
        problems.append(FieldProblem(path, "day_out_of_range", vi, en))
        return None
    if typed:
        vi, en = "Hãy gõ ngày theo dạng 31/12/2020.", "Type a day as 31/12/2020."
        problems.append(FieldProblem(path, "not_a_date", vi, en))
    elif is_needed:
        problems.append(FieldProblem(path, "missing", "Chưa có ngày.", "The day is missing."))
    return None
