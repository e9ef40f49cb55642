"""Runs over HTTP."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from allocation.editions import repository as known_editions
from allocation.runs import checker, domain, handlers, packs, releasing, repository
from allocation.runs.domain import Run, RunRecord, RunState
from common.contracts.base import LocalText
from common.tokens import Role
from common.web import Cursor, Limit, Page, Paper, Strict, Uow, allow, new_router, page_of, public
from common.web.models import decode_id_cursor

router = new_router("runs")

LEGAL_DOCUMENT_EXAMPLE: JsonDict = {
    "type": "QĐ",
    "number": "112",
    "notation": "QĐ-VPĐP",
    "issued_on": "2020-08-05",
    "issuing_agency_code": "hn.vpdp",
    "title": "Phê duyệt phương án bố trí gian hàng",
}


class RunRequest(Strict):
    """A run to be started; there is nothing to choose, its draw was fixed when the edition was announced."""


class DrawnRunView(BaseModel):
    """A run that has a result: hex SHA-256 of what it decided from and, once it is released, of what it gave."""

    run_id: UUID
    input_digest: str
    completed_at: datetime | None
    released_at: datetime | None
    release_digest: str | None


class DrawView(BaseModel):
    """The lot of an edition: hex SHA-256 of the seed, and the seed once a run is released.

    ``secret_commitment`` is that of what seals the keys of the draw, which stays secret; None where nothing does.
    ``runs`` are all that have a result, the oldest first: their dossiers are compared with these digests.
    """

    edition_id: UUID
    seed_commitment: str
    secret_commitment: str | None
    seed: str | None
    runs: list[DrawnRunView]


class ReleaseRequest(Strict):
    """The committee's decision."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"legal_document": LEGAL_DOCUMENT_EXAMPLE}]})

    legal_document: Paper


class ObjectiveView(BaseModel):
    name: str
    value: int
    bound: int


class CheckerView(BaseModel):
    version: str
    passed: bool
    problems: tuple[str, ...]


class RunSummary(BaseModel):
    """A run in a list; ``seed`` is shown from its release on, before that its commitment.

    A completed run may be released once it ``is_explained``.
    """

    run_id: UUID
    edition_id: UUID
    state: RunState
    status: str | None
    policy: str
    placed: int
    waitlisted: int
    moved: int
    input_digest: str
    seed_commitment: str | None
    seed: str | None
    checker: CheckerView | None
    words: str
    requested_at: datetime
    completed_at: datetime | None
    released_at: datetime | None
    is_explained: bool

    @classmethod
    def of(cls, run: Run) -> "RunSummary":
        return cls(
            run_id=run.run_id,
            edition_id=run.edition_id,
            state=run.state,
            status=run.result.status if run.result else None,
            policy=run.policy,
            placed=run.placed,
            waitlisted=run.waitlisted,
            moved=0,
            input_digest=run.input_digest,
            seed_commitment=domain.commitment(run.seed) if run.seed else None,
            seed=run.seed if run.state is RunState.RELEASED else None,
            checker=None
            if run.problems is None
            else CheckerView(version=checker.VERSION, passed=not run.problems, problems=run.problems),
            words=run.words,
            requested_at=run.requested_at,
            completed_at=run.completed_at,
            released_at=run.released_at,
            is_explained=run.is_explained,
        )


class ProgressView(BaseModel):
    """How far a running solver is: pass, best value so far, bound proven, seconds spent on the pass."""

    name: str
    value: int | None
    bound: int | None
    seconds: float
    is_done: bool


class ClashView(BaseModel):
    """One of the hard rules that cannot hold together."""

    code: str
    vi: str
    en: str


class RunView(RunSummary):
    """A run with what it found; ``clash`` is the smallest set of hard rules that no placement keeps, if none does.

    ``unexplained`` tells why the reasons of its places could not be found, where that was tried.
    """

    objectives: list[ObjectiveView]
    placements: dict[str, tuple[str, ...]]
    progress: ProgressView | None
    clash: list[ClashView]
    unexplained: LocalText | None

    @classmethod
    def of_record(cls, record: RunRecord) -> "RunView":
        run = record.run
        found = run.result
        objectives = (
            [ObjectiveView(name=each.name, value=each.value, bound=each.bound) for each in found.objectives]
            if found
            else []
        )
        return cls(
            **RunSummary.of(run).model_dump(),
            objectives=objectives,
            placements=found.placements if found else {},
            progress=None
            if run.progress is None or run.state is not RunState.RUNNING
            else ProgressView.model_validate(run.progress, from_attributes=True),
            clash=[ClashView(code=code, vi=vi, en=en) for code, vi, en in packs.clash_words(record)],
            unexplained=None if record.unexplained is None else LocalText.model_validate(record.unexplained),
        )


@router.post("/editions/{edition_id}/runs", status_code=201, dependencies=[allow(Role.ORGANISER)])
async def start_run(edition_id: UUID, _entry: RunRequest, uow: Uow) -> RunSummary:
    """Start a run after registration has closed; it replaces those before it."""
    return RunSummary.of(await handlers.start_run(uow, edition_id))


@router.get("/editions/{edition_id}/draw", dependencies=[public])
async def read_draw(edition_id: UUID, uow: Uow) -> DrawView:
    """What decides among equals, committed to since the edition was announced, and the digests of each run made with it."""
    edition = await known_editions.get_edition(uow.session, edition_id)
    runs = await repository.list_published(uow.session, edition_id)
    return DrawView(
        edition_id=edition_id,
        seed_commitment=domain.commitment(edition.seed),
        secret_commitment=None if edition.draw_secret is None else domain.commitment(edition.draw_secret),
        seed=None if edition.released_run_id is None else edition.seed,
        runs=[DrawnRunView.model_validate(each, from_attributes=True) for each in runs],
    )


@router.get("/editions/{edition_id}/runs", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE)])
async def list_runs(edition_id: UUID, uow: Uow, cursor: Cursor = None, limit: Limit = 50) -> Page[RunSummary]:
    """List an edition's runs, the oldest first."""
    found = await repository.list_runs(uow.session, edition_id, decode_id_cursor(cursor), limit + 1)
    return page_of([RunSummary.of(run) for run in found], limit, lambda run: run.run_id)


@router.get("/runs/{run_id}", dependencies=[allow(Role.ORGANISER, Role.COMMITTEE)])
async def read_run(run_id: UUID, uow: Uow) -> RunView:
    """Return a run with its passes, each with value and bound, and the places it found; while it runs, how far it is."""
    return RunView.of_record(await repository.get_record(uow.session, run_id))


@router.post("/runs/{run_id}/cancellation", dependencies=[allow(Role.ORGANISER)])
async def cancel_run(run_id: UUID, uow: Uow) -> RunSummary:
    """Stop a run that is queued or running; its solver is ended and nothing of it is kept."""
    return RunSummary.of(await handlers.cancel_run(uow, run_id))


@router.post("/runs/{run_id}/release", dependencies=[allow(Role.COMMITTEE)])
async def release_run(run_id: UUID, entry: ReleaseRequest, uow: Uow) -> RunSummary:
    """Release a run that passed the checker: places are offered, the waiting list is told, the seed revealed."""
    return RunSummary.of(await releasing.release_run(uow, run_id, entry.legal_document))
