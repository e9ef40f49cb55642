"""Somebody of the line that got nothing though somebody behind it did, gathered by what kept it from a place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.calendar import local_date


@dataclass(frozen=True)
class Passing:
    """How often an application was passed over for one reason; ``reason`` and ``position`` are those of the last time.

    ``times`` counts steps in which the line was moved up, ``served`` the places that went to others behind it in them.
    """

    application_id: UUID
    edition_id: UUID
    code: str
    reason: Mapping[str, object]
    position: int
    times: int
    served: int
    first_at: datetime
    last_at: datetime

    @property
    def last_on(self) -> date:
        return local_date(self.last_at)
