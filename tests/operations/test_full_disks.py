"""A full disk under PostgreSQL, and one under Kafka: said in one line, not ready meanwhile, and on by itself after it."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.brokers.kinds import Broker, Kafka, read_topic
from tests.brokers.process import KafkaProcess
from tests.conftest import disk_of
from tests.small_disk import fill_disk

from common.tokens import Role
from launcher.system import EmbeddedSystem
from registration.editions.api import EDITION_EXAMPLE
from registration.papers.api import PAPER_EXAMPLE

pytestmark = pytest.mark.timeout(300)
PATIENCE_SECONDS = 90
DATABASE_MB, KAFKA_MB = 256, 64
AGENCIES = ("hn.ubnd", "hn.snn", "hn.vpdp")
SETTINGS = {"KAFKA_GRACE_SECONDS": "1", "KAFKA_LOOK_SECONDS": "0.5"}


async def until(what: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await what():
            await asyncio.sleep(0.1)


@dataclass
class Running:
    """Registration alone, and what its caller does."""

    system: EmbeddedSystem
    client: httpx.AsyncClient
    state: Path

    async def begin(self) -> None:
        for code in AGENCIES:
            agency = {"name_vi": code, "level": "city", "valid_from": "2019-01-01"}
            stored = await self.client.put(f"/registration/agencies/{code}", json=agency)
            assert stored.is_success, stored.text

    async def plan(self, code: str, key: str) -> httpx.Response:
        body: Any = {**EDITION_EXAMPLE, "code": code}
        return await self.client.post("/registration/editions", json=body, headers={"Idempotency-Key": key})

    async def announce(self, code: str) -> None:
        edition = (await self.plan(code, str(uuid4()))).json()["edition_id"]
        path, body = f"/registration/editions/{edition}/approval", {"legal_document": PAPER_EXAMPLE}
        announced = await self.client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
        assert announced.is_success, announced.text

    async def is_ready(self) -> bool:
        return (await self.client.get("/registration/health/ready")).is_success

    async def is_not_ready(self) -> bool:
        return not await self.is_ready()

    async def has_published_all(self) -> bool:
        token = self.system.keys.token(Role.OPERATOR, "a test", self.system.now())
        answer = await self.client.get("/registration/status", headers={"Authorization": f"Bearer {token}"})
        status = answer.json()
        return status["published"] == status["log_position"] > 0

    def told(self, event: str) -> list[str]:
        lines = (self.state / "logs/registration.log").read_text().splitlines()
        found: list[dict[str, Any]] = [json.loads(line) for line in lines if line.startswith("{")]
        return [str(line.get("what", "")) for line in found if line["event"] == event]


@asynccontextmanager
async def running(state: Path, kafka: str) -> AsyncGenerator[Running]:
    async with EmbeddedSystem(
        state, services=("registration",), kafka=kafka, durable=False, environment=SETTINGS
    ) as system:
        token = system.keys.token(Role.ORGANISER, "a test", system.now())
        headers = {"Authorization": f"Bearer {token}"}
        url = system.service_urls["registration"]
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
            made = Running(system, client, state)
            await made.begin()
            yield made


async def test_a_full_disk_under_the_database(tmp_path: Path, broker: Broker) -> None:
    state = tmp_path / "state"
    state.mkdir()
    with disk_of(DATABASE_MB, state / "postgres") as disk:
        async with running(state, broker.bootstrap) as service:
            process = service.system.pids["registration"]
            ballast = fill_disk(disk)
            keys = (str(uuid4()) for _ in range(200))
            answers = [(f"F{number}-2020", key) for number, key in enumerate(keys)]
            for code, key in answers:
                refused = await service.plan(code, key)
                if refused.status_code != 201:
                    break
            else:
                pytest.fail("the disk is not full")
            assert refused.status_code == 503
            assert "Retry-After" in refused.headers
            assert await service.is_not_ready()
            [line] = service.told("database_unusable")
            assert "has no disk space left for what is written: free some" in line

            ballast.unlink()
            await until(service.is_ready)
            again = await service.plan(code, key)
            assert again.status_code == 201, again.text
            found = (await service.client.get("/registration/editions", params={"limit": 200})).json()["items"]
            assert [one["code"] for one in found].count(code) == 1
            assert len(service.told("database_unusable")) == 1
            assert len(service.told("database_usable")) == 1
            assert service.system.pids["registration"] == process


async def test_a_full_disk_under_kafka(tmp_path: Path, pytestconfig: pytest.Config, broker_server: Broker) -> None:
    if pytestconfig.getoption("--kafka") != "process":
        pytest.skip("needs --kafka process: a Kafka on a small disk of its own")
    assert isinstance(broker_server, Kafka)  # it can run here
    with disk_of(KAFKA_MB, tmp_path / "kafka") as disk:
        node = KafkaProcess(disk)
        kafka = Kafka(node)
        kafka.start()
        try:
            kafka.create(
                *(f"ocop.registration.{name}" for name in ("events", "contacts", "dlq")), "ocop.allocation.events"
            )
            async with running(tmp_path / "state", kafka.bootstrap) as service:
                await service.announce("K1-2020")
                await until(service.has_published_all)
                ballast = fill_disk(disk)
                for number in range(2, 12):
                    await service.announce(f"K{number}-2020")
                await until(service.is_not_ready)
                assert not await service.has_published_all()
                *_, line = service.told("broker_unusable")  # which of the two is up to how the node gave up
                assert "does not answer" in line or "ends the talk" in line

                ballast.unlink()
                kafka.stop()  # it ends itself where its disk is full; its supervisor starts it again
                kafka.start()
                await until(service.is_ready)
                await until(service.has_published_all)
                events = {
                    dict(record.headers)["ce_id"]
                    for record in await read_topic(kafka.bootstrap, "ocop.registration.events")
                }
                assert len(events) == 11
        finally:
            kafka.stop()
