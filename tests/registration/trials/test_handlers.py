"""A pack tried on past applications: whose outcome would change, and nothing is changed; and taken in without code."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.registration.conftest import PAPERS, World, a_row

from registration.rules.domain import PackOverlapsError
from registration.rules.packs import PackFile, add_pack, read_packs
from registration.rules.tables import RulePackRow
from registration.trials.commands import describe
from registration.trials.handlers import Trial, try_pack
from registration.vetting.repository import get_packs
from registration.vetting.tables import EvaluationRow


def stricter(**changes: Any) -> PackFile:
    """Return the eligibility pack with a trademark asked of everybody, from 1 August 2020 on."""
    pack = next(found for found in read_packs() if found.pack == "eligibility")
    papers = [*pack.body["papers"], {"code": "R12", "any_of": ["trademark_or_gi"]}]
    made = replace(pack, version="2020-08", valid_from=date(2020, 8, 1), body={**pack.body, "papers": papers})
    return replace(made, **changes)


async def run(fair: World, pack: PackFile, **how: bool) -> Trial:
    return await fair.harness.run(try_pack, pack, **how)


async def test_whose_outcome_would_change_is_shown_and_nothing_is_changed(fair: World) -> None:
    with_one = [*({"kind": kind} for kind in PAPERS), {"kind": "trademark_or_gi"}]
    await fair.accepted(a_row(1, documents=with_one))
    without = await fair.accepted(a_row(2))
    kept = await fair.harness.rows(select(func.count()).select_from(EvaluationRow))
    trial = await run(fair, stricter())
    assert (trial.editions, trial.applications) == (1, 2)
    [change] = trial.changes
    assert str(change.application_id) == without["application_id"]
    assert (change.before.outcome, change.after.outcome, change.after.codes) == ("accept", "return", ("R12",))
    assert "accept, tier_4" in describe(trial)[1]
    assert await fair.harness.rows(select(func.count()).select_from(EvaluationRow)) == kept


async def test_the_dates_of_the_fair_choose_the_pack_not_today(fair: World) -> None:
    await fair.accepted()
    later = stricter(valid_from=date(2020, 8, 21))
    assert (await run(fair, later)).editions == 0
    assert len((await run(fair, later, any_date=True)).changes) == 1


async def test_the_pack_in_force_changes_nothing(fair: World) -> None:
    await fair.accepted()
    assert all([(await run(fair, pack)).changes == () for pack in read_packs()])


async def test_a_new_pack_is_taken_in_and_ends_the_one_before_it(fair: World) -> None:
    async with fair.harness.service.units.begin() as uow:
        await add_pack(uow.session, stricter())
        await uow.session.flush()
        july, august = [
            (await get_packs(uow.session, day, "2020")).eligibility.version
            for day in (date(2020, 7, 31), date(2020, 8, 1))
        ]
        ends = await uow.session.scalar(select(RulePackRow.valid_to).where(RulePackRow.version == "2020-05"))
        with pytest.raises(PackOverlapsError):
            await add_pack(uow.session, stricter(version="2020-06", valid_from=date(2020, 6, 1)))
        await uow.session.rollback()
    assert (july, august, ends) == ("2020-05", "2020-08", date(2020, 7, 31))
