"""An edition's own rules as stored."""

from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.rules.domain import EditionRules, RuleSet
from allocation.rules.tables import EditionRulesRow

RULES = TypeAdapter(RuleSet)


async def find_rules(session: AsyncSession, edition_id: UUID) -> EditionRules:
    """Return the rules in force; version 0, without any, where none were made."""
    query = select(EditionRulesRow).where(EditionRulesRow.edition_id == edition_id)
    row = await session.scalar(query.order_by(EditionRulesRow.version.desc()).limit(1))
    if row is None:
        return EditionRules(edition_id, 0, RuleSet(), "", None)
    return EditionRules(row.edition_id, row.version, RULES.validate_python(row.rules), row.made_by, row.made_at)


async def add_rules(session: AsyncSession, made: EditionRules) -> None:
    values = {"edition_id": made.edition_id, "version": made.version, "made_by": made.made_by, "made_at": made.made_at}
    await session.execute(insert(EditionRulesRow).values(rules=RULES.dump_python(made.rules, mode="json"), **values))
