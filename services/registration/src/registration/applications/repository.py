"""Applications as stored."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Interval, and_, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.applications.domain import Application, ApplicationState
from registration.applications.tables import ApplicationRow, ConsentRow
from registration.editions.domain import EditionState
from registration.editions.tables import EditionRow

APPLICATION = TypeAdapter(Application)
COLUMNS = tuple(column.key for column in ApplicationRow.__mapper__.column_attrs)


@dataclass(frozen=True)
class Consent:
    purpose: str
    text_version: str


@dataclass(frozen=True)
class PastApplication:
    """An application of the same vendor for another edition."""

    state: ApplicationState
    decided_at: datetime | None
    first_on: date


def to_application(row: ApplicationRow) -> Application:
    return APPLICATION.validate_python({name: getattr(row, name) for name in COLUMNS})


async def get_application(session: AsyncSession, application_id: UUID) -> Application:
    """Return an application as this transaction first saw it; raises NotFoundError."""
    row = await session.get(ApplicationRow, application_id)
    if row is None:
        raise NotFoundError("application", application_id)
    return to_application(row)


async def lock_application(session: AsyncSession, application_id: UUID) -> Application:
    """Return an application that nobody else changes until the end; raises NotFoundError."""
    row = await session.scalar(
        select(ApplicationRow)
        .where(ApplicationRow.application_id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFoundError("application", application_id)
    return to_application(row)


async def save_application(session: AsyncSession, application: Application) -> None:
    await session.execute(
        update(ApplicationRow)
        .where(ApplicationRow.application_id == application.application_id)
        .values(**asdict(application))
    )


async def add_applications(session: AsyncSession, applications: Sequence[Application]) -> None:
    await session.execute(insert(ApplicationRow).values([asdict(application) for application in applications]))


async def add_consents(
    session: AsyncSession, application_id: UUID, consents: Sequence[Consent], given_by: str, now: datetime
) -> None:
    """Store consents; one given before for the same purpose is renewed."""
    statement = insert(ConsentRow).values(
        [
            {
                "application_id": application_id,
                "purpose": consent.purpose,
                "text_version": consent.text_version,
                "given_by": given_by,
                "given_at": now,
            }
            for consent in consents
        ]
    )
    renewed = {name: statement.excluded[name] for name in ("text_version", "given_by", "given_at")}
    await session.execute(statement.on_conflict_do_update(index_elements=["application_id", "purpose"], set_=renewed))


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
    """Return the applications that vendors have for an edition, by vendor."""
    rows = await session.scalars(
        select(ApplicationRow).where(ApplicationRow.edition_id == edition_id, ApplicationRow.vendor_id.in_(vendor_ids))
    )
    return {row.vendor_id: to_application(row) for row in rows}


async def list_past(session: AsyncSession, vendor_id: UUID, edition_id: UUID) -> list[PastApplication]:
    """Return a vendor's applications for other editions, the latest edition first."""
    rows = await session.execute(
        select(ApplicationRow.state, ApplicationRow.decided_at, EditionRow.planned_first)
        .join(EditionRow, EditionRow.edition_id == ApplicationRow.edition_id)
        .where(ApplicationRow.vendor_id == vendor_id, ApplicationRow.edition_id != edition_id)
        .order_by(EditionRow.planned_first.desc())
    )
    return [PastApplication(ApplicationState(state), decided_at, first_on) for state, decided_at, first_on in rows]


def _is_waiting():  # noqa: ANN202  # SQLAlchemy's own type
    return and_(ApplicationRow.state == ApplicationState.RETURNED, EditionRow.state != EditionState.SUSPENDED)


async def lock_unanswered(session: AsyncSession, now: datetime, limit: int) -> list[Application]:
    """Return returned applications whose date has passed, locked with their editions; suspended editions wait."""
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


async def move_reply_dates(session: AsyncSession, edition_id: UUID, by: timedelta) -> None:
    """Give an edition's returned applications so much more time."""
    await session.execute(
        update(ApplicationRow)
        .where(ApplicationRow.edition_id == edition_id, ApplicationRow.state == ApplicationState.RETURNED)
        .values(reply_by_at=ApplicationRow.reply_by_at + literal(by, Interval()))
    )
