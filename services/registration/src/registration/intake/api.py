"""Self-registration over HTTP, and the row that nominations share with it.

Texts and values of a row are checked by the domain, so that all mistakes of a list are told at once.
"""

from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from common.tokens import Role
from common.web import Caller, Strict, Uow, allow, new_router
from registration.dossiers.api import DOSSIER_EXAMPLE, DossierEntry, RowCode, RowParagraph, RowText
from registration.intake import handlers
from registration.intake.handlers import Entry
from registration.vendors.api import CONTACT_EXAMPLE, ContactEntry
from registration.vendors.domain import Vendor

router = new_router("applications")


ENTRY_EXAMPLE: JsonDict = {
    "vendor": {
        "legal_name": "Hợp tác xã Chế biến chè Phìn Hồ",
        "trade_name": "HTX Chè Phìn Hồ",
        "vendor_type": "cooperative",
        "tax_id": "0199900113",
        "registration_number": "0199900113",
        "province_code": "02",
        "country": "VN",
        "address": "Hoàng Su Phì, địa chỉ mẫu",
        "representative": "Nguyễn Thị Mẫu",
    },
    "contact": CONTACT_EXAMPLE,
    **DOSSIER_EXAMPLE,
}


class VendorEntry(Strict):
    """A vendor; ``province_code`` is null for a foreign one."""

    legal_name: RowText
    trade_name: RowText
    vendor_type: RowCode
    tax_id: RowCode | None = None
    registration_number: RowCode | None = None
    province_code: RowCode | None = None
    country: RowCode = "VN"
    address: RowParagraph | None = None
    representative: RowText | None = None

    def to_vendor(self) -> Vendor:
        return Vendor(**self.model_dump())


class ApplicationEntry(DossierEntry):
    """A vendor with its contact and dossier."""

    model_config = ConfigDict(json_schema_extra={"examples": [ENTRY_EXAMPLE]})

    vendor: VendorEntry
    contact: ContactEntry

    def to_entry(self, prefix: str = "", rank: int | None = None) -> Entry:
        return Entry(self.vendor.to_vendor(), self.contact.to_contact(), self.to_dossier(), prefix, rank)


class Registered(BaseModel):
    """A draft that was taken in; the vendor signs in with ``vendor_id`` from now on."""

    application_id: UUID
    vendor_id: UUID
    state: str


@router.post("/editions/{edition_id}/applications", status_code=201, dependencies=[allow(Role.VENDOR)])
async def register(edition_id: UUID, entry: ApplicationEntry, uow: Uow, caller: Caller) -> Registered:
    """Apply without a nomination; it is a draft until handed in."""
    application = await handlers.register_vendor(uow, edition_id, entry.to_entry(), caller.vendor_id)
    return Registered.model_validate(application, from_attributes=True)
