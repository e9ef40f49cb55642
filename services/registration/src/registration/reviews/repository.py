"""How editions are reviewed, and decisions, as stored."""

from collections.abc import Collection, Sequence
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.errors import NotFoundError
from registration.reviews.domain import DecisionOpenError, DecisionState, KeptDecision, Policy, PolicyChange
from registration.rows import insert_into, rows_of

DECISION = TypeAdapter(KeptDecision)
SET_POLICY = insert_into(
    "review_policies", key="edition_id", renew=("second_person", "released_together", "set_by", "set_at")
)
KEEP_POLICY = insert_into("review_policy_changes")
# A replica of the version before keeps what is in force alone, with who set it and when.
KEEP_UNLISTED = text(
    """
    INSERT INTO review_policy_changes (change_id, edition_id, second_person, released_together, set_by, set_at)
    SELECT gen_random_uuid(), p.edition_id, p.second_person, p.released_together, p.set_by, p.set_at
    FROM review_policies p WHERE p.edition_id = :edition_id AND NOT EXISTS (
        SELECT FROM review_policy_changes c WHERE c.edition_id = p.edition_id AND c.set_by = p.set_by AND c.set_at = p.set_at
    )
    """
)
LIST_POLICIES = text(
    """
    SELECT second_person, released_together, set_by, set_at FROM review_policy_changes
    WHERE edition_id = :edition_id ORDER BY set_at, change_id
    """
)
GET_IN_FORCE = text(
    "SELECT second_person, released_together, set_by, set_at FROM review_policies WHERE edition_id = :edition_id"
)
GET_POLICY = text("SELECT second_person, released_together FROM review_policies WHERE edition_id = :edition_id")
ADD = insert_into("review_decisions", unless_there="decision_id")
CHANGEABLE = ("state", "answered_by", "answered_at", "answer_reason", "released_at")
SAVE = insert_into("review_decisions", key="decision_id", renew=CHANGEABLE)
LOCK = text("SELECT CAST(to_jsonb(d) AS text) FROM review_decisions d WHERE decision_id = :decision_id FOR UPDATE")
FIND_REJECTION = text(
    """
    SELECT CAST(to_jsonb(d) AS text) FROM review_decisions d
    WHERE application_id = :application_id AND state = 'released' AND verdict = 'reject' ORDER BY decision_id DESC LIMIT 1
    """
)
_LIST = """
    SELECT CAST(to_jsonb(d) AS text) FROM review_decisions d
    WHERE edition_id = :edition_id AND state = ANY(:states) ORDER BY decision_id
"""
LIST = text(_LIST)
LOCK_LIST = text(f"{_LIST} FOR UPDATE")


async def get_policy(session: AsyncSession, edition_id: UUID) -> Policy:
    """Return how an edition is reviewed; where nobody set it, decisions are direct."""
    row = (await session.execute(GET_POLICY, {"edition_id": edition_id})).one_or_none()
    return Policy() if row is None else Policy(row.second_person, row.released_together)


async def set_policy(session: AsyncSession, change_id: UUID, row: dict[str, object]) -> None:
    """Store how an edition is reviewed, and that it was set so; what was in force stays in the history."""
    await session.execute(KEEP_UNLISTED, {"edition_id": row["edition_id"]})
    await session.execute(SET_POLICY, rows_of([row]))
    await session.execute(KEEP_POLICY, rows_of([{"change_id": change_id, **row}]))


async def list_policies(session: AsyncSession, edition_id: UUID) -> list[PolicyChange]:
    """Return how an edition was to be reviewed since when, oldest first; what is in force is always among it."""
    of = {"edition_id": edition_id}
    listed = [PolicyChange(**row) for row in (await session.execute(LIST_POLICIES, of)).mappings()]
    in_force = [PolicyChange(**row) for row in (await session.execute(GET_IN_FORCE, of)).mappings()]
    return [*listed, *(one for one in in_force if one not in listed)]


async def add_decision(session: AsyncSession, decision: KeptDecision) -> None:
    """Store a new decision; raises DecisionOpenError where another one is open."""
    if await session.scalar(ADD, rows_of([decision])) is None:
        raise DecisionOpenError(
            "Hồ sơ này đã có quyết định dự kiến đang chờ.", "Another decision on this application is open."
        )


async def save_decisions(session: AsyncSession, decisions: Sequence[KeptDecision]) -> None:
    if decisions:
        await session.execute(SAVE, rows_of(decisions))


async def lock_decision(session: AsyncSession, decision_id: UUID) -> KeptDecision:
    """Return a decision that nobody else changes meanwhile; raises NotFoundError."""
    found = await session.scalar(LOCK, {"decision_id": decision_id})
    if found is None:
        raise NotFoundError("decision", decision_id)
    return DECISION.validate_json(found)


async def find_rejection(session: AsyncSession, application_id: UUID) -> KeptDecision | None:
    """Return the newest rejection that was told."""
    found = await session.scalar(FIND_REJECTION, {"application_id": application_id})
    return None if found is None else DECISION.validate_json(found)


async def list_decisions(
    session: AsyncSession, edition_id: UUID, states: Collection[DecisionState]
) -> list[KeptDecision]:
    """Return an edition's decisions in some states, in the order of proposals."""
    rows = await session.scalars(LIST, {"edition_id": edition_id, "states": [state.value for state in states]})
    return [DECISION.validate_json(row) for row in rows]


async def lock_decisions(
    session: AsyncSession, edition_id: UUID, states: Collection[DecisionState]
) -> list[KeptDecision]:
    """Return an edition's decisions in some states, that nobody else changes meanwhile."""
    rows = await session.scalars(LOCK_LIST, {"edition_id": edition_id, "states": [state.value for state in states]})
    return [DECISION.validate_json(row) for row in rows]
