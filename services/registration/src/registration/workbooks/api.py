"""Nomination workbooks over HTTP: given to an agency, sent back by it, answered cell by cell, and marked."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from common.contracts.base import Code
from common.errors import FieldProblem, ForbiddenError, InvalidInputError
from common.tokens import Principal, Role
from common.web import Caller, Uow, allow, new_router
from registration.workbooks import handlers
from registration.workbooks.answers import Answer
from registration.workbooks.checking import Sender
from registration.workbooks.handlers import Made
from registration.workshop.api import TheWorkshop

router = new_router("nominations")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE = {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}


def _agency_of(caller: Principal) -> str:
    if caller.agency_code is None:
        raise ForbiddenError("Mã truy cập không ghi cơ quan.", "The access token names no agency.")
    return caller.agency_code


def _own_or_all(caller: Principal) -> str | None:
    return _agency_of(caller) if caller.role is Role.PROVINCE else None


def _file(made: Made) -> Response:
    return Response(
        made.content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{made.name}"'}
    )


@router.get(
    "/editions/{edition_id}/nomination-workbook",
    dependencies=[allow(Role.PROVINCE, Role.ORGANISER)],
    response_class=Response,
    responses={200: FILE},
)
async def get_workbook(
    edition_id: UUID,
    uow: Uow,
    caller: Caller,
    workshop: TheWorkshop,
    agency_code: Annotated[Code | None, Query()] = None,
) -> Response:
    """Return the workbook of the caller's own agency; an organiser names the agency."""
    own = _own_or_all(caller)
    wanted = agency_code or own
    if wanted is None:
        vi, en = "Hãy nêu mã cơ quan.", "Name the agency."
        raise InvalidInputError([FieldProblem("agency_code", "missing", vi, en)])
    if own is not None and wanted != own:
        raise ForbiddenError(
            "Chỉ tải bảng của cơ quan mình.", "An agency fetches its own workbook.", field="agency_code"
        )
    return _file(await handlers.make_workbook(uow, workshop, edition_id, wanted))


@router.post(
    "/editions/{edition_id}/filled-workbooks",
    status_code=201,
    dependencies=[allow(Role.PROVINCE)],
    openapi_extra={"requestBody": {"required": True, **FILE}},
)
async def send_workbook(
    edition_id: UUID, request: Request, response: Response, uow: Uow, caller: Caller, workshop: TheWorkshop
) -> Answer:
    """Send a workbook back, the file itself as the body: what is good is taken, each mistake is told with its cell."""
    sender = Sender(_agency_of(caller), caller.province_code, caller.subject)
    answer = await handlers.take_workbook(uow, workshop, edition_id, sender, await request.body())
    response.headers["Location"] = f"/registration/filled-workbooks/{answer.filled_workbook_id}/marked"
    return answer


@router.get("/filled-workbooks/{filled_workbook_id}", dependencies=[allow(Role.PROVINCE, Role.ORGANISER)])
async def get_answer(filled_workbook_id: UUID, uow: Uow, caller: Caller) -> Answer:
    """Return what was answered to a workbook."""
    return await handlers.get_answer(uow, filled_workbook_id, _own_or_all(caller))


@router.get(
    "/filled-workbooks/{filled_workbook_id}/marked",
    dependencies=[allow(Role.PROVINCE, Role.ORGANISER)],
    response_class=Response,
    responses={200: FILE},
)
async def get_marked(filled_workbook_id: UUID, uow: Uow, caller: Caller, workshop: TheWorkshop) -> Response:
    """Return the workbook as it came back, each mistake marked in its cell, with a summary; kept for thirty days."""
    return _file(await handlers.mark_workbook(uow, workshop, filled_workbook_id, _own_or_all(caller)))
