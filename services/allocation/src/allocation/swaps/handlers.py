"""Commands on swaps: proposed by one of the two or by the organiser, carried out at the second consent."""

from dataclasses import replace
from uuid import UUID

from allocation.editions import domain as editions
from allocation.editions import repository as known_editions
from allocation.editions.domain import Edition
from allocation.offers import handlers as offers
from allocation.offers.handlers import Moving
from allocation.places import domain as places
from allocation.places import repository as known_places
from allocation.places.domain import Place
from allocation.runs import handlers as runs
from allocation.swaps import domain, repository
from allocation.swaps.domain import NotSwappableError, NotYourSwapError, Side, Swap, SwapState
from common.delivery.unit_of_work import UnitOfWork

SWAPPED = "swap"


async def propose_swap(
    uow: UnitOfWork, edition_id: UUID, booth_code: str, other_code: str, *, vendor_id: UUID | None = None
) -> Swap:
    """Propose that the holders of two booths change them; ``vendor_id`` is None where the organiser proposes.

    A vendor names a booth of its own first, and consents by proposing. Raises NotSwappableError, NotYourSwapError, EditionNotReadyError.
    """
    edition = await known_editions.lock_edition(uow.session, edition_id)
    editions.require_not_over(edition)
    held = [await _holder_of(uow, edition_id, code) for code in (booth_code, other_code)]
    one, other = (Side(each.application_id, each.vendor_id, each.booth_codes) for each in held)
    if vendor_id is not None:
        if one.vendor_id != vendor_id:
            raise NotYourSwapError
        one = replace(one, consented_at=uow.now)
    domain.require_alike(one, other)
    await _require_rules(uow, edition, one, other)
    swap = Swap(uow.new_id(), edition_id, SwapState.PROPOSED, one, other, uow.now)
    await repository.save_swap(uow.session, swap)
    return swap


async def _holder_of(uow: UnitOfWork, edition_id: UUID, booth_code: str) -> Place:
    place = await known_places.find_holder(uow.session, edition_id, booth_code)
    if place is None or place.outcome not in places.TAKEN:
        raise NotSwappableError(
            f"Gian {booth_code} chưa có chủ thể xác nhận nên chưa đổi được.",
            f"Nobody has confirmed booth {booth_code}; it cannot change hands.",
            field="booth_code",
        )
    return place


async def _require_rules(uow: UnitOfWork, edition: Edition, one: Side, other: Side) -> None:
    changed = {one.application_id: other.booth_codes, other.application_id: one.booth_codes}
    broken = await runs.find_broken_rules(uow, edition, changed)
    if broken:
        raise NotSwappableError(
            f"Đổi như vậy trái quy định bắt buộc: {broken[0]}", f"The swap would break a hard rule: {broken[0]}"
        )


async def consent(uow: UnitOfWork, swap_id: UUID, application_id: UUID) -> Swap:
    """Consent for one of the two; at the second consent both are moved, in one step, and told so once.

    Where the booths are not what both agreed to any more the swap lapses and nothing moves.
    Raises SwapEndedError, NotYourSwapError, NotSwappableError, EditionNotReadyError.
    """
    edition, before = await _hold(uow, swap_id)
    swap = domain.consent(before, application_id, uow.now)
    if swap is before:
        return swap
    if domain.is_agreed(swap):
        editions.require_not_over(edition)
        swap = await _carry_out(uow, edition, swap)
    await repository.save_swap(uow.session, swap)
    return swap


async def refuse(uow: UnitOfWork, swap_id: UUID, application_id: UUID) -> Swap:
    """Refuse for one of the two, or take one's own proposal back. Raises SwapEndedError, NotYourSwapError."""
    _, before = await _hold(uow, swap_id)
    swap = domain.refuse(before, application_id, uow.now)
    if swap is not before:
        await repository.save_swap(uow.session, swap)
    return swap


async def _hold(uow: UnitOfWork, swap_id: UUID) -> tuple[Edition, Swap]:
    """Hold the edition, then read the swap as it is."""
    known = await repository.get_swap(uow.session, swap_id)
    edition = await known_editions.lock_edition(uow.session, known.edition_id)
    return edition, await repository.get_swap(uow.session, swap_id)


async def _carry_out(uow: UnitOfWork, edition: Edition, swap: Swap) -> Swap:
    held = [await known_places.get_place(uow.session, side.application_id) for side in (swap.one, swap.other)]
    as_agreed = all(
        place.outcome in places.TAKEN and place.booth_codes == side.booth_codes
        for place, side in zip(held, (swap.one, swap.other), strict=True)
    )
    if not as_agreed:
        return domain.end(swap, uow.now, is_done=False)
    await _require_rules(uow, edition, swap.one, swap.other)
    moves = [Moving(held[0], swap.other.booth_codes), Moving(held[1], swap.one.booth_codes)]
    await offers.move_places(uow, moves, SWAPPED)
    return domain.end(swap, uow.now, is_done=True)
