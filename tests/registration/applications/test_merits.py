"""What gives points beside the tier: an early submission, a clean record, the first event and a new product."""

from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text
from tests.registration.conftest import OPEN, PAPERS, World, a_row

from common.contracts.registration import ApplicationAccepted
from common.tokens import Role

MIGRATIONS = Path("services/registration/migrations/versions")


async def merits_told(fair: World) -> dict[str, int]:
    """Return the merits of the newest acceptance, by name."""
    told = (await fair.harness.emitted(ApplicationAccepted))[-1]
    return {reason.code: int(str(reason.data["points"])) for reason in told.priority.reasons}


async def supplemented(fair: World, days: int) -> dict[str, Any]:
    """Return an application that was returned at once and handed in anew so many days later."""
    without_label = [{"kind": kind} for kind in PAPERS if kind != "label"]
    application = await fair.submitted(a_row(documents=without_label))
    assert (await fair.decide(application, "return", reply_by_at="2020-07-23T10:00:00Z")).is_success
    fair.harness.clock.set(OPEN + timedelta(days=days))
    row = a_row()
    dossier = {name: row[name] for name in ("products", "documents", "booths_wanted", "wishes")}
    path = f"/applications/{application['application_id']}/dossier"
    await fair.ok("PUT", path, Role.VENDOR, dossier, vendor_id=application["vendor_id"])
    answer = await fair.submit(application)
    assert answer.is_success, answer.text
    return answer.json()


async def test_a_supplement_that_was_asked_for_costs_no_point_of_an_early_submission(fair: World):
    application = await supplemented(fair, days=14)
    assert (application["revision"], application["submitted_at"]) == (2, OPEN.isoformat().replace("+00:00", "Z"))
    assert (await fair.decide(application, "accept")).is_success
    assert (await merits_told(fair))["early"] == 9


async def test_who_handed_in_anew_before_that_held_gets_the_first_moment_back(fair: World):
    application = await supplemented(fair, days=14)
    async with fair.harness.unit_of_work() as uow:
        late = {"late": OPEN + timedelta(days=14)}
        await uow.session.execute(text("UPDATE applications SET submitted_at = :late"), late)
        await (await uow.session.connection()).run_sync(upgrade, "0017_keep_the_first_submission")
    path = f"/applications/{application['application_id']}"
    found = (await fair.ok("GET", path, Role.REVIEWER))["submitted_at"]
    assert found == application["submitted_at"]


def upgrade(connection: Connection, name: str) -> None:
    spec = spec_from_file_location(name, MIGRATIONS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    with Operations.context(MigrationContext.configure(connection)):
        module.upgrade()
