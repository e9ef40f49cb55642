"""Invitations as stored, and what each agency has handed in since."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import delete, exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.invitations.domain import Invitation, Pause, Round
from registration.invitations.tables import InvitationRoundRow, InvitationRow
from registration.rows import insert_into, rows_of

ROUND = TypeAdapter(Round)
INVITATION = TypeAdapter(Invitation)
SAVE_ROUND = insert_into(
    "invitation_rounds",
    key="edition_id",
    renew=("issuing_agency_code", "notation", "reply_by_at", "reminders_at", "basis_ids", "signer_role", "recipients"),
)
# the dates of a round are counted from when it was first set: pauses before it do not move them
ADD = insert_into("invitations")
HAS_ANSWERED = """
    EXISTS (SELECT FROM filled_workbooks f WHERE f.edition_id = i.edition_id AND f.agency_code = i.agency_code)
    OR EXISTS (SELECT FROM nominations n WHERE n.edition_id = i.edition_id AND n.agency_code = i.agency_code)
"""
LIST_OPEN = text(
    f"""
    SELECT CAST(to_jsonb(i) AS text) AS invitation, ({HAS_ANSWERED}) AS has_answered
    FROM invitations i JOIN editions e ON e.edition_id = i.edition_id
    WHERE i.invited_at IS NOT NULL AND i.declined_at IS NULL AND i.answered_at IS NULL
        AND e.state IN ('approved', 'registration_open')
    ORDER BY i.invitation_id
    """  # noqa: S608  # our own
)
LOCK_OPEN = text(f"{LIST_OPEN.text} FOR UPDATE OF i")
LIST_STANDINGS = text(
    f"""
    SELECT i.invitation_id, a.name_vi, a.name_en, a.province_code, ({HAS_ANSWERED}) AS has_answered,
        (SELECT max(f.received_at) FROM filled_workbooks f
            WHERE f.edition_id = i.edition_id AND f.agency_code = i.agency_code) AS workbook_at,
        coalesce(p.vendors, 0) AS vendors, coalesce(p.submitted, 0) AS submitted, coalesce(p.booths, 0) AS booths,
        coalesce((
            SELECT sum(CAST(d.content ->> 'booths_wanted' AS int))
            FROM applications o JOIN vendors v ON v.vendor_id = o.vendor_id
            JOIN LATERAL (
                SELECT content FROM dossiers WHERE application_id = o.application_id ORDER BY revision DESC LIMIT 1
            ) d ON true
            WHERE o.edition_id = i.edition_id AND o.nominating_province_code = a.province_code
                AND v.country = 'VN' AND o.state NOT IN ('withdrawn', 'rejected', 'revoked')
        ), 0) AS province_booths,
        EXISTS (SELECT FROM contacts c WHERE c.party_id = i.party_id AND c.email IS NOT NULL) AS is_reachable
    FROM invitations i JOIN agencies a ON a.agency_code = i.agency_code
    LEFT JOIN LATERAL (
        SELECT count(*) AS vendors, count(*) FILTER (WHERE o.state <> 'draft') AS submitted,
            sum(CAST(d.content ->> 'booths_wanted' AS int)) AS booths
        FROM applications o
        JOIN LATERAL (
            SELECT content FROM dossiers WHERE application_id = o.application_id ORDER BY revision DESC LIMIT 1
        ) d ON true
        WHERE o.edition_id = i.edition_id AND o.nominating_agency_code = i.agency_code AND o.state <> 'withdrawn'
    ) p ON true
    WHERE i.edition_id = :edition_id
    ORDER BY a.province_code NULLS LAST, i.agency_code
    """  # noqa: S608  # our own
)
LIST_PAUSES = text(
    """
    SELECT act, done_at FROM edition_acts
    WHERE edition_id = :edition_id AND act IN ('suspend', 'reschedule') AND done_at >= :since
    ORDER BY done_at, act_id
    """
)
LIST_HELD = text(f"SELECT ({HAS_ANSWERED}) FROM invitations i WHERE i.invitation_id = :invitation_id")  # noqa: S608  # our own


@dataclass(frozen=True)
class Standing:
    """What an agency has handed in; ``booths`` are those that its vendors ask for, ``province_booths`` all of its province."""

    invitation_id: UUID
    name_vi: str
    name_en: str | None
    province_code: str | None
    has_answered: bool
    workbook_at: datetime | None
    vendors: int
    submitted: int
    booths: int
    province_booths: int
    is_reachable: bool


async def save_round(session: AsyncSession, plan: Round) -> None:
    """Store what the letters of an edition share; when it was first set stays."""
    await session.execute(SAVE_ROUND, rows_of([plan]))


async def find_round(session: AsyncSession, edition_id: UUID, *, lock: bool = False) -> Round | None:
    """Return an edition's round; None before there is one."""
    row = await session.get(InvitationRoundRow, edition_id, populate_existing=True, with_for_update=lock or None)
    return None if row is None else ROUND.validate_python(_values(row))


async def get_round(session: AsyncSession, edition_id: UUID) -> Round:
    """Return an edition's round; raises NotFoundError."""
    found = await find_round(session, edition_id)
    if found is None:
        raise NotFoundError("invitation_round", edition_id)
    return found


def _values(row: InvitationRoundRow | InvitationRow) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}


async def list_invitations(session: AsyncSession, edition_id: UUID) -> list[Invitation]:
    """Return an edition's invitations by agency."""
    query = select(InvitationRow).where(InvitationRow.edition_id == edition_id).order_by(InvitationRow.agency_code)
    return [INVITATION.validate_python(_values(row)) for row in await session.scalars(query)]


async def is_invited(session: AsyncSession, edition_id: UUID, agency_code: str) -> bool:
    """Tell whether there is an invitation for an agency, sent or not."""
    own = (InvitationRow.edition_id == edition_id) & (InvitationRow.agency_code == agency_code)
    return bool(await session.scalar(select(exists().where(own))))


async def lock_invitation(session: AsyncSession, invitation_id: UUID) -> Invitation:
    """Return an invitation that nobody else changes until the end; raises NotFoundError."""
    row = await session.get(InvitationRow, invitation_id, populate_existing=True, with_for_update=True)
    return _found(row, invitation_id)


async def get_invitation(session: AsyncSession, invitation_id: UUID) -> Invitation:
    """Return an invitation; raises NotFoundError."""
    return _found(await session.get(InvitationRow, invitation_id, populate_existing=True), invitation_id)


def _found(row: InvitationRow | None, invitation_id: UUID) -> Invitation:
    if row is None:
        raise NotFoundError("invitation", invitation_id)
    return INVITATION.validate_python(_values(row))


async def replace_drafts(session: AsyncSession, edition_id: UUID, drafts: Sequence[Invitation]) -> None:
    """Store these in the place of the invitations that have no number yet."""
    is_draft = InvitationRow.document_id.is_(None)
    await session.execute(delete(InvitationRow).where(InvitationRow.edition_id == edition_id, is_draft))
    if drafts:
        await session.execute(ADD, rows_of(drafts))


async def save_invitation(session: AsyncSession, invitation: Invitation) -> None:
    await session.execute(
        update(InvitationRow)
        .where(InvitationRow.invitation_id == invitation.invitation_id)
        .values(**asdict(invitation))
    )


async def list_open(session: AsyncSession, *, lock: bool = False) -> list[tuple[Invitation, bool]]:
    """Return invitations that wait for their answer in editions that take nominations, and whether it is there."""
    rows = await session.execute(LOCK_OPEN if lock else LIST_OPEN)
    return [(INVITATION.validate_json(row.invitation), row.has_answered) for row in rows]


async def has_answered(session: AsyncSession, invitation_id: UUID) -> bool:
    """Whether the agency has sent a workbook or a list for the edition."""
    return bool(await session.scalar(LIST_HELD, {"invitation_id": invitation_id}))


async def list_standings(session: AsyncSession, edition_id: UUID) -> list[Standing]:
    """Return what each invited agency has handed in, by province."""
    return [Standing(*row) for row in await session.execute(LIST_STANDINGS, {"edition_id": edition_id})]


async def list_pauses(session: AsyncSession, edition_id: UUID, since: datetime) -> list[Pause]:
    """Return when the edition was suspended after a time, in order; new dates end a suspension."""
    pauses: list[Pause] = []
    for act, done_at in await session.execute(LIST_PAUSES, {"edition_id": edition_id, "since": since}):
        if act == "suspend":
            pauses.append(Pause(done_at, None))
        elif pauses and pauses[-1].until is None:
            pauses[-1] = Pause(pauses[-1].since, done_at)
    return pauses
