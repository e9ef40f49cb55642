"""Plays a story as discrete events: the clock goes to the next step or deadline, and everything comes to rest."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scenario.acts import fair as acts_fair
from scenario.acts import papers as acts_papers
from scenario.acts import places as acts_places
from scenario.acts import registration as acts_registration
from scenario.acts import review as acts_review
from scenario.acts import rounds as acts_rounds
from scenario.acts import turns as acts_turns
from scenario.acts.telling import add_deadlines
from scenario.doors.quiet import earliest_due, wait_for_quiet
from scenario.doors.system import Json, StoryFailedError
from scenario.script import papers, rounds, steps, turns
from scenario.script.steps import Step
from scenario.story import Story

Act = Callable[[Story, Any], Awaitable[str]]
LONGEST_CHAIN = 500
AFTERWARDS = timedelta(days=2)

ACTS: dict[type[Step], tuple[str, Act]] = {
    steps.Announce: ("Phê duyệt kỳ sự kiện", acts_registration.announce),
    steps.Open: ("Mở đăng ký", acts_registration.open_registration),
    rounds.Invite: ("Mời đề cử", acts_rounds.invite),
    rounds.Decline: ("Không tham gia", acts_rounds.decline),
    steps.Nominate: ("Các tỉnh đề cử", acts_registration.nominate),
    steps.SelfApply: ("Tự đăng ký", acts_registration.self_apply),
    papers.FilePapers: ("Gửi giấy tờ", acts_papers.file_papers),
    papers.VerifyPapers: ("Đối chiếu giấy tờ", acts_papers.verify_papers),
    steps.Submit: ("Nộp hồ sơ", acts_registration.submit),
    steps.Withdraw: ("Rút hồ sơ", acts_registration.withdraw),
    steps.Review: ("Thẩm định", acts_review.review),
    steps.Supplement: ("Bổ sung hồ sơ", acts_registration.supplement),
    steps.Close: ("Đóng đăng ký", acts_registration.close),
    steps.Release: ("Công bố phân bổ", acts_places.release),
    steps.Answer: ("Trả lời mời", acts_places.answer),
    steps.Suspend: ("Tạm dừng", acts_places.suspend),
    steps.Reschedule: ("Dời lịch", acts_places.reschedule),
    steps.Start: ("Khai mạc", acts_fair.start),
    steps.CheckIn: ("Điểm danh gian hàng", acts_fair.check_in),
    steps.DayFigures: ("Số liệu ngày", acts_fair.day_figures),
    steps.End: ("Bế mạc", acts_fair.end),
    steps.Report: ("Báo cáo", acts_fair.report),
    steps.Conclude: ("Đã báo cáo kết quả", acts_fair.conclude),
    turns.Appeal: ("Kiến nghị", acts_turns.appeal),
    turns.FindDuplicates: ("Tìm hồ sơ trùng", acts_turns.find_duplicates),
    turns.Rerun: ("So sánh phương án", acts_turns.rerun),
    turns.Override: ("Điều chỉnh phương án", acts_turns.override),
    turns.Swap: ("Đổi gian hàng", acts_turns.swap),
    turns.Repair: ("Bố trí lại", acts_turns.repair),
    turns.ChangeCapacity: ("Đổi số gian hàng", acts_turns.change_capacity),
}


@dataclass(frozen=True)
class Played:
    """One stage as it went."""

    at: datetime
    title: str
    told: str
    seconds: float
    step: type[Step]


async def play(story: Story, tell: Callable[[Played], None]) -> None:
    """Play every step of the story; ``tell`` is called after each.

    Raises:
        StoryFailedError: a call was refused or the services did not come to rest; names the step's line.
    """
    story.system.set_clock(story.scenario.steps[0].at)
    statuses = await wait_for_quiet(story.system)
    for step in story.scenario.steps:
        title, act = ACTS[type(step)]
        begun = time.monotonic()
        try:
            deadlines = await advance(story, statuses, step.at)
            told = await act(story, step)
            statuses = await wait_for_quiet(story.system)
        except* StoryFailedError as group:
            place = f"story.toml:{step.line}: {title}"
            raise StoryFailedError(f"{place}: {_first(group)}") from group
        tell(Played(step.at, title, add_deadlines(told, deadlines), time.monotonic() - begun, type(step)))
    await advance(story, statuses, story.system.now + AFTERWARDS)
    await wait_for_quiet(story.system)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner


async def advance(story: Story, statuses: dict[str, Json], target: datetime) -> int:
    """Move the clock to the target, stopping at every deadline before it; return how many there were.

    ``statuses`` are those of the last rest. Up to the first deadline nothing can happen by itself, so that the clock
    may go there at once.
    """
    for passed in range(LONGEST_CHAIN):
        due = earliest_due(statuses)
        if due is None or due > target:
            story.system.set_clock(target)
            return passed
        story.system.set_clock(max(due, story.system.now + timedelta(microseconds=1)))
        statuses = await wait_for_quiet(story.system)
    raise StoryFailedError(
        f"{LONGEST_CHAIN} deadlines did not lead to {target:%d/%m/%Y %H:%M}; something is always due"
    )
