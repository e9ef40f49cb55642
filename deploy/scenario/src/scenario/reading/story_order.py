"""Checks that the steps of a story can follow one another, before anything is started."""

from datetime import date

from common.calendar import local_date
from scenario.reading.fields import Fields
from scenario.script import papers, rounds, steps, turns
from scenario.script.model import Edition
from scenario.script.steps import Step

BEFORE: dict[type[Step], tuple[type[Step], str]] = {
    steps.Open: (steps.Announce, "announce"),
    rounds.Invite: (steps.Announce, "announce"),
    rounds.Decline: (rounds.Invite, "invite"),
    steps.Nominate: (steps.Open, "open"),
    steps.SelfApply: (steps.Open, "open"),
    papers.FilePapers: (steps.Open, "open"),
    papers.VerifyPapers: (steps.Submit, "submit"),
    steps.Submit: (steps.Open, "open"),
    steps.Review: (steps.Submit, "submit"),
    steps.Supplement: (steps.Review, "review"),
    steps.Withdraw: (steps.Submit, "submit"),
    steps.Close: (steps.Open, "open"),
    steps.Release: (steps.Close, "close"),
    steps.Answer: (steps.Release, "release"),
    steps.Start: (steps.Release, "release"),
    steps.CheckIn: (steps.Start, "start"),
    steps.DayFigures: (steps.Start, "start"),
    steps.End: (steps.Start, "start"),
    steps.Conclude: (steps.End, "end"),
    turns.Appeal: (steps.Review, "review"),
    turns.FindDuplicates: (steps.Submit, "submit"),
    turns.Rerun: (steps.Close, "close"),
    turns.Override: (steps.Close, "close"),
    turns.Swap: (steps.Release, "release"),
    turns.Repair: (steps.Release, "release"),
    turns.ChangeCapacity: (steps.Open, "open"),
}
# Where places are given as applications are accepted, they are answered and change hands before they are published.
BEFORE_FIRST_COME = BEFORE | dict.fromkeys((steps.Answer, turns.Swap, turns.Repair), (steps.Review, "review"))
OF_RUNS = (turns.Rerun, turns.Override)
REGISTRATION_STEPS = (steps.Nominate, steps.SelfApply, steps.Submit)


def check_order(told: list[tuple[Step, Fields]], edition: Edition) -> None:
    """Note steps out of order, outside their days, or while the edition is suspended."""
    story = _Story(edition)
    for step, fields in told:
        story.fields = fields
        story.check(step)


class _Story:
    """What has happened before the step that is looked at."""

    fields: Fields

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.days = edition.planned
        self.seen: set[type[Step]] = set()
        self.suspended = False
        self.first_come = edition.allocation_policy == "first_come"

    def check(self, step: Step) -> None:
        needed = (BEFORE_FIRST_COME if self.first_come else BEFORE).get(type(step))
        if self.first_come and isinstance(step, OF_RUNS):
            vi, en = "kỳ xếp chỗ theo thứ tự đến trước không có phương án", "first_come editions have no runs"
            self.fields.wrong("step", vi, en)
        if needed and needed[0] not in self.seen:
            self.fields.wrong("step", f"cần bước “{needed[1]}” trước", f"needs a step “{needed[1]}” before it")
        if isinstance(step, REGISTRATION_STEPS) and not self.edition.opens_at <= step.at <= self.edition.closes_at:
            self.fields.wrong("at", "ngoài thời gian đăng ký", "is outside the time of registration")
        if isinstance(step, steps.Open) and step.at < self.edition.opens_at:
            self.fields.wrong("at", "trước giờ mở đăng ký trong edition.toml", "is before opens_at of edition.toml")
        if isinstance(step, steps.Suspend | steps.Reschedule):
            self.check_schedule(step)
        if isinstance(step, steps.Start):
            self.check_start(step)
        if isinstance(step, steps.CheckIn | steps.DayFigures):
            self.check_day(step.on, "on")
        if isinstance(step, steps.Report) and step.kind == "daily" and step.on:
            self.check_day(step.on, "on")
        self.seen.add(type(step))

    def check_schedule(self, step: steps.Suspend | steps.Reschedule) -> None:
        if isinstance(step, steps.Suspend):
            if self.suspended:
                self.fields.wrong("step", "đã tạm dừng rồi", "the edition is suspended already")
            self.suspended = True
            return
        if step.new.first <= local_date(step.at):
            self.fields.wrong("new", "phải sau ngày của bước này", "must be after the day of this step")
        self.days, self.suspended = step.new, False

    def check_start(self, step: steps.Start) -> None:
        if self.suspended:
            self.fields.wrong("step", "đang tạm dừng; cần “reschedule” trước", "is suspended; “reschedule” it first")
        self.check_day(local_date(step.at), "at")

    def check_day(self, day: date, field: str) -> None:
        if not self.days.first <= day <= self.days.last:
            days = f"{self.days.first:%d/%m/%Y}-{self.days.last:%d/%m/%Y}"
            self.fields.wrong(field, f"ngoài những ngày diễn ra ({days})", f"is outside the fair's days ({days})")
