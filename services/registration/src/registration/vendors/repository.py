"""Vendors, products and contacts as stored."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.vendors.domain import Contact, Vendor, name_key, tax_key
from registration.vendors.tables import ContactRow, ProductRow, VendorRow

INTAKE_LOCK = 7_304_021_565_001
"""Advisory lock: dossiers are taken in one after the other, so that one vendor never becomes two."""


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
    wanted = select(VendorRow).where(VendorRow.vendor_id.in_(vendor_ids))
    rows = await session.scalars(wanted.execution_options(populate_existing=True))
    return {row.vendor_id: to_vendor(row) for row in rows}


async def find_alike(session: AsyncSession, vendors: Collection[Vendor]) -> dict[UUID, Vendor]:
    """Return the known vendors that share a tax number or a normalised name with one of those given."""
    keys = {key for vendor in vendors if (key := tax_key(vendor.tax_id))}
    names = {name_key(vendor.legal_name) for vendor in vendors}
    rows = await session.scalars(
        select(VendorRow).where(or_(VendorRow.tax_key.in_(keys), VendorRow.name_key.in_(names)))
    )
    return {row.vendor_id: to_vendor(row) for row in rows}


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
    statement = insert(VendorRow).values(rows)
    kept = ("vendor_id", "registered_at")
    changed = {column.name: column for column in statement.excluded if column.name not in kept}
    await session.execute(statement.on_conflict_do_update(index_elements=["vendor_id"], set_=changed))


async def list_product_ids(session: AsyncSession, vendor_ids: Iterable[UUID]) -> dict[tuple[UUID, str], UUID]:
    """Return the ids of the vendors' products by vendor and normalised name."""
    rows = await session.scalars(select(ProductRow).where(ProductRow.vendor_id.in_(list(vendor_ids))))
    return {(row.vendor_id, row.name_key): row.product_id for row in rows}


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
        await session.execute(insert(ProductRow).values(rows))


async def lock_contact_times(session: AsyncSession, party_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when each party's contact was last told or erased, locked."""
    rows = await session.execute(
        select(ContactRow.party_id, ContactRow.recorded_at)
        .where(ContactRow.party_id.in_(party_ids))
        .order_by(ContactRow.party_id)
        .with_for_update()
    )
    return {row.party_id: row.recorded_at for row in rows}


async def list_reachable(session: AsyncSession, party_ids: Collection[UUID]) -> set[UUID]:
    """Return which parties have a contact that is not erased."""
    wanted = select(ContactRow.party_id).where(ContactRow.party_id.in_(party_ids), ContactRow.display_name.is_not(None))
    return set(await session.scalars(wanted))


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


async def save_contact(
    session: AsyncSession, party_id: UUID, kind: str, contact: Contact | None, recorded_at: datetime
) -> None:
    """Store a party's contact; None erases all but the time."""
    values = {
        "kind": kind,
        "display_name": contact and contact.display_name,
        "email": contact and contact.email,
        "phone": contact and contact.phone,
        "language": contact and contact.language,
        "preferred_channels": contact and list(contact.preferred_channels),
        "may_be_told": contact and list(contact.may_be_told),
        "recorded_at": recorded_at,
    }
    await session.execute(
        insert(ContactRow)
        .values(party_id=party_id, **values)
        .on_conflict_do_update(index_elements=["party_id"], set_=values)
    )


async def list_contacts(session: AsyncSession) -> list[tuple[UUID, str, Contact | None, datetime]]:
    """Return every party with its kind, its contact (None: erased) and when that was told."""
    rows = (await session.scalars(select(ContactRow).order_by(ContactRow.recorded_at))).all()
    return [(row.party_id, row.kind, to_contact(row), row.recorded_at) for row in rows]
