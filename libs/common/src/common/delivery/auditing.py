"""The audit of what operators did with messages that were set aside."""

from dataclasses import dataclass

from sqlalchemy import update

from common.delivery.inbox import MemoryKey
from common.delivery.plumbing import ReDriveRow
from common.delivery.unit_of_work import UnitOfWork


@dataclass
class Act:
    """A re-drive under way; its row in the audit commits with each message that runs, so that it is true whenever it ends."""

    pair: MemoryKey
    subject: str
    by: str
    ran: int = 0
    audit_id: int | None = None

    async def note_one(self, uow: UnitOfWork) -> int:
        """Count one more message; return the number of the row."""
        if self.audit_id is None:
            return await add_audit(uow, self.pair, self.subject, by=self.by, action="redrive", reason="", messages=1)
        more = update(ReDriveRow).where(ReDriveRow.id == self.audit_id)
        await uow.session.execute(more.values(messages=ReDriveRow.messages + 1))
        return self.audit_id

    async def note_stop(self, uow: UnitOfWork, error: str) -> None:
        """Say what stopped it, also before anything ran."""
        reason = f"stopped by {error}"
        if self.audit_id is None:
            await add_audit(uow, self.pair, self.subject, by=self.by, action="redrive", reason=reason, messages=0)
        else:
            stopped = update(ReDriveRow).where(ReDriveRow.id == self.audit_id)
            await uow.session.execute(stopped.values(reason=reason))


async def add_audit(
    uow: UnitOfWork, pair: MemoryKey, subject: str, *, by: str, action: str, reason: str, messages: int
) -> int:
    """Keep what an operator did with messages that were set aside; return the number of the row."""
    row = ReDriveRow(
        done_at=uow.now,
        done_by=by,
        action=action,
        source=pair[0],
        key=pair[1],
        subject=subject,
        reason=reason,
        messages=messages,
    )
    uow.session.add(row)
    await uow.session.flush()
    return row.id
