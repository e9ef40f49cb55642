"""Keeps how far each source has been folded."""

from common.delivery.unit_of_work import UnitOfWork
from reporting.positions import repository


def note_position(uow: UnitOfWork) -> None:
    """Remember that the event at hand has been folded; a repeated or re-driven one moves nothing back."""
    cause = uow.cause
    if cause is None:
        raise RuntimeError("positions follow events; there is none at hand")
    repository.save_position(uow.session, cause.source, cause.key, cause.sequence, cause.key_sequence)
