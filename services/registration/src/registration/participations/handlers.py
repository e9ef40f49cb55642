"""Takes in what allocation tells of places: the record of a producer is made of it."""

from common.contracts.allocation import (
    BoothCheckedIn,
    BoothConfirmed,
    BoothDeclined,
    BoothNoShow,
    BoothOfferExpired,
    BoothReleased,
)
from common.delivery.unit_of_work import UnitOfWork
from registration.participations import repository


async def note_confirmed(uow: UnitOfWork, event: BoothConfirmed) -> None:
    """Note that an application has a place."""
    await repository.note_place(uow.session, event.application_id, event.edition_id, event.vendor_id, is_holding=True)


async def note_given_up(uow: UnitOfWork, event: BoothDeclined | BoothOfferExpired | BoothReleased) -> None:
    """Note that an application has no place any more; one asked again keeps its own until it answers."""
    await repository.note_place(uow.session, event.application_id, event.edition_id, event.vendor_id, is_holding=False)


async def note_day(uow: UnitOfWork, event: BoothCheckedIn | BoothNoShow) -> None:
    """Note that a holder was at its booth on a day, or was not."""
    await repository.note_day(
        uow.session,
        event.application_id,
        event.edition_id,
        event.vendor_id,
        event.on,
        is_present=isinstance(event, BoothCheckedIn),
    )
