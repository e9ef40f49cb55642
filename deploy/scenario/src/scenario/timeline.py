"""The story in stages: a milestone by itself, what many applications went through between two of them as one line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scenario import wording
from scenario.folding import name_of
from scenario.system import Json

MILESTONES = ("edition_", "registration_", "floor_plan_", "allocation_run_", "report_")


@dataclass(frozen=True)
class Group:
    """Events told together: a title in both languages, and how many of each there were."""

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
        {"booth_offered": "lời mời", "application_waitlisted": "vào danh sách chờ"},
    ),
    Group(
        "answers",
        "Trả lời của chủ thể",
        "Answers",
        {
            "booth_confirmed": "xác nhận",
            "booth_declined": "từ chối",
            "booth_offer_expired": "hết hạn trả lời",
            "booth_released": "lượt trả gian hàng",
            "booth_moved": "lượt chuyển gian hàng",
        },
    ),
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


def tell_stages(ordered: Iterable[Json], agencies: Mapping[str, str]) -> list[Stage]:
    """Return the stages of a story in their order; notices are told elsewhere."""
    stages: list[Stage] = []
    open_groups: dict[str, Stage] = {}
    for event in ordered:
        name = name_of(event)
        group = _group_of(event)
        if group is not None:
            if group.key not in open_groups:
                open_groups[group.key] = Stage(group.key, event["time"], "", group.vi, group.en, "")
                stages.append(open_groups[group.key])
            open_groups[group.key].events.append(event)
        elif name.startswith(MILESTONES):
            vi, en = wording.EVENTS[name]
            stages.append(Stage(name, event["time"], "", vi, en, wording.describe(event, agencies)))
            if not name.startswith("report_"):
                open_groups = {}
    for stage in stages:
        if stage.events:
            _sum_up(stage)
    return stages


def _group_of(event: Json) -> Group | None:
    name = name_of(event)
    return DAILY if name == "report_issued" and event["data"]["kind"] == "daily" else GROUP_OF.get(name)


def _sum_up(stage: Stage) -> None:
    """Say of a group how many there were of each, and from when to when."""
    counted = next(group.counted for group in GROUPS if group.key == stage.key)
    last = stage.events[-1]["time"]
    stage.until = "" if wording.write_moment(last) == wording.write_moment(stage.at) else last
    if stage.key == "nominations":
        stage.facts = _by_channel(stage.events)
        return
    numbers = {name: sum(name_of(event) == name for event in stage.events) for name in counted}
    told = [f"{wording.write_number(number)} {counted[name]}" for name, number in numbers.items() if number]
    stage.facts = "; ".join(told)


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
