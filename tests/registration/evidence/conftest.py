"""A vendor's counter for papers: uploads part by part, hands in, and reads over HTTP."""

import shutil
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.registration.conftest import OPEN, PAPER, World, a_row

from common.tokens import Role

Json = dict[str, Any]
ENTRY: Json = {
    "kind": "food_safety_certificate",
    "number": "123/2019/ATTP-HG",
    "issuer": "Chi cục Quản lý chất lượng Hà Giang",
    "issued_on": "2019-05-10",
    "expires_on": "2022-05-10",
}


@dataclass
class Counter:
    """One application and its vendor."""

    world: World
    draft: Json

    @property
    def claims(self) -> Json:
        return {"vendor_id": self.draft["vendor_id"]}

    async def begin(self, size: int, **changes: Any) -> httpx.Response:
        path = f"/applications/{self.draft['application_id']}/evidence-uploads"
        return await self.world.call("POST", path, Role.VENDOR, {**ENTRY, "size": size, **changes}, **self.claims)

    async def part(self, upload_id: str, offset: int, content: bytes) -> httpx.Response:
        async with self.world.harness.client(Role.VENDOR, **self.claims) as client:
            path = f"/registration/evidence-uploads/{upload_id}/content?offset={offset}"
            return await client.put(path, content=content)

    async def complete(self, upload_id: str) -> httpx.Response:
        return await self.world.call("POST", f"/evidence-uploads/{upload_id}/completion", Role.VENDOR, **self.claims)

    async def send(self, content: bytes, **changes: Any) -> httpx.Response:
        """Send a whole file in parts of 300,000 bytes, and hand it in."""
        begun = await self.begin(len(content), **changes)
        assert begun.status_code == 201, begun.text
        upload_id = begun.json()["upload_id"]
        for offset in range(0, len(content), 300_000):
            answer = await self.part(upload_id, offset, content[offset : offset + 300_000])
            assert answer.status_code == 200, answer.text
        return await self.complete(upload_id)

    async def sent(self, content: bytes, **changes: Any) -> Json:
        answer = await self.send(content, **changes)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def papers(self) -> list[Json]:
        path = f"/applications/{self.draft['application_id']}/evidence"
        answer = await self.world.call("GET", path, Role.REVIEWER)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, paper: Json, role: Role = Role.REVIEWER, **claims: Any) -> httpx.Response:
        return await self.world.call("GET", f"/evidence/{paper['evidence_id']}/file", role, **claims)


async def open_fair(world: World) -> World:
    """Plan, approve and open an edition in a world of a service with settings of its own."""
    answer = await world.plan()
    world.edition_id = answer.json()["edition_id"]
    assert (await world.act("approval", {"legal_document": PAPER})).is_success
    world.harness.clock.set(OPEN)
    assert (await world.act("opening")).is_success
    return world


async def add_agencies(world: World) -> None:
    """Tell who plans the edition, and who nominates."""
    for code, province, level in (
        ("hn.ubnd", "01", "city"),
        ("hn.snn", "01", "city"),
        ("hn.vpdp", "01", "city"),
        ("hg.snn", "02", "province"),
    ):
        await world.add_agency(code, province, level)


async def open_counter(harness: Any) -> Counter:
    """Return a counter of a service with settings of its own."""
    world = World(harness)
    await add_agencies(world)
    await open_fair(world)
    return Counter(world, await world.drafted(a_row()))


@pytest.fixture(scope="session")
def evidence_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: an application is built once for the same settings, with one process that looks at files."""
    return tmp_path_factory.mktemp("evidence")


@pytest.fixture
def evidence_folder(evidence_place: Path) -> str:
    """The store's folder, as empty as a new one."""
    for kept in evidence_place.iterdir():
        shutil.rmtree(kept)
    return str(evidence_place)


@pytest.fixture
async def counter(make_harness: Any, evidence_folder: str) -> AsyncGenerator[Counter]:
    async with make_harness("registration", evidence_store=evidence_folder) as harness:
        yield await open_counter(harness)


def kept_files(folder: str) -> dict[str, Path]:
    """Return the files in the store by the id of their paper."""
    return {one.name: one for one in Path(folder, "evidence").iterdir()}
