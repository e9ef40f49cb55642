"""Checks that the steps of a story can follow one another, before anything is started."""

from datetime import date

from common.calendar import local_date
from scenario import model
from scenario.mistakes import Mistakes
from scenario.model import Edition, Step

STORY = "story.toml"

BEFORE: dict[type[Step], tuple[type[Step], str]] = {
    model.Open: (model.Announce, "announce"),
    model.Nominate: (model.Open, "open"),
    model.SelfApply: (model.Open, "open"),
    model.Submit: (model.Open, "open"),
    model.Review: (model.Submit, "submit"),
    model.Supplement: (model.Review, "review"),
    model.Withdraw: (model.Submit, "submit"),
    model.Close: (model.Open, "open"),
    model.Release: (model.Close, "close"),
    model.Answer: (model.Release, "release"),
    model.Start: (model.Release, "release"),
    model.CheckIn: (model.Start, "start"),
    model.DayFigures: (model.Start, "start"),
    model.End: (model.Start, "start"),
}
REGISTRATION_STEPS = (model.Nominate, model.SelfApply, model.Submit)


def check_order(steps: tuple[Step, ...], edition: Edition, mistakes: Mistakes) -> None:
    """Note steps out of order, outside their days, or while the edition is suspended."""
    if not steps:
        mistakes.add(STORY, 0, "steps", "chưa có bước nào [[steps]]", "there are no [[steps]]")
    story = _Story(edition, mistakes)
    for step in steps:
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
        if isinstance(step, model.Suspend | model.Reschedule):
            self.check_schedule(step)
        if isinstance(step, model.Start):
            self.check_start(step)
        if isinstance(step, model.CheckIn | model.DayFigures):
            self.check_day(step, step.on, "on")
        if isinstance(step, model.Report) and step.kind == "daily" and step.on:
            self.check_day(step, step.on, "on")
        self.seen.add(type(step))

    def check_schedule(self, step: model.Suspend | model.Reschedule) -> None:
        if isinstance(step, model.Suspend):
            if self.suspended:
                self.wrong(step, "step", "đã tạm dừng rồi", "the edition is suspended already")
            self.suspended = True
            return
        if step.new.first <= local_date(step.at):
            self.wrong(step, "new", "phải sau ngày của bước này", "must be after the day of this step")
        self.days, self.suspended = step.new, False

    def check_start(self, step: model.Start) -> None:
        if self.suspended:
            self.wrong(step, "step", "đang tạm dừng; cần “reschedule” trước", "is suspended; “reschedule” it first")
        self.check_day(step, local_date(step.at), "at")

    def check_day(self, step: Step, day: date, field: str) -> None:
        if not self.days.first <= day <= self.days.last:
            days = f"{self.days.first:%d/%m/%Y}-{self.days.last:%d/%m/%Y}"
            self.wrong(step, field, f"ngoài những ngày diễn ra ({days})", f"is outside the fair's days ({days})")
