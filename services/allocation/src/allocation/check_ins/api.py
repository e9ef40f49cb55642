"""Check-ins over HTTP."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from allocation.check_ins import domain, handlers
from allocation.places.domain import Place
from common.contracts.base import Code
from common.tokens import Role
from common.web import Strict, Uow, allow, new_router

router = new_router("check-ins")


class SeenEntry(Strict):
    """A booth on a fair day."""

    booth_code: Code
    on: date


class SeenView(BaseModel):
    """What is noted of the holder."""

    application_id: UUID
    vendor_id: UUID
    booth_codes: tuple[str, ...]
    state: str
    on: date

    @classmethod
    def of(cls, place: Place, on: date) -> "SeenView":
        return cls(
            application_id=place.application_id,
            vendor_id=place.vendor_id,
            booth_codes=place.booth_codes,
            state=place.outcome,
            on=on,
        )


@router.post("/editions/{edition_id}/check-ins", status_code=201, dependencies=[allow(Role.INSPECTOR)])
async def check_in(edition_id: UUID, entry: SeenEntry, uow: Uow) -> SeenView:
    """Note that a booth's holder is there."""
    place = await handlers.note_seen(uow, edition_id, entry.booth_code, entry.on, present=True)
    return SeenView.of(place, entry.on)


MOST_BOOTHS = 500


class LookEntry(Strict):
    """A booth, and whether its holder was there."""

    booth_code: Code
    present: bool


class RoundEntry(Strict):
    """A walk along the street on a fair day, in its order."""

    on: date
    seen: tuple[LookEntry, ...] = Field(min_length=1, max_length=MOST_BOOTHS)


class NotNotedView(BaseModel):
    """A booth of which nothing was noted, and why."""

    booth_code: str
    code: str
    detail: str
    detail_en: str


class RoundView(BaseModel):
    """How the holders stand that were seen, and the booths of which nothing was noted."""

    noted: tuple[SeenView, ...]
    refused: tuple[NotNotedView, ...]


@router.post("/editions/{edition_id}/rounds", status_code=201, dependencies=[allow(Role.INSPECTOR)])
async def note_round(edition_id: UUID, entry: RoundEntry, uow: Uow) -> RoundView:
    """Note a walk along the street at once, as a list kept without a network; what is wrong with one booth keeps no other back.

    Sent again, or with what was added since, it notes nothing twice.
    """
    seen = [domain.Seen(look.booth_code, look.present) for look in entry.seen]
    noted = await handlers.note_round(uow, edition_id, entry.on, seen)
    refused = [
        NotNotedView(
            booth_code=booth.booth_code,
            code=booth.why.code,
            detail=booth.why.message_vi,
            detail_en=booth.why.message_en,
        )
        for booth in noted.refused
    ]
    return RoundView(noted=tuple(SeenView.of(place, entry.on) for place in noted.places), refused=tuple(refused))


@router.post("/editions/{edition_id}/no-shows", status_code=201, dependencies=[allow(Role.INSPECTOR)])
async def note_no_show(edition_id: UUID, entry: SeenEntry, uow: Uow) -> SeenView:
    """Note that a booth's holder is not there."""
    place = await handlers.note_seen(uow, edition_id, entry.booth_code, entry.on, present=False)
    return SeenView.of(place, entry.on)


class ReOfferEntry(Strict):
    """A booth whose holder did not come."""

    booth_code: Code


class ReOfferView(BaseModel):
    """What was taken back, and how many of those who wait were offered a place for it."""

    application_id: UUID
    booth_codes: tuple[str, ...]
    offers_made: int


@router.post("/editions/{edition_id}/re-offers", status_code=201, dependencies=[allow(Role.INSPECTOR, Role.ORGANISER)])
async def re_offer(edition_id: UUID, entry: ReOfferEntry, uow: Uow) -> ReOfferView:
    """Take the booths of a no-show of today back and offer them to the next in line, to be answered within hours."""
    place, given = await handlers.re_offer(uow, edition_id, entry.booth_code)
    return ReOfferView(application_id=place.application_id, booth_codes=place.booth_codes, offers_made=len(given))
