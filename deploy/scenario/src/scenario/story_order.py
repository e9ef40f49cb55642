"""Checks that the steps of a story can follow one another, before anything is started."""

from datetime import date

from common.calendar import local_date
from scenario import steps
from scenario.mistakes import Mistakes
from scenario.model import Edition
from scenario.steps import Step

STORY = "story.toml"

BEFORE: dict[type[Step], tuple[type[Step], str]] = {
    steps.Open: (steps.Announce, "announce"),
    steps.Nominate: (steps.Open, "open"),
    steps.SelfApply: (steps.Open, "open"),
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
}
REGISTRATION_STEPS = (steps.Nominate, steps.SelfApply, steps.Submit)


def check_order(told: tuple[Step, ...], edition: Edition, mistakes: Mistakes) -> None:
    """Note steps out of order, outside their days, or while the edition is suspended."""
    if not told:
        mistakes.add(STORY, 0, "steps", "chưa có bước nào [[steps]]", "there are no [[steps]]")
    story = _Story(edition, mistakes)
    for step in told:
        story.check(step)


class _Story:
    """What has happened before the step that is looked at."""

    def __init__(self, edition: Edition, mistakes: Mistakes) -> None:
        self.edition = edition
        self.days = edition.planned
        self.seen: set[type[Step]] = set()
        self.suspended = False
        self.mistakes = mistakes

    def wrong(self, step: Step, field: str, vi: str, en: str) -> None:
        self.mistakes.add(STORY, step.line, field, vi, en)

    def check(self, step: Step) -> None:
        needed = BEFORE.get(type(step))
        if needed and needed[0] not in self.seen:
            self.wrong(step, "step", f"cần bước “{needed[1]}” trước", f"needs a step “{needed[1]}” before it")
        if isinstance(step, REGISTRATION_STEPS) and not self.edition.opens_at <= step.at <= self.edition.closes_at:
            self.wrong(step, "at", "ngoài thời gian đăng ký", "is outside the time of registration")
        if isinstance(step, steps.Suspend | steps.Reschedule):
            self.check_schedule(step)
        if isinstance(step, steps.Start):
            self.check_start(step)
        if isinstance(step, steps.CheckIn | steps.DayFigures):
            self.check_day(step, step.on, "on")
        if isinstance(step, steps.Report) and step.kind == "daily" and step.on:
            self.check_day(step, step.on, "on")
        self.seen.add(type(step))

    def check_schedule(self, step: steps.Suspend | steps.Reschedule) -> None:
        if isinstance(step, steps.Suspend):
            if self.suspended:
                self.wrong(step, "step", "đã tạm dừng rồi", "the edition is suspended already")
            self.suspended = True
            return
        if step.new.first <= local_date(step.at):
            self.wrong(step, "new", "phải sau ngày của bước này", "must be after the day of this step")
        self.days, self.suspended = step.new, False

    def check_start(self, step: steps.Start) -> None:
        if self.suspended:
            self.wrong(step, "step", "đang tạm dừng; cần “reschedule” trước", "is suspended; “reschedule” it first")
        self.check_day(step, local_date(step.at), "at")

    def check_day(self, step: Step, day: date, field: str) -> None:
        if not self.days.first <= day <= self.days.last:
            days = f"{self.days.first:%d/%m/%Y}-{self.days.last:%d/%m/%Y}"
            self.wrong(step, field, f"ngoài những ngày diễn ra ({days})", f"is outside the fair's days ({days})")
