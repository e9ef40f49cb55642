"""What applicants and provinces do, each command made ready to be called."""

from uuid import uuid4

from tests.registration.amendments.test_changes import amend
from tests.registration.appeals.test_api import appeal
from tests.registration.conftest import a_row
from tests.registration.drafts.test_api import Desk, of_draft
from tests.registration.editions.stage import Call, Commands, Json, Stage
from tests.registration.evidence.conftest import Counter
from tests.registration.renewals.test_api import renew

from common.tokens import Role

command = Commands()


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
    return lambda: amend(stage.fair, application, dossier=two_booths())


def two_booths() -> Json:
    return {name: a_row()[name] for name in ("products", "documents", "wishes")} | {"booths_wanted": 2}


@command("amend_for_vendor")
async def amend_for_vendor(stage: Stage) -> Call:
    application = await stage.fair.submitted(stage.row())
    return lambda: amend(stage.fair, application, Role.ORGANISER, note="Theo công văn", dossier=two_booths())


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


@command("appeal", "POST /applications/{application_id}/appeal")
async def appeal_once(stage: Stage) -> Call:
    application = await stage.rejected()
    return lambda: appeal(stage.fair, application, statement="Nhãn đã cấp lại")


@command("withdraw", "POST /applications/{application_id}/withdrawal")
async def withdraw(stage: Stage) -> Call:
    application = await stage.fair.accepted(stage.row())
    return lambda: stage.tell(application, "withdrawal", {"reason_code": "cannot_attend"})


@command("renew", "POST /applications/{application_id}/renewals")
async def renew_one(stage: Stage) -> Call:
    application = await stage.fair.accepted(stage.row())
    return lambda: renew(stage.fair, application)
