"""The form of the page: reads its fields into a draft's content, whatever they hold, and says what stands in them."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from registration.contents import Content, flatten, is_filled
from registration.dossiers.domain import MOST_PRODUCTS
from registration.evidence.domain import KINDS

VENDOR_FIELDS = (
    "legal_name",
    "trade_name",
    "vendor_type",
    "tax_id",
    "registration_number",
    "province_code",
    "country",
    "address",
    "representative",
)
AT_HOME = ("tax_id", "province_code")
"""What only a vendor of Vietnam has; the page hides it from others, and what was typed there before goes."""
CONTACT_FIELDS = ("display_name", "phone", "email", "language")
PRODUCT_FIELDS = (
    "name",
    "product_group",
    "origin",
    "stars",
    "recognised_year",
    "decision.number",
    "decision.notation",
    "decision.issued_on",
    "decision.level",
    "certificate.number",
    "certificate.issued_on",
)
BOXES = ("wishes.corner", "wishes.power", "wishes.cooking")
MOST_ADDED = 20
"""So many products the page lets one add; more that came otherwise are shown and kept."""
MOST_TEXT = 2_000
PAPERS = tuple(kind for kind in KINDS if kind != "class_attestation")
ABROAD_PAPERS = ("organiser_invitation",)
HOME_PAPERS = ("recognition_decision", "certificate")
SENT = "sent"
"""The name of a field for each part that the form really had: a box that is not ticked says nothing by itself."""

Fields = Mapping[str, Sequence[str]]
"""What a form sent: all values of each name."""


def read_form(fields: Fields, stored: Content, *, is_open: bool = False) -> dict[str, Any]:
    """Return the content that a form says; what the form does not have stays as it is stored.

    ``is_open``: the form goes on being typed in, so its products keep their places.
    """
    content: dict[str, Any] = deepcopy(dict(stored))
    for part, names in (("vendor", VENDOR_FIELDS), ("contact", CONTACT_FIELDS)):
        _put_texts(fields, content, part, names)
    sent = set(fields.get(SENT, ()))
    if "told" in sent:
        _part(content, "contact")["may_be_told"] = ["all"] if "told" in fields else []
    for name in ("booths_wanted", "brought_by"):
        if name in fields:
            content[name] = _text(fields, name)
    _leave_out_elsewhere(content)
    for box in BOXES:
        if box in sent:
            _part(content, "wishes")[box.partition(".")[2]] = True if box in fields else None
    if "documents" in sent:
        content["documents"] = _papers(fields.get("documents", ()), stored.get("documents") or ())
    if "products" in sent:
        content["products"] = _products(fields, stored.get("products") or (), is_open=is_open)
    return content


def is_abroad(content: Content) -> bool:
    """Tell whether a content is that of a foreign vendor."""
    return str((content.get("vendor") or {}).get("country") or "VN") != "VN"


def _leave_out_elsewhere(content: dict[str, Any]) -> None:
    """Leave out what the page does not show to a vendor of this country."""
    if is_abroad(content):
        content["vendor"] = {name: value for name, value in content["vendor"].items() if name not in AT_HOME}
    elif content.get("brought_by"):
        content["brought_by"] = ""


def _text(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "").strip()[:MOST_TEXT]


def _part(content: dict[str, Any], name: str) -> dict[str, Any]:
    part: dict[str, Any] = dict(content.get(name) or {})
    content[name] = part
    return part


def _put_texts(fields: Fields, content: dict[str, Any], part: str, names: Sequence[str]) -> None:
    for name in names:
        if f"{part}.{name}" in fields:
            _part(content, part)[name] = _text(fields, f"{part}.{name}")


def _papers(ticked: Sequence[str], stored: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the papers ticked, those known before with what was said of them; kinds that the form lacks stay."""
    kept = [dict(one) for one in stored if one.get("kind") in ticked or one.get("kind") not in PAPERS]
    known = {one.get("kind") for one in kept}
    return [*kept, *({"kind": kind} for kind in PAPERS if kind in ticked and kind not in known)]


def _products(fields: Fields, stored: Sequence[Mapping[str, Any]], *, is_open: bool) -> list[dict[str, Any]]:
    removed = set() if is_open else set(fields.get("remove", ()))
    products = [
        _product(fields, place, stored[place] if place < len(stored) else {})
        for place in range(MOST_PRODUCTS)
        if f"products[{place}].name" in fields and str(place) not in removed
    ]
    if not is_open:
        return [product for product in products if flatten(product)]
    while products and not flatten(products[-1]):
        products.pop()
    return products


def _product(fields: Fields, place: int, stored: Mapping[str, Any]) -> dict[str, Any]:
    product: dict[str, Any] = deepcopy(dict(stored))
    for name in PRODUCT_FIELDS:
        _put_deep(product, name, _text(fields, f"products[{place}].{name}"))
    product["processed_packaged"] = f"products[{place}].processed_packaged" in fields
    return product


def _put_deep(target: dict[str, Any], name: str, value: str) -> None:
    inner, _, leaf = name.rpartition(".")
    if inner:
        target = _part(target, inner)
    target[leaf] = value


def values_of(content: Content) -> dict[str, str]:
    """Return what stands in each field of the form, by its name."""
    return {name: str(value) for name, value in flatten(content).items()}


def kinds_of(content: Content) -> set[str]:
    """Return the kinds of papers that a content names."""
    return {str(one.get("kind")) for one in content.get("documents") or ()}


def is_told(content: Content) -> bool:
    """Tell whether the vendor agreed to notices."""
    return is_filled(content, "contact.may_be_told")
