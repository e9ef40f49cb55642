"""Has the runs explained that are solved, one after the other, each by a process of its own."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import structlog
from pydantic import TypeAdapter

from allocation.explanations import handlers
from allocation.explanations.domain import Explanation
from allocation.processes import SolverFailedError, run_process
from allocation.runs import repository as runs
from allocation.runs.domain import UNEXPLAINED
from allocation.settings import Settings
from common.service import Service

log = structlog.get_logger(__name__)

ANSWERS = TypeAdapter(list[Explanation])
MOST_SAID = 500


async def explain_next(service: Service, settings: Settings) -> bool:
    """Explain one run, if there is one; return whether there was. One that cannot be explained stays without."""
    async with service.unit_of_work() as uow:
        record = await runs.find_unexplained(uow.session)
    if record is None or record.facts is None:
        return False
    run = record.run
    problem: dict[str, object] = {
        "input": run.input,
        "result": run.result,
        "seed": run.seed,
        "origins": record.facts["applicants"],
        "last_on": record.facts["edition"]["last_on"],
        "order": _order_of(record.facts["packs"]),
        "threads": settings.explanation_threads,
    }
    found: list[Explanation] = []
    solver: dict[str, Any] = {"name": "OR-Tools CP-SAT", "version": version("ortools")}
    solver["pass_work"] = settings.solver_pass_work
    try:
        found = await run_process("allocation.explanations.solver", problem, ANSWERS, settings)
    except SolverFailedError as error:
        log.error("run_not_explained", run_id=str(run.run_id), detail=str(error)[:300])  # noqa: TRY400  # told, not traced
        solver[UNEXPLAINED] = {"vi": error.vi[:MOST_SAID], "en": error.en[:MOST_SAID]}
    async with service.unit_of_work() as uow:
        await handlers.store_explanations(uow, run.run_id, found, solver)
    log.info("run_explained", run_id=str(run.run_id), applicants=len(found))
    return True


def _order_of(packs: Mapping[str, str]) -> dict[str, dict[str, Any]] | None:
    """Return the order of priority told last, by merits; None where the edition was never told one."""
    if "priority.json" not in packs:
        return None
    return {each["code"]: each for each in json.loads(packs["priority.json"])[-1]["rules"]}
