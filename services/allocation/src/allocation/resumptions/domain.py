"""What an edition that rests after a restore has put off."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Resumption:
    """What is still to be done once all that registration told is known again.

    Attributes:
        seed: that of a release that was told, for an edition that is itself forgotten; with ``released_run_id``.
        resized_by: how many booths there are was told; the paper stands under ``legal_document``.
        rescheduled_by: id of the event that told the newest dates.
        lapsed: applications of which a certificate lapsed.
        wants_run: something was told by which an edition without released run has its run started anew.
    """

    edition_id: UUID
    seed: str | None
    released_run_id: UUID | None
    resized_by: dict[str, Any] | None
    rescheduled_by: str | None
    lapsed: tuple[UUID, ...]
    wants_run: bool
