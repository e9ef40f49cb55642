"""What a restored database forgot: each event is folded back into the service's own tables, or told to be void.

``recovering`` marks the events that the log has and the other tables lack. Here the service's handler of each type sees
them in the order of the log, each in a unit of work of its own. Until all are settled the service does not start.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import select, text

from common.contracts.base import Event
from common.delivery.envelope import Cause, read_numbered
from common.delivery.failures import describe_failure
from common.delivery.plumbing import EventLogRow, ForgottenEventRow
from common.delivery.reactions import read_event
from common.delivery.relay import open_connection
from common.delivery.republishing import hold_relay
from common.delivery.unit_of_work import UnitOfWork
from common.dependencies import is_dependency_down
from common.logs import handling
from common.service import Service

LATER = text(
    """
    SELECT l.headers->>'ce_type' FROM forgotten_events f JOIN event_log l USING (position)
    WHERE f.position > :sequence AND l.key = convert_to(:key, 'UTF8') AND l.headers->>'ce_subject' = :subject
    ORDER BY f.position
    """
)


class How(StrEnum):
    """What became of a forgotten event."""

    REAPPLIED = "reapplied"
    VOIDED = "voided"
    BY_HAND = "by_hand"
    NOTHING = "nothing"


class Settled(NamedTuple):
    """What a handler did about a forgotten event; the note is for the operator, in both languages.

    ``reapplied``: the service's tables hold again what the event told. ``voided``: they cannot, and an event was
    collected that takes it back, so that no reader keeps what its owner does not know. ``by_hand``: a person has to do
    what the note says. ``nothing``: nothing was to be done.
    """

    how: How
    vi: str = ""
    en: str = ""


REAPPLIED = Settled(How.REAPPLIED)
VOIDED = Settled(How.VOIDED)
NOTHING = Settled(How.NOTHING)


def by_hand(vi: str, en: str) -> Settled:
    """Return that a person must do something, and what."""
    return Settled(How.BY_HAND, vi, en)


RESTORED = "restored"
"""The reason code of what is told to take back a forgotten event."""


def told_at(uow: UnitOfWork) -> datetime:
    """Return when the forgotten event that is being settled was told."""
    return uow.now if uow.cause is None else uow.cause.time


async def later_types(uow: UnitOfWork) -> list[str]:
    """Return the types of the forgotten events of the same subject behind the one that is being settled."""
    if uow.cause is None:
        return []
    return list(await uow.session.scalars(LATER, uow.cause._asdict()))


SettleHandler = Callable[[UnitOfWork, Any], Awaitable[Settled]]


@dataclass(frozen=True)
class Settlement:
    """One line of a service's table: a forgotten event of this type is settled in that way."""

    kind: type[Event]
    handler: SettleHandler


def settle(kind: type[Event], handler: SettleHandler) -> Settlement:
    """Return a line of the table of settlements.

    Args:
        kind: an event that the service itself tells.
        handler: ``async def handler(uow, event) -> Settled``. ``uow.cause`` is the forgotten event, with the moment it was
            told in ``uow.cause.time``; what it emits goes out under the new epoch. It may be called where the tables
            hold all already, and then changes nothing.
    """
    return Settlement(kind, handler)


class NoSettlementError(LookupError):
    """This version settles no event of that type; the argument is the type."""

    def __str__(self) -> str:
        return f"nothing settles {self.args[0]} in this version: say it with one that does"


class SettlementFailedError(Exception):
    """An event could not be settled and nothing of it is stored; the text says which, why and what to do."""

    def __init__(self, cause: Cause, error: Exception) -> None:
        place, why = f"{cause.sequence} ({cause.type}, {cause.subject})", describe_failure(error)
        super().__init__(
            f"Không ghi lại được sự kiện {place}: {why}. Hãy sửa nguyên nhân rồi chạy lại settle, hoặc để người xử lý:"
            f" settle --by-hand {cause.sequence}\n"
            f"Event {place} cannot be settled: {why}. Mend what stands in its way and say settle again, or leave it to"
            f" a person: settle --by-hand {cause.sequence}"
        )


LEFT_TO_PEOPLE = by_hand(
    "Không ghi lại được; người quản trị đã để lại cho người xử lý: xem chủ đề của sự kiện và nhập lại hoặc báo người liên quan.",
    "It could not be folded back, and the operator left it to people: look at its subject, enter it again or tell whom it concerns.",
)


class SettledEvent(NamedTuple):
    """A forgotten event with what was done about it."""

    cause: Cause
    settled: Settled


async def settle_forgotten(
    service: Service, settlements: Sequence[Settlement], left: Collection[int] = ()
) -> AsyncGenerator[SettledEvent]:
    """Settle what is still to be settled, in the order of the log; yield each event once its effects are stored.

    Args:
        service: stopped.
        settlements: its table.
        left: positions of events that no handler is asked about, since a person sees to them.

    Raises:
        RelayRunsError: the service runs.
        NoSettlementError: an event is of a type that this version does not know; those before it are settled.
        SettlementFailedError: a handler failed; those before it are settled.
    """
    by_type = {line.kind.event_type(): line for line in settlements}
    connection = await open_connection(service.settings)
    try:
        await hold_relay(connection, service.name)
        while (done := await _settle_next(service, by_type, left)) is not None:
            yield done
    finally:
        await connection.close()


async def _settle_next(service: Service, by_type: dict[str, Settlement], left: Collection[int]) -> SettledEvent | None:
    async with service.units.begin() as uow:
        query = (
            _forgotten().where(ForgottenEventRow.settled_at.is_(None)).limit(1).with_for_update(of=ForgottenEventRow)
        )
        found = (await uow.session.execute(query)).one_or_none()
        if found is None:
            return None
        forgotten, logged = found
        cause = _cause_of(logged)
        is_left = cause.sequence in left
        settled = LEFT_TO_PEOPLE if is_left else await _run(uow.caused_by(cause), cause, by_type, logged.value)
        forgotten.settled_at, forgotten.how = uow.now, settled.how
        forgotten.note = {"vi": settled.vi, "en": settled.en} if settled.vi or settled.en else None
        return SettledEvent(cause, settled)


async def _run(uow: UnitOfWork, cause: Cause, by_type: dict[str, Settlement], value: bytes) -> Settled:
    line = by_type.get(cause.type)
    if line is None:
        raise NoSettlementError(cause.type)
    token = handling.set(cause.log_fields)
    try:
        settled = await line.handler(uow, read_event(line.kind, value))
        await uow.session.flush()
    except Exception as error:
        if is_dependency_down(error):
            raise
        raise SettlementFailedError(cause, error) from error
    else:
        return settled
    finally:
        handling.reset(token)


async def list_settled(service: Service) -> list[SettledEvent]:
    """Return what was settled so far, in the order of the log."""
    async with service.units.begin() as uow:
        rows = (await uow.session.execute(_forgotten().where(ForgottenEventRow.settled_at.is_not(None)))).all()
    return [
        SettledEvent(_cause_of(logged), Settled(How(row.how or How.NOTHING), **(row.note or {})))
        for row, logged in rows
    ]


def _forgotten():  # noqa: ANN202  # a Select of two rows
    return (
        select(ForgottenEventRow, EventLogRow)
        .join(EventLogRow, EventLogRow.position == ForgottenEventRow.position)
        .order_by(ForgottenEventRow.position)
    )


def _cause_of(row: EventLogRow) -> Cause:
    return read_numbered(row.headers, row.key.decode(), row.position, row.key_sequence)
