"""Recalls, looks at certificates and tasks over HTTP."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.tokens import Role
from common.web import Caller, Line, Paragraph, Strict, Uow, allow, new_router
from registration.appeals.domain import DUE, OVERDUE
from registration.assignments import repository as assignments
from registration.lapses import handlers, repository
from registration.lapses.domain import (
    LAPSED,
    NOTHING_LEFT,
    PAPER_LAPSED,
    RECALL_UNDONE,
    REFUTED,
    RENEWED,
    CertificateLoss,
    Task,
)

router = new_router("lapses")
TEXTS = {
    LAPSED: (
        "Giấy chứng nhận hết hiệu lực sau khi hồ sơ được chấp nhận: gỡ nhãn sao tại gian hàng; chủ thể và tỉnh đã được báo",
        "A certificate has lapsed since the acceptance: take the stars off the sign; vendor and province have been told",
    ),
    NOTHING_LEFT: (
        "Hồ sơ đã chấp nhận không còn sản phẩm hợp lệ trong mọi ngày chính thức: đến hạn thì ghi nhận giấy chứng nhận mới, hoặc hủy chấp nhận",
        "No product of an acceptance is eligible on every official day: by then enter a new certificate, or take it back",
    ),
    REFUTED: (
        "Sau khi hồ sơ được chấp nhận, một giấy tờ bị xác định là không đúng: xem lại, đề nghị giải trình, hoặc hủy chấp nhận",
        "A paper was found wrong after the acceptance: look at it, ask the vendor about it, or take the acceptance back",
    ),
    RENEWED: (
        "Chủ thể đã khai giấy chứng nhận mới: đối chiếu với tệp đã nộp",
        "The vendor has entered a new certificate: look at the file that it sent",
    ),
    PAPER_LAPSED: (
        "Giấy tờ bắt buộc hết hiệu lực trước khi sự kiện kết thúc theo lịch mới: đề nghị chủ thể gửi giấy mới, hoặc hủy chấp nhận",
        "A mandatory paper lapses before the event ends on its new dates: ask the vendor for a new one, or take the acceptance back",
    ),
    RECALL_UNDONE: (
        "Việc ghi thu hồi giấy chứng nhận là nhầm và đã được gỡ: hồ sơ đang xét lại, quyết định lại việc chấp nhận",
        "The recall that ended an acceptance was a mistake and is taken back: it is under review, decide on it again",
    ),
    DUE: (
        "Khiếu nại sắp đến hạn: quyết định kịp để hồ sơ còn vào được danh sách chờ",
        "An appeal is due: decide it while the waiting list can still take the application",
    ),
    OVERDUE: (
        "Khiếu nại đã quá hạn quyết định: quyết định ngay",
        "An appeal is overdue: decide it now",
    ),
}


class RecallEntry(Strict):
    """The recall of a certificate: its first day without validity, and the paper that says so."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"revoked_on": "2023-05-01", "paper": "Quyết định 812/QĐ-UBND, 28/4/2023"}]}
    )

    revoked_on: date
    paper: Line


class RecallView(BaseModel):
    """A recall as kept."""

    product_id: UUID
    revoked_on: date
    paper: str


class CheckedView(BaseModel):
    """What a look found: acceptances judged, those with a lapse, and those that ended by it."""

    checked: int
    lapsed: tuple[UUID, ...]
    revoked: tuple[UUID, ...]


class TaskView(BaseModel):
    """Something for a person to do, and what was done."""

    task_id: UUID
    application_id: UUID
    kind: str
    vi: str
    en: str
    data: dict[str, str]
    opened_at: datetime
    done_at: datetime | None
    done_by: str | None
    note: str | None

    @classmethod
    def of(cls, task: Task) -> "TaskView":
        vi, en = TEXTS[task.kind]
        names = ("task_id", "application_id", "kind", "opened_at", "done_at", "done_by", "note")
        return cls(vi=vi, en=en, data=dict(task.data), **{name: getattr(task, name) for name in names})


class DoneEntry(Strict):
    """What was done about a task."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Đã gỡ nhãn sao tại gian hàng"}]})

    note: Paragraph


@router.put("/products/{product_id}/recall", dependencies=[allow(Role.ORGANISER, Role.REVIEWER)])
async def recall(product_id: UUID, entry: RecallEntry, uow: Uow, caller: Caller) -> RecallView:
    """Record that a product's certificate was recalled; the next look at certificates finds who is concerned."""
    loss = CertificateLoss(product_id, entry.revoked_on, entry.paper)
    await handlers.record_loss(uow, loss, caller.subject)
    return RecallView(**vars(loss))


@router.post("/editions/{edition_id}/certificate-checks", dependencies=[allow(Role.ORGANISER, Role.REVIEWER)])
async def check(edition_id: UUID, uow: Uow) -> CheckedView:
    """Look at the certificates of all accepted applications now; it happens by itself each day that asks for it."""
    return CheckedView(**vars(await handlers.check_certificates(uow, edition_id)))


@router.get("/editions/{edition_id}/review-tasks", dependencies=[allow(Role.ORGANISER, Role.REVIEWER)])
async def list_tasks(
    edition_id: UUID, uow: Uow, caller: Caller, *, with_done: bool = False, mine: bool = False
) -> list[TaskView]:
    """List what people have to do for an edition, oldest first; ``mine`` only of applications that the caller reviews."""
    found = await repository.list_tasks(uow.session, edition_id, with_done=with_done)
    if mine:
        desk = await assignments.list_assignments(uow.session, edition_id, caller.subject)
        ids = {one.application_id for one in desk}
        found = [one for one in found if one.application_id in ids]
    return [TaskView.of(one) for one in found]


@router.post("/review-tasks/{task_id}/completion", dependencies=[allow(Role.ORGANISER, Role.REVIEWER)])
async def complete(task_id: UUID, entry: DoneEntry, uow: Uow, caller: Caller) -> TaskView:
    """Say what was done about a task."""
    return TaskView.of(await handlers.do_task(uow, task_id, caller.subject, entry.note))
