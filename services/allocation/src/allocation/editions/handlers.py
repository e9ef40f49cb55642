"""What allocation takes note of when registration tells of an edition."""

import secrets
from dataclasses import replace
from typing import Any
from uuid import UUID

from allocation.editions import domain, repository
from allocation.editions.domain import Edition, Lot, Policy, Quota, Stage, Text
from allocation.resumptions import repository as resumptions
from common.contracts.base import LocalText
from common.contracts.registration import (
    EditionAnnounced,
    EditionCancelled,
    EditionCapacityChanged,
    EditionEnded,
    EditionEvent,
    EditionRescheduled,
    EditionStarted,
    EditionSuspended,
    PriorityPack,
    RegistrationClosed,
    RegistrationOpened,
)
from common.delivery.unit_of_work import UnitOfWork

SEED_BYTES = 16
SECRET_BYTES = 32


async def note_announced(uow: UnitOfWork, event: EditionAnnounced, configured: Lot | None = None) -> None:
    """Take an edition in and draw its seed and its secret, once for good; applications accepted before it is known wait for it.

    What is configured takes the place of what would be drawn. One that is known keeps what it has, no secret too: its names
    in the draw may have been used.
    """
    known = await repository.find_locked(uow.session, event.edition_id)
    lot = configured or Lot()
    seed = lot.seed or secrets.token_hex(SEED_BYTES)
    secret = lot.secret_of(event.code) or secrets.token_hex(SECRET_BYTES)
    if known is not None:
        seed, secret = known.seed, known.draw_secret
    packs = None if known is None else known.priority_packs
    edition = replace(to_edition(event, seed, secret), priority_packs=packs)
    await repository.save_edition(uow.session, await _as_settled(uow, edition))


async def _as_settled(uow: UnitOfWork, edition: Edition) -> Edition:
    """Return an edition with what is known of it from before a restore that forgot it."""
    known = await resumptions.find_resumption(uow.session, edition.edition_id)
    if known is None:
        return edition
    seed, run_id = known.seed or edition.seed, known.released_run_id
    return replace(edition, is_behind=True, seed=seed, released_run_id=run_id)


def to_edition(event: EditionAnnounced, seed: str, draw_secret: str | None = None) -> Edition:
    """Return an edition as it is when it is announced."""
    quotas = [Quota(str(each.dimension), each.code, each.floor, each.ceiling) for each in event.quotas]
    return Edition(
        edition_id=event.edition_id,
        code=event.code,
        name=_text(event.name),
        venue=_text(event.venue.name),
        first_on=event.planned.first,
        last_on=event.planned.last,
        booth_target=event.booth_target,
        zone_capacities={},
        quotas=tuple(quotas),
        policy=Policy(event.allocation_policy),
        province_register=event.province_register or domain.register_in_force(event.planned.first),
        stage=Stage.ANNOUNCED,
        is_suspended=False,
        released_run_id=None,
        seed=seed,
        draw_secret=draw_secret,
    )


def _text(text: LocalText) -> Text:
    return Text(text.vi, text.en)


async def note_opened(uow: UnitOfWork, event: RegistrationOpened) -> None:
    await _note_stage(uow, event, Stage.OPEN)


async def note_closed(uow: UnitOfWork, event: RegistrationClosed) -> None:
    edition = await repository.lock_edition(uow.session, event.edition_id)
    closed = domain.note_priority(replace(edition, stage=Stage.CLOSED), _plain(event.priority_pack))
    await repository.save_edition(uow.session, closed)


def _plain(pack: PriorityPack | None) -> dict[str, Any] | None:
    return None if pack is None else pack.model_dump(mode="json")


async def note_started(uow: UnitOfWork, event: EditionStarted) -> None:
    await _note_stage(uow, event, Stage.LIVE)


async def note_ended(uow: UnitOfWork, event: EditionEnded) -> None:
    """The fair is over; it can end early, so the days held are those told now."""
    edition = await repository.lock_edition(uow.session, event.edition_id)
    held = replace(edition, stage=Stage.ENDED, first_on=event.actual.first, last_on=event.actual.last)
    await repository.save_edition(uow.session, held)


async def note_cancelled(uow: UnitOfWork, event: EditionCancelled) -> None:
    await _note_stage(uow, event, Stage.CANCELLED)


async def note_suspended(uow: UnitOfWork, event: EditionSuspended) -> None:
    """Stop the edition's deadlines until it has new dates; places are kept."""
    edition = await repository.lock_edition(uow.session, event.edition_id)
    await repository.save_edition(uow.session, replace(edition, is_suspended=True))


async def note_rescheduled(uow: UnitOfWork, event: EditionRescheduled) -> None:
    edition = await repository.lock_edition(uow.session, event.edition_id)
    moved = domain.reschedule(edition, event.new.first, event.new.last)
    await repository.save_edition(uow.session, domain.note_priority(moved, _plain(event.priority_pack)))


async def note_capacity(uow: UnitOfWork, event: EditionCapacityChanged) -> None:
    """Take the new number of booths in, and those of the zones it names."""
    edition = await repository.lock_edition(uow.session, event.edition_id)
    zones = {each.zone_code: each.capacity for each in event.zones}
    await repository.save_edition(uow.session, domain.resize(edition, event.booth_target, zones))


async def note_release(uow: UnitOfWork, edition: Edition, run_id: UUID) -> Edition:
    """Remember which run gave the places."""
    released = replace(edition, released_run_id=run_id)
    await repository.save_edition(uow.session, released)
    return released


async def _note_stage(uow: UnitOfWork, event: EditionEvent, stage: Stage) -> None:
    edition = await repository.lock_edition(uow.session, event.edition_id)
    await repository.save_edition(uow.session, replace(edition, stage=stage))
