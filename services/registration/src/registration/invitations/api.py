"""Invitation rounds over HTTP: set by the organiser, numbered by the clerk, watched, and declined by an agency."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from common.contracts.base import Code, LegalDocument
from common.errors import ForbiddenError
from common.tokens import Principal, Role
from common.web import Caller, Line, Paragraph, Strict, Uow, allow, new_router
from registration.invitations import handlers, repository
from registration.invitations.domain import MOST_REMINDERS, Invitation, Stage
from registration.invitations.handlers import Answered, Dashboard, Wanted
from registration.papers.api import PAPER_EXAMPLE, PaperEntry

router = new_router("invitations")

Booths = Annotated[int, Field(ge=0, le=2_000)]


class InvitedEntry(Strict):
    """An agency to invite, and the booths that it may fill; null is no bound of its own."""

    agency_code: Code
    floor: Booths | None = None
    ceiling: Booths | None = None


class RoundEntry(Strict):
    """The invitation round of an edition: what all letters share, and whom they go to."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "issuing_agency_code": "hn.snn",
                    "notation": "SNN-VPĐP",
                    "reply_by_at": "2020-07-17T10:00:00Z",
                    "reminders_at": ["2020-07-10T02:00:00Z", "2020-07-15T02:00:00Z"],
                    "bases": [PAPER_EXAMPLE],
                    "signer_role": "PHÓ GIÁM ĐỐC",
                    "recipients": ["UBND thành phố (để báo cáo)", "Lưu: VT, VPĐP"],
                    "agencies": [{"agency_code": "hg.snn", "floor": 3, "ceiling": 9}],
                }
            ]
        }
    )

    issuing_agency_code: Code
    notation: Annotated[str, Field(pattern=r"^[A-ZĐ][A-Za-zĐđ]*\d{0,2}(-[A-ZĐ][A-Za-zĐđ&]*\d{0,2})*$", max_length=30)]
    reply_by_at: AwareDatetime
    reminders_at: Annotated[tuple[AwareDatetime, ...], Field(max_length=MOST_REMINDERS)] = ()
    bases: Annotated[tuple[PaperEntry, ...], Field(max_length=10)] = ()
    signer_role: Line = "GIÁM ĐỐC"
    recipients: Annotated[tuple[Line, ...], Field(max_length=10)] = ("Lưu: VT",)
    agencies: Annotated[tuple[InvitedEntry, ...], Field(min_length=1, max_length=300)]

    def to_wanted(self) -> Wanted:
        return Wanted(
            self.issuing_agency_code,
            self.notation,
            self.reply_by_at,
            self.reminders_at,
            self.bases,
            self.signer_role,
            self.recipients,
            [(one.agency_code, one.floor, one.ceiling) for one in self.agencies],
        )


class InvitationView(BaseModel):
    """An invitation as it stands."""

    invitation_id: UUID
    agency_code: str
    floor: int | None
    ceiling: int | None
    invited_at: datetime | None
    declined_at: datetime | None

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationView":
        return cls.model_validate(invitation, from_attributes=True)


class RoundView(BaseModel):
    """The invitations of an edition."""

    invitations: list[InvitationView]


class NumberEntry(Strict):
    """The number that the clerk gives a letter, and who signed it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "legal_document": {
                        **PAPER_EXAMPLE,
                        "type": "CV",
                        "number": "2223",
                        "notation": "SNN-VPĐP",
                        "issued_on": "2020-07-03",
                        "issuing_agency_code": "hn.snn",
                        "title": "Mời đề cử chủ thể tham gia sự kiện OCOP",
                    },
                    "signer_name": "Nguyễn Văn Mẫu",
                }
            ]
        }
    )

    legal_document: PaperEntry
    signer_name: Line


class RefusalEntry(Strict):
    """Why an agency nominates nobody."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Trùng với hội chợ của tỉnh"}]})

    reason: Paragraph


class AnsweredView(BaseModel):
    """One agency's line of the dashboard: numbers are vendors and booths that it nominated so far.

    Of places that a province shares (``is_shared``) all of its agencies count, ``province_booths``, also for ``over``.
    """

    invitation_id: UUID
    agency_code: str
    name_vi: str
    province_code: str | None
    stage: Stage
    is_reachable: bool
    legal_document: LegalDocument | None
    invited_at: datetime | None
    opened_at: datetime | None
    downloaded_at: datetime | None
    workbook_at: datetime | None
    declined_at: datetime | None
    decline_reason: str | None
    floor: int | None
    ceiling: int | None
    is_shared: bool
    vendors: int
    submitted: int
    booths: int
    province_booths: int
    over: int
    reminded_at: datetime | None
    next_reminder_at: datetime | None

    @classmethod
    def of(cls, row: Answered) -> "AnsweredView":
        known = {name: getattr(row.standing, name) for name in cls.model_fields if hasattr(row.standing, name)}
        known |= {name: getattr(row.invitation, name) for name in cls.model_fields if hasattr(row.invitation, name)}
        told = {"legal_document": row.document, "next_reminder_at": row.next_reminder_at, "is_shared": row.is_shared}
        if row.bounds is not None:
            told |= {"floor": row.bounds.floor, "ceiling": row.bounds.ceiling}
        return cls.model_validate({**known, **told, "stage": row.stage, "over": row.over})


class DashboardView(BaseModel):
    """Who has answered: a number for each stage, and each agency; ``reply_by_at`` is null while dates stand still.

    In an edition that is over (``edition_state``) no answer is awaited any more.
    """

    edition_id: UUID
    edition_state: str
    reply_by_at: datetime | None
    stages: dict[Stage, int]
    rows: list[AnsweredView]

    @classmethod
    def of(cls, found: Dashboard) -> "DashboardView":
        return cls(
            edition_id=found.edition.edition_id,
            edition_state=found.edition.state,
            reply_by_at=found.reply_by_at,
            stages={stage: found.count(stage) for stage in Stage},
            rows=[AnsweredView.of(row) for row in found.rows],
        )


@router.put("/editions/{edition_id}/invitation-round", dependencies=[allow(Role.ORGANISER)])
async def set_round(edition_id: UUID, entry: RoundEntry, uow: Uow) -> RoundView:
    """Set whom an edition invites, with how many booths, and by when they answer; drafts of letters follow from it."""
    invitations = await handlers.set_round(uow, edition_id, entry.to_wanted())
    return RoundView(invitations=[InvitationView.of(one) for one in invitations])


@router.get("/editions/{edition_id}/invitations", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE, Role.AUDITOR)])
async def show_dashboard(edition_id: UUID, uow: Uow) -> DashboardView:
    """Show who has answered: invited, opened, workbook returned, how many nominated of how many, declined, silent."""
    return DashboardView.of(await handlers.show_dashboard(uow, edition_id))


@router.post("/invitations/{invitation_id}/numbering", dependencies=[allow(Role.CLERK, Role.ORGANISER)])
async def number_letter(invitation_id: UUID, entry: NumberEntry, uow: Uow) -> InvitationView:
    """Give a letter its number: from now on it is fixed, and its agency is told by mail."""
    return InvitationView.of(await handlers.number_letter(uow, invitation_id, entry.legal_document, entry.signer_name))


@router.post("/invitations/{invitation_id}/refusal", dependencies=[allow(Role.PROVINCE)])
async def decline(invitation_id: UUID, entry: RefusalEntry, uow: Uow, caller: Caller) -> InvitationView:
    """Decline an invitation, with the reason; no reminder follows."""
    check_own(caller, await repository.get_invitation(uow.session, invitation_id))
    return InvitationView.of(await handlers.decline_invitation(uow, invitation_id, entry.reason))


def check_own(caller: Principal, invitation: Invitation) -> None:
    """Raise ForbiddenError where an agency's caller asks for another one's invitation."""
    if caller.role is Role.PROVINCE and caller.agency_code != invitation.agency_code:
        raise ForbiddenError("Thư mời của cơ quan khác.", "The invitation is another agency's.", field="agency_code")
