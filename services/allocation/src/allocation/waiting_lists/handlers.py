"""The line of an edition: who is put on it, who comes next, and why somebody waits."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from allocation.applications import domain as applications
from allocation.applications import repository as known_applications
from allocation.applications.domain import Application
from allocation.booths import repository as known_booths
from allocation.editions import repository as editions
from allocation.editions.domain import Edition, Policy, Stage
from allocation.places import domain as places
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.waiting_lists import domain, packs, repository
from allocation.waiting_lists.domain import Booth, Bounds, Candidate, Street, WhyNot
from common.contracts.allocation import ApplicationWaitlisted
from common.contracts.base import LocalText, Reason
from common.delivery.unit_of_work import UnitOfWork

TEXTS = {
    "quota_full": (
        "Chỉ tiêu của {quota_vi} đã bố trí {held}/{ceiling} gian, hồ sơ cần {needed} gian, còn thiếu {booths_missing} gian.",
        "The quota of {quota_en} has {held} of {ceiling} booths given; the application needs {needed} and lacks {booths_missing}.",
    ),
    "no_booth_free": (
        "Đã hết gian hàng; cần thêm {booths_missing} gian.",
        "No booth is free; {booths_missing} more would have been needed.",
    ),
    "no_two_together": (
        "Không còn hai gian liền nhau trong cùng một khu.",
        "No two neighbouring booths of one zone are free; one such pair would have been needed.",
    ),
    "kept_for_quota": (
        "Các gian còn lại được giữ cho chỉ tiêu tối thiểu; cần thêm {booths_missing} gian.",
        "The booths left are kept for the quotas' floors; {booths_missing} more would have been needed.",
    ),
    "fewer_points": (
        "Hồ sơ được {points} điểm ưu tiên, hồ sơ cuối cùng có gian được {points_of_last}; thiếu {points_missing} điểm.",
        "{points} points of priority; the last one placed has {points_of_last}: {points_missing} fewer.",
    ),
    "drawn_later": (
        "Bằng điểm ưu tiên ({points}) với hồ sơ cuối cùng có gian và xếp sau khi bốc thăm; cần thêm {booths_missing} gian.",
        "As many points ({points}) as the last one placed, and drawn later; {more_booths_were} needed.",
    ),
    "suspended": (
        "Kỳ sự kiện đang tạm dừng; chưa xếp gian hàng cho đến khi có lịch mới.",
        "The edition is suspended; no places are given until it has new dates.",
    ),
    "too_late": (
        "Đã qua ngày cuối cùng xếp gian hàng cho danh sách chờ.",
        "The last day for giving places from the waiting list is over.",
    ),
    "capacity_changed": (
        "Số gian hàng của kỳ sự kiện bị giảm; hồ sơ ưu tiên thấp nhất được chuyển sang danh sách chờ trước.",
        "The edition has fewer booths; the lowest priority goes to the waiting list first.",
    ),
}


def to_reason(why: WhyNot, register: str) -> Reason:
    """Return why somebody waits, in both languages; quotas of provinces are named after a register."""
    vi, en = TEXTS[why.code]
    words = why.facts | _in_words(why.facts, register)
    return Reason(code=why.code, text=LocalText(vi=vi.format(**words), en=en.format(**words)), data=dict(why.facts))


def _in_words(facts: Mapping[str, str | int], register: str) -> dict[str, str | int]:
    """Return what a text says beside the bare facts: the quota's name, how many booths are needed."""
    missing = int(facts.get("booths_missing", 0))
    words: dict[str, str | int] = {
        "more_booths_were": f"{missing} more {'booth was' if missing == 1 else 'booths were'}"
    }
    if "quota" in facts:
        quota_vi, quota_en = packs.group_words(str(facts["quota"]), register)
        needed = missing + int(facts["ceiling"]) - int(facts["held"])
        words |= {"quota_vi": quota_vi, "quota_en": quota_en, "needed": needed}
    return words


def to_candidate(application: Application, edition: Edition) -> Candidate:
    return Candidate(
        application_id=str(application.application_id),
        booths=application.booths_granted,
        points=application.points,
        product_group=application.product_group,
        groups=applications.groups_of(application, editions.regions_of(edition.province_register)),
        zone_codes=application.zone_codes,
        corner=application.corner,
        power=application.power,
        not_beside_group=application.not_beside_group,
    )


async def load_street(uow: UnitOfWork, edition: Edition) -> tuple[Street, dict[UUID, Candidate]]:
    """Return the street with its holders, and all applications as candidates."""
    booths = await known_booths.list_booths(uow.session, edition.edition_id)
    known = await known_applications.list_applications(uow.session, edition.edition_id)
    candidates = {each.application_id: to_candidate(each, edition) for each in known}
    street = Street(
        booths={
            each.booth_code: Booth(
                each.booth_code, each.zone_code, each.corner, each.power_sockets > 0, each.neighbours
            )
            for each in booths
        },
        target=min(edition.booth_target, len(booths)),
        zone_capacities=edition.zone_capacities,
        bounds=[Bounds(each.group, each.floor, each.ceiling) for each in edition.quotas],
        regions=editions.regions_of(edition.province_register),
        compares_points=edition.policy is Policy.OPTIMAL_AT_CLOSE,
        keeps_for_floors=edition.policy is Policy.FIRST_COME and edition.stage in {Stage.ANNOUNCED, Stage.OPEN},
    )
    for place in await known_places.list_places(uow.session, edition.edition_id, places.HOLDING):
        street.give(candidates[place.application_id], place.booth_codes)
    return street, candidates


async def choose_next(uow: UnitOfWork, edition: Edition) -> list[tuple[Place, tuple[str, ...]]]:
    """Return who of the line gets which booths now."""
    waiting = {
        str(place.application_id): place
        for place in await known_places.list_places(uow.session, edition.edition_id, {Outcome.WAITLISTED})
    }
    if not waiting:
        return []
    street, candidates = await load_street(uow, edition)
    line = [candidates[place.application_id] for place in waiting.values()]
    return [(waiting[candidate.application_id], codes) for candidate, codes in domain.choose_next(street, line)]


async def line_up(
    uow: UnitOfWork, edition: Edition, joining: Sequence[Place], *, in_front: bool = False
) -> list[Place]:
    """Put applications at the end of the line, or in front of it, in their order; nobody is told yet."""
    first, last = await repository.get_ranks(uow.session, edition.edition_id)
    start = first - len(joining) if in_front else last + 1
    waiting = [places.wait(place, start + number) for number, place in enumerate(joining)]
    await known_places.save_places(uow.session, waiting)
    return waiting


async def tell_waiting(
    uow: UnitOfWork, edition: Edition, told: Sequence[Place], *, run_id: UUID | None = None, why: WhyNot | None = None
) -> None:
    """Tell applications of their place in the line, each with why it waits."""
    if not told:
        return
    street, candidates = await load_street(uow, edition)
    line = await known_places.list_places(uow.session, edition.edition_id, {Outcome.WAITLISTED})
    positions = {place.application_id: number for number, place in enumerate(line, start=1)}
    for place in told:
        reason = why or domain.explain_wait(street, candidates[place.application_id])
        uow.emit(
            ApplicationWaitlisted(
                edition_id=edition.edition_id,
                application_id=place.application_id,
                vendor_id=place.vendor_id,
                run_id=run_id,
                position=positions[place.application_id],
                reasons=(to_reason(reason, edition.province_register),),
            )
        )


async def has_booths(uow: UnitOfWork, edition: Edition) -> bool:
    """Tell whether the edition has a floor plan."""
    return await known_booths.has_booths(uow.session, edition.edition_id)


async def choose_losers(uow: UnitOfWork, edition: Edition) -> list[UUID]:
    """Return which holders give their places up where there are more than booths, the first to go first."""
    street, candidates = await load_street(uow, edition)
    holding = await known_places.list_places(uow.session, edition.edition_id, places.HOLDING)
    ranked = [candidates[place.application_id] for place in holding]
    return [UUID(each.application_id) for each in domain.choose_losers(street, ranked)]
