"""An accepted application: to which groups it counts, and its name in the draw."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

HOME = "VN"
NO_GROUP = "none"
"""The product group of who has no eligible product left."""
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
    certificate_valid_to: date | None = None


@dataclass(frozen=True)
class Application:
    """An accepted application with the wishes it states; a wish for "no corner" or "no power" is none.

    Attributes:
        stars: those of its best product that count; None where an older version took the application in.
        lapsed_on: last day of a certificate whose stars do not count, where no other product has any.
        merits: what its points are made of, by name.
        draw_key: its name in the draw, which the edition's secret seals.
        cooking: it cooks with a flame in its booth.
        nominated_by: code of the province that nominated it, with its ``rank`` in the province's list; None where none did, or
            an older version took the application in.
        is_first_event: the vendor took part in no edition before.
        departure: when it was withdrawn or revoked and by which event; None where it was not, or an older version heard of it.
    """

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
    stars: int | None = None
    lapsed_on: date | None = None
    merits: dict[str, int] = field(default_factory=dict[str, int])
    cooking: bool = False
    is_first_event: bool = False
    departure: dict[str, str | None] | None = None
    nominated_by: str | None = None
    rank: int | None = None

    @property
    def may_be_placed(self) -> bool:
        """Whether it is accepted and has something to show: where nothing is eligible a held place is kept, and none is given."""
        return self.state is ApplicationState.ACCEPTED and self.product_group != NO_GROUP


def has_nothing_eligible(application: Application) -> bool:
    """Tell whether an acceptance stands and no product of it is eligible any more."""
    return application.state is ApplicationState.ACCEPTED and not application.may_be_placed


def best_group(products: Sequence[Product]) -> str:
    """Return the product group of the vendor's best eligible product: most stars, then first in the dossier."""
    if not products:
        return NO_GROUP
    return max(products, key=lambda product: product.stars).product_group


def best_stars(products: Sequence[Product]) -> int:
    return max((product.stars for product in products), default=0)


def lapsed_certificate(products: Sequence[Product]) -> date | None:
    """Return the last day of the certificate that lapsed last, where no product has stars that count."""
    ended = [each.certificate_valid_to for each in products if each.certificate_valid_to is not None]
    return max(ended, default=None) if best_stars(products) == 0 else None


def make_draw_key(trade_name: str, province_code: str | None, country: str, products: Sequence[Product]) -> str:
    """Return the applicant's name in the draw before it is sealed: hex SHA-256 of what is public of it, never of an id.

    Ids differ from one playing of a scenario to the next; what stands in the dossier does not.
    """
    parts = [trade_name, province_code or "", country, *(product.name for product in products)]
    return sha256("\n".join(parts).encode()).hexdigest()


def seal_draw_key(draw_key: str, secret: str | None) -> str:
    """Return the key by which an applicant is drawn: hex HMAC-SHA256, with the edition's secret, of what is public of it.

    Whoever knows all of an applicant, and the seed, cannot tell its number without the secret. An edition without one draws
    by the public name.
    """
    return draw_key if secret is None else hmac.digest(secret.encode(), draw_key.encode(), "sha256").hex()


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
