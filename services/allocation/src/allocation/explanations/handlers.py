"""Explanations of a run: found by a process of their own once the run is solved, told to who may know."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allocation.draws.domain import drawn_number, hand_on
from allocation.editions import repository as editions
from allocation.explanations import packs, repository
from allocation.explanations.domain import REASONS_VERSION, Explanation, Finding
from allocation.explanations.packs import Told
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.runs import repository as runs
from allocation.runs.domain import Run, RunState
from allocation.runs.packs import rule_names
from common.delivery.unit_of_work import UnitOfWork
from common.errors import ConflictError, ForbiddenError, NotFoundError

NONE = Finding("none", {})


@dataclass(frozen=True)
class Asker:
    """Who asks for one application's explanation: its vendor, its province, or, with neither, the organiser."""

    vendor_id: UUID | None = None
    province_code: str | None = None
    is_staff: bool = False


class NotReleasedError(ConflictError):
    """No run of the edition is released yet."""

    code = "allocation_not_released"

    def __init__(self) -> None:
        super().__init__("Phương án phân bổ chưa được công bố.", "The allocation is not released yet.")


class NotExplainedError(ConflictError):
    """The run was released without reasons: they could not be found."""

    code = "run_not_explained"

    def __init__(self) -> None:
        super().__init__(
            "Phương án này chưa tính được lý do của từng hồ sơ; đề nghị liên hệ ban tổ chức.",
            "The reasons of this run could not be found; please ask the organiser.",
        )


class NotYourApplicationError(ForbiddenError):
    """The application is another vendor's or another province's."""

    code = "application_of_another"

    def __init__(self) -> None:
        super().__init__(
            "Hồ sơ này của chủ thể hoặc của tỉnh khác.", "This application is another vendor's or another province's."
        )


async def store_explanations(
    uow: UnitOfWork, run_id: UUID, found: Sequence[Explanation], solver: dict[str, Any]
) -> None:
    """Keep what was found of a run, and what found it; of nothing, that nothing will be found."""
    await repository.add_explanations(uow.session, run_id, found)
    await runs.note_explained(uow.session, run_id, uow.now, {**solver, "reasons_version": REASONS_VERSION})


def to_told(explanation: Explanation, facts: dict[str, Any]) -> dict[str, Any]:
    """Return an explanation in words, as people and dossiers see it."""
    register = str(facts["edition"]["province_register"])
    names = {key: str(who["trade_name"]) for key, who in everybody(facts).items()}
    rules = rule_names(facts.get("rules", {}))
    changes = explanation.changes or (() if explanation.is_placed else (NONE,))
    return {
        "application_id": explanation.application_id,
        "trade_name": names[explanation.application_id],
        "is_placed": explanation.is_placed,
        "reasons": [packs.to_words("reasons", each, register, names, rules) for each in explanation.reasons],
        "changes": [packs.to_words("changes", each, register, names, rules) for each in changes],
    }


def everybody(facts: dict[str, Any]) -> dict[str, Any]:
    """Return who is explained, by application: those of the run, and who was left out of it with nothing eligible."""
    return {**facts["applicants"], **facts.get("left_out", {})}


async def list_explanations(uow: UnitOfWork, run_id: UUID, after: UUID | None, limit: int) -> list[dict[str, Any]]:
    """Return a run's explanations in words, by application; raises NotFoundError."""
    record = await runs.get_record(uow.session, run_id)
    if record.facts is None:
        return []
    found = await repository.list_explanations(uow.session, record, after, limit)
    return [to_told(each, record.facts) for each in found]


@dataclass(frozen=True)
class Page:
    """What the page of reasons shows: them in words, the released run, where the application stands now.

    ``position`` is its number on the waiting list, ``is_overridden`` whether the committee changed its place by hand.
    """

    told: dict[str, Any]
    run: Run
    edition: dict[str, Any]
    place: Place | None
    position: int | None
    is_overridden: bool


async def read_page(uow: UnitOfWork, application_id: UUID) -> Page:
    """Return what a vendor reads by its link; raises what ``explain_application`` does."""
    told = await explain_application(uow, application_id, Asker(is_staff=True))
    record = await runs.find_record_of(uow.session, application_id)
    if record is None or record.facts is None:
        raise NotFoundError("application", application_id)
    place = await known_places.find_place(uow.session, application_id)
    line = await known_places.list_places(uow.session, record.run.edition_id, {Outcome.WAITLISTED})
    ids = [each.application_id for each in line]
    changes = [change for each in (record.release or {}).get("overrides", ()) for change in each["changes"]]
    return Page(
        told=told,
        run=record.run,
        edition=record.facts["edition"],
        place=place,
        position=ids.index(application_id) + 1 if application_id in ids else None,
        is_overridden=any(each["application_id"] == str(application_id) for each in changes),
    )


async def tell_all(uow: UnitOfWork, run_id: UUID) -> dict[str, Told]:
    """Return what each applicant of a run is told of it, by application, in the words of its dossier.

    Empty where the reasons could not be found.
    """
    record = await runs.get_record(uow.session, run_id)
    if record.facts is None:
        return {}
    keys = _keys_of(record.run)
    found: dict[str, Told] = {}
    for each in await repository.list_explanations(uow.session, record):
        words, key = to_told(each, record.facts), keys.get(each.application_id)
        found[each.application_id] = Told(
            reasons=tuple(packs.to_reason(one) for one in words["reasons"]),
            changes=tuple(packs.to_reason(one) for one in words["changes"]),
            draw_number=None if key is None else drawn_number(record.run.seed or "", key),
        )
    return found


async def explain_application(uow: UnitOfWork, application_id: UUID, asker: Asker) -> dict[str, Any]:
    """Return why an application has its place or none in the released run.

    Raises NotYourApplicationError, NotReleasedError, NotExplainedError, and NotFoundError for one that was in no run.
    """
    record = await runs.find_record_of(uow.session, application_id)
    if record is None or record.facts is None:
        raise NotFoundError("application", application_id)
    who = everybody(record.facts)[str(application_id)]
    is_own = str(asker.vendor_id) == who["vendor_id"] or (
        asker.province_code is not None and asker.province_code == who["province_code"]
    )
    if not (asker.is_staff or is_own):
        raise NotYourApplicationError
    edition = await editions.get_edition(uow.session, record.run.edition_id)
    if record.run.state is not RunState.RELEASED or edition.released_run_id != record.run.run_id:
        raise NotReleasedError
    if record.unexplained is not None:
        raise NotExplainedError
    found = await repository.find_explanation(uow.session, record, application_id)
    if found is None:
        raise NotFoundError("application", application_id)
    return to_told(found, record.facts) | _draw_of(record.run, application_id)


def _keys_of(run: Run) -> dict[str, str]:
    """Return the keys by which applications were drawn; of equals of a province these are handed on in the order of its list."""
    return {each.application_id: each.key for each in hand_on(run.input.applicants, run.seed or "")}


def _draw_of(run: Run, application_id: UUID) -> dict[str, Any]:
    """Return an application's key and number in the draw of a released run; none where it was left out of it."""
    key = _keys_of(run).get(str(application_id))
    if key is None:
        return {}
    return {"draw_key": key, "draw_number": None if run.seed is None else drawn_number(run.seed, key)}
