"""HTTP: reports from draft to issue, and their files."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from common.contracts.base import Code, Digest, ReportedFigure
from common.tokens import Role
from common.web import Cursor, Limit, Line, Page, Paragraph, Strict, Uow, allow, new_router, page_of
from common.web.models import decode_id_cursor
from reporting.drafts import handlers as drafts
from reporting.reports import documents, domain, handlers, repository
from reporting.reports.domain import Report, ReportKind
from reporting.reports.states import ReportState

router = new_router("reports")

Headings = Literal[
    "direction",
    "publicity",
    "culture",
    "safety",
    "finance",
    "strengths",
    "shortcomings",
    "causes",
    "tasks",
    "proposals",
    "incidents",
]
Format = Literal["pdf", "docx", "xlsx"]
READERS = (Role.ORGANISER, Role.CLERK, Role.COMMITTEE)


class DraftIn(Strict):
    """A report to be made; ``narrative`` holds the organiser's own words by heading, without personal data."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "result",
                "addressee_agency_code": "hn.ubnd",
                "narrative": {"strengths": "Công tác phối hợp chặt chẽ.", "proposals": "Tiếp tục tổ chức năm 2021."},
            }
        },
    )

    kind: ReportKind
    addressee_agency_code: Code
    on: date | None = None
    narrative: dict[Headings, Paragraph] = Field(default_factory=dict[Headings, str])

    @model_validator(mode="after")
    def _day_only_of_daily(self) -> "DraftIn":
        if (self.kind is ReportKind.DAILY) != (self.on is not None):
            raise ValueError("a daily report names its day in on; a result report has none")
        return self


class SignOffIn(Strict):
    """Who signs; a role of several lines is parted by " / ", e.g. KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC."""

    signer_name: Line
    signer_role: Line


class NumberingIn(Strict):
    """Number, notation and date as the clerk's register says."""

    number: Line
    notation: Line
    issued_on: date


class CorrectionIn(Strict):
    reason: Line


class WithdrawalIn(Strict):
    reason_code: Code


class FileView(BaseModel):
    format: str
    sha256: Digest
    href: str


class ChangeView(BaseModel):
    """A figure that this version changed."""

    name: str
    old: ReportedFigure | None
    new: ReportedFigure | None


class ReportView(BaseModel):
    """A version of a report; figures and positions are frozen.

    ``without_words`` names the headings of the narrative that nobody has written: the paper leaves them out. Figures not
    known are null.
    """

    report_id: UUID
    edition_id: UUID
    kind: ReportKind
    issuing_agency_code: str
    addressee_agency_code: str
    on: date | None
    first: date
    last: date
    version: int
    state: ReportState
    replaces_report_id: UUID | None
    correction_reason: str | None
    number: str | None
    notation: str | None
    issued_on: date | None
    figures: dict[str, ReportedFigure | None]
    without_words: list[str]
    positions: dict[str, int]
    changes: list[ChangeView]
    files: list[FileView]

    @classmethod
    def of(cls, report: Report) -> "ReportView":
        return cls(
            report_id=report.report_id,
            edition_id=report.edition_id,
            kind=report.kind,
            issuing_agency_code=report.issuing_agency_code,
            addressee_agency_code=report.addressee_agency_code,
            on=report.on,
            first=report.first,
            last=report.last,
            version=report.version,
            state=report.state,
            replaces_report_id=report.replaces_report_id,
            correction_reason=report.correction_reason,
            number=report.number,
            notation=report.notation,
            issued_on=report.issued_on,
            figures={name: handlers.to_reported(figure) for name, figure in report.figures.items()},
            without_words=domain.headings_without_words(report),
            positions=dict(report.positions),
            changes=[_change(change) for change in report.changes],
            files=[
                FileView(format=name, sha256=sha256, href=handlers.file_path(report.report_id, name))
                for name, sha256 in sorted(report.files.items())
            ],
        )


def _change(change: domain.Change) -> ChangeView:
    return ChangeView(name=change.name, old=handlers.to_reported(change.old), new=handlers.to_reported(change.new))


def _desk(request: Request) -> drafts.Desk:
    desk = request.app.state.desk
    if not isinstance(desk, drafts.Desk):
        raise TypeError("reporting runs with a desk of its own")
    return desk


@router.post("/editions/{edition_id}/reports", status_code=201, dependencies=[allow(Role.ORGANISER)])
async def draft_report(edition_id: UUID, body: DraftIn, uow: Uow, request: Request) -> ReportView:
    """Make a draft with files; its figures are frozen from this moment on."""
    report = await drafts.draft_report(
        uow,
        _desk(request),
        edition_id,
        kind=body.kind,
        addressee_agency_code=body.addressee_agency_code,
        on=body.on,
        narrative={str(heading): text for heading, text in body.narrative.items()},
    )
    return ReportView.of(report)


@router.get("/editions/{edition_id}/reports", dependencies=[allow(*READERS)])
async def list_reports(edition_id: UUID, uow: Uow, cursor: Cursor = None, limit: Limit = 50) -> Page[ReportView]:
    """Return the reports of an edition, all versions, from the oldest on."""
    found = await repository.list_reports(uow.session, edition_id, decode_id_cursor(cursor), limit + 1)
    return page_of([ReportView.of(report) for report in found], limit, lambda view: view.report_id)


@router.get("/reports/{report_id}", dependencies=[allow(*READERS)])
async def read_report(report_id: UUID, uow: Uow) -> ReportView:
    """Return one version of a report."""
    return ReportView.of(await repository.get_report(uow.session, report_id))


@router.get("/reports/{report_id}/files/{name}", dependencies=[allow(*READERS)])
async def read_file(report_id: UUID, name: Format, uow: Uow) -> Response:
    """Return a file of a report."""
    content = await repository.get_file(uow.session, report_id, name)
    named = f'attachment; filename="report-{report_id}.{name}"'
    return Response(content, media_type=documents.MEDIA_TYPES[name], headers={"Content-Disposition": named})


@router.post("/reports/{report_id}/check", dependencies=[allow(Role.ORGANISER)])
async def check_report(report_id: UUID, uow: Uow) -> ReportView:
    """The reporting officer has checked the draft."""
    return ReportView.of(await handlers.check_report(uow, report_id))


@router.post("/reports/{report_id}/sign-off", dependencies=[allow(Role.ORGANISER)])
async def sign_off_report(report_id: UUID, body: SignOffIn, uow: Uow) -> ReportView:
    """The head of the unit lets the report go out."""
    return ReportView.of(await handlers.sign_off_report(uow, report_id, body.signer_name, body.signer_role))


@router.post("/reports/{report_id}/numbering", dependencies=[allow(Role.CLERK)])
async def number_report(report_id: UUID, body: NumberingIn, uow: Uow, request: Request) -> ReportView:
    """The clerk gives number and date; a daily report carries none."""
    report = await handlers.number_report(
        uow, _desk(request), report_id, number=body.number, notation=body.notation, issued_on=body.issued_on
    )
    return ReportView.of(report)


@router.post("/reports/{report_id}/issue", dependencies=[allow(Role.CLERK)])
async def issue_report(report_id: UUID, uow: Uow, request: Request) -> ReportView:
    """The report goes out and never changes again."""
    return ReportView.of(await handlers.issue_report(uow, _desk(request), report_id))


@router.post("/reports/{report_id}/correction", status_code=201, dependencies=[allow(Role.ORGANISER)])
async def correct_report(
    report_id: UUID, body: CorrectionIn, uow: Uow, request: Request
) -> Annotated[ReportView, "the draft of the new version"]:
    """Make a new version from the figures of now; it lists what changed."""
    return ReportView.of(await drafts.correct_report(uow, _desk(request), report_id, body.reason))


@router.post("/reports/{report_id}/withdrawal", dependencies=[allow(Role.ORGANISER)])
async def withdraw_report(report_id: UUID, body: WithdrawalIn, uow: Uow) -> ReportView:
    """Take a report back."""
    return ReportView.of(await handlers.withdraw_report(uow, report_id, body.reason_code))
