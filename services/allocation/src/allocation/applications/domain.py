"""An accepted application: to which groups it counts, and its name in the draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

HOME = "VN"
FOREIGN = "foreign"
MOST_BOOTHS = 2


class ApplicationState(StrEnum):
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Product:
    name: str
    product_group: str
    stars: int


@dataclass(frozen=True)
class Application:
    """An accepted application with the wishes it states; a wish for "no corner" or "no power" is none."""

    application_id: UUID
    edition_id: UUID
    vendor_id: UUID
    trade_name: str
    vendor_type: str
    province_code: str | None
    country: str
    product_group: str
    booths_granted: int
    zone_codes: tuple[str, ...] | None
    corner: bool
    power: bool
    not_beside_group: str | None
    points: int
    draw_key: str
    state: ApplicationState


def best_group(products: Sequence[Product]) -> str:
    """Return the product group of the vendor's best eligible product: most stars, then first in the dossier."""
    if not products:
        return "none"
    return max(products, key=lambda product: product.stars).product_group


def make_draw_key(trade_name: str, province_code: str | None, country: str, products: Sequence[Product]) -> str:
    """Return the applicant's name in the draw: hex SHA-256 of what is public of it, never of an id.

    Ids differ from one playing of a scenario to the next; what stands in the dossier does not.
    """
    parts = [trade_name, province_code or "", country, *(product.name for product in products)]
    return sha256("\n".join(parts).encode()).hexdigest()


def groups_of(application: Application, regions: Mapping[str, str]) -> tuple[str, ...]:
    """Return the groups, as ``dimension:code``, in whose quotas the application's booths count."""
    groups = [f"product_group:{application.product_group}", f"vendor_type:{application.vendor_type}"]
    groups.append(f"country:{application.country}")
    if application.country != HOME:
        groups.append(f"country:{FOREIGN}")
    if application.province_code is not None:
        groups.append(f"province:{application.province_code}")
        if application.province_code in regions:
            groups.append(f"region:{regions[application.province_code]}")
    return tuple(groups)
