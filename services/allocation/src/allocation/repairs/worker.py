"""Has repairs found, each by a process of its own."""

import structlog
from pydantic import TypeAdapter

from allocation.processes import SolverFailedError, run_process
from allocation.repairs import handlers, repository
from allocation.repairs.domain import Found
from allocation.settings import Settings
from common.service import Service

log = structlog.get_logger(__name__)

ANSWERS = TypeAdapter(Found)


async def repair_next(service: Service, settings: Settings) -> bool:
    """Find one repair, if one is asked for; return whether there was."""
    async with service.unit_of_work() as uow:
        repair = await repository.find_queued(uow.session)
    if repair is None:
        return False
    found, words = None, ""
    try:
        found = await run_process("allocation.repairs.solver", {"problem": repair.problem}, ANSWERS, settings)
    except SolverFailedError as error:
        words = str(error)
        log.error("repair_failed", repair_id=str(repair.repair_id), detail=words[:300])  # noqa: TRY400  # told, not traced
    async with service.unit_of_work() as uow:
        await handlers.store_found(uow, repair.repair_id, found, words)
    log.info("repair_found", repair_id=str(repair.repair_id), status=found.status if found else "failed")
    return True
