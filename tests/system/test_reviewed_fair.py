"""A play whose dossiers go to reviewers in turn, with a second pair of eyes, and are told together."""

from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.system.conftest import Played, play_once
from tests.system.recount import name_of
from tests.system.variants import write_variant

pytestmark = pytest.mark.system

REVIEWERS = ("Lan", "Minh", "Hà")
REVIEW = f"""[review]
reviewers = {list(REVIEWERS)}
second_person = true
released_together = true

[venue]"""
OVERRIDE = """reply_days = 5
accept_anyway = ["self/3"]
override_reason = "Sở Nông nghiệp đã xác nhận đề cử qua điện thoại; văn bản gửi sau."
"""
DECISIONS = "SELECT * FROM review_decisions ORDER BY proposed_at, decision_id"
TOLD = ("application_accepted", "application_returned", "application_rejected")


async def _decisions(played: Played) -> list[Any]:
    url = played.system.postgres.url("registration").replace("postgresql+asyncpg", "postgresql")
    connection: asyncpg.Connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(DECISIONS))
    finally:
        await connection.close()


async def test_decisions_of_reviewers_in_turn_are_agreed_to_where_needed_and_told_at_once(tmp_path: Path):
    changes = ("edition.toml", "[venue]", REVIEW), ("story.toml", "reply_days = 5\n", OVERRIDE)
    folder = write_variant(tmp_path / "reviewed_fair", *changes)
    async with play_once(folder, tmp_path / "out", tmp_path / "state") as played:
        decisions = await _decisions(played)
    first = [one for one in decisions if one["proposed_at"] == decisions[0]["proposed_at"]]
    assert len(first) > 3
    assert {one["proposed_by"] for one in first} == set(REVIEWERS)
    assert len({one["released_at"] for one in first} - {None}) == 1
    overrides = [one for one in decisions if one["override_reason"] is not None]
    assert [(one["verdict"], one["answered_by"] in REVIEWERS) for one in overrides] == [("accept", True)]
    assert overrides[0]["answered_by"] != overrides[0]["proposed_by"]
    assert {one["answered_by"] for one in first if one not in overrides} == {None}
    names = [name_of(event) for event in played.events("registration")]
    places = [place for place, name in enumerate(names) if name in TOLD][: len(first)]
    assert places == list(range(places[0], places[0] + len(first))), "nothing else was told between them"
    assert "người thứ hai đồng ý 1; công bố cùng lúc" in played.told
