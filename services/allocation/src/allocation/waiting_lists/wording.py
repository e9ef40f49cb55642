"""Why somebody waits, in words: what keeps it from a place, or what was decided."""

from collections.abc import Mapping

from allocation.grounds.domain import ZONE
from allocation.runs.packs import pin_words
from allocation.waiting_lists import packs
from allocation.waiting_lists.domain import WhyNot
from common.contracts.base import LocalText, Reason

TEXTS = {
    "quota_full": (
        "Chỉ tiêu của {quota_vi} đã bố trí {held}/{ceiling} gian, hồ sơ cần {needed} gian, còn thiếu {booths_missing} gian.",
        "The quota of {quota_en} has {held} of {ceiling_en} given; the application needs {needed} and lacks {booths_missing}.",
    ),
    "no_booth_free": (
        "Đã hết gian hàng; cần thêm {booths_missing} gian.",
        "No booth is free; {booths_missing} more would have been needed.",
    ),
    "no_two_together": (
        "Không còn hai gian liền nhau trong cùng một khu.",
        "No two neighbouring booths of one zone are free; one such pair would have been needed.",
    ),
    "zones_full": (
        "Chỉ còn gian ở khu không được bố trí thêm {needed} gian nữa: {zones_vi}.",
        "What is left is in zones that may not give {booths_needed} more: {zones_en}.",
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
        "Đã hết gian. Hồ sơ được {points} điểm ưu tiên, hồ sơ thấp nhất có gian theo phương án được {points_of_last}; thiếu {points_missing} điểm.",
        "No booth is free. {points} points of priority; the lowest with a place by the run has {points_of_last}: {points_missing} fewer.",
    ),
    "drawn_later": (
        "Bằng điểm ưu tiên ({points}) với hồ sơ thấp nhất có gian theo phương án và có số bốc thăm xếp sau; cần thêm {booths_missing} gian.",
        "As many points ({points}) as the lowest with a place by the run, and behind it by the draw; {more_booths_were} needed.",
    ),
    "floors_held": (
        "Đã hết gian. Hồ sơ được {points} điểm ưu tiên; mọi hồ sơ xếp sau mà có gian theo phương án đều giữ chỉ tiêu tối thiểu của một nhóm.",
        "No booth is free. {points} points of priority; each one behind it with a place by the run holds one that a quota's floor needs.",
    ),
    "came_later": (
        "Đã hết gian. Phương án chưa có hồ sơ này: hồ sơ được chấp nhận hoặc đủ điều kiện sau khi lập phương án.",
        "No booth is free. The run that gave the places did not have this application: it was accepted, or became eligible, later.",
    ),
    "overridden": (
        "Phương án đã xếp gian cho hồ sơ này, nhưng ban tổ chức không xếp nữa theo một ngoại lệ do hai người duyệt, có văn bản.",
        "The run placed it, but the committee took the place away by an override of two persons, on a paper; see the dossier.",
    ),
    "certificate_lapsed": (
        "Giấy chứng nhận hết hiệu lực trước khi sự kiện kết thúc; hồ sơ còn {points} điểm ưu tiên và xếp theo số điểm này.",
        "A certificate lapses before the event ends; {points} points of priority are left, and the place in the line goes by them.",
    ),
    "nothing_eligible": (
        "Hồ sơ hiện không còn sản phẩm đủ điều kiện nên chưa được xếp gian hàng.",
        "No product of the application is eligible now, so it is given no booth.",
    ),
    "too_few_free": (
        "Cả kỳ sự kiện chỉ còn {free} gian trống, hồ sơ cần {needed} gian.",
        "Booths free in the whole edition: {free}; the application needs {needed}.",
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
        "Đã qua ngày cuối cùng xếp gian hàng cho danh sách chờ; trong những ngày hội chợ chỉ mời nhận gian của chủ thể vắng mặt.",
        "The last day for giving places from the waiting list is over; on the days of the fair only booths of who does not come are offered.",
    ),
    "turn_comes": (
        "Hiện có gian phù hợp còn trống; hồ sơ được mời khi danh sách chờ được xét lần tới.",
        "A booth that suits the application is free now; it is offered when the waiting list is next gone through.",
    ),
    "capacity_changed": (
        "Số gian hàng của kỳ sự kiện bị giảm; ngoài hồ sơ phải giữ theo quy định, hồ sơ ưu tiên thấp nhất chuyển sang danh sách chờ trước.",
        "The edition has fewer booths; but for places that a rule keeps, the lowest priority goes to the waiting list first.",
    ),
    "power_failed": (
        "Một số gian mất điện nên phải sắp lại; sau khi sắp lại không còn gian cho hồ sơ này.",
        "Some booths lost their power and places were arranged anew; none was left for this application.",
    ),
}
"""By the code of a reason: Vietnamese, English."""


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
    missing, needed = int(facts.get("booths_missing", 0)), int(facts.get("needed", 0))
    words: dict[str, str | int] = {
        "more_booths_were": f"{missing} more {'booth was' if missing == 1 else 'booths were'}",
        "booths_needed": packs.booths_in_english(needed),
    }
    if "quota" in facts:
        words["quota_vi"], words["quota_en"] = packs.group_words(str(facts["quota"]), register)
    if "zones" in facts:
        named = [packs.group_words(f"{ZONE}{code}", register) for code in str(facts["zones"]).split()]
        words["zones_vi"], words["zones_en"] = (", ".join(each[at] for each in named) for at in (0, 1))
    if "ceiling" in facts:
        words["ceiling_en"] = packs.booths_in_english(int(facts["ceiling"]))
        words["needed"] = missing + int(facts["ceiling"]) - int(facts["held"])
    if "rules" in facts:
        named = [rules.get(code) or pin_words(code) or (code, code) for code in str(facts["rules"]).split()]
        words["rules_vi"], words["rules_en"] = ("; ".join(each[at] for each in named) for at in (0, 1))
    return words
