"""HTTP: how far each source has been folded."""

from pydantic import BaseModel

from common.tokens import Role
from common.web import Uow, allow, new_router
from reporting.positions import repository
from reporting.positions.domain import Position

router = new_router("positions")


class KeyPosition(BaseModel):
    """The last event folded of one key."""

    key: str
    sequence: int
    key_sequence: int


class SourcePosition(BaseModel):
    """What has been folded of one source; ``sequence`` is the highest place in the owner's log."""

    source: str
    sequence: int
    keys: list[KeyPosition]


@router.get("/positions", dependencies=[allow(Role.ORGANISER, Role.OPERATOR, Role.CLERK, Role.COMMITTEE)])
async def read_positions(uow: Uow) -> list[SourcePosition]:
    """Return up to which event of each source, and of each key of it, everything here counts."""
    by_source: dict[str, list[Position]] = {}
    for position in await repository.list_positions(uow.session):
        by_source.setdefault(position.source, []).append(position)
    return [
        SourcePosition(
            source=source,
            sequence=max(position.sequence for position in found),
            keys=[KeyPosition(key=p.key, sequence=p.sequence, key_sequence=p.key_sequence) for p in found],
        )
        for source, found in by_source.items()
    ]
