"""What is kept and told of those that were passed over."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from allocation.applications import repository as applications
from allocation.applications.domain import Application
from allocation.editions import repository as known_editions
from allocation.editions.domain import Edition
from allocation.explanations.handlers import Asker, NotYourApplicationError
from allocation.passings import repository
from allocation.passings.domain import Passing
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.waiting_lists import handlers as waiting_lists
from allocation.waiting_lists.steps import Passed, Turn
from allocation.waiting_lists.wording import to_reason
from common.contracts.base import LocalText, Reason
from common.delivery.unit_of_work import UnitOfWork
from common.errors import NotFoundError

AHEAD = {
    "quota_full": ("chỉ tiêu của nhóm đã đủ", "the quota of a group of theirs is full"),
    "no_booth_free": ("không còn gian phù hợp", "no booth that is free suits them"),
    "too_few_free": ("cần nhiều gian hơn số gian còn trống", "they need more booths than are free"),
    "no_two_together": ("cần hai gian liền nhau", "they need two booths side by side"),
    "zones_full": (
        "chỉ còn gian ở khu đã đủ số gian được bố trí",
        "what is left is in zones that may not give as many more",
    ),
    "kept_for_quota": (
        "các gian còn lại được giữ cho chỉ tiêu tối thiểu của nhóm khác",
        "what is left is kept for the quotas' floors of other groups",
    ),
    "nothing_eligible": ("hiện không còn sản phẩm đủ điều kiện", "they have no eligible product now"),
    "floor_first": (
        "gian trống được mời trước cho nhóm chưa đủ chỉ tiêu tối thiểu",
        "the booth went first to a group whose floor is not reached",
    ),
    "against_rules": (
        "các gian còn trống không đáp ứng quy định của kỳ sự kiện đối với hồ sơ",
        "by the edition's rules they may not stand on the booths that are free",
    ),
}
AS_RULES = frozenset({"committee_decided", "rules_refused"})
"""What is counted with the rules: a word of the committee on one application is not for others to read."""


@dataclass(frozen=True)
class Waiting:
    """Where an application stands, what keeps it from a place now if it waits, and why others came before it."""

    application: Application
    place: Place
    edition: Edition
    position: int | None
    reasons: tuple[Reason, ...]
    passings: Sequence[Passing]


def tell_ahead(turn: Turn) -> tuple[Reason, ...]:
    """Return why those ahead of somebody were passed over: how many for which reason, nobody by name."""
    counted = Counter[str]()
    for code, number in turn.passed.items():
        counted["against_rules" if code in AS_RULES else code] += number
    return tuple(_to_ahead(code, number) for code, number in sorted(counted.items()))


def _to_ahead(code: str, number: int) -> Reason:
    vi, en = AHEAD[code]
    text = LocalText(
        vi=f"{number} hồ sơ đứng trước chưa nhận được: {vi}.",
        en=f"{number} {'application' if number == 1 else 'applications'} ahead could not take it: {en}.",
    )
    return Reason(code=f"ahead_{code}", text=text, data={"applications": number})


async def note_passed(uow: UnitOfWork, edition: Edition, passed: Sequence[Passed]) -> None:
    """Keep why some were passed over, gathered by application and reason; nobody is sent a notice for it."""
    if not passed:
        return
    rules = await waiting_lists.read_names(uow, edition)
    found = [
        Passing(
            application_id=each.place.application_id,
            edition_id=edition.edition_id,
            code=each.why.code,
            reason=to_reason(each.why, edition.province_register, rules).model_dump(mode="json"),
            position=each.position,
            times=1,
            served=each.served,
            first_at=uow.now,
            last_at=uow.now,
        )
        for each in passed
    ]
    await repository.gather_passings(uow.session, found)


async def read_waiting(uow: UnitOfWork, application_id: UUID, asker: Asker) -> Waiting:
    """Return where an application stands; raises NotFoundError, NotYourApplicationError."""
    place = await known_places.get_place(uow.session, application_id)
    application = await applications.find_application(uow.session, application_id)
    edition = await known_editions.find_edition(uow.session, place.edition_id)
    if application is None or edition is None:
        raise NotFoundError("application", application_id)
    is_own = asker.vendor_id == application.vendor_id or (
        asker.province_code is not None and asker.province_code == application.province_code
    )
    if not (asker.is_staff or is_own):
        raise NotYourApplicationError
    is_waiting = place.outcome is Outcome.WAITLISTED
    line = await known_places.list_places(uow.session, edition.edition_id, {Outcome.WAITLISTED}) if is_waiting else []
    return Waiting(
        application=application,
        place=place,
        edition=edition,
        position=next((at for at, each in enumerate(line, 1) if each.application_id == application_id), None),
        reasons=await waiting_lists.read_why(uow, edition, place) if is_waiting else (),
        passings=await repository.list_passings(uow.session, application_id),
    )


async def find_line(uow: UnitOfWork, application_id: UUID) -> Waiting | None:
    """Return where somebody of the line stands, for the page behind its link; None for who is not in it."""
    place = await known_places.find_place(uow.session, application_id)
    if place is None or place.outcome is not Outcome.WAITLISTED:
        return None
    return await read_waiting(uow, application_id, Asker(is_staff=True))
