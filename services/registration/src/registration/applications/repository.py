"""Applications as stored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.applications.domain import Application, ApplicationState, move_reply_by
from registration.applications.tables import ApplicationRow
from registration.editions.domain import Edition
from registration.editions.endings import OVER
from registration.editions.repository import AS_EDITION, read_edition
from registration.editions.states import EditionState
from registration.editions.tables import EditionRow
from registration.rows import insert_into, rows_of

APPLICATION = TypeAdapter(Application)
COLUMNS = tuple(column.key for column in ApplicationRow.__mapper__.column_attrs)
CHANGEABLE = sorted({*COLUMNS} - {"application_id", "edition_id", "vendor_id"})

GET = text("SELECT CAST(to_jsonb(a) AS text) FROM applications a WHERE application_id = :application_id")
# The locks are taken in the order of the clauses: the edition first, as everybody does.
OPEN = text(
    f"""
    SELECT CAST(to_jsonb(a) AS text), {AS_EDITION} FROM applications a JOIN editions e ON e.edition_id = a.edition_id
    WHERE a.application_id = :application_id FOR SHARE OF e FOR UPDATE OF a
    """  # noqa: S608  # a fragment of our own
)
_SAVE = f"""
    UPDATE applications a SET ({", ".join(CHANGEABLE)}) = ROW ({", ".join(f"r.{name}" for name in CHANGEABLE)})
    FROM jsonb_populate_recordset(NULL::applications, CAST(:applications AS jsonb)) r
    WHERE a.application_id = r.application_id
"""  # noqa: S608  # columns of our own
SAVE = text(_SAVE)
CONSENT = insert_into("consents", key="application_id, purpose", renew=("text_version", "given_by", "given_at"))
SUBMIT = text(f"WITH saved AS ({_SAVE}) {CONSENT.text}")
LIST_OF_EDITION = text(
    """
    SELECT DISTINCT ON (one) coalesce(m.kept_vendor_id, a.vendor_id) AS one, CAST(to_jsonb(a) AS text)
    FROM applications a LEFT JOIN vendor_merges m ON m.merged_vendor_id = a.vendor_id
    WHERE a.edition_id = :edition_id AND (a.vendor_id = ANY(:vendor_ids) OR a.vendor_id IN (
        SELECT merged_vendor_id FROM vendor_merges WHERE kept_vendor_id = ANY(:vendor_ids)
    ))
    ORDER BY one, m.kept_vendor_id NULLS FIRST, a.application_id
    """
)
ADD = insert_into("applications")


@dataclass(frozen=True)
class Consent:
    purpose: str
    text_version: str


def to_application(row: ApplicationRow) -> Application:
    return APPLICATION.validate_python({name: getattr(row, name) for name in COLUMNS})


async def get_application(session: AsyncSession, application_id: UUID) -> Application:
    """Return an application as it is; raises NotFoundError."""
    found = await session.scalar(GET, {"application_id": application_id})
    if found is None:
        raise NotFoundError("application", application_id)
    return APPLICATION.validate_json(found)


async def open_application(session: AsyncSession, application_id: UUID) -> tuple[Application, Edition]:
    """Return an application that nobody else changes until the end, and its edition, held as it is.

    Raises NotFoundError.
    """
    found = (await session.execute(OPEN, {"application_id": application_id})).one_or_none()
    if found is None:
        raise NotFoundError("application", application_id)
    return APPLICATION.validate_json(found[0]), read_edition(found[1])


async def save_application(session: AsyncSession, application: Application) -> None:
    await save_applications(session, [application])


async def save_applications(session: AsyncSession, applications: Sequence[Application]) -> None:
    await session.execute(SAVE, {"applications": rows_of(applications)["rows"]})


async def save_submission(
    session: AsyncSession, application: Application, consents: Sequence[Consent], given_by: str, now: datetime
) -> None:
    """Store an application with the consents it came with; one given before for the same purpose is renewed."""
    given = [
        {
            "application_id": application.application_id,
            "purpose": consent.purpose,
            "text_version": consent.text_version,
            "given_by": given_by,
            "given_at": now,
        }
        for consent in consents
    ]
    await session.execute(SUBMIT, {"applications": rows_of([application])["rows"], **rows_of(given)})


async def add_applications(session: AsyncSession, applications: Sequence[Application]) -> None:
    await session.execute(ADD, rows_of(applications))


async def count_by_state(session: AsyncSession, edition_id: UUID) -> dict[ApplicationState, int]:
    """Return how many applications of an edition have been handed in, by state."""
    rows = await session.execute(
        select(ApplicationRow.state, func.count())
        .where(ApplicationRow.edition_id == edition_id, ApplicationRow.revision > 0)
        .group_by(ApplicationRow.state)
    )
    return {ApplicationState(state): count for state, count in rows}


@dataclass(frozen=True)
class Selection:
    """Which applications a list shows."""

    edition_id: UUID
    state: ApplicationState | None = None
    nominating_agency_code: str | None = None


async def list_applications(
    session: AsyncSession, selection: Selection, after: UUID | None, limit: int
) -> list[Application]:
    """Return applications by id, that is in the order they came in."""
    wanted = select(ApplicationRow).where(ApplicationRow.edition_id == selection.edition_id)
    if selection.state is not None:
        wanted = wanted.where(ApplicationRow.state == selection.state)
    if selection.nominating_agency_code is not None:
        wanted = wanted.where(ApplicationRow.nominating_agency_code == selection.nominating_agency_code)
    if after is not None:
        wanted = wanted.where(ApplicationRow.application_id > after)
    rows = await session.scalars(wanted.order_by(ApplicationRow.application_id).limit(limit))
    return [to_application(row) for row in rows]


async def list_of_edition(
    session: AsyncSession, edition_id: UUID, vendor_ids: Collection[UUID]
) -> dict[UUID, Application]:
    """Return the applications that vendors have for an edition, by vendor; those of a merged one under the one kept."""
    rows = await session.execute(LIST_OF_EDITION, {"edition_id": edition_id, "vendor_ids": list(vendor_ids)})
    return {vendor_id: APPLICATION.validate_json(content) for vendor_id, content in rows}


def _is_waiting():  # noqa: ANN202  # SQLAlchemy's own type
    stand_still = (EditionState.SUSPENDED, *OVER)
    return and_(ApplicationRow.state == ApplicationState.RETURNED, EditionRow.state.not_in(stand_still))


async def lock_unanswered(session: AsyncSession, now: datetime, limit: int) -> list[Application]:
    """Return returned applications whose date has passed, locked with their editions.

    Suspended editions wait, and in those that are over nothing is awaited.
    """
    rows = await session.scalars(
        select(ApplicationRow)
        .join(EditionRow, EditionRow.edition_id == ApplicationRow.edition_id)
        .where(_is_waiting(), ApplicationRow.reply_by_at < now)
        .order_by(ApplicationRow.reply_by_at, ApplicationRow.application_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [to_application(row) for row in rows]


async def find_next_reply_by(session: AsyncSession) -> datetime | None:
    """Return the earliest date by which a supplement is awaited."""
    return await session.scalar(
        select(func.min(ApplicationRow.reply_by_at))
        .join(EditionRow, EditionRow.edition_id == ApplicationRow.edition_id)
        .where(_is_waiting())
    )


async def lock_in_states(
    session: AsyncSession, edition_id: UUID, states: Collection[ApplicationState]
) -> list[Application]:
    """Return an edition's applications in some states, locked."""
    rows = await session.scalars(
        select(ApplicationRow)
        .where(ApplicationRow.edition_id == edition_id, ApplicationRow.state.in_(states))
        .order_by(ApplicationRow.application_id)
        .with_for_update()
    )
    return [to_application(row) for row in rows]


async def list_in_state(session: AsyncSession, edition_id: UUID, state: ApplicationState) -> list[Application]:
    """Return an edition's applications in a state, by id."""
    wanted = select(ApplicationRow).where(ApplicationRow.edition_id == edition_id, ApplicationRow.state == state)
    rows = await session.scalars(wanted.order_by(ApplicationRow.application_id))
    return [to_application(row) for row in rows]


async def list_handed_in(session: AsyncSession, edition_id: UUID) -> list[Application]:
    """Return an edition's applications that were handed in, by id."""
    wanted = select(ApplicationRow).where(ApplicationRow.edition_id == edition_id, ApplicationRow.revision > 0)
    rows = await session.scalars(wanted.order_by(ApplicationRow.application_id))
    return [to_application(row) for row in rows]


async def list_by_id(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, Application]:
    """Return applications by id."""
    rows = await session.scalars(select(ApplicationRow).where(ApplicationRow.application_id.in_(application_ids)))
    return {row.application_id: to_application(row) for row in rows}


async def lock_by_id(session: AsyncSession, application_ids: Collection[UUID]) -> dict[UUID, Application]:
    """Return applications by id, locked."""
    wanted = select(ApplicationRow).where(ApplicationRow.application_id.in_(application_ids))
    rows = await session.scalars(wanted.order_by(ApplicationRow.application_id).with_for_update())
    return {row.application_id: to_application(row) for row in rows}


async def move_reply_dates(session: AsyncSession, edition_id: UUID, since: datetime, until: datetime) -> None:
    """Give an edition's returned applications the time back in which dates stood still."""
    returned = await lock_in_states(session, edition_id, [ApplicationState.RETURNED])
    await save_applications(session, [move_reply_by(one, since, until) for one in returned])
