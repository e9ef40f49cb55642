"""Dossiers over HTTP."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from allocation.dossiers import handlers
from common.tokens import Role
from common.web import Uow, allow, new_router, public

router = new_router("dossiers")

ARCHIVE: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}}}


class ShareRow(BaseModel):
    """One group, or the small ones together; ``share_permille`` of all booths given."""

    code: str
    vi: str
    en: str
    applications: int
    placed: int
    booths_asked: int
    booths_held: int
    share_permille: int
    floor: int | None
    ceiling: int | None


class ShareTable(BaseModel):
    """How the booths are shared by region, stars, first participation or type of vendor."""

    dimension: str
    vi: str
    en: str
    rows: list[ShareRow]


@router.get(
    "/runs/{run_id}/dossier",
    dependencies=[allow(Role.ORGANISER, Role.AUDITOR)],
    response_class=Response,
    responses=ARCHIVE,
)
async def read_dossier(run_id: UUID, uow: Uow) -> Response:
    """Return everything by which a run can be questioned, as an archive that checks itself."""
    return _archive(await handlers.give_dossier(uow, run_id), f"dossier-{run_id}.zip")


@router.get("/runs/{run_id}/public-dossier", dependencies=[public], response_class=Response, responses=ARCHIVE)
async def read_public_dossier(run_id: UUID, uow: Uow) -> Response:
    """Return the dossier of a released run without the names of who was refused."""
    return _archive(await handlers.give_public_dossier(uow, run_id), f"public-dossier-{run_id}.zip")


@router.get("/runs/{run_id}/fairness", dependencies=[public])
async def read_fairness(run_id: UUID, uow: Uow) -> list[ShareTable]:
    """Return how a released run shares the booths, small groups told together."""
    return [ShareTable.model_validate(each) for each in await handlers.read_shares(uow, run_id)]


def _archive(content: bytes, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "ETag": f'"{sha256(content).hexdigest()}"',
    }
    return Response(content, media_type="application/zip", headers=headers)
