"""Tells the order of priority in force, for whoever questions the places that were given by it."""

from datetime import date

from common.contracts.base import LocalText
from common.contracts.registration import PriorityPack, PriorityRule
from common.delivery.unit_of_work import UnitOfWork
from registration.priorities.domain import PriorityRules, list_rules
from registration.rules import repository
from registration.rules.domain import NoRuleForDateError

PACK = "eligibility"


async def read_pack(uow: UnitOfWork, on: date) -> PriorityPack | None:
    """Return the pack by which acceptances count for an edition whose first official day is ``on``; None where none is."""
    try:
        rules = await repository.get_in_force(uow.session, PACK, PriorityRules, on)
    except NoRuleForDateError:
        return None
    source = await repository.get_source(uow.session, PACK, rules.version)
    return PriorityPack(
        version=rules.version,
        valid_from=rules.valid_from,
        title=None if source.title is None else LocalText.model_validate(source.title),
        legal_document=source.legal_document,
        rules=tuple(
            PriorityRule(
                code=each.code,
                points=each.points,
                is_most=each.is_most,
                is_tier=each.is_tier,
                text=LocalText(vi=rules.texts[each.code][0], en=rules.texts[each.code][1]),
            )
            for each in list_rules(rules)
        ),
    )
