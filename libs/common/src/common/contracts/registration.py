"""What registration tells: the edition's life and each application's."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from common.contracts.base import (
    CONTACTS_TOPIC,
    Code,
    Event,
    Instant,
    LegalDocument,
    LocalText,
    OpenEnum,
    Period,
    PublicName,
    Reason,
    Value,
)


class ThemeRegion(OpenEnum):
    """The region whose products the edition puts first; ``none`` for an edition without a theme."""

    NORTHERN_MOUNTAINS = "northern_mountains"
    RED_RIVER_DELTA = "red_river_delta"
    CENTRAL_HIGHLANDS = "central_highlands"
    SOUTHERN_DELTA = "southern_delta"
    NONE = "none"
    OTHER = "other"


class AllocationPolicy(OpenEnum):
    """How booths are given: each at its acceptance, or all together after the close."""

    FIRST_COME = "first_come"
    OPTIMAL_AT_CLOSE = "optimal_at_close"
    OTHER = "other"


class VendorType(OpenEnum):
    """The legal form of a vendor."""

    COMPANY = "company"
    COOPERATIVE = "cooperative"
    COOPERATIVE_GROUP = "cooperative_group"
    HOUSEHOLD = "household"
    OTHER = "other"


class QuotaDimension(OpenEnum):
    """By what a quota groups booths: something of their holder, or of its products."""

    PROVINCE = "province"
    REGION = "region"
    COUNTRY = "country"
    PRODUCT_GROUP = "product_group"
    VENDOR_TYPE = "vendor_type"
    OTHER = "other"


class Channel(OpenEnum):
    """How an application came: its vendor nominated by an agency, or applying by itself."""

    NOMINATED = "nominated"
    SELF = "self"
    OTHER = "other"


class WithdrawnBy(OpenEnum):
    """On whose behalf an application is withdrawn."""

    VENDOR = "vendor"
    AGENCY = "agency"
    ORGANISER = "organiser"
    OTHER = "other"


class Venue(Value):
    """Where the edition is held."""

    name: LocalText
    province_code: Code


class RegistrationWindow(Value):
    """When applications are taken: from ``opens_at`` to ``closes_at``."""

    opens_at: Instant
    closes_at: Instant


class Quota(Value):
    """Bounds on booths held by one group; None is no bound."""

    dimension: QuotaDimension
    code: Code
    floor: int | None
    ceiling: int | None


class ZoneCapacity(Value):
    """How many booths of a zone may be held."""

    zone_code: Code
    capacity: int


class PublicVendor(Value):
    """A vendor as its booth shows it; ``province_code`` is None for a foreign one."""

    trade_name: PublicName
    vendor_type: VendorType
    province_code: Code | None
    country: Code


class ExhibitedProduct(Value):
    """A product of the dossier; ``stars`` 0 is none, the year is that of recognition."""

    product_id: UUID
    name: PublicName
    product_group: Code
    stars: int = Field(ge=0, le=5)
    recognised_year: int | None
    certificate_valid_to: date | None


class Wishes(Value):
    """What the vendor wishes of its booth; None where it said nothing. ``not_beside_group`` is a product group."""

    zone_codes: tuple[Code, ...] | None
    corner: bool | None
    power: bool | None
    not_beside_group: Code | None
    cooking: bool | None = None


class Priority(Value):
    """Standing among applicants: more points first."""

    points: int
    reasons: tuple[Reason, ...]


class PriorityRule(Value):
    """What gives points: so many, or with ``is_most`` up to so many; of tiers an applicant has exactly one."""

    code: Code
    points: int
    is_most: bool
    is_tier: bool
    text: LocalText


class PriorityPack(Value):
    """A version of the order of priority, as acceptances count by it: its rules, and the paper it follows."""

    version: Code
    valid_from: date
    title: LocalText | None
    legal_document: PublicName | None
    rules: tuple[PriorityRule, ...]


class Support(Value):
    """What of the price of its booths a vendor is given: a share in percent, for at most so many; 0 says a refusal."""

    rate_percent: int
    max_booths: int
    reason: Reason


class EditionEvent(Event):
    """About an edition as a whole; all of them share the edition as subject."""

    subject_field: ClassVar[str] = "edition_id"
    edition_id: UUID


class EditionAnnounced(EditionEvent):
    """An edition is approved."""

    code: Code
    name: LocalText
    theme_region: ThemeRegion
    venue: Venue
    planned: Period
    official_days: int
    booth_target: int
    registration: RegistrationWindow
    host_agency_codes: tuple[Code, ...]
    executing_agency_codes: tuple[Code, ...]
    allocation_policy: AllocationPolicy
    quotas: tuple[Quota, ...]
    legal_document: LegalDocument | None
    theme_province_codes: tuple[Code, ...] | None = None
    province_register: Code | None = None


class RegistrationOpened(EditionEvent):
    """Applications are taken."""


class RegistrationClosed(EditionEvent):
    """No more applications are taken; counts of applications by what became of them, and the priority pack of the dates."""

    submitted: int
    accepted: int
    pending: int
    priority_pack: PriorityPack | None = None


class EditionSuspended(EditionEvent):
    """No new date is known."""

    reason_code: Code
    legal_document: LegalDocument | None


class EditionRescheduled(EditionEvent):
    """New dates, also after a suspension, and the priority pack by which acceptances count from now on."""

    old: Period
    new: Period
    reason_code: Code
    legal_document: LegalDocument | None
    priority_pack: PriorityPack | None = None


class EditionCapacityChanged(EditionEvent):
    """Fewer or more booths."""

    booth_target: int
    zones: tuple[ZoneCapacity, ...]
    reason_code: Code
    legal_document: LegalDocument | None


class EditionStarted(EditionEvent):
    """The first day has begun."""


class EditionEnded(EditionEvent):
    """The fair is over; ``actual`` are the days held."""

    actual: Period


class EditionCancelled(EditionEvent):
    """The edition will not take place."""

    reason_code: Code
    legal_document: LegalDocument | None


class ApplicationEvent(Event):
    """About one application; all of them share it as subject."""

    subject_field: ClassVar[str] = "application_id"
    edition_id: UUID
    application_id: UUID
    vendor_id: UUID


class ApplicationSubmitted(ApplicationEvent):
    """A dossier is handed in, and again after a return or where it was changed before a decision."""

    revision: int
    vendor: PublicVendor
    channel: Channel
    nominating_agency_code: Code | None
    booths_wanted: int
    products: tuple[ExhibitedProduct, ...]
    wishes: Wishes


class ApplicationReturned(ApplicationEvent):
    """The vendor is asked to supplement its dossier."""

    reasons: tuple[Reason, ...]
    reply_by_at: Instant


class ApplicationAccepted(ApplicationEvent):
    """Vetted: the vendor may get a booth; ``products`` are the eligible ones only.

    ``is_first_event``: the vendor took part in no edition before; null where it is not told. ``nomination_rank``: its place
    in the list of the province that nominated it, 1 before 2; null for who was nominated by none, and where it is not told.
    ``lapsed``: why it is told again: products that no longer have the stars they were accepted with, with these stars and
    the last day of their certificate; empty where it is told for the first time. ``renewed``: why it is told again: products
    that count again, or whose new certificate is told. ``lapsing_papers``: why it is told again: by the codes that ask for
    them, other mandatory papers that lapse before the event ends by its new dates. ``reply_by_at``: where nothing is eligible
    any more, or such papers lapse, until when new ones are waited for before it is decided whether the acceptance stands;
    else null.
    """

    vendor: PublicVendor
    products: tuple[ExhibitedProduct, ...]
    booths_granted: int
    wishes: Wishes
    priority: Priority
    support: Support | None
    on_appeal: bool = False
    is_first_event: bool | None = None
    lapsed: tuple[ExhibitedProduct, ...] = ()
    renewed: tuple[ExhibitedProduct, ...] = ()
    lapsing_papers: tuple[Reason, ...] = ()
    nominating_province_code: Code | None = None
    nomination_rank: int | None = None
    reply_by_at: Instant | None = None


class ApplicationRejected(ApplicationEvent):
    """The dossier is refused."""

    reasons: tuple[Reason, ...]


class ApplicationRevoked(ApplicationEvent):
    """The organiser takes an acceptance back."""

    reasons: tuple[Reason, ...]


class ApplicationWithdrawn(ApplicationEvent):
    """The vendor, its agency or the organiser withdraws the application."""

    by: WithdrawnBy
    reason_code: Code


class CertificateExpiring(ApplicationEvent):
    """Certificates of an applicant lapse soon, told once for each threshold; ``products`` with their last valid day.

    ``days_left``: whole days until the first of them is valid no more.
    """

    days_left: int
    products: tuple[ExhibitedProduct, ...]


class PartyKind(OpenEnum):
    """What a ``party_id`` names: a vendor, an agency or somebody of the press."""

    VENDOR = "vendor"
    AGENCY = "agency"
    PRESS = "press"
    OTHER = "other"


class OpenInvitation(Value):
    """An invitation to nominate that its agency has not answered; floor and ceiling are booths.

    ``reminders`` counts the dates on which it was to be reminded so far.
    """

    invitation_id: UUID
    edition_id: UUID
    agency_code: Code
    legal_document: LegalDocument
    reply_by_at: Instant
    floor: int | None
    ceiling: int | None
    reminders: int = 0


class OpenDraft(Value):
    """A draft whose holder asked for its link by mail; ``mails`` counts how often so far."""

    draft_id: UUID
    edition_id: UUID
    mails: int


class OpenNomination(Value):
    """An application that an agency nominated its vendor with, and that the vendor has not handed in yet."""

    application_id: UUID
    edition_id: UUID
    agency_code: Code
    agency_name: LocalText


class ContactRecorded(Event):
    """How to reach a party, what it is invited to or nominated for, and the draft it began; on the restricted topic only."""

    subject_field: ClassVar[str] = "party_id"
    party_id: UUID
    kind: PartyKind
    display_name: str
    email: str | None
    phone: str | None
    zalo_id: str | None
    language: str
    preferred_channels: tuple[str, ...]
    may_be_told: tuple[str, ...]
    invitations: tuple[OpenInvitation, ...] = ()
    drafts: tuple[OpenDraft, ...] = ()
    nominations: tuple[OpenNomination, ...] = ()

    @classmethod
    def topic(cls) -> str:
        """Return the restricted, compacted topic of contacts."""
        return CONTACTS_TOPIC
