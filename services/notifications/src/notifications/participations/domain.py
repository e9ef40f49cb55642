"""Who takes part in an edition, and is told what happens to it."""

from dataclasses import dataclass
from uuid import UUID

ASKED_AGAIN = "asked_again"
"""Why a place is released and offered anew: its edition has new dates."""
FEWER_BOOTHS = "capacity_changed"
"""Why booths are taken back where there are fewer; their holders wait in front of the line and are told so."""
LIVE_DOSSIERS = frozenset({"application_submitted", "application_returned", "application_accepted"})
LOST_PLACES = frozenset({"booth_declined", "booth_offer_expired", "booth_released", "application_closed_unplaced"})


@dataclass(frozen=True)
class Participation:
    """An application; the states are the names of the last events about it."""

    application_id: UUID
    edition_id: UUID
    vendor_id: UUID
    dossier_state: str | None
    place_state: str | None
    trade_name: str | None = None
    nominating_agency_code: str | None = None
    support_percent: int | None = None


def takes_part(participation: Participation) -> bool:
    """Whether the application is still live: neither refused, withdrawn or revoked, nor its place given up or lost."""
    dossier, place = participation.dossier_state, participation.place_state
    return (dossier is None or dossier in LIVE_DOSSIERS) and place not in LOST_PLACES
