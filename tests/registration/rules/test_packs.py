"""Pack files as they are loaded: never overlapping, never changed once stored."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.harness import Harness

from registration.rules.domain import NoRuleForDateError, PackChangedError, ProductGroups
from registration.rules.packs import read_packs, store_packs
from registration.rules.repository import get_in_force
from registration.rules.tables import RulePackRow
from registration.vetting.repository import get_packs


async def test_loading_the_same_packs_again_stores_nothing_more(registration: Harness) -> None:
    async with registration.unit_of_work() as uow:
        assert await store_packs(uow.session, read_packs()) == 0
    assert await registration.rows(select(func.count()).select_from(RulePackRow)) == [len(read_packs())]


async def test_a_version_stored_while_the_service_runs_is_used_at_once(registration: Harness) -> None:
    async with registration.service.units.begin() as uow:
        before = await get_packs(uow.session, date(2020, 8, 20), "2020")
        last = next(pack for pack in reversed(read_packs()) if pack.pack == "award_levels")
        day = last.valid_from.replace(year=last.valid_from.year - 100)
        newer = replace(last, version="1900-test", valid_from=day, valid_to=day)
        await store_packs(uow.session, [newer])
        await uow.session.flush()
        after = await get_packs(uow.session, date(2020, 8, 20), "2020")
        await uow.session.rollback()
        undone = await get_packs(uow.session, date(2020, 8, 20), "2020")
    added = {one.version for one in after.products.award_levels} - {one.version for one in before.products.award_levels}
    assert added == {"1900-test"}
    assert undone == before


async def test_a_stored_version_with_another_content_is_refused(registration: Harness) -> None:
    pack = read_packs()[0]
    changed = replace(pack, trust=f"{pack.trust}, changed")
    with pytest.raises(PackChangedError):
        async with registration.unit_of_work() as uow:
            await store_packs(uow.session, [changed])


async def test_a_date_before_the_first_version_has_no_rule(registration: Harness) -> None:
    async with registration.unit_of_work() as uow:
        with pytest.raises(NoRuleForDateError):
            await get_in_force(uow.session, "product_groups", ProductGroups, date(2019, 8, 20))
        found = await get_in_force(uow.session, "product_groups", ProductGroups, date(2022, 7, 31))
    assert found.version == "groups_2019"


def test_versions_of_a_pack_that_overlap_are_refused(tmp_path: Path) -> None:
    for name, first in (("a", "2020-01-01"), ("b", "2021-01-01")):
        text = f'pack = "p"\nversion = "{name}"\nvalid_from = {first}\ntrust = "t"\n[body]\n'
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="overlap"):
        read_packs(tmp_path)
