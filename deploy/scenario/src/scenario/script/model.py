"""What a scenario's files say, as frozen values; nothing here reads or writes."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Text:
    vi: str
    en: str | None


@dataclass(frozen=True)
class Days:
    """A period of days, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Paper:
    """A numbered paper that a decision rests on."""

    type: str
    number: str | None
    notation: str | None
    issued_on: date | None
    issuing_agency_code: str
    title: str


@dataclass(frozen=True)
class Contact:
    display_name: str
    email: str
    phone: str | None
    language: str
    channels: tuple[str, ...]
    may_be_told: tuple[str, ...]


@dataclass(frozen=True)
class Agency:
    code: str
    name_vi: str
    name_en: str | None
    level: str
    parent_code: str | None
    province_code: str | None
    valid_from: date
    valid_to: date | None
    contact: Contact | None


@dataclass(frozen=True)
class Zone:
    code: str
    name: Text
    kind: str


@dataclass(frozen=True)
class Booth:
    """A booth; ``x`` and ``y`` in metres from the plan's corner."""

    code: str
    zone_code: str
    area_m2: float
    corner: bool
    power_sockets: int
    x: float
    y: float
    neighbours: tuple[str, ...]


@dataclass(frozen=True)
class Quota:
    dimension: str
    code: str
    floor: int | None
    ceiling: int | None


@dataclass(frozen=True)
class Review:
    """Who reviews in turn, what is told together; ``second_person``: for rejections, overrides and revocations."""

    reviewers: tuple[str, ...]
    second_person: bool
    released_together: bool


@dataclass(frozen=True)
class Edition:
    code: str
    name: Text
    theme_region: str
    theme_province_codes: tuple[str, ...]
    province_register: str
    venue: Text
    venue_province_code: str
    planned: Days
    official_days: int
    booth_target: int
    opens_at: datetime
    closes_at: datetime
    host_agency_codes: tuple[str, ...]
    executing_agency_codes: tuple[str, ...]
    allocation_policy: str
    quotas: tuple[Quota, ...]
    zones: tuple[Zone, ...]
    review: Review | None = None


@dataclass(frozen=True)
class Product:
    """A product on the booth list; ``stars`` 0 is none."""

    name: str
    product_group: str
    stars: int
    recognised_year: int | None
    decision_number: str | None
    decision_notation: str | None
    decision_issued_on: date | None
    decision_level: str | None
    certificate_number: str | None
    certificate_issued_on: date | None
    certificate_revoked_on: date | None
    product_class: str | None
    processed_packaged: bool
    imported: bool
    origin: str | None

    def has_valid_star(self, on: date) -> bool:
        """Whether it is an OCOP product on a day of the fair; certificates that lapse by then are refused when read."""
        revoked_on = self.certificate_revoked_on
        is_certified = self.stars >= 3 and self.certificate_issued_on is not None
        return is_certified and (revoked_on is None or on < revoked_on)


@dataclass(frozen=True)
class Document:
    kind: str
    expires_on: date | None


@dataclass(frozen=True)
class Wishes:
    zone_codes: tuple[str, ...]
    corner: bool | None
    power: bool | None
    not_beside_group: str | None
    cooking: bool | None


@dataclass(frozen=True)
class Applicant:
    """A vendor with its dossier; ``ref`` is ``<province_code>/<rank>`` or ``self/<rank>``."""

    ref: str
    rank: int
    legal_name: str
    trade_name: str
    vendor_type: str
    tax_id: str | None
    registration_number: str | None
    province_code: str | None
    country: str
    address: str | None
    representative: str | None
    contact: Contact
    booths_wanted: int
    wishes: Wishes
    documents: tuple[Document, ...]
    documents_later: tuple[Document, ...]
    products: tuple[Product, ...]

    @property
    def is_nominated(self) -> bool:
        return not self.ref.startswith("self/")


@dataclass(frozen=True)
class Nomination:
    """One province's letter and the vendors it names, in its order."""

    province_code: str
    agency_code: str
    paper: Paper
    applicants: tuple[Applicant, ...]
