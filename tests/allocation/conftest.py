"""Editions, plans and applications as allocation gets to know them, and the way from the first to a released run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import text
from tests.allocation.judge import judge
from tests.factories import PAPER, sample
from tests.harness import Harness

from allocation.explanations.worker import explain_next
from allocation.floor_plans import handlers as floor_plans
from allocation.floor_plans.domain import PlannedBooth, Zone
from allocation.places import repository as places
from allocation.places.domain import Place
from allocation.runs import releasing
from allocation.runs import repository as known_runs
from allocation.runs.domain import Run
from allocation.runs.worker import solve_next
from allocation.settings import Settings
from common.contracts.allocation import BoothOffered
from common.contracts.base import LegalDocument, events_topic
from common.contracts.registration import (
    ApplicationAccepted,
    EditionAnnounced,
    RegistrationClosed,
    RegistrationOpened,
)
from common.delivery.envelope import to_structured

EDITION = UUID("01901a2b-0000-7000-8000-0000000000e1")
PAPER_OF_RELEASE = LegalDocument.model_validate(PAPER)
OPTIMAL: dict[str, Any] = {"allocation_policy": "optimal_at_close"}


def id_of(name: str) -> UUID:
    """Return the application id of an applicant of a test."""
    return uuid5(EDITION, name)


def vendor_of(name: str) -> UUID:
    return uuid5(EDITION, f"vendor of {name}")


def announced(**changes: Any) -> EditionAnnounced:
    """Return a small edition of 20 to 24 August 2020: four booths, first come, no quotas."""
    wanted = {"edition_id": EDITION, "booth_target": 4, "allocation_policy": "first_come", "quotas": [], **changes}
    return sample(EditionAnnounced, **wanted)


def quota(group: str, floor: int | None = None, ceiling: int | None = None) -> dict[str, Any]:
    dimension, _, code = group.partition(":")
    return {"dimension": dimension, "code": code, "floor": floor, "ceiling": ceiling}


def accepted(name: str, **changes: Any) -> ApplicationAccepted:
    """Return an accepted application; ``province``, ``points`` and ``group`` are short for what they mean."""
    province = changes.pop("province", "26")
    wanted: dict[str, Any] = {
        "edition_id": EDITION,
        "application_id": id_of(name),
        "vendor_id": vendor_of(name),
        "vendor": {
            "trade_name": f"HTX {name}",
            "vendor_type": changes.pop("vendor_type", "cooperative"),
            "province_code": province,
            "country": changes.pop("country", "VN" if province else "LA"),
        },
        "products": [
            {
                "product_id": id_of(f"product of {name}"),
                "name": f"Trà {name}",
                "product_group": changes.pop("group", "beverage"),
                "stars": 4,
                "recognised_year": 2019,
                "certificate_valid_to": None,
            }
        ],
        "booths_granted": 1,
        "wishes": {
            "zone_codes": changes.pop("zones", None),
            "corner": changes.pop("corner", None),
            "power": changes.pop("power", None),
            "not_beside_group": changes.pop("not_beside", None),
            "cooking": changes.pop("cooking", None),
        },
        "priority": priority(changes.pop("points", 500)),
        **changes,
    }
    return sample(ApplicationAccepted, **wanted)


def priority(points: int) -> dict[str, Any]:
    """Return the standing of an applicant whose points all come from the tier of its best product."""
    merit = {"code": "tier_3", "text": {"vi": "Từ 3 sao", "en": "Three stars or more"}, "rule": "eligibility/2020-05"}
    return {"points": points, "reasons": [{**merit, "data": {"points": points}}] if points else []}


def about(kind: type[Any], name: str | None = None, **changes: Any) -> Any:
    """Return an event of the edition, or of one of its applications."""
    ids = {} if name is None else {"application_id": id_of(name), "vendor_id": vendor_of(name)}
    return sample(kind, edition_id=EDITION, **ids, **changes)


def street(booths: int, zone: str = "A") -> list[PlannedBooth]:
    """Return booths side by side; the first and the last are corners."""
    return [
        PlannedBooth(
            f"{zone}{number:02}", zone, 9, number in (1, booths), 1, 3.0 * number, 0.0 if zone == "A" else 12.0
        )
        for number in range(1, booths + 1)
    ]


@dataclass
class Fair:
    """An edition on its way through allocation."""

    harness: Harness
    zones: list[Zone] = field(
        default_factory=lambda: [Zone("A", "Khu A", None, "common_display"), Zone("B", "Khu B", None, "common_display")]
    )

    async def open(self, booths: Sequence[PlannedBooth] | None = None, **changes: Any) -> None:
        """Announce the edition, publish its plan and open registration."""
        await self.harness.deliver(announced(**changes))
        await self.publish(street(4) if booths is None else booths)
        await self.harness.deliver(about(RegistrationOpened))

    async def publish(self, booths: Sequence[PlannedBooth]) -> None:
        await self.harness.run(floor_plans.publish_plan, EDITION, self.zones, booths)

    async def close(self) -> None:
        await self.harness.deliver(about(RegistrationClosed))

    async def solve(self) -> Run:
        """Let the worker solve what is queued; return the newest run."""
        while await solve_next(self.harness.service, self.harness.service.settings):  # type: ignore[arg-type]
            pass
        return (await self.runs())[-1]

    async def explain(self) -> None:
        """Let the worker explain what is solved."""
        while await explain_next(self.harness.service, self.harness.service.settings):  # type: ignore[arg-type]
            pass

    async def runs(self) -> list[Run]:
        async with self.harness.unit_of_work() as uow:
            return await known_runs.list_runs(uow.session, EDITION, None, 100)

    async def release(self) -> None:
        """Close registration, solve, explain, and release."""
        await self.close()
        run = await self.solve()
        await self.explain()
        await self.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)

    async def place(self, name: str) -> Place:
        async with self.harness.unit_of_work() as uow:
            return await places.get_place(uow.session, id_of(name))

    async def offer_of(self, name: str) -> BoothOffered:
        """Return the newest offer made to an applicant."""
        made = await self.harness.emitted(BoothOffered)
        return [event for event in made if event.application_id == id_of(name)][-1]

    async def told(self) -> list[tuple[str, str]]:
        """Return what was told of whom, in order: event name and applicant's booths or the edition."""
        return [(type(event).__name__, self._name(event)) for event in await self.harness.emitted()]

    async def violations(self) -> list[str]:
        """Judge everything told and delivered so far; nothing may have been set aside."""
        async with self.harness.unit_of_work() as uow:
            assert await uow.session.scalar(text("SELECT count(*) FROM parked")) == 0
        ours = [
            {**to_structured(row.headers, row.value), "sequence": str(number)}
            for number, row in enumerate(await self.harness.outbox(), start=1)
            if row.topic == events_topic("allocation")
        ]
        theirs = [
            to_structured({name: (value or b"").decode() for name, value in record.headers}, record.value)
            for record in self.harness.delivered
        ]
        return judge([*theirs, *ours])

    def _name(self, event: Any) -> str:
        found = getattr(event, "application_id", None)
        return next((name for name in self.names if id_of(name) == found), "")

    names: list[str] = field(default_factory=lambda: [chr(letter) for letter in range(ord("a"), ord("z") + 1)])


@pytest.fixture
def fair(allocation: Harness) -> Fair:
    return Fair(allocation)


@pytest.fixture
def settings(allocation: Harness) -> Settings:
    settings = allocation.service.settings
    assert isinstance(settings, Settings)
    return settings
