"""What each event of an edition made of it; it happened, so nothing is checked here."""

from dataclasses import replace
from datetime import datetime

from registration.editions.domain import Days, Edition
from registration.editions.states import EditionState


def suspended(edition: Edition, at: datetime) -> Edition:
    resume_to = EditionState.READY if edition.state is EditionState.LIVE else edition.state
    return replace(edition, state=EditionState.SUSPENDED, resume_to=resume_to, suspended_at=at)


def rescheduled(edition: Edition, new: Days) -> Edition:
    return replace(
        edition,
        state=edition.resume_to or edition.state,
        resume_to=None,
        suspended_at=None,
        planned=new,
        schedule_version=edition.schedule_version + 1,
    )


def cancelled(edition: Edition) -> Edition:
    return replace(edition, state=EditionState.CANCELLED, resume_to=None, suspended_at=None)


def ended(edition: Edition, actual: Days) -> Edition:
    return replace(edition, state=EditionState.CLOSED, actual=actual)
