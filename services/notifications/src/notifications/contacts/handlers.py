"""Keeps the contact book: newer wins, an erasure leaves nothing personal."""

from uuid import UUID

from common.contracts.registration import ContactRecorded
from common.delivery.unit_of_work import UnitOfWork
from notifications.contacts import repository


async def record_contact(uow: UnitOfWork, event: ContactRecorded) -> None:
    """Store how to reach a party, unless something newer is known; notices that wait for it find it by themselves."""
    if uow.cause is not None:
        values = event.model_dump(mode="json", exclude={"party_id", "invitations", "drafts", "nominations"})
        await repository.save_newer(uow.session, event.party_id, uow.cause.time, values)


async def erase_contact(uow: UnitOfWork, key: str) -> None:
    """Forget everything personal of a party; open notices to it are suppressed when their turn comes."""
    if uow.cause is not None:
        await repository.save_newer(uow.session, UUID(key), uow.cause.time, {})
