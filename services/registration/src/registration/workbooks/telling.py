"""Says what became of a workbook: as the answer, and as a word on each row of the marked file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from registration.applications.domain import STATE_NAMES, Application
from registration.workbooks.answers import Answer, ChangedCell, KeptPart, Listed, OverQuota, QuotaView
from registration.workbooks.checking import GONE, Taking
from registration.workbooks.columns import SheetName
from registration.workbooks.domain import CellProblem, Over, Ranked, beyond_quota
from registration.workbooks.forms import Own
from registration.workbooks.lines import problem_at
from registration.workbooks.matching import Case
from registration.workbooks.merging import Step

Words = Mapping[tuple[SheetName, int], str]


@dataclass(frozen=True)
class Taken:
    """What became of the vendors of a workbook; ``own`` are those nominated before."""

    cases: Sequence[Case]
    own: Sequence[Own]
    drafts: Sequence[tuple[Case, Application]]
    amended: Sequence[Case]
    letter_problems: Sequence[CellProblem]

    @property
    def cases_of(self) -> dict[UUID, Case]:
        """Return the case of each application that has one."""
        found = {case.own.application_id: case for case in self.cases if case.own is not None}
        return found | {draft.application_id: case for case, draft in self.drafts}

    def is_refused(self, case: Case) -> bool:
        return not case.group.is_good or (case.is_new and bool(self.letter_problems))


def tell(uow: UnitOfWork, taking: Taking, taken: Taken, digest: str) -> tuple[Answer, Words]:
    """Return the answer to a workbook, and a word on each of its rows."""
    bounds = taking.bounds
    ceiling = bounds.ceiling if bounds else None
    counted = list(_counted(taking, taken))
    over = list(beyond_quota(counted, ceiling, taking.of_others))
    cases_of = taken.cases_of
    refused = sum(taken.is_refused(case) for case in taken.cases)
    problems = {(one.sheet, one.cell, one.code): one for one in _problems(taking, taken)}
    found = [*problems.values(), *_over_problems(taking, over, cases_of, ceiling or 0)]
    answer = Answer(
        filled_workbook_id=uow.new_id(),
        edition_id=taking.edition.edition_id,
        agency_code=taking.sender.agency_code,
        received_at=uow.now,
        sha256=digest,
        rows_read=sum(len(sheet.rows) for sheet in taking.book.sheets.values()),
        taken=[_listed(draft, case.entry.vendor.trade_name, case) for case, draft in taken.drafts],
        amended=[_changed(taking, case, case.own) for case in taken.amended if case.own is not None],
        unchanged=len(taken.cases) - refused - len(taken.drafts) - len(taken.amended),
        refused=refused,
        removed=[
            _listed(one.application, one.vendor.trade_name)
            for one in taken.own
            if one.application.state not in GONE and one.application_id not in cases_of
        ],
        kept=[
            KeptPart(case.group.first.row, case.entry.vendor.trade_name, what)
            for case in taken.cases
            if case.merged is not None
            for what in case.merged.kept
        ],
        quota=QuotaView(bounds and bounds.floor, ceiling, sum(one.booths_wanted for one in counted), taking.of_others),
        over_quota=[
            OverQuota(one.ranked.rank, one.ranked.trade_name, one.ranked.application_id, one.booths_up_to)
            for one in over
        ],
        problems=sorted(found, key=lambda one: (one.sheet, one.row, len(one.cell), one.cell)),
    )
    shown = _of_this_file(answer, set(cases_of)) if taking.sender.is_by_link else answer
    return shown, _words(taken, {one.ranked.application_id for one in over})


def _of_this_file(answer: Answer, application_ids: set[UUID]) -> Answer:
    """Return the answer without what it says of vendors, products and papers that are not in the file."""
    over = [one for one in answer.over_quota if one.application_id in application_ids]
    return replace(answer, removed=[], kept=[], over_quota=over)


def _counted(taking: Taking, taken: Taken) -> Iterator[Ranked]:
    """Yield the vendors of the agency's list as they stand now; foreign ones do not count as a province's."""
    is_province = taking.sender.province_code is not None
    amended = {id(case) for case in taken.amended}
    cases_of = taken.cases_of
    for one in taken.own:
        if one.application.state in GONE or (is_province and one.vendor.is_foreign):
            continue
        case = cases_of.get(one.application_id)
        booths, rank = one.dossier.booths_wanted, one.application.rank or 0
        if case is not None and id(case) in amended:
            rank = case.group.rank
            booths = case.entry.dossier.booths_wanted if case.step is Step.AMEND else booths
        yield Ranked(one.application_id, rank, booths, one.vendor.trade_name)
    for case, draft in taken.drafts:
        vendor = case.entry.vendor
        if not vendor.is_foreign:
            yield Ranked(draft.application_id, draft.rank or 0, case.entry.dossier.booths_wanted, vendor.trade_name)


def _problems(taking: Taking, taken: Taken) -> Iterator[CellProblem]:
    yield from taken.letter_problems
    yield from taking.book.problems
    yield from taking.read.problems
    for case in taken.cases:
        yield from case.group.problems


def _over_problems(
    taking: Taking, over: Sequence[Over], cases_of: Mapping[UUID, Case], ceiling: int
) -> Iterator[CellProblem]:
    """Yield the rows beyond the quota, as a warning: they are taken, and the organiser sees the agency's own order."""
    beside = taking.of_others
    vi = f" (kể cả {beside} gian của cơ quan khác trong tỉnh)" if beside else ""
    en = f" (with {beside} of other agencies of the province)" if beside else ""
    for one in over:
        case = cases_of.get(one.ranked.application_id)
        if case is not None:
            yield problem_at(
                taking.book.sheets[SheetName.ROWS],
                case.group.first.row,
                "rank",
                "over_quota",
                f"Vượt chỉ tiêu: đến thứ tự {one.ranked.rank} là {one.booths_up_to} gian{vi}, chỉ tiêu {ceiling} gian.",
                f"Over the quota: up to rank {one.ranked.rank} it is {one.booths_up_to} booths{en} of {ceiling}.",
                is_warning=True,
            )


def _listed(application: Application, trade_name: str, case: Case | None = None) -> Listed:
    return Listed(
        row=case.group.first.row if case else None,
        rank=application.rank,
        trade_name=trade_name,
        application_id=application.application_id,
        vendor_id=application.vendor_id,
        state=application.state,
    )


def _changed(taking: Taking, case: Case, own: Own) -> Listed:
    changes = case.merged.changes if case.merged and case.step is Step.AMEND else ()
    return Listed(
        row=case.group.first.row,
        rank=case.group.rank,
        trade_name=case.entry.vendor.trade_name,
        application_id=own.application_id,
        vendor_id=own.application.vendor_id,
        state=own.application.state,
        changes=tuple(ChangedCell.of(change, taking.book) for change in changes),
    )


def _words(taken: Taken, over: set[UUID]) -> Words:
    """Return a word on each row: what became of its vendor, or what is wrong."""
    words: dict[tuple[SheetName, int], str] = {}
    drafts = {id(case): draft.application_id for case, draft in taken.drafts}
    amended = {id(case) for case in taken.amended}
    for case in taken.cases:
        application_id = drafts.get(id(case), case.own.application_id if case.own else None)
        vi, en = _say(taken, case, is_new=id(case) in drafts, is_amended=id(case) in amended)
        if application_id in over:
            vi, en = f"{vi} Vượt chỉ tiêu.", f"{en} Over the quota."
        said = f"{vi}\n{en}"
        words |= {(SheetName.ROWS, line.row): said for line in case.group.lines}
        words |= {(SheetName.PAPERS, line.row): said for line in case.group.papers}
    return words


def _say(taken: Taken, case: Case, *, is_new: bool, is_amended: bool) -> tuple[str, str]:
    """Return what became of a vendor, in Vietnamese and English."""
    if taken.is_refused(case):
        vi = dict.fromkeys(f"{one.cell}: {one.vi}" for one in case.group.problems) or ["xem công văn đề cử."]
        en = dict.fromkeys(f"{one.cell}: {one.en}" for one in case.group.problems) or ["see the letter."]
        return f"Chưa nhận: {'; '.join(vi)}", f"Not taken: {'; '.join(en)}"
    if is_new:
        return "Đã nhận.", "Taken."
    if is_amended:
        return "Đã bổ sung.", "Amended."
    if case.own is None:
        return "Không thay đổi.", "Unchanged."
    vi_state, en_state = STATE_NAMES[case.own.application.state]
    return f"Không thay đổi (hồ sơ {vi_state}).", f"Unchanged (the application is {en_state})."
