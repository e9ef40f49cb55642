"""A fair whose edition stands in any state, and how commands are made ready there to be called."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import text
from tests.registration.conftest import OPEN, PAPERS, World, a_row

from common.tokens import Role

Json = dict[str, Any]
Call = Callable[[], Awaitable[httpx.Response]]

STATES = (
    "planned approved registration_open registration_closed allocated ready live suspended closed reported cancelled"
)
NO_LABEL = [{"kind": kind} for kind in PAPERS if kind != "label"]


@dataclass
class Stage:
    """A fair whose edition is put into any state between two steps."""

    fair: World
    numbers: Any

    async def put(self, state: str) -> None:
        suspended = (
            {"at": OPEN, "resume": "registration_open"} if state == "suspended" else {"at": None, "resume": None}
        )
        async with self.fair.harness.unit_of_work() as uow:
            await uow.session.execute(
                text("UPDATE editions SET state = :state, suspended_at = :at, resume_to = :resume"),
                {"state": state, **suspended},
            )

    def row(self, **changes: Any) -> Json:
        return a_row(next(self.numbers), **changes)

    async def ask(self, method: str, path: str, role: Role, body: Json | None = None, **claims: Any) -> httpx.Response:
        return await self.fair.call(method, path, role, body, **claims)

    async def of_edition(self, method: str, name: str, body: Json | None = None) -> httpx.Response:
        return await self.ask(method, f"/editions/{self.fair.edition_id}/{name}", Role.ORGANISER, body)

    async def returned(self) -> Json:
        application = await self.fair.submitted(self.row(documents=NO_LABEL))
        assert (await self.fair.decide(application, "return")).status_code == 201
        return application

    async def rejected(self) -> Json:
        application = await self.fair.submitted(self.row(documents=NO_LABEL))
        assert (await self.fair.decide(application, "reject")).status_code == 201
        return application

    async def tell(self, application: Json, step: str, body: Json) -> httpx.Response:
        return await self.fair.tell(application, step, Role.VENDOR, body, vendor_id=application["vendor_id"])

    async def dossier(self, application: Json) -> httpx.Response:
        row = a_row()
        body = {name: row[name] for name in ("products", "documents", "booths_wanted", "wishes")}
        path = f"/applications/{application['application_id']}/dossier"
        return await self.ask("PUT", path, Role.VENDOR, body, vendor_id=application["vendor_id"])


Prepare = Callable[[Stage], Awaitable[Call]]


@dataclass
class Commands:
    """What makes each command ready, under the name of its line in the table, and the addresses that they call."""

    prepared: dict[str, Prepare] = field(default_factory=dict[str, Prepare])
    routes: set[str] = field(default_factory=set[str])

    def __call__(self, name: str, route: str = "") -> Callable[[Prepare], Prepare]:
        def add(prepare: Prepare) -> Prepare:
            self.prepared[name] = prepare
            if route:
                self.routes.add(route)
            return prepare

        return add
