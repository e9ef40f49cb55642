"""Every command and every timer of registration in every state of an edition: it does its work, or says by name why not.

The table is that of the states of a fair, written again; a command that nobody thought of is found by the last test.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, cast
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from tests.registration.amendments.test_changes import amend
from tests.registration.appeals.test_api import appeal
from tests.registration.conftest import OPEN, PAPERS, World, a_row
from tests.registration.drafts.test_api import Desk, of_draft
from tests.registration.evidence.conftest import Counter
from tests.registration.invitations.test_api import LETTER, ROUND, Round
from tests.registration.recall_corrections.test_api import take_back as take_recall_back
from tests.registration.releases.test_api import answer, preview, propose, release
from tests.registration.releases.test_revocations import propose as propose_end
from tests.registration.renewals.test_api import renew
from tests.registration.subsidies.test_api import support

from common.tokens import Role
from registration.appeals.domain import DUE
from registration.editions.states import STATE_NAMES
from registration.evidence.domain import Declared, Paper, Scan
from registration.evidence.repository import add_paper
from registration.lapses.domain import Task
from registration.lapses.repository import add_tasks

Json = dict[str, Any]
Call = Callable[[], Awaitable[httpx.Response]]

STATES = (
    "planned approved registration_open registration_closed allocated ready live suspended closed reported cancelled"
)
TABLE = """
    register            early early   yes  late late late late early   over over over
    nominate            early yes     yes  late late late late early   over over over
    save_draft          early yes     yes  late late late late yes     over over over
    send_draft          early early   yes  late late late late early   over over over
    mail_link           -     yes     yes  yes  yes  yes  yes  yes     over over over
    discard_draft       -     yes     yes  yes  yes  yes  yes  yes     yes  yes  yes
    hand_in             -     early   yes  late late late late early   over over over
    fill_in             -     early   yes  late late late late early   over over over
    supplement          -     -       yes  yes  yes  yes  late yes     over over over
    hand_in_again       -     -       yes  yes  yes  yes  late yes     over over over
    amend               -     -       yes  late late late late yes     over over over
    amend_for_vendor    -     -       yes  yes  yes  yes  yes  yes     over over over
    correct_address     -     -       yes  yes  yes  yes  yes  yes     yes  yes  yes
    take_up             -     -       yes  yes  yes  yes  yes  yes     over over over
    begin_upload        -     -       yes  yes  yes  yes  yes  yes     over over over
    send_part           -     -       yes  yes  yes  yes  yes  yes     over over over
    verify              -     -       yes  yes  yes  yes  yes  yes     over over over
    decide              -     -       yes  yes  yes  yes  yes  yes     over over over
    propose             -     -       yes  yes  yes  yes  yes  yes     over over over
    answer              -     -       yes  yes  yes  yes  yes  yes     over over over
    take_back           -     -       yes  yes  yes  yes  yes  yes     yes  over over
    release             -     -       yes  yes  yes  yes  yes  yes     over over over
    appeal              -     -       yes  yes  yes  yes  yes  yes     over over over
    withdraw            -     -       yes  yes  yes  yes  yes  yes     over over over
    revoke              -     -       yes  yes  yes  yes  yes  yes     yes  over over
    propose_revocation  -     -       yes  yes  yes  yes  yes  yes     yes  over over
    release_revocation  -     -       yes  yes  yes  yes  yes  yes     yes  over over
    renew               -     -       yes  yes  yes  yes  yes  yes     over over over
    declare_interest    -     -       yes  yes  yes  yes  yes  yes     over over over
    set_reviewers       yes   yes     yes  yes  yes  yes  yes  yes     over over over
    assign              yes   yes     yes  yes  yes  yes  yes  yes     over over over
    set_policy          yes   yes     yes  yes  yes  yes  yes  yes     over over over
    set_field_dates     yes   yes     yes  yes  yes  yes  yes  yes     over over over
    set_round           state yes     yes  state state state state state over over over
    number_letter       -     yes     yes  state state state state state over over over
    decline             -     yes     yes  yes  yes  yes  yes  yes     over over over
    look_at_certificates yes  yes     yes  yes  yes  yes  yes  yes     over over over
    do_task             -     -       yes  yes  yes  yes  yes  yes     yes  yes  yes
    enter_support       -     -       yes  yes  yes  yes  yes  yes     yes  yes  yes
    record_recall       -     -       yes  yes  yes  yes  yes  yes     yes  yes  yes
    correct_recall      -     -       yes  yes  yes  yes  yes  yes     yes  yes  yes
"""
CODES = {"early": "registration_not_open", "late": "late", "over": "edition_over", "state": "edition_state"}
NO_LABEL = [{"kind": kind} for kind in PAPERS if kind != "label"]


def rows() -> dict[str, dict[str, str]]:
    listed = [line.split() for line in TABLE.strip().splitlines()]
    return {name: dict(zip(STATES.split(), cells, strict=True)) for name, *cells in listed}


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
COMMANDS: dict[str, Prepare] = {}
ROUTES: dict[str, str] = {}


def command(name: str, route: str = "") -> Callable[[Prepare], Prepare]:
    """Put a command into the table under the name of its line, with the address that it calls."""

    def add(prepare: Prepare) -> Prepare:
        COMMANDS[name] = prepare
        if route:
            ROUTES[route] = name
        return prepare

    return add


@command("register", "POST /editions/{edition_id}/applications")
async def register(stage: Stage) -> Call:
    return lambda: stage.fair.apply(stage.row())


@command("nominate", "POST /editions/{edition_id}/nominations")
async def nominate(stage: Stage) -> Call:
    return lambda: stage.fair.nominate(stage.row())


@command("save_draft", "PUT /editions/{edition_id}/drafts/{draft_id}")
async def save_draft(stage: Stage) -> Call:
    return lambda: Desk(stage.fair).save(of_draft(stage.row()))


async def _drafted(stage: Stage) -> Desk:
    desk = Desk(stage.fair, subject=str(uuid4()))
    assert (await desk.save(of_draft(stage.row(vendor__province_code="01")))).is_success
    return desk


@command("send_draft", "POST /editions/{edition_id}/drafts/{draft_id}/submission")
async def send_draft(stage: Stage) -> Call:
    return (await _drafted(stage)).send


@command("mail_link", "POST /editions/{edition_id}/drafts/{draft_id}/link-mails")
async def mail_link(stage: Stage) -> Call:
    desk = await _drafted(stage)
    return lambda: desk.call("POST", "/link-mails")


@command("discard_draft", "DELETE /editions/{edition_id}/drafts/{draft_id}")
async def discard_draft(stage: Stage) -> Call:
    desk = await _drafted(stage)
    return lambda: desk.call("DELETE")


@command("hand_in", "POST /applications/{application_id}/submission")
async def hand_in(stage: Stage) -> Call:
    draft = await stage.fair.drafted(stage.row())
    return lambda: stage.fair.submit(draft)


@command("fill_in", "PUT /applications/{application_id}/dossier")
async def fill_in(stage: Stage) -> Call:
    draft = await stage.fair.drafted(stage.row())
    return lambda: stage.dossier(draft)


@command("supplement")
async def supplement(stage: Stage) -> Call:
    application = await stage.returned()
    return lambda: stage.dossier(application)


@command("hand_in_again")
async def hand_in_again(stage: Stage) -> Call:
    application = await stage.returned()
    return lambda: stage.fair.submit(application)


@command("amend", "POST /applications/{application_id}/amendments")
async def amend_by_vendor(stage: Stage) -> Call:
    application = await stage.fair.submitted(stage.row())
    return lambda: amend(stage.fair, application, dossier=_two_booths())


def _two_booths() -> Json:
    return {name: a_row()[name] for name in ("products", "documents", "wishes")} | {"booths_wanted": 2}


@command("amend_for_vendor")
async def amend_for_vendor(stage: Stage) -> Call:
    application = await stage.fair.submitted(stage.row())
    return lambda: amend(stage.fair, application, Role.ORGANISER, note="Theo công văn", dossier=_two_booths())


@command("correct_address")
async def correct_address(stage: Stage) -> Call:
    row = stage.row()
    application = await stage.fair.submitted(row)
    return lambda: amend(stage.fair, application, vendor={**row["vendor"], "address": "Địa chỉ mới"})


@command("take_up", "POST /applications/{application_id}/drafts")
async def take_up(stage: Stage) -> Call:
    application = await stage.fair.submitted(stage.row())
    return lambda: stage.tell(application, "drafts", {})


@command("begin_upload", "POST /applications/{application_id}/evidence-uploads")
async def begin_upload(stage: Stage) -> Call:
    counter = Counter(stage.fair, await stage.fair.submitted(stage.row()))
    return lambda: counter.begin(10)


@command("send_part", "PUT /evidence-uploads/{upload_id}/content")
async def send_part(stage: Stage) -> Call:
    counter = Counter(stage.fair, await stage.fair.submitted(stage.row()))
    upload_id = (await counter.begin(10)).json()["upload_id"]
    return lambda: counter.part(upload_id, 0, b"%PDF")


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


@command("appeal", "POST /applications/{application_id}/appeal")
async def appeal_once(stage: Stage) -> Call:
    application = await stage.rejected()
    return lambda: appeal(stage.fair, application, statement="Nhãn đã cấp lại")


@command("withdraw", "POST /applications/{application_id}/withdrawal")
async def withdraw(stage: Stage) -> Call:
    application = await stage.fair.accepted(stage.row())
    return lambda: stage.tell(application, "withdrawal", {"reason_code": "cannot_attend"})


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


@command("renew", "POST /applications/{application_id}/renewals")
async def renew_one(stage: Stage) -> Call:
    application = await stage.fair.accepted(stage.row())
    return lambda: renew(stage.fair, application)


@command("declare_interest", "POST /applications/{application_id}/interests")
async def declare_interest(stage: Stage) -> Call:
    application = await stage.fair.submitted(stage.row())
    return lambda: stage.fair.tell(application, "interests", Role.REVIEWER, {"reason": "Người thân"})


@command("set_reviewers", "PUT /editions/{edition_id}/reviewers")
async def set_reviewers(stage: Stage) -> Call:
    return lambda: stage.of_edition("PUT", "reviewers", {"reviewers": [{"subject": "lan"}]})


@command("assign", "POST /editions/{edition_id}/assignments")
async def assign(stage: Stage) -> Call:
    return lambda: stage.of_edition("POST", "assignments")


@command("set_policy", "PUT /editions/{edition_id}/review-policy")
async def set_policy(stage: Stage) -> Call:
    return lambda: stage.of_edition("PUT", "review-policy", {"second_person": False, "released_together": False})


@command("set_field_dates", "PUT /editions/{edition_id}/field-dates")
async def set_field_dates(stage: Stage) -> Call:
    return lambda: stage.of_edition("PUT", "field-dates", {"field_dates": []})


@command("set_round", "PUT /editions/{edition_id}/invitation-round")
async def set_round(stage: Stage) -> Call:
    return lambda: stage.of_edition("PUT", "invitation-round", ROUND)


async def _invited(stage: Stage) -> Round:
    invited = Round(stage.fair)
    async with stage.fair.harness.unit_of_work() as uow:
        await uow.session.execute(text("DELETE FROM invitations"))
        await uow.session.execute(text("DELETE FROM legal_documents WHERE number = '2223'"))
    assert (await invited.set()).is_success
    return invited


@command("number_letter", "POST /invitations/{invitation_id}/numbering")
async def number_letter(stage: Stage) -> Call:
    return (await _invited(stage)).number


@command("decline", "POST /invitations/{invitation_id}/refusal")
async def decline(stage: Stage) -> Call:
    invited = await _invited(stage)
    assert (await invited.number()).is_success, LETTER
    path = f"/invitations/{invited.ids['hg.snn']}/refusal"
    return lambda: stage.ask("POST", path, Role.PROVINCE, {"reason": "Chưa bố trí được"}, agency_code="hg.snn")


@command("look_at_certificates", "POST /editions/{edition_id}/certificate-checks")
async def look_at_certificates(stage: Stage) -> Call:
    return lambda: stage.of_edition("POST", "certificate-checks")


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


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_command_does_its_work_or_names_the_state_that_forbids_it(fair: World, name: str) -> None:
    stage = Stage(fair, count(1))
    for state, expected in rows()[name].items():
        if expected == "-":  # nothing of the kind is there yet
            continue
        await stage.put("registration_open")
        call = await COMMANDS[name](stage)
        await stage.put(state)
        answered = await call()
        found = "yes" if answered.is_success else answered.json()["code"]
        assert (state, found) == (state, CODES.get(expected, expected)), answered.text
        if expected in {"over", "state"}:
            told = cast("Json", answered.json())
            vi, en = STATE_NAMES[cast("Any", state)]
            assert vi in told["detail_vi"]
            assert en in told["detail"]


ACTS = "approval opening closing reopening publication readiness start end report suspension rescheduling capacity cancellation"
ELSEWHERE = {
    *(
        f"POST /editions/{{edition_id}}/{act}" for act in ACTS.split()
    ),  # the acts of an edition have a table of their own
    "POST /invitations/{invitation_id}/answer",  # pages, which do what commands do
    "POST /invitations/{invitation_id}/workbook",
    "POST /editions/{edition_id}/drafts/{draft_id}/form",
    "POST /editions/{edition_id}/drafts/{draft_id}/review",
    "POST /editions/{edition_id}/drafts/{draft_id}/status",
    "POST /applications/{application_id}/status",
    "POST /editions/{edition_id}/filled-workbooks",  # answers by its rows, as nominations do
    "PUT /evidence-uploads/{upload_id}/size",  # as parts
    "POST /evidence-uploads/{upload_id}/completion",
    "POST /support-lines/{line_id}/reversal",  # as lines
    "POST /support-ledger/confirmation",  # of no edition
    "PUT /agencies/{agency_code}",  # of no edition
    "POST /editions",
    "PUT /vendors/{vendor_id}/contact",
    "DELETE /vendors/{vendor_id}/contact",
    "POST /contacts/republication",
    "POST /duplicate-searches",
    "POST /duplicate-pairs/{pair_id}/decision",
    "POST /duplicate-pairs/{pair_id}/separation",
}


async def test_no_command_is_missing_in_the_table(fair: World) -> None:
    routes = fair.harness.routes()
    known = {f"{method} {path.removeprefix('/registration')}" for path, one in routes for method in one.methods or ()}
    assert {one for one in known if not one.startswith(("GET ", "HEAD "))} == {*ROUTES} | ELSEWHERE
    assert {*rows()} == {*COMMANDS}


@pytest.mark.parametrize(("resume_to", "expected"), [("registration_open", 201), ("allocated", 409)])
async def test_a_suspension_opens_nothing_that_had_passed_before_it(fair: World, resume_to: str, expected: int) -> None:
    stage = Stage(fair, count(1))
    application = await fair.submitted(stage.row())
    await stage.put("suspended")
    async with fair.harness.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE editions SET resume_to = :resume"), {"resume": resume_to})
    assert (await amend(fair, application, dossier=_two_booths())).status_code == expected
