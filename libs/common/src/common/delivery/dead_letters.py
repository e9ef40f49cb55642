"""What operators do with parked messages: list them, run them again after a mend, or drop them with a reason.

It works on the consumer's own table, never on the public topic, and under the lock of the memory's row, or of what is
parked, where messages have no number; so it may run twice, or beside live traffic of the same key.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import BigInteger, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.delivery.auditing import Act, add_audit
from common.delivery.envelope import KEY_SEQUENCE, read_cause
from common.delivery.failures import describe_failure
from common.delivery.inbox import MemoryKey, lock_known
from common.delivery.messages import Message, is_numbered
from common.delivery.parking import WHOLE_KEY, keep_for_parked, load_parked, park_subject
from common.delivery.plumbing import ParkedMessageRow, ParkedRow
from common.delivery.reactions import NoReactionError, Subscription, run_reactions
from common.delivery.unit_of_work import UnitOfWork, UnitsOfWork
from common.dependencies import is_dependency_down

log = structlog.get_logger(__name__)

TRIES = 4  # of a message while the database is at fault: a deadlock, a connection that is gone
PAUSE_SECONDS = 0.1
_NUMBER = ParkedMessageRow.headers[KEY_SEQUENCE].astext.cast(BigInteger)
"""The order of what is parked: an event of a whole key may be kept for a subject after what came later. Contacts have none."""


@dataclass(frozen=True)
class ParkedSubject:
    """A parked subject with the number of messages that wait; the empty subject is the whole key."""

    source: str
    key: str
    subject: str
    since: datetime
    reason: str
    messages: int


@dataclass(frozen=True)
class ReDriven:
    """What a re-drive did: messages that ran, and the error that stopped it."""

    ran: int
    error: str | None = None


class DeadLetters:
    """The parked messages of one service."""

    def __init__(self, units: UnitsOfWork, subscriptions: Sequence[Subscription]) -> None:
        self._units = units
        self._reactions: dict[str, list[Subscription]] = {}
        for line in subscriptions:
            self._reactions.setdefault(line.kind.event_type(), []).append(line)

    async def list_subjects(self) -> list[ParkedSubject]:
        """Return what is parked, oldest first."""
        async with self._units.begin() as uow:
            rows = (await uow.session.scalars(select(ParkedRow).order_by(ParkedRow.since))).all()
            return [
                ParkedSubject(
                    row.source, row.key.decode(), row.subject, row.since, row.reason, await _waiting(uow.session, row)
                )
                for row in rows
            ]

    async def list_messages(self, source: str, key: str) -> list[ParkedMessageRow]:
        """Return the parked messages of a key, in their order."""
        async with self._units.begin() as uow:
            query = select(ParkedMessageRow).where(
                ParkedMessageRow.source == source, ParkedMessageRow.key == key.encode()
            )
            return list(await uow.session.scalars(query.order_by(_NUMBER.nulls_first(), ParkedMessageRow.id)))

    async def redrive(self, source: str, key: str, subject: str, by: str) -> ReDriven:
        """Run a parked subject's messages in order, then what waited behind the whole key where that is free again."""
        pair = (source, key.encode())
        done = await self._run(pair, subject, by)
        if done.error is None and subject != WHOLE_KEY:
            behind = await self._run(pair, WHOLE_KEY, by)
            return ReDriven(done.ran + behind.ran, behind.error)
        return done

    async def drop(self, source: str, key: str, subject: str, by: str, reason: str) -> int:
        """Drop the first message of a subject, mostly the dead one, with a reason and a name; return how many were dropped.

        Those behind it stay parked until the next re-drive.
        """
        pair = (source, key.encode())
        async with self._units.begin() as uow:
            await _lock(uow.session, pair)
            row = await _next(uow.session, pair, subject)
            if row is None:
                return 0
            await uow.session.delete(row)
            await add_audit(uow, pair, subject, by=by, action="drop", reason=reason, messages=1)
            if not is_numbered(row.topic) and await _next(uow.session, pair, subject) is None:
                await _release(uow.session, pair, subject)  # nothing waits behind it
            return 1

    async def _run(self, pair: MemoryKey, subject: str, by: str) -> ReDriven:
        act, tries = Act(pair, subject, by), 0
        while True:
            try:
                async with self._units.begin() as uow:
                    await _lock(uow.session, pair)
                    if not await self._run_next(uow, pair, subject):
                        return ReDriven(act.ran)
                    audit_id = await act.note_one(uow)
            except Exception as error:
                tries += 1
                if is_dependency_down(error) and tries < TRIES:
                    await asyncio.sleep(PAUSE_SECONDS * 2**tries)
                    continue
                log.exception("redrive_failed", key=pair[1].decode(), subject=subject)
                await self._stop(act, error)
                return ReDriven(act.ran, describe_failure(error))
            act.audit_id, act.ran, tries = audit_id, act.ran + 1, 0

    async def _stop(self, act: Act, error: Exception) -> None:
        """Keep in the audit what stopped a re-drive; a message behind the whole key that is at fault gets out of its way."""
        reason = describe_failure(error)
        try:
            async with self._units.begin() as uow:
                await act.note_stop(uow, reason)
            if act.subject == WHOLE_KEY and not is_dependency_down(error):
                await self._park_again(act.pair, reason)
        except Exception as also:
            if not is_dependency_down(also):
                raise
            log.warning("redrive_stop_not_kept", error=type(also).__name__)  # what ran is in the audit already

    async def _run_next(self, uow: UnitOfWork, pair: MemoryKey, subject: str) -> bool:
        """Run and delete the next message; with none left release the subject. False when there is nothing to run."""
        parked = await load_parked(uow.session, {pair})
        others = parked.subjects.get(pair, set()) - {WHOLE_KEY}
        if subject == WHOLE_KEY and others:
            return False
        row = await _next(uow.session, pair, subject)
        if row is None:
            await _release(uow.session, pair, subject)
            return False
        message = _message(row)
        reactions = self._reactions.get(message.cause.type)
        if reactions is None:
            raise NoReactionError(message.cause.type)
        if row.subject != message.cause.subject:  # it ran for its key when this subject was parked
            await run_reactions(uow, message, reactions, parked_subject=row.subject)
        else:
            await run_reactions(uow, message, reactions)
            keep_for_parked(uow, message, reactions, parked)
        await uow.session.delete(row)
        return True

    async def _park_again(self, pair: MemoryKey, error: str) -> None:
        """Make the first message behind the key the dead one of its own subject; the key goes on waiting."""
        async with self._units.begin() as uow:
            await _lock(uow.session, pair)
            row = await _next(uow.session, pair, WHOLE_KEY)
            if row is not None:
                row.behind_key = False
                row.error = error
                await park_subject(uow.session, pair, row.subject, uow.now, error)


async def _lock(session: AsyncSession, pair: MemoryKey) -> None:
    """Let nobody else run or drop messages of a key, nor take any in where they are numbered."""
    await lock_known(session, {pair})
    parked = select(ParkedRow.subject).where(ParkedRow.source == pair[0], ParkedRow.key == pair[1])
    await session.execute(parked.order_by(ParkedRow.subject).with_for_update())


async def _release(session: AsyncSession, pair: MemoryKey, subject: str) -> None:
    await session.execute(
        delete(ParkedRow).where(ParkedRow.source == pair[0], ParkedRow.key == pair[1], ParkedRow.subject == subject)
    )


async def _next(session: AsyncSession, pair: MemoryKey, subject: str) -> ParkedMessageRow | None:
    query = select(ParkedMessageRow).where(ParkedMessageRow.source == pair[0], ParkedMessageRow.key == pair[1])
    if subject == WHOLE_KEY:
        query = query.where(ParkedMessageRow.behind_key)
    else:
        query = query.where(ParkedMessageRow.subject == subject, ~ParkedMessageRow.behind_key)
    return await session.scalar(query.order_by(_NUMBER.nulls_first(), ParkedMessageRow.id).limit(1))


async def _waiting(session: AsyncSession, row: ParkedRow) -> int:
    query = select(func.count()).where(ParkedMessageRow.source == row.source, ParkedMessageRow.key == row.key)
    if row.subject == WHOLE_KEY:
        query = query.where(ParkedMessageRow.behind_key)
    else:
        query = query.where(ParkedMessageRow.subject == row.subject, ~ParkedMessageRow.behind_key)
    return await session.scalar(query) or 0


def _message(row: ParkedMessageRow) -> Message:
    numbered = is_numbered(row.topic)
    cause = read_cause(row.headers, row.key.decode(), numbered=numbered)
    known_by = (row.source, row.key)  # of a new epoch its source is another than when it was told
    return Message(row.topic, row.partition, row.offset, 0, row.key, row.headers, row.value, cause, numbered, known_by)
