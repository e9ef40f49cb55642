"""What allocation tells: plans, runs, and each place from its offer to the day."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from common.contracts.base import Code, Digest, Event, Instant, LegalDocument, LocalText, OpenEnum, Reason, Value
from common.contracts.registration import AllocationPolicy


class RunStatus(OpenEnum):
    """How a run ended: a best result proven, a result not proven to be the best, or none that keeps all rules."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    OTHER = "other"


class PlanZone(Value):
    """A zone of the plan; ``kind`` is the planner's code for what stands there."""

    zone_code: Code
    name: LocalText
    kind: Code


class PlanBooth(Value):
    """A booth on the plan; ``x`` and ``y`` in metres from the plan's corner."""

    booth_code: Code
    zone_code: Code
    area_m2: float
    corner: bool
    power_sockets: int
    x: float
    y: float


class Objective(Value):
    """One lexicographic pass: the value reached and the bound proven."""

    name: Code
    value: int
    bound: int


class CheckerVerdict(Value):
    """What the checker, a program apart from the solver, says of a result; ``version`` is the checker's own."""

    version: Code
    passed: bool


class FloorPlanPublished(Event):
    """A floor plan or a new version of it."""

    subject_field: ClassVar[str] = "floor_plan_id"
    edition_id: UUID
    floor_plan_id: UUID
    version: int
    zones: tuple[PlanZone, ...]
    booths: tuple[PlanBooth, ...]


class RunEvent(Event):
    """About one run; all of them share the run as subject."""

    subject_field: ClassVar[str] = "run_id"
    edition_id: UUID
    run_id: UUID


class AllocationRunCompleted(RunEvent):
    """A run has a result; ``placed``, ``waitlisted``, ``moved`` are numbers of applications."""

    policy: AllocationPolicy
    status: RunStatus
    objectives: tuple[Objective, ...]
    input_digest: Digest
    seed_commitment: Digest | None
    secret_commitment: Digest | None = None
    placed: int
    waitlisted: int
    moved: int
    checker: CheckerVerdict


class AllocationRunReleased(RunEvent):
    """The committee releases a run; its lottery seed is revealed.

    ``release_digest`` is the SHA-256 of what the release gives: paper, overrides, who had left, offers and waiting list.
    """

    seed: Code | None
    legal_document: LegalDocument | None
    release_digest: Digest | None = None


class PlaceEvent(Event):
    """About one application's place; all of them share the application as subject."""

    subject_field: ClassVar[str] = "application_id"
    edition_id: UUID
    application_id: UUID
    vendor_id: UUID


class BoothOffered(PlaceEvent):
    """A place is offered until ``reply_by_at``.

    ``draw_number`` is the application's in the draw of the run that gives it, whose reasons are among ``reasons``.
    """

    offer_id: UUID
    booth_codes: tuple[Code, ...]
    reply_by_at: Instant
    run_id: UUID | None
    reasons: tuple[Reason, ...]
    draw_number: int | None = None


class BoothConfirmed(PlaceEvent):
    """The holder takes the place."""

    offer_id: UUID
    booth_codes: tuple[Code, ...]


class BoothDeclined(PlaceEvent):
    """The holder does not take the place."""

    offer_id: UUID
    booth_codes: tuple[Code, ...]


class BoothOfferExpired(PlaceEvent):
    """No answer came in time."""

    offer_id: UUID
    booth_codes: tuple[Code, ...]


class BoothMoved(PlaceEvent):
    """A place is changed by repair or by a swap both agreed to."""

    old_booth_codes: tuple[Code, ...]
    new_booth_codes: tuple[Code, ...]
    reason_code: Code
    run_id: UUID | None


class BoothReleased(PlaceEvent):
    """A held place is free again."""

    booth_codes: tuple[Code, ...]
    reason_code: Code


class ApplicationWaitlisted(PlaceEvent):
    """There is no place now; ``position`` from 1.

    After a run ``reasons`` are those of its dossier, ``changes`` what would have given a place, each enough alone (or
    ``none``), and ``draw_number`` is the application's in the draw. Who held booths until now finds them in
    ``released_booth_codes``, and in ``legal_document`` the paper by which there are fewer.
    """

    run_id: UUID | None
    position: int
    reasons: tuple[Reason, ...]
    changes: tuple[Reason, ...] = ()
    draw_number: int | None = None
    released_booth_codes: tuple[Code, ...] = ()
    legal_document: LegalDocument | None = None


class ApplicationClosedUnplaced(PlaceEvent):
    """The edition ends or is cancelled and the application never got a place."""

    reason_code: Code


class BoothCheckedIn(PlaceEvent):
    """The holder was at its booth on the day."""

    booth_codes: tuple[Code, ...]
    on: date


class BoothNoShow(PlaceEvent):
    """The holder was not at its booth on the day."""

    booth_codes: tuple[Code, ...]
    on: date
