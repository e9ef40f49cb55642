"""The organiser's page of who has answered; it works without JavaScript, prints, and reads well aloud."""

from uuid import UUID

from fastapi.responses import HTMLResponse

from common.calendar import VIETNAM
from common.tokens import Role
from common.web import Uow, allow, new_pages, new_router
from registration.editions.endings import OVER
from registration.editions.states import STATE_NAMES
from registration.invitations import handlers
from registration.invitations.domain import Stage

STAGE_NAMES = {
    Stage.RETURNED: ("Đã gửi danh sách", "List returned"),
    Stage.DECLINED: ("Không tham gia", "Declined"),
    Stage.OPENED: ("Đã mở thư, chưa trả lời", "Opened, no answer"),
    Stage.SILENT: ("Chưa có phản hồi", "Silent"),
    Stage.NOT_SENT: ("Chưa gửi", "Not sent"),
}

router = new_router("invitations")
pages = new_pages(__file__)


@router.get(
    "/editions/{edition_id}/invitations.html", dependencies=[allow(Role.ORGANISER)], response_class=HTMLResponse
)
async def show_dashboard(edition_id: UUID, uow: Uow) -> HTMLResponse:
    """Show who has answered as a page."""
    found = await handlers.show_dashboard(uow, edition_id)
    ended = STATE_NAMES[found.edition.state] if found.edition.state in OVER else None
    return pages.render("dashboard.html", found=found, ended=ended, stages=STAGE_NAMES, zone=VIETNAM, now=uow.now)
