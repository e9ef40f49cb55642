"""A producer's phone with the link of one application."""

import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.registration.conftest import PAPERS, World, a_row
from tests.registration.evidence.conftest import add_agencies, open_fair

from common.links import sign
from common.tokens import Role

KEY = "a-key-for-tests"
Json = dict[str, Any]


@dataclass
class Phone:
    """A phone that knows one application by its link alone."""

    world: World
    application: Json

    @property
    def application_id(self) -> str:
        return str(self.application["application_id"])

    @property
    def token(self) -> str:
        return sign(KEY, "open_application", self.application_id)

    async def open(self, token: str | None = None, page: str = "status") -> httpx.Response:
        async with self.world.harness.client() as client:
            path = f"/registration/applications/{self.application_id}/{page}"
            return await client.get(f"{path}?token={self.token if token is None else token}")

    async def send(
        self, what: str, file: bytes | None = None, token: str | None = None, **fields: str
    ) -> httpx.Response:
        """Press a button of the page, and look at what it leads to."""
        path = f"/registration/applications/{self.application_id}/status"
        sent = None if file is None else {"file": ("anh.jpg", file, "image/jpeg")}
        async with self.world.harness.client() as client:
            address = f"{path}?token={self.token if token is None else token}"
            return await client.post(address, data={"do": what, **fields}, files=sent, follow_redirects=True)

    async def send_papers(
        self, what: str, papers: Sequence[tuple[bytes | None, Json]], **fields: str
    ) -> httpx.Response:
        """Press a button of a form with several papers, in their order."""
        path = f"/registration/applications/{self.application_id}/status?token={self.token}"
        names = ("kind", "number", "issuer", "issued_on", "expires_on")
        said = {name: [str(paper.get(name, "")) for _, paper in papers] for name in names}
        files = [("file", ("anh.jpg", file or b"", "image/jpeg")) for file, _ in papers]
        async with self.world.harness.client() as client:
            return await client.post(path, data={"do": what, **fields, **said}, files=files, follow_redirects=True)

    async def hand_in(self) -> httpx.Response:
        return await self.send("submit", undertaking="1", consent="1")

    async def seen(self) -> Json:
        """Return the application as the organisers see it."""
        return await self.world.ok("GET", f"/applications/{self.application_id}", Role.ORGANISER)

    async def papers(self) -> list[Json]:
        answer = await self.world.call("GET", f"/applications/{self.application_id}/evidence", Role.REVIEWER)
        return list(answer.json())


def words_of(page: httpx.Response) -> str:
    """Return a page's text without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


@pytest.fixture(scope="session")
def papers_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: an application is built once for the same settings."""
    return tmp_path_factory.mktemp("replies")


@pytest.fixture
async def phone(make_harness: Any, papers_place: Path) -> AsyncGenerator[Phone]:
    """An application without its label, handed in, in a service whose store of papers is the tests' own."""
    async with make_harness("registration", evidence_store=str(papers_place)) as harness:
        world = World(harness)
        await add_agencies(world)
        await open_fair(world)
        row = a_row(documents=[{"kind": kind} for kind in PAPERS if kind != "label"])
        yield Phone(world, await world.submitted(row))
