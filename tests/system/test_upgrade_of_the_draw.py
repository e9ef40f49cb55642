"""The version that knew no secret of a draw, beside the schema that has one: it goes on, and today's code goes on from it."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from tests.system.conftest import SMALL_FAIR
from tests.system.patience import PatientDoors, PatientSystem
from tests.system.rolling import STOP_SECONDS
from tests.system.upgrading import OF_NOW, code_before, migrate_to_now

from allocation.audit import check_allocation
from common.tokens import Role
from launcher.readiness import wait_until_ready
from launcher.system import EmbeddedSystem
from scenario.demo import embedded_system
from scenario.doors.system import System
from scenario.reading.folder import read_scenario
from scenario.running import run
from scenario.script.steps import Close, Supplement
from scenario.showing import Screen

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Upgraded:
    """What is left of the small fair, begun by the version before and ended by today's."""

    summary: dict[str, Any]
    draw: dict[str, Any]
    dossier: bytes


@dataclass(frozen=True)
class Threshold(PatientDoors):
    """Doors that take no request of an hour or later before today's code answers: what comes then is in its language."""

    hour: datetime = field(kw_only=True)
    passed: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self) -> PatientSystem:
        return _Held(self)


class _Held(PatientSystem):
    def __init__(self, doors: Threshold) -> None:
        super().__init__(doors)
        self._threshold = doors

    async def _request(
        self, method: str, path: str, role: Role | None, claims: dict[str, str], **options: Any
    ) -> bytes:
        if self.now >= self._threshold.hour:
            await self._threshold.passed.wait()
        return await super()._request(method, path, role, claims, **options)


@pytest.fixture(scope="module")
async def upgraded(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Upgraded]:
    folder, scenario = tmp_path_factory.mktemp("upgraded"), read_scenario(SMALL_FAIR)
    # A vendor's page says what became of it in today's way; nobody reads that of the version before.
    scenario = replace(scenario, steps=tuple(step for step in scenario.steps if not isinstance(step, Supplement)))
    before = code_before("allocation", "0010", folder / "before")
    closes_at = next(step.at for step in scenario.steps if isinstance(step, Close))
    async with embedded_system(scenario, folder / "state", "", before) as system:
        assert system.clock_writer is not None
        url = f"http://127.0.0.1:{system.ports['allocation']}"
        doors = Threshold(
            system.url,
            system.private_key,
            system.clock_writer,
            lambda: system.mail_dir,
            addresses=lambda service: [f"http://127.0.0.1:{system.ports[service]}"],
            hour=closes_at,
        )
        async with asyncio.TaskGroup() as group:
            playing = group.create_task(
                run(scenario, doors, folder / "out", Screen(Console(file=StringIO(), width=200)))
            )
            group.create_task(_upgrade_allocation(system, doors, f"{url}/allocation/health/ready"))
        asked = System(system.url, system.private_key, system.clock_writer)
        asked.now = system.clock_writer.now()
        try:
            draw = await asked.get(f"/allocation/editions/{_edition_in(folder / 'out')}/draw", Role.ORGANISER)
        finally:
            await asked.close()
        yield Upgraded(playing.result(), draw, (folder / "out/dossier.zip").read_bytes())


async def _upgrade_allocation(system: EmbeddedSystem, doors: Threshold, ready: str) -> None:
    """Apply today's schema under the running processes; as registration closes today's allocation takes over."""
    assert system.clock_writer is not None
    await migrate_to_now(system)
    while system.clock_writer.now() < doors.hour:
        await asyncio.sleep(0.1)
    await system.processes["allocation"].stop(STOP_SECONDS)
    await system.start_replica("allocation", system.ports["allocation"], **OF_NOW)
    await wait_until_ready([ready])
    doors.passed.set()


def _edition_in(out: Path) -> str:
    first = (out / "events/registration.jsonl").read_text(encoding="utf-8").splitlines()[0]
    return str(json.loads(first)["data"]["edition_id"])


def test_the_fair_goes_on_to_its_end(upgraded: Upgraded):
    assert upgraded.summary["state"] == "reported"
    assert upgraded.summary["events"]["allocation"] > 0


def test_an_edition_announced_by_the_version_before_is_drawn_by_the_public_names_that_it_knew(upgraded: Upgraded):
    assert (upgraded.draw["secret_commitment"], upgraded.draw["seed"]) == (None, "small-fair-1")


def test_its_dossier_by_todays_code_passes_the_check(upgraded: Upgraded):
    with zipfile.ZipFile(io.BytesIO(upgraded.dossier)) as packed:
        verdicts = check_allocation.check(check_allocation.read_dossier(packed))
    assert [each["code"] for each in verdicts if each["verdict"] == "failed"] == []
    assert len(verdicts) > 10
