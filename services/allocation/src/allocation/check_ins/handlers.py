"""What an inspector notes on the street."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from allocation.check_ins import domain, repository
from allocation.check_ins.domain import BoothWithoutHolderError, Round, Seen
from allocation.editions import domain as editions
from allocation.editions import repository as known_editions
from allocation.editions.domain import EditionSuspendedError
from allocation.offers import handlers as offers
from allocation.offers import repository as known_offers
from allocation.offers.handlers import Giving
from allocation.places import domain as places
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from common.calendar import local_date
from common.contracts.allocation import BoothCheckedIn, BoothNoShow
from common.delivery.unit_of_work import UnitOfWork


async def note_seen(uow: UnitOfWork, edition_id: UUID, booth_code: str, on: date, *, present: bool) -> Place:
    """Note whether a booth's holder was there on a day; it counts for all its booths, and the same twice once.

    Raises BoothWithoutHolderError, NotAFairDayError, SeenBeforeError, EditionNotReadyError.
    """
    noted = await note_round(uow, edition_id, on, [Seen(booth_code, present)])
    if noted.refused:
        raise noted.refused[0].why
    return noted.places[0]


async def note_round(uow: UnitOfWork, edition_id: UUID, on: date, seen: Sequence[Seen]) -> Round:
    """Note what was seen along the street on a day, in its order; what cannot be noted of one booth keeps no other back.

    Raises NotAFairDayError, EditionNotReadyError: nothing of the round is noted.
    """
    edition = await known_editions.share_edition(uow.session, edition_id)
    editions.require_live(edition)
    domain.require_day(on, edition.first_on, edition.last_on, local_date(uow.now))
    holders = await known_places.lock_holders(uow.session, edition_id, {look.booth_code for look in seen})
    taken = {code: place for code, place in holders.items() if place.outcome in places.TAKEN}
    before = await repository.find_check_ins(uow.session, [place.application_id for place in taken.values()], on)
    noted = domain.go_round(seen, taken, before, on)
    await repository.save_check_ins(uow.session, noted.news_of_each(), uow.now)
    await known_places.note_outcomes(uow.session, noted.changed_places())
    for news, place in noted.news:
        kind = BoothCheckedIn if news.is_present else BoothNoShow
        uow.emit(
            kind(
                edition_id=edition_id,
                application_id=place.application_id,
                vendor_id=place.vendor_id,
                booth_codes=place.booth_codes,
                on=on,
            )
        )
    return noted


async def re_offer(uow: UnitOfWork, edition_id: UUID, booth_code: str) -> tuple[Place, list[Giving]]:
    """Take a no-show's booths back and offer them to the next in line, to be answered within hours.

    Return the place that was taken back, and what was offered. Raises BoothWithoutHolderError, NotANoShowError,
    GraceNotOverError, EditionNotReadyError, EditionSuspendedError.
    """
    edition = await known_editions.lock_edition(uow.session, edition_id)
    editions.require_live(edition)
    if edition.is_suspended:
        raise EditionSuspendedError
    place = await known_places.find_holder(uow.session, edition_id, booth_code)
    if place is None or place.outcome not in places.TAKEN:
        raise BoothWithoutHolderError(booth_code)
    today = local_date(uow.now)
    seen = await repository.find_check_in(uow.session, place.application_id, today)
    seen_at = await repository.find_seen_at(uow.session, place.application_id, today)
    grace = timedelta(hours=known_offers.rules_on(edition.first_on).no_show_grace_hours)
    domain.require_missed(booth_code, seen, seen_at, grace, uow.now)
    await offers.release_places(uow, [place], "no_show")
    await known_places.save_places(uow.session, [places.give_back(place, Outcome.RELEASED)])
    return place, await offers.offer_on_the_day(uow, edition)
