"""What allocation listens to: event -> what it does."""

from functools import partial

from allocation.applications import handlers as applications
from allocation.capacities import handlers as capacities
from allocation.editions import handlers as editions
from allocation.editions.domain import Lot
from allocation.rearrangements import handlers as rearrangements
from allocation.runs import handlers as runs
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationRevoked,
    ApplicationWithdrawn,
    EditionAnnounced,
    EditionCancelled,
    EditionCapacityChanged,
    EditionEnded,
    EditionRescheduled,
    EditionStarted,
    EditionSuspended,
    RegistrationClosed,
    RegistrationOpened,
)
from common.delivery.consuming import Subscription, on


def subscriptions(lot: Lot | None = None) -> list[Subscription]:
    """Return the table; ``lot`` is that of every edition announced from now on, without it each draws its own."""
    return [
        on(EditionAnnounced, partial(editions.note_announced, configured=lot)),
        on(EditionAnnounced, rearrangements.place_who_waited),
        on(RegistrationOpened, editions.note_opened),
        on(RegistrationClosed, editions.note_closed, needs_all=True),
        on(RegistrationClosed, rearrangements.free_kept_booths, needs_all=True),
        on(RegistrationClosed, runs.start_run_at_close, needs_all=True),
        on(EditionSuspended, editions.note_suspended),
        on(EditionRescheduled, editions.note_rescheduled),
        on(EditionRescheduled, rearrangements.ask_holders_again),
        on(EditionCapacityChanged, editions.note_capacity),
        on(EditionCapacityChanged, capacities.fit_to_capacity),
        on(EditionCapacityChanged, runs.start_run_anew),
        on(EditionStarted, editions.note_started),
        on(EditionEnded, editions.note_ended, needs_all=True),
        on(EditionEnded, rearrangements.end_edition, needs_all=True),
        on(EditionCancelled, editions.note_cancelled, needs_all=True),
        on(EditionCancelled, rearrangements.cancel_edition, needs_all=True),
        on(EditionCancelled, runs.drop_runs, needs_all=True),
        on(ApplicationAccepted, applications.note_accepted),
        on(ApplicationAccepted, rearrangements.place_accepted),
        on(ApplicationAccepted, runs.start_run_for_lapse),
        on(ApplicationWithdrawn, applications.note_withdrawn),
        on(ApplicationWithdrawn, rearrangements.withdraw),
        on(ApplicationRevoked, applications.note_revoked),
        on(ApplicationRevoked, rearrangements.revoke),
    ]


SUBSCRIPTIONS = subscriptions()
