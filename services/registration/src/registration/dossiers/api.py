"""How a dossier is entered over HTTP.

Texts and values are checked by the domain, so that all mistakes of a list are told at once.
"""

import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from common.web import Strict
from registration.dossiers.domain import BoothWishes, CertificateEntry, Decision, Document, Dossier, Product


def _tidy(value: Any) -> Any:
    return unicodedata.normalize("NFC", value).strip(" ") if isinstance(value, str) else value


RowText = Annotated[str, BeforeValidator(_tidy), Field(json_schema_extra={"maxLength": 300})]
RowParagraph = Annotated[str, BeforeValidator(_tidy), Field(json_schema_extra={"maxLength": 2000})]
RowCode = Annotated[str, BeforeValidator(_tidy), Field(json_schema_extra={"maxLength": 64})]

DOSSIER_EXAMPLE: JsonDict = {
    "products": [
        {
            "name": "Chè Shan tuyết Phìn Hồ",
            "product_group": "beverage",
            "stars": 4,
            "recognised_year": 2025,
            "decision": {"number": "1010", "notation": "QĐ-UBND", "issued_on": "2025-11-11", "level": "province"},
            "certificate": {"number": "HG-010", "issued_on": "2025-11-11", "revoked_on": None},
            "class": None,
            "processed_packaged": True,
            "imported": False,
            "origin": "Hoàng Su Phì, Hà Giang",
        }
    ],
    "documents": [
        {"kind": "business_registration"},
        {"kind": "food_safety_certificate", "expires_on": "2028-06-30"},
        {"kind": "product_declaration"},
        {"kind": "applied_standard"},
        {"kind": "label"},
        {"kind": "traceability"},
    ],
    "booths_wanted": 1,
    "wishes": {"zone_codes": ["C"], "corner": None, "power": True, "not_beside_group": None},
}


class DecisionEntry(Strict):
    number: RowCode | None = None
    notation: RowCode | None = None
    issued_on: date
    level: RowCode


class CertificateFields(Strict):
    number: RowText | None = None
    issued_on: date
    revoked_on: date | None = None


class ProductEntry(Strict):
    """A product with its star claim, or with the class that the nomination attests."""

    name: RowText
    product_group: RowCode
    stars: Annotated[int, Field(json_schema_extra={"minimum": 0, "maximum": 5})] = 0
    recognised_year: int | None = None
    decision: DecisionEntry | None = None
    certificate: CertificateFields | None = None
    declared_class: Annotated[RowCode | None, Field(alias="class")] = None
    processed_packaged: bool = False
    imported: bool = False
    origin: RowParagraph | None = None

    def to_product(self) -> Product:
        values = self.model_dump(exclude={"decision", "certificate"})
        decision = Decision(**self.decision.model_dump()) if self.decision else None
        certificate = CertificateEntry(**self.certificate.model_dump()) if self.certificate else None
        return Product(decision=decision, certificate=certificate, **values)


class DocumentEntry(Strict):
    kind: RowCode
    number: RowText | None = None
    issuer: RowText | None = None
    issued_on: date | None = None
    expires_on: date | None = None


class WishesEntry(Strict):
    zone_codes: Annotated[tuple[RowCode, ...], Field(max_length=50)] | None = None
    corner: bool | None = None
    power: bool | None = None
    not_beside_group: RowCode | None = None
    cooking: bool | None = None

    def to_wishes(self) -> BoothWishes:
        codes = self.zone_codes
        return BoothWishes(
            None if codes is None else tuple(codes), self.corner, self.power, self.not_beside_group, self.cooking
        )


class DossierEntry(Strict):
    """The part of an application that may be supplemented."""

    model_config = ConfigDict(json_schema_extra={"examples": [DOSSIER_EXAMPLE]})

    products: Annotated[tuple[ProductEntry, ...], Field(max_length=200)]
    documents: Annotated[tuple[DocumentEntry, ...], Field(max_length=500)] = ()
    booths_wanted: Annotated[int, Field(json_schema_extra={"minimum": 1, "maximum": 2})]
    wishes: WishesEntry = WishesEntry()
    brought_by: RowCode | None = None

    def to_dossier(self) -> Dossier:
        return Dossier(
            products=tuple(product.to_product() for product in self.products),
            documents=tuple(Document(**document.model_dump()) for document in self.documents),
            booths_wanted=self.booths_wanted,
            wishes=self.wishes.to_wishes(),
            brought_by=self.brought_by,
        )
