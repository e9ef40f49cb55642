"""What reviewers decide, propose, release, record and enter, each command made ready to be called."""

from uuid import UUID, uuid4

import httpx
from tests.registration.conftest import OPEN
from tests.registration.editions.stage import Call, Commands, Json, Stage
from tests.registration.recall_corrections.test_api import take_back as take_recall_back
from tests.registration.releases.test_api import answer, preview, propose, release
from tests.registration.releases.test_revocations import propose as propose_end
from tests.registration.subsidies.test_api import support

from common.tokens import Role
from registration.appeals.domain import DUE
from registration.evidence.domain import Declared, Paper, Scan
from registration.evidence.repository import add_paper
from registration.lapses.domain import Task
from registration.lapses.repository import add_tasks

command = Commands()


@command("verify", "POST /evidence/{evidence_id}/verifications")
async def verify(stage: Stage) -> Call:
    application = await stage.fair.submitted(stage.row())
    paper = Paper(
        evidence_id=uuid4(),
        application_id=UUID(application["application_id"]),
        declared=Declared("label", None, None, None, None),
        media_type="application/pdf",
        size=10,
        sent_sha256="0" * 64,
        kept_sha256="0" * 64,
        scan=Scan.NOT_SCANNED,
        handed_in_by="chu-the",
        handed_in_at=OPEN,
    )
    async with stage.fair.harness.unit_of_work() as uow:
        await add_paper(uow.session, paper)
    path = f"/evidence/{paper.evidence_id}/verifications"
    return lambda: stage.ask("POST", path, Role.REVIEWER, {"finding": "verified"})


@command("decide", "POST /applications/{application_id}/decisions")
async def decide(stage: Stage) -> Call:
    application = await stage.fair.submitted(stage.row())
    return lambda: stage.fair.decide(application, "accept")


async def _proposed(stage: Stage) -> Json:
    proposed = await propose(stage.fair, await stage.fair.submitted(stage.row()), "accept")
    assert proposed.status_code == 201
    return proposed.json()


@command("propose", "POST /applications/{application_id}/tentative-decisions")
async def propose_one(stage: Stage) -> Call:
    application = await stage.fair.submitted(stage.row())
    return lambda: propose(stage.fair, application, "accept")


@command("answer", "POST /tentative-decisions/{decision_id}/answer")
async def answer_one(stage: Stage) -> Call:
    kept = await _proposed(stage)
    return lambda: answer(stage.fair, kept, "minh")


@command("take_back", "POST /tentative-decisions/{decision_id}/withdrawal")
async def take_back(stage: Stage) -> Call:
    path = f"/tentative-decisions/{(await _proposed(stage))['decision_id']}/withdrawal"
    return lambda: stage.ask("POST", path, Role.REVIEWER)


@command("release", "POST /editions/{edition_id}/decision-release")
async def release_all(stage: Stage) -> Call:
    await _proposed(stage)
    digest = (await preview(stage.fair))["digest"]
    return lambda: release(stage.fair, digest)


@command("revoke", "POST /applications/{application_id}/revocation")
async def revoke(stage: Stage) -> Call:
    application = await stage.fair.accepted(stage.row())
    return lambda: stage.fair.tell(application, "revocation", Role.ORGANISER, {"reason_codes": ["violation"]})


@command("propose_revocation", "POST /applications/{application_id}/tentative-revocations")
async def propose_revocation(stage: Stage) -> Call:
    application = await stage.fair.accepted(stage.row())
    return lambda: propose_end(stage.fair, application, "violation")


@command("release_revocation")
async def release_revocation(stage: Stage) -> Call:
    application = await stage.fair.accepted(stage.row())
    await propose_end(stage.fair, application, "violation")

    async def look_and_release() -> httpx.Response:
        return await release(stage.fair, (await preview(stage.fair))["digest"])

    return look_and_release


@command("declare_interest", "POST /applications/{application_id}/interests")
async def declare_interest(stage: Stage) -> Call:
    application = await stage.fair.submitted(stage.row())
    return lambda: stage.fair.tell(application, "interests", Role.REVIEWER, {"reason": "Người thân"})


@command("do_task", "POST /review-tasks/{task_id}/completion")
async def do_task(stage: Stage) -> Call:
    application = await stage.fair.submitted(stage.row())
    edition_id, application_id = UUID(stage.fair.edition_id), UUID(application["application_id"])
    task = Task(
        task_id=uuid4(),
        edition_id=edition_id,
        application_id=application_id,
        kind=DUE,
        subject="appeal",
        data={},
        opened_at=OPEN,
    )
    async with stage.fair.harness.unit_of_work() as uow:
        await add_tasks(uow.session, [task])
    path = f"/review-tasks/{task.task_id}/completion"
    return lambda: stage.ask("POST", path, Role.REVIEWER, {"note": "Đã xem"})


@command("enter_support", "POST /editions/{edition_id}/support-lines")
async def enter_support(stage: Stage) -> Call:
    vendor_id = (await stage.fair.submitted(stage.row()))["vendor_id"]
    return lambda: support(stage.fair, vendor_id)


@command("record_recall", "PUT /products/{product_id}/recall")
async def record_recall(stage: Stage) -> Call:
    product_id = (await stage.fair.submitted(stage.row()))["product_ids"][0]
    body = {"revoked_on": "2020-08-21", "paper": "Quyết định 812/QĐ-UBND"}
    return lambda: stage.ask("PUT", f"/products/{product_id}/recall", Role.REVIEWER, body)


@command("correct_recall", "POST /products/{product_id}/recall-corrections")
async def correct_recall(stage: Stage) -> Call:
    application = await stage.fair.submitted(stage.row())
    body = {"revoked_on": "2020-08-21", "paper": "Quyết định 812/QĐ-UBND"}
    entered = await stage.ask("PUT", f"/products/{application['product_ids'][0]}/recall", Role.REVIEWER, body)
    assert entered.is_success
    return lambda: take_recall_back(stage.fair, application)
