"""What an edition that rests after a restore has put off."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

CLOCKS_APART = timedelta(minutes=1)


class Why(StrEnum):
    """Why an edition rests still; docs/operate/repair.md says of each what to do."""

    BEHIND = "behind"  # what registration told is coming in
    OWNER_AWAY = "owner_away"
    UNTOLD = "untold"
    PARKED = "parked"
    FAILED = "failed"


@dataclass(frozen=True)
class NewDates:
    """An event that told new dates, and when that was by its owner's clock."""

    event_id: str
    told_at: datetime

    def were_known(self, made_at: datetime, asked_at: datetime | None) -> bool:
        """Tell whether an offer was made for the new dates.

        Args:
            made_at: when it was made.
            asked_at: when the holders of then were asked again; None where it is not known that any were. Then whoever has
                an offer from about that moment is asked once more than needed, not once too little.
        """
        return made_at >= (asked_at or self.told_at + CLOCKS_APART)


@dataclass(frozen=True)
class Resumption:
    """What is still to be done once all that registration told is known again.

    Attributes:
        seed: that of a release that was told, for an edition that is itself forgotten; with ``released_run_id``.
        resized_by: the event that told how many booths there are, under ``event_id``, and its ``legal_document``.
        rescheduled_by: the event that told the newest dates.
        ended_by: id of the event by which the edition is over.
        lapsed: applications of which a certificate lapsed.
        wants_run: something was told by which an edition without released run has its run started anew.
    """

    edition_id: UUID
    seed: str | None
    released_run_id: UUID | None
    resized_by: dict[str, Any] | None
    rescheduled_by: NewDates | None
    ended_by: str | None
    lapsed: tuple[UUID, ...]
    wants_run: bool
