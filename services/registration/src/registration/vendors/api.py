"""How to reach a vendor, over HTTP."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from common.errors import ForbiddenError
from common.tokens import Role
from common.web import Caller, Strict, Uow, allow, new_router
from registration.vendors import handlers
from registration.vendors.domain import Contact

router = new_router("vendors")

CONTACT_EXAMPLE: JsonDict = {
    "display_name": "Nguyễn Thị Mẫu",
    "email": "mau@example.com",
    "phone": "0912 345 678",
    "language": "vi",
    "preferred_channels": ["email"],
    "may_be_told": ["all"],
}


class ContactEntry(Strict):
    """How to reach a party; kept from all public answers and topics."""

    model_config = ConfigDict(json_schema_extra={"examples": [CONTACT_EXAMPLE]})

    display_name: Annotated[str, Field(json_schema_extra={"maxLength": 300})]
    email: Annotated[str, Field(json_schema_extra={"maxLength": 254})]
    phone: Annotated[str, Field(json_schema_extra={"maxLength": 30})] | None = None
    language: str = "vi"
    preferred_channels: Annotated[tuple[str, ...], Field(max_length=5)] = ("email",)
    may_be_told: Annotated[tuple[str, ...], Field(max_length=50)] = ()

    def to_contact(self) -> Contact:
        return Contact(
            self.display_name,
            self.email,
            self.phone,
            self.language,
            tuple(self.preferred_channels),
            tuple(self.may_be_told),
        )


class ContactView(BaseModel):
    """A contact as its owner sees it."""

    display_name: str
    email: str
    phone: str | None
    language: str
    preferred_channels: tuple[str, ...]
    may_be_told: tuple[str, ...]


def _check_own(vendor_id: UUID, caller: Caller) -> None:
    if caller.role is Role.VENDOR and caller.vendor_id != vendor_id:
        raise ForbiddenError("Chỉ chủ thể đó mới được làm việc này.", "Only that vendor may do this.")


@router.put("/vendors/{vendor_id}/contact", dependencies=[allow(Role.VENDOR)])
async def put_contact(vendor_id: UUID, entry: ContactEntry, uow: Uow, caller: Caller) -> ContactView:
    """Say anew how to reach the vendor."""
    _check_own(vendor_id, caller)
    contact = await handlers.replace_vendor_contact(uow, vendor_id, entry.to_contact())
    return ContactView.model_validate(contact, from_attributes=True)


@router.delete("/vendors/{vendor_id}/contact", status_code=204, dependencies=[allow(Role.VENDOR, Role.ORGANISER)])
async def erase_contact(vendor_id: UUID, uow: Uow, caller: Caller) -> None:
    """Forget how to reach the vendor, here and for all who were told."""
    _check_own(vendor_id, caller)
    await handlers.erase_vendor_contact(uow, vendor_id)


class Republished(BaseModel):
    """How many contacts and erasures were told again."""

    told: int


@router.post("/contacts/republication", dependencies=[allow(Role.OPERATOR)])
async def republish_contacts(uow: Uow) -> Republished:
    """Tell all contacts once more, after the broker has lost its data; harmless at any time."""
    return Republished(told=await handlers.tell_contacts_again(uow))
