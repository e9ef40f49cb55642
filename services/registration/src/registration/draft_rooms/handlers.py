"""Looks whether there is room for a draft before it is stored."""

from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from registration.draft_rooms import repository
from registration.draft_rooms.domain import HOUR, Room, check_contact, check_edition, check_line


async def check_new(uow: UnitOfWork, edition_id: UUID, owner: str | None, origin_key: str | None, room: Room) -> None:
    """Raise TooManyDraftsError where nobody, or not this vendor, or nobody on this line, may begin one more draft now."""
    if owner is not None:
        check_contact(await repository.count_of_owner(uow.session, edition_id, owner), room)
    else:
        begun = await repository.count_begun(uow.session, edition_id, origin_key, uow.now - HOUR)
        check_line(begun, room, uow.now)
        check_edition(begun, room, uow.now)


async def check_contact_key(uow: UnitOfWork, edition_id: UUID, draft_id: UUID, contact_key: str, room: Room) -> None:
    """Raise TooManyDraftsError where a contact has as many other unsent drafts as it may."""
    check_contact(await repository.count_of_contact(uow.session, edition_id, contact_key, draft_id), room)


async def forget_origins(uow: UnitOfWork, limit: int) -> int:
    """Forget from where drafts were begun once it bounds nothing any more. A timer."""
    return await repository.forget_origins(uow.session, uow.now - HOUR, limit)
