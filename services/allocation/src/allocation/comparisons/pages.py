"""The page on which the committee sees runs side by side; it works without JavaScript and prints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import HTMLResponse

from allocation.comparisons import handlers, links
from allocation.comparisons.domain import MOST_RUNS
from allocation.runs.domain import STATE_NAMES, RunState
from common.errors import DomainError
from common.web import Uow, new_pages, new_router, public

router = new_router("runs")
pages = new_pages(__file__)

MAX_TOKEN = 200
STATUS_NAMES = {
    "optimal": ("tối ưu, đã chứng minh", "proven optimal"),
    "feasible": ("khả thi, chưa chứng minh tối ưu", "feasible, not proven"),
    "infeasible": ("không có phương án", "infeasible"),
}


@router.get("/editions/{edition_id}/comparison-page", dependencies=[public], response_class=HTMLResponse)
async def show_comparison(
    edition_id: UUID,
    run: Annotated[list[UUID], Query(max_length=MOST_RUNS + 1)],
    request: Request,
    uow: Uow,
    token: Annotated[str, Query(max_length=MAX_TOKEN)] = "",
) -> HTMLResponse:
    """Show runs side by side to whoever holds the link that the comparison gave."""
    try:
        links.verify(request.app.state.service.settings.link_key.get_secret_value(), edition_id, run, token)
        found = await handlers.compare_runs(uow, edition_id, run)
    except DomainError as error:
        return pages.render("refused.html", error.status, vi=error.message_vi, en=str(error))
    states = [STATE_NAMES[RunState(each["state"])] for each in found["runs"]]
    return pages.render("comparison.html", found=found, states=states, statuses=STATUS_NAMES)
