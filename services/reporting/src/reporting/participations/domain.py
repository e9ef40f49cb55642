"""Who takes part: applications, their places, and who was at which booth; values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

HOLDING_STATES = frozenset({"offered", "confirmed"})
VENDOR_TYPES = {
    "company": "Doanh nghiệp",
    "cooperative": "Hợp tác xã",
    "cooperative_group": "Tổ hợp tác",
    "household": "Hộ kinh doanh",
    "other": "Khác",
}


@dataclass(frozen=True)
class Product:
    """A product of an accepted dossier; ``valid_to`` is the last day of its certificate."""

    product_id: UUID
    name: str
    group: str
    stars: int
    valid_to: date | None


@dataclass(frozen=True)
class Participant:
    """An applicant once accepted, and where it stands now; ``province_code`` is None for a foreign one."""

    application_id: UUID
    vendor_id: UUID
    trade_name: str
    vendor_type: str
    province_code: str | None
    country: str
    products: tuple[Product, ...]
    state: str = "accepted"


@dataclass(frozen=True)
class Attendance:
    """A holder at one booth on one day."""

    application_id: UUID
    vendor_id: UUID
    booth_code: str
    on: date


@dataclass(frozen=True)
class Place:
    """An application's place; the booths it holds now."""

    application_id: UUID
    vendor_id: UUID
    state: str
    booth_codes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.state in HOLDING_STATES and bool(self.booth_codes)


def after_move(held: Sequence[str], old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return the booths held after some were given for others, in a fixed order."""
    return sorted((set(held) - set(old)) | set(new))
