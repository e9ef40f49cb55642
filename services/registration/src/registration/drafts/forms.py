"""The form of the page: reads its fields into a draft's content, whatever they hold, and says what stands in them."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from registration.contents import Content, flatten, is_filled
from registration.dossiers.domain import MOST_PRODUCTS
from registration.evidence.domain import KINDS
from registration.freezes.domain import FIELDS

VENDOR_FIELDS = ("legal_name", "trade_name", "vendor_type", "tax_id", "province_code", "address", "representative")
CONTACT_FIELDS = ("display_name", "phone", "email")
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
PAPERS = tuple(kind for kind in KINDS if kind not in ("class_attestation", "organiser_invitation"))
SENT = "sent"
"""The name of a field for each part that the form really had: a box that is not ticked says nothing by itself."""

WORDS = {
    "contact": "Liên hệ",
    "contact.display_name": "Người liên hệ",
    "contact.phone": "Điện thoại",
    "contact.email": "Thư điện tử",
    "contact.may_be_told": "Đồng ý nhận thông báo",
    "state": "Trạng thái",
    "rank": "Thứ tự ưu tiên",
    "vendor": "Chủ thể",
    "name": "tên",
    "product_group": "nhóm",
    "origin": "nơi sản xuất",
    "stars": "hạng sao",
    "recognised_year": "năm công nhận",
    "decision": "quyết định",
    "decision.number": "số quyết định",
    "decision.notation": "ký hiệu quyết định",
    "decision.issued_on": "ngày quyết định",
    "decision.level": "cấp quyết định",
    "certificate": "giấy chứng nhận",
    "certificate.number": "số giấy chứng nhận",
    "certificate.issued_on": "ngày cấp giấy chứng nhận",
    "processed_packaged": "đã chế biến, đóng gói",
}
"""What fields are called on the page, where the dates of fields have no name for them."""
YES_NO = {"True": "có", "False": "không"}
"""How the history keeps what is ticked, and what it is called."""

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
    if "booths_wanted" in fields:
        content["booths_wanted"] = _text(fields, "booths_wanted")
    for box in BOXES:
        if box in sent:
            _part(content, "wishes")[box.partition(".")[2]] = True if box in fields else None
    if "documents" in sent:
        content["documents"] = _papers(fields.get("documents", ()), stored.get("documents") or ())
    if "products" in sent:
        content["products"] = _products(fields, stored.get("products") or (), is_open=is_open)
    return content


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


def label_of(field: str) -> str:
    """Return what a field is called on the page, in Vietnamese: ``products[0].stars`` is "Sản phẩm 1: hạng sao"."""
    part, bracket, rest = field.partition("[")
    if not bracket:
        return FIELDS[field][0] if field in FIELDS else WORDS.get(field, field)
    which, _, leaf = rest.rpartition("]")
    which = str(int(which) + 1) if which.isdigit() else KINDS.get(which.partition("#")[0], (which,))[0]
    leaf = WORDS.get(leaf.removeprefix("."), "")
    return f"{FIELDS.get(part, (part,))[0]} {which}" + (f": {leaf}" if leaf else "")


def say_value(field: str, value: str | None, lists: Mapping[str, Mapping[str, str]]) -> str:
    """Return what a value of the history is called on the page, in Vietnamese.

    ``lists`` are the words for codes, by the last part of the field's name; of a paper there is only whether it is there.
    """
    leaf = re.split(r"[.\]]", field)[-1]
    if field.startswith("documents[") and leaf == "kind":
        return "không có" if value is None else "có"
    if value is None:
        return "–"
    if value in YES_NO:
        return YES_NO[value]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "/".join(reversed(value.split("-")))
    return lists.get(leaf, {}).get(value, value)
