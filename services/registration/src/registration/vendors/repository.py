"""Vendors, products and contacts as stored."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.rows import insert_into, rows_of
from registration.vendors.domain import Contact, Vendor, name_key, tax_key
from registration.vendors.tables import ContactRow, VendorRow

INTAKE_LOCK = 7_304_021_565_001
"""Advisory lock: dossiers are taken in one after the other, so that one vendor never becomes two."""


VENDOR = TypeAdapter(Vendor)
SAVE_VENDORS = insert_into(
    "vendors",
    key="vendor_id",
    renew=[
        column.key for column in VendorRow.__mapper__.column_attrs if column.key not in {"vendor_id", "registered_at"}
    ],
)
ADD_PRODUCTS = insert_into("products")
SAVE_CONTACTS = insert_into(
    "contacts",
    key="party_id",
    renew=[column.key for column in ContactRow.__mapper__.column_attrs if column.key != "party_id"],
)
FIND_ALIKE = text(
    """
    SELECT coalesce(m.kept_vendor_id, v.vendor_id), CAST(to_jsonb(v) AS text)
    FROM vendors v LEFT JOIN vendor_merges m ON m.merged_vendor_id = v.vendor_id
    WHERE v.vendor_id IN (
        SELECT vendor_id FROM vendors WHERE tax_key = ANY(:tax_keys)
        UNION SELECT vendor_id FROM vendors WHERE name_key = ANY(:name_keys)
        UNION SELECT merged_vendor_id FROM vendor_merges WHERE tax_key = ANY(:tax_keys)
    )
    ORDER BY m.kept_vendor_id NULLS FIRST, v.vendor_id
    """
)
LIST_VENDORS = text("SELECT vendor_id, CAST(to_jsonb(v) AS text) FROM vendors v WHERE vendor_id = ANY(:vendor_ids)")
LIST_PRODUCTS = text("SELECT vendor_id, name_key, product_id FROM products WHERE vendor_id = ANY(:vendor_ids)")
LOCK_TIMES = text(
    "SELECT party_id, recorded_at FROM contacts WHERE party_id = ANY(:party_ids) ORDER BY party_id FOR UPDATE"
)


LIST_REACHABLE = text("SELECT party_id FROM contacts WHERE party_id = ANY(:party_ids) AND display_name IS NOT NULL")


def to_vendor(row: VendorRow) -> Vendor:
    return Vendor(
        legal_name=row.legal_name,
        trade_name=row.trade_name,
        vendor_type=row.vendor_type,
        tax_id=row.tax_id,
        registration_number=row.registration_number,
        province_code=row.province_code,
        country=row.country,
        address=row.address,
        representative=row.representative,
    )


async def lock_intake(session: AsyncSession) -> None:
    """Wait until no other transaction takes vendors in; held to the end of this one."""
    await session.execute(select(func.pg_advisory_xact_lock(INTAKE_LOCK)))


async def get_vendor(session: AsyncSession, vendor_id: UUID) -> Vendor:
    """Return a vendor; raises NotFoundError."""
    row = await session.get(VendorRow, vendor_id)
    if row is None:
        raise NotFoundError("vendor", vendor_id)
    return to_vendor(row)


async def list_vendors(session: AsyncSession, vendor_ids: Collection[UUID]) -> dict[UUID, Vendor]:
    """Return vendors by id."""
    rows = await session.execute(LIST_VENDORS, {"vendor_ids": list(vendor_ids)})
    return {vendor_id: VENDOR.validate_json(content) for vendor_id, content in rows}


async def find_alike(session: AsyncSession, vendors: Collection[Vendor]) -> list[tuple[UUID, Vendor]]:
    """Return the known vendors that share a tax number or a normalised name with one of those given.

    One that was merged stands under the id of the one it was found to be.
    """
    keys = {key for vendor in vendors if (key := tax_key(vendor.tax_id))}
    names = {name_key(vendor.legal_name) for vendor in vendors}
    rows = await session.execute(FIND_ALIKE, {"tax_keys": list(keys), "name_keys": list(names)})
    return [(vendor_id, VENDOR.validate_json(content)) for vendor_id, content in rows]


async def save_vendors(
    session: AsyncSession, vendors: Mapping[UUID, Vendor], province_register: str, now: datetime
) -> None:
    """Store vendors, new ones and new declarations of known ones."""
    rows = [
        {
            "vendor_id": vendor_id,
            "legal_name": vendor.legal_name,
            "trade_name": vendor.trade_name,
            "name_key": name_key(vendor.legal_name),
            "vendor_type": vendor.vendor_type,
            "tax_id": vendor.tax_id,
            "tax_key": tax_key(vendor.tax_id),
            "registration_number": vendor.registration_number,
            "province_register": province_register,
            "province_code": vendor.province_code,
            "country": vendor.country,
            "address": vendor.address,
            "representative": vendor.representative,
            "registered_at": now,
        }
        for vendor_id, vendor in vendors.items()
    ]
    await session.execute(SAVE_VENDORS, rows_of(rows))


async def list_product_ids(session: AsyncSession, vendor_ids: Iterable[UUID]) -> dict[tuple[UUID, str], UUID]:
    """Return the ids of the vendors' products by vendor and normalised name."""
    rows = await session.execute(LIST_PRODUCTS, {"vendor_ids": list(vendor_ids)})
    return {(vendor_id, key): product_id for vendor_id, key, product_id in rows}


async def add_products(session: AsyncSession, names: Mapping[UUID, tuple[UUID, str]], now: datetime) -> None:
    """Store new products: product id to vendor id and name."""
    rows = [
        {
            "product_id": product_id,
            "vendor_id": vendor_id,
            "name": name,
            "name_key": name_key(name),
            "registered_at": now,
        }
        for product_id, (vendor_id, name) in names.items()
    ]
    if rows:
        await session.execute(ADD_PRODUCTS, rows_of(rows))


async def lock_contact_times(session: AsyncSession, party_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when each party's contact was last told or erased, locked."""
    rows = await session.execute(LOCK_TIMES, {"party_ids": list(party_ids)})
    return {party_id: recorded_at for party_id, recorded_at in rows}  # noqa: C416  # rows are no pairs to the type checker


async def list_reachable(session: AsyncSession, party_ids: Collection[UUID]) -> set[UUID]:
    """Return which parties have a contact that is not erased."""
    return set(await session.scalars(LIST_REACHABLE, {"party_ids": list(party_ids)}))


async def find_contact(session: AsyncSession, party_id: UUID) -> Contact | None:
    """Return a party's contact; None if it has none or it was erased."""
    row = await session.get(ContactRow, party_id)
    return None if row is None else to_contact(row)


def to_contact(row: ContactRow) -> Contact | None:
    if row.display_name is None:
        return None
    return Contact(
        display_name=row.display_name,
        email=row.email or "",
        phone=row.phone,
        language=row.language or "vi",
        preferred_channels=tuple(row.preferred_channels or ()),
        may_be_told=tuple(row.may_be_told or ()),
    )


@dataclass(frozen=True)
class TimedContact:
    """A party's contact as told at a time; None is erased."""

    party_id: UUID
    kind: str
    contact: Contact | None
    recorded_at: datetime


async def save_contacts(session: AsyncSession, contacts: Sequence[TimedContact]) -> None:
    """Store contacts; of an erased one only the time is kept."""
    rows = [
        {
            **(asdict(one.contact) if one.contact else {}),
            "party_id": one.party_id,
            "kind": one.kind,
            "recorded_at": one.recorded_at,
        }
        for one in contacts
    ]
    await session.execute(SAVE_CONTACTS, rows_of(rows))


async def list_party_ids(session: AsyncSession) -> list[UUID]:
    """Return every party whose contact was ever told."""
    return list(await session.scalars(select(ContactRow.party_id)))


async def list_contacts(
    session: AsyncSession, party_ids: Collection[UUID]
) -> list[tuple[UUID, str, Contact | None, datetime]]:
    """Return parties with their kind, their contact (None: erased) and when that was told."""
    query = select(ContactRow).where(text("party_id = ANY(:party_ids)")).order_by(ContactRow.recorded_at)
    rows = (await session.scalars(query, {"party_ids": list(party_ids)})).all()
    return [(row.party_id, row.kind, to_contact(row), row.recorded_at) for row in rows]
