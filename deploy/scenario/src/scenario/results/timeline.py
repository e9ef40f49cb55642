"""The story in stages: a milestone by itself, what many applications went through between two of them as one line.

What no public event tells (a search for duplicates, an appeal, an override) stands as the player saw it through the doors.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scenario.doors.system import Json
from scenario.playing import Played
from scenario.results import event_lines, wording
from scenario.results.folding import name_of
from scenario.script import steps, turns

MILESTONES = ("edition_", "registration_", "floor_plan_", "allocation_run_", "report_")
MOVES_NAMED = 6
UNTOLD: dict[type[steps.Step], str] = {
    turns.FindDuplicates: "Search for duplicates",
    turns.Appeal: "Appeal",
    turns.Rerun: "Runs compared",
    turns.Override: "Override before the release",
    turns.Repair: "Repair of the street",
    steps.Conclude: "Result reported",
}
"""Steps that are lines of the timeline by themselves, with their English titles."""


@dataclass(frozen=True)
class Group:
    """Events told together: a title in both languages, and how many of each there were.

    ``counted`` has words by event, or by event and reason (``booth_moved:swap``) where the reason makes it another thing.
    """

    key: str
    vi: str
    en: str
    counted: Mapping[str, str]


GROUPS = (
    Group(
        "nominations",
        "Đề cử, nộp hồ sơ",
        "Nominations and applications",
        {"application_submitted": "hồ sơ"},
    ),
    Group(
        "review",
        "Xét duyệt hồ sơ",
        "Review",
        {
            "application_accepted": "được chấp nhận",
            "application_accepted:on_appeal": "được chấp nhận sau kiến nghị",
            "application_returned": "yêu cầu bổ sung",
            "application_rejected": "bị từ chối",
            "application_revoked": "bị thu hồi",
            "application_withdrawn": "rút hồ sơ",
        },
    ),
    Group(
        "offers",
        "Mời nhận gian hàng",
        "Offers",
        {
            "booth_offered": "lời mời",
            "booth_offered:asked_again": "lời hỏi lại theo lịch mới",
            "application_waitlisted": "vào danh sách chờ",
        },
    ),
    Group(
        "answers",
        "Trả lời của chủ thể",
        "Answers",
        {
            "booth_confirmed": "xác nhận",
            "booth_declined": "từ chối",
            "booth_offer_expired": "hết hạn trả lời",
        },
    ),
    Group(
        "reduced",
        "Thu hẹp quy mô",
        "Fewer booths",
        {
            "booth_released:capacity_changed": "chủ thể không còn gian hàng",
            "application_waitlisted:capacity_changed": "được đưa lên đầu danh sách chờ",
        },
    ),
    Group(
        "lapsed",
        "Giấy chứng nhận hết hiệu lực",
        "Certificates lapsed",
        {
            "application_accepted:lapsed": "hồ sơ được báo lại",
            "application_waitlisted:certificate_lapsed": "xếp lại trong danh sách chờ theo điểm hiện nay",
        },
    ),
    Group("renewed", "Giấy chứng nhận mới", "New certificates", {"application_accepted:renewed": "hồ sơ được báo lại"}),
    Group("released", "Gian hàng trống trở lại", "Booths free again", {"booth_released": "lượt"}),
    Group("swapped", "Đổi gian hàng theo thỏa thuận", "Swap by consent", {"booth_moved:swap": "lượt chuyển"}),
    Group("moved", "Chuyển gian hàng", "Booths moved", {"booth_moved": "lượt chuyển"}),
    Group(
        "attendance",
        "Điểm danh gian hàng",
        "Check-in of booths",
        {"booth_checked_in": "lượt có mặt", "booth_no_show": "lượt vắng mặt"},
    ),
    Group("figures", "Số liệu từng ngày", "Figures of the days", {"day_figures_recorded": "số liệu được nhập"}),
    Group("daily", "Báo cáo nhanh", "Daily reports", {"report_issued": "báo cáo"}),
    Group(
        "unplaced", "Kết thúc, không có gian hàng", "Closed without a place", {"application_closed_unplaced": "hồ sơ"}
    ),
)
GROUP_OF = {name: group for group in GROUPS for name in group.counted if group.key != "daily"}
DAILY = next(group for group in GROUPS if group.key == "daily")


@dataclass
class Stage:
    """A line of the timeline; ``until`` is empty of a single moment."""

    key: str
    at: str
    until: str
    vi: str
    en: str
    facts: str
    events: list[Json] = field(default_factory=list[Json])


def tell_stages(ordered: Iterable[Json], agencies: Mapping[str, str], played: Iterable[Played] = ()) -> list[Stage]:
    """Return the stages of a story in their order; notices are told elsewhere."""
    stages: list[Stage] = []
    open_groups: dict[str, Stage] = {}
    booths: int | None = None
    for event in ordered:
        name = name_of(event)
        group = _group_of(event)
        if group is not None:
            if group.key not in open_groups:
                open_groups[group.key] = Stage(group.key, event["time"], "", group.vi, group.en, "")
                stages.append(open_groups[group.key])
            open_groups[group.key].events.append(event)
        elif name.startswith(MILESTONES):
            vi, en = event_lines.EVENTS[name]
            facts = event_lines.describe(event, agencies, booths_before=booths)
            stages.append(Stage(name, event["time"], "", vi, en, facts))
            booths = event["data"].get("booth_target", booths)
            if not name.startswith("report_"):
                open_groups = {}
    for stage in stages:
        if stage.events:
            _sum_up(stage)
    # The sort is stable: at one moment a turn stands before what came of it.
    return sorted([*_tell_turns(played), *stages], key=lambda stage: datetime.fromisoformat(stage.at))


def _tell_turns(played: Iterable[Played]) -> list[Stage]:
    return [
        Stage(_key_of(one.step), one.at.isoformat(), "", one.title, UNTOLD[one.step], one.told)
        for one in played
        if one.step in UNTOLD
    ]


def _key_of(step: type[steps.Step]) -> str:
    return f"turn_{step.__name__.lower()}"


def _kind_of(event: Json) -> str:
    """Return an event's name, with its reason where a group counts that apart."""
    data, name = event["data"], name_of(event)
    codes = [data.get("reason_code"), *(reason["code"] for reason in data.get("reasons") or [])]
    said = [each for each in ("lapsed", "renewed", "on_appeal") if data.get(each)]
    kinds = [f"{name}:{code}" for code in (*said, *codes) if code]
    return next((kind for kind in kinds if kind in GROUP_OF), name)


def _group_of(event: Json) -> Group | None:
    is_daily = name_of(event) == "report_issued" and event["data"]["kind"] == "daily"
    return DAILY if is_daily else GROUP_OF.get(_kind_of(event))


def _sum_up(stage: Stage) -> None:
    """Say of a group how many there were of each, and from when to when."""
    counted = next(group.counted for group in GROUPS if group.key == stage.key)
    last = stage.events[-1]["time"]
    stage.until = "" if wording.write_moment(last) == wording.write_moment(stage.at) else last
    if stage.key == "nominations":
        stage.facts = _by_channel(stage.events)
        return
    kinds = [_kind_of(event) for event in stage.events]
    told = [f"{wording.write_number(kinds.count(kind))} {words}" for kind, words in counted.items() if kind in kinds]
    stage.facts = "; ".join([*told, *_booths_named(stage)])


def _booths_named(stage: Stage) -> list[str]:
    """Return which booths became free or changed hands, where there are few."""
    placed = [event for event in stage.events if name_of(event) in {"booth_moved", "booth_released"}]
    return event_lines.name_booths(placed) if len(placed) <= MOVES_NAMED else []


def _by_channel(events: list[Json]) -> str:
    """Return how many dossiers came by which way, and how many of them came again after a return."""
    submitted = [event["data"] for event in events]
    channels = {data["application_id"]: data["channel"] for data in submitted}
    again = len(submitted) - len(channels)
    nominated = sum(channel == "nominated" for channel in channels.values())
    parts = [
        f"{wording.write_number(len(channels))} hồ sơ",
        f"{wording.write_number(nominated)} do các cơ quan đề cử",
        f"{wording.write_number(len(channels) - nominated)} tự đăng ký",
        f"{wording.write_number(again)} lượt nộp lại sau bổ sung" if again else "",
    ]
    return "; ".join(part for part in parts if part)
