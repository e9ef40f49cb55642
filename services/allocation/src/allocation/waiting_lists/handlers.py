"""The line of an edition: who is put on it, who comes next, and why somebody waits."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from uuid import UUID

import structlog

from allocation.booths import repository as known_booths
from allocation.editions import repository as editions
from allocation.editions.domain import Edition, Policy, Stage
from allocation.explanations.packs import Told
from allocation.grounds.domain import Applicant, RunInput
from allocation.grounds.handlers import read_grounds
from allocation.places import domain as places
from allocation.places import repository as known_places
from allocation.places.domain import Outcome, Place
from allocation.rules import repository as known_rules
from allocation.runs import checker
from allocation.runs import repository as known_runs
from allocation.runs.packs import pin_words, rule_names
from allocation.streets.domain import Street
from allocation.waiting_lists import domain, packs, repository
from allocation.waiting_lists.domain import WhyNot
from common.contracts.allocation import ApplicationWaitlisted
from common.contracts.base import LegalDocument, LocalText, Reason
from common.delivery.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

CAPACITY = "capacity_changed"
LAPSED = "certificate_lapsed"
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
    "against_rules": (
        "Các gian còn trống không đáp ứng quy định riêng của kỳ sự kiện: {rules_vi}.",
        "The booths that are free do not meet the edition's own rules: {rules_en}.",
    ),
    "committee_decided": (
        "Các gian còn trống không phù hợp với quyết định của ban tổ chức về hồ sơ này.",
        "The booths that are free do not agree with what the committee decided on this application.",
    ),
    "required_floor_missed": (
        "Chỉ tiêu tối thiểu bắt buộc của {quota_vi} hiện còn thiếu {booths_missing} gian, chưa giữ được.",
        "The required floor of {quota_en} is not held now: {booths_missing} lacking.",
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
    "overridden": (
        "Phương án đã xếp gian cho hồ sơ này, nhưng ban tổ chức không xếp nữa theo một ngoại lệ do hai người duyệt, có văn bản.",
        "The run placed it, but the committee took the place away by an override of two persons, on a paper; see the dossier.",
    ),
    "certificate_lapsed": (
        "Giấy chứng nhận hết hiệu lực trước khi sự kiện kết thúc; hồ sơ còn {points} điểm ưu tiên và xếp theo số điểm này.",
        "A certificate lapses before the event ends; {points} points of priority are left, and the place in the line goes by them.",
    ),
    "too_few_free": (
        "Chỉ còn {free} gian trống phù hợp, hồ sơ cần {needed} gian.",
        "The booths that are free and suit it are too few ({free} free in all); the application needs {needed}.",
    ),
    "floor_first": (
        "Gian trống được mời trước cho {quota_vi}, do chỉ tiêu tối thiểu của nhóm này chưa đủ.",
        "The booth that was free went first to {quota_en}, whose floor is not reached.",
    ),
    "rules_refused": (
        "Các gian còn trống chưa xếp được cho hồ sơ theo quy định bắt buộc của kỳ sự kiện.",
        "The booths that are free could not be given to the application by the edition's hard rules.",
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


@dataclass(frozen=True)
class Lost:
    """The booths that applications held until now, and the paper by which there are fewer."""

    booths: Mapping[UUID, tuple[str, ...]]
    paper: LegalDocument | None = None

    @classmethod
    def of(cls, held: Iterable[Place], paper: LegalDocument | None = None) -> "Lost":
        return cls({each.application_id: each.booth_codes for each in held}, paper)


@dataclass(frozen=True)
class Turn:
    """Who of the line gets which booths.

    ``position`` is its number in the line until now, ``passed`` how many ahead of it get nothing, by what keeps them out.
    """

    place: Place
    booth_codes: tuple[str, ...]
    position: int
    passed: Mapping[str, int]


@dataclass(frozen=True)
class Passed:
    """Who stays in the line, at ``position``, though ``served`` behind it get a place; and why."""

    place: Place
    position: int
    served: int
    why: WhyNot


@dataclass(frozen=True)
class Step:
    """What one look at the line comes to."""

    turns: Sequence[Turn] = ()
    passed: Sequence[Passed] = ()


def to_reason(why: WhyNot, register: str, rules: Mapping[str, tuple[str, str]] | None = None) -> Reason:
    """Return why somebody waits, in both languages.

    Args:
        why: what keeps it from a place.
        register: the register of provinces by which quotas are named.
        rules: the names of the edition's own rules by ``kind:code``.
    """
    vi, en = TEXTS[why.code]
    words = why.facts | _in_words(why.facts, register, rules or {})
    return Reason(code=why.code, text=LocalText(vi=vi.format(**words), en=en.format(**words)), data=dict(why.facts))


def _in_words(
    facts: Mapping[str, str | int], register: str, rules: Mapping[str, tuple[str, str]]
) -> dict[str, str | int]:
    """Return what a text says beside the bare facts: quotas and rules by name, how many booths are needed."""
    missing = int(facts.get("booths_missing", 0))
    words: dict[str, str | int] = {
        "more_booths_were": f"{missing} more {'booth was' if missing == 1 else 'booths were'}"
    }
    if "quota" in facts:
        words["quota_vi"], words["quota_en"] = packs.group_words(str(facts["quota"]), register)
    if "ceiling" in facts:
        words["needed"] = missing + int(facts["ceiling"]) - int(facts["held"])
    if "rules" in facts:
        named = [rules.get(code) or pin_words(code) or (code, code) for code in str(facts["rules"]).split()]
        words["rules_vi"], words["rules_en"] = ("; ".join(each[at] for each in named) for at in (0, 1))
    return words


async def load_street(
    uow: UnitOfWork, edition: Edition, leaving: Collection[UUID] = ()
) -> tuple[Street, dict[UUID, Applicant]]:
    """Return the street with its holders, and all accepted applications as candidates.

    Holders named in ``leaving`` hold nothing on it any more and stand in front of the line, by standing.
    """
    given = await read_grounds(uow, edition)
    found = await known_places.list_places(uow.session, edition.edition_id, places.HOLDING | {Outcome.WAITLISTED})
    holding = [place for place in found if place.is_held and place.application_id not in leaving]
    held = {str(place.application_id): place.booth_codes for place in holding}
    given = replace(given, pins=given.kept_pins(held)).with_pins()
    candidates = {UUID(each.application_id): each for each in given.applicants}
    street = Street(
        given=given,
        regions=editions.regions_of(edition.province_register),
        compares_points=edition.policy is Policy.OPTIMAL_AT_CLOSE,
        keeps_for_floors=edition.policy is Policy.FIRST_COME and edition.stage in {Stage.ANNOUNCED, Stage.OPEN},
        line=[candidates[place.application_id] for place in found if place not in holding],
    )
    for place in holding:
        street.give(candidates[place.application_id], place.booth_codes)
    return street, candidates


async def choose_next(uow: UnitOfWork, edition: Edition, leaving: Collection[UUID] = ()) -> Step:
    """Return who of the line gets which booths now, and who is passed over; what the independent check refuses is given to nobody.

    Holders named in ``leaving`` are chosen for as the first of the line, without the booths that they hold.
    """
    held = await known_places.get_places(uow.session, list(leaving))
    waiting = {
        str(place.application_id): place
        for place in (*held, *await known_places.list_places(uow.session, edition.edition_id, {Outcome.WAITLISTED}))
    }
    if not waiting:
        return Step()
    street, _ = await load_street(uow, edition, leaving)
    before = street.copy()
    now: dict[str, tuple[str, ...]] = {}
    for code, holder in street.holders.items():
        now[holder.application_id] = (*now.get(holder.application_id, ()), code)
    former = {each: place.former_booth_codes for each, place in waiting.items() if place.former_booth_codes}
    chosen = {candidate.application_id: codes for candidate, codes in domain.choose_next(street, street.line, former)}
    return _to_step(before, waiting, _judged(street.given, now, chosen))


async def see_given(uow: UnitOfWork, edition: Edition, chosen: Mapping[str, tuple[str, ...]]) -> Step:
    """Return whom it passes over if some of the line, by application, get booths that were found otherwise."""
    line = await known_places.list_places(uow.session, edition.edition_id, {Outcome.WAITLISTED})
    street, _ = await load_street(uow, edition)
    return _to_step(street, {str(place.application_id): place for place in line}, chosen)


def _to_step(street: Street, waiting: Mapping[str, Place], chosen: Mapping[str, tuple[str, ...]]) -> Step:
    line = list(street.line)
    passed = domain.tell_passed(street, line, chosen)
    turns: list[Turn] = []
    found: list[Passed] = []
    counted, left = Counter[str](), len(chosen)
    for position, each in enumerate((candidate.application_id for candidate in line), start=1):
        if each in chosen:
            turns.append(Turn(waiting[each], chosen[each], position, dict(sorted(counted.items()))))
            left -= 1
        elif each in passed:
            counted[passed[each].code] += 1
            found.append(Passed(waiting[each], position, left, passed[each]))
    return Step(turns, found)


def _judged(
    given: RunInput, now: Mapping[str, tuple[str, ...]], chosen: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[str, ...]]:
    """Return what of the places chosen keeps every hard rule, by the check that shares no line with the choice."""
    if not chosen or not checker.newly_broken(given, now, {**now, **chosen}):
        return chosen
    kept: dict[str, tuple[str, ...]] = {}
    for each, codes in chosen.items():
        broken = checker.newly_broken(given, now, {**now, **kept, each: codes})
        if broken:
            log.error("place_refused_by_check", application_id=each, booth_codes=codes, findings=broken)
        else:
            kept[each] = codes
    return kept


async def line_up(
    uow: UnitOfWork, edition: Edition, joining: Sequence[Place], *, in_front: bool = False
) -> list[Place]:
    """Put applications at the end of the line, or in front of it, in their order; nobody is told yet."""
    first, last = await repository.get_ranks(uow.session, edition.edition_id)
    start = first - len(joining) if in_front else last + 1
    waiting = [places.wait(place, start + number) for number, place in enumerate(joining)]
    await known_places.save_places(uow.session, waiting)
    return waiting


async def fall_back(uow: UnitOfWork, edition: Edition, place: Place) -> None:
    """Let an application that lost points fall behind those with as many, and tell it where it waits now.

    A holder keeps its booths and is among the first to leave where there are fewer. Where places go by arrival, nothing
    changes.
    """
    if edition.policy is not Policy.OPTIMAL_AT_CLOSE:
        return
    if place.is_held:
        _, last = await repository.get_ranks(uow.session, edition.edition_id)
        await known_places.save_places(uow.session, [replace(place, standing=last + 1)])
    elif place.outcome is Outcome.WAITLISTED:
        await _fall_back_in_line(uow, edition, place)


async def _fall_back_in_line(uow: UnitOfWork, edition: Edition, place: Place) -> None:
    if await _move_back(uow, edition, place):
        await tell_fallen(uow, edition, place)


async def _move_back(uow: UnitOfWork, edition: Edition, place: Place) -> bool:
    """Let who waits stand where its points of now put it; return whether that is another place of the line."""
    waiting = await known_places.list_places(uow.session, edition.edition_id, {Outcome.WAITLISTED})
    _, candidates = await load_street(uow, edition)
    now = domain.fall_back([candidates[each.application_id] for each in waiting], candidates[place.application_id])
    by_id = {str(each.application_id): each for each in waiting}
    moved = [
        replace(by_id[each.application_id], waiting_rank=before.waiting_rank)
        for each, before in zip(now, waiting, strict=True)
        if by_id[each.application_id] != before
    ]
    await known_places.save_places(uow.session, moved)
    return bool(moved)


async def let_fallen_back(uow: UnitOfWork, edition: Edition, waiting: Sequence[Place]) -> list[Place]:
    """Let those in front of the line whose points fell since they were placed stand by their points; return them."""
    run_id = edition.released_run_id
    if run_id is None or not waiting:
        return []
    placed_on = {
        each.application_id: each.points for each in (await known_runs.get_run(uow.session, run_id)).input.applicants
    }
    _, candidates = await load_street(uow, edition)
    fallen = [
        place
        for place in waiting
        if candidates[place.application_id].points < placed_on.get(str(place.application_id), 0)
    ]
    for place in fallen:
        await _move_back(uow, edition, place)
    return fallen


async def tell_fallen(uow: UnitOfWork, edition: Edition, place: Place, lost: Lost | None = None) -> None:
    """Tell an application where it waits since a certificate lapsed, and with how many points."""
    _, candidates = await load_street(uow, edition)
    why = WhyNot(LAPSED, {"points": candidates[place.application_id].points})
    await tell_waiting(uow, edition, [place], why=why, lost=lost)


async def tell_waiting(
    uow: UnitOfWork,
    edition: Edition,
    told: Sequence[Place],
    *,
    run_id: UUID | None = None,
    why: WhyNot | None = None,
    said: Mapping[str, Told] | None = None,
    lost: Lost | None = None,
) -> None:
    """Tell applications of their place in the line, each with why it waits.

    ``said`` is what the dossier of the run, ``run_id``, says of each; ``why`` what is to be told all of them; ``lost`` what
    they held until now. Who has no reason by these is told what keeps it from a place now.
    """
    if not told:
        return
    street, candidates = await load_street(uow, edition)
    rules = await read_names(uow, edition) if street.given.rules.version else {}
    line = await known_places.list_places(uow.session, edition.edition_id, {Outcome.WAITLISTED})
    positions = {place.application_id: number for number, place in enumerate(line, start=1)}
    for place in told:
        known = (said or {}).get(str(place.application_id))
        if known is None:
            found = _why(street, candidates[place.application_id], why)
            known = Told(tuple(to_reason(each, edition.province_register, rules) for each in found))
        uow.emit(
            ApplicationWaitlisted(
                edition_id=edition.edition_id,
                application_id=place.application_id,
                vendor_id=place.vendor_id,
                run_id=run_id,
                position=positions[place.application_id],
                reasons=known.reasons,
                changes=known.changes,
                draw_number=known.draw_number,
                released_booth_codes=lost.booths.get(place.application_id, ()) if lost else (),
                legal_document=lost.paper if lost else None,
            )
        )


async def read_why(uow: UnitOfWork, edition: Edition, place: Place) -> tuple[Reason, ...]:
    """Return what keeps somebody of the line from a place now."""
    street, candidates = await load_street(uow, edition)
    rules = await read_names(uow, edition) if street.given.rules.version else {}
    found = _why(street, candidates[place.application_id], None)
    return tuple(to_reason(each, edition.province_register, rules) for each in found)


async def read_names(uow: UnitOfWork, edition: Edition) -> Mapping[str, tuple[str, str]]:
    own = await known_rules.find_rules(uow.session, edition.edition_id)
    return rule_names(asdict(own.rules))


def _why(street: Street, candidate: Applicant, why: WhyNot | None) -> list[WhyNot]:
    """Return why somebody waits: what is said, or what keeps it from a place; with required floors that are not held."""
    reason = why or domain.explain_wait(street, candidate)
    if reason.code == CAPACITY:
        found = domain.why_not(street, candidate)
        reason = found if found is not None and found.code == "against_rules" else reason
    missed = {group: number for group, number in street.lacking_required().items() if group in candidate.groups}
    told = [WhyNot("required_floor_missed", {"quota": each, "booths_missing": n}) for each, n in missed.items()]
    return [reason, *told]


async def has_booths(uow: UnitOfWork, edition: Edition) -> bool:
    """Tell whether the edition has a floor plan."""
    return await known_booths.has_booths(uow.session, edition.edition_id)


async def choose_losers(uow: UnitOfWork, edition: Edition) -> list[UUID]:
    """Return which holders give their places up where there are more than booths, the first to go first."""
    street, candidates = await load_street(uow, edition)
    holding = await known_places.list_places(uow.session, edition.edition_id, places.HOLDING)
    ranked = [candidates[place.application_id] for place in holding]
    return [UUID(each.application_id) for each in domain.choose_losers(street, ranked)]
