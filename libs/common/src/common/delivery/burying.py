"""Burying: what is done with a message that fails at every try, so that nothing but its subject waits (docs/delivery.md)."""

from typing import NamedTuple

from common.delivery.failures import describe_failure
from common.delivery.inbox import lock_memory, save_memory
from common.delivery.messages import Message, dead_letter
from common.delivery.parking import forget_kept, is_kept, keep_message, park_subject
from common.delivery.unit_of_work import UnitOfWork


class Failure(NamedTuple):
    """Why a message is dead: its last error, how often it was tried, and when it failed first (RFC 3339)."""

    error: Exception
    attempts: int
    first_failure: str


async def bury(uow: UnitOfWork, service: str, message: Message, failure: Failure) -> bool:
    """Set a dead message aside in one transaction: memory on, subject parked, message kept, dead letter sent.

    Return whether it was; one that was taken or set aside already is left as it is. Raises the error of the message
    where something before it is missing, which would be skipped for good.
    """
    name, reason = type(failure.error).__name__, describe_failure(failure.error)
    memory = await lock_memory(uow.session, {message.memory_key}) if message.numbered else {}
    if message.numbered:
        if message.cause.key_sequence <= memory[message.memory_key]:
            return False
        if message.cause.key_sequence > memory[message.memory_key] + 1:
            raise failure.error
        await save_memory(uow.session, {message.memory_key: message.cause.key_sequence})
    elif await is_kept(uow.session, message):
        return False
    elif message.is_erasure:  # what it erases is not kept until somebody has mended what it fails on
        await forget_kept(uow.session, message)
    await park_subject(uow.session, message.memory_key, message.cause.subject, uow.now, reason)
    keep_message(uow.session, message, uow.now, reason)
    uow.caused_by(message.cause).send(
        dead_letter(service, message, name, reason, failure.attempts, failure.first_failure)
    )
    return True
