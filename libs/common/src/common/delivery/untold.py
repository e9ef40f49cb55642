"""What no event tells, and a restored database lacks for good: it is asked for until a person says that it was entered again.

``settle`` leaves the mark of its epoch (``rereading``) to people where the service has something of that kind. What must not
be done twice is refused meanwhile by whom it concerns. Who confirmed, when and why stays with the mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

IS_LACKING = "EXISTS (SELECT FROM forgotten_events WHERE position < 0 AND how = 'by_hand')"
_LIST = text(
    """
    SELECT settled_at, how = 'by_hand', note->>'by', CAST(note->>'at' AS timestamptz), note->>'why' FROM forgotten_events
    WHERE position < 0 AND settled_at IS NOT NULL AND note IS NOT NULL ORDER BY position DESC
    """
)
_IS_LACKING = text(f"SELECT {IS_LACKING}")
_CONFIRM = text(
    """
    UPDATE forgotten_events SET how = 'reapplied', note = note || jsonb_build_object(
        'by', CAST(:by AS text), 'at', CAST(CAST(:at AS timestamptz) AS text), 'why', CAST(:why AS text))
    WHERE position < 0 AND how = 'by_hand' RETURNING position
    """
)


@dataclass(frozen=True)
class Asked:
    """One restore, since when what it lost is asked for, and who said that it was entered again, when and why."""

    since: datetime
    is_open: bool
    confirmed_by: str | None
    confirmed_at: datetime | None
    reason: str | None


async def is_lacking(session: AsyncSession) -> bool:
    """Whether something may be lost that no event tells, and nobody has said that it was entered again."""
    return bool(await session.scalar(_IS_LACKING))


async def list_asked(session: AsyncSession) -> Sequence[Asked]:
    """Return the restores after which something was to be entered again, oldest first."""
    return [Asked(*row) for row in await session.execute(_LIST)]


async def confirm_entered(session: AsyncSession, by: str, why: str, at: datetime) -> bool:
    """Keep that all which was lost was entered again; False where nobody asks for anything."""
    rows = await session.execute(_CONFIRM, {"by": by, "why": why, "at": at})
    return bool(rows.all())
