"""What is done with dossiers: checked, stored revision by revision, told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.contracts.registration import ExhibitedProduct, PublicVendor, VendorType, Wishes
from common.delivery.unit_of_work import UnitOfWork
from registration.dossiers import repository
from registration.dossiers.domain import BoothWishes, Dossier, Product
from registration.dossiers.repository import StoredDossier
from registration.vendors import handlers as vendors
from registration.vendors.domain import Vendor


@dataclass(frozen=True)
class Declared:
    """A dossier of an application, to be stored as one of its revisions."""

    application_id: UUID
    vendor_id: UUID
    revision: int
    dossier: Dossier


async def store(uow: UnitOfWork, declared: Sequence[Declared]) -> None:
    """Store dossiers; a product keeps the id that the vendor's product of this name has."""
    names = [(one.vendor_id, product.name) for one in declared for product in one.dossier.products]
    ids = await vendors.identify_products(uow, names)
    stored = [
        StoredDossier(
            one.application_id,
            one.revision,
            one.dossier,
            tuple(ids[one.vendor_id, product.name] for product in one.dossier.products),
        )
        for one in declared
    ]
    await repository.save_dossiers(uow.session, stored, uow.now)


def to_public_vendor(vendor: Vendor) -> PublicVendor:
    """Return a vendor as its booth shows it."""
    return PublicVendor(
        trade_name=vendor.trade_name,
        vendor_type=VendorType(vendor.vendor_type),
        province_code=vendor.province_code,
        country=vendor.country,
    )


def to_exhibited(
    product: Product, product_id: UUID, group: str | None, stars: int, valid_to: date | None
) -> ExhibitedProduct:
    """Return a product as it is told, under the group of the edition's date."""
    return ExhibitedProduct(
        product_id=product_id,
        name=product.name,
        product_group=group or product.product_group,
        stars=stars,
        recognised_year=product.year_of_recognition,
        certificate_valid_to=valid_to,
    )


def to_wishes(wishes: BoothWishes) -> Wishes:
    return Wishes(
        zone_codes=wishes.zone_codes,
        corner=wishes.corner,
        power=wishes.power,
        not_beside_group=wishes.not_beside_group,
        cooking=wishes.cooking,
    )
