"""One whole run: play the story on a running system, collect, sum up, write the page."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import OKPKey

from scenario.doors.system import ClockWriter, Json, System
from scenario.playing import Played, play
from scenario.results.collecting import collect
from scenario.results.folding import follow, in_order_of_time
from scenario.results.out_folder import drafted, put_in_place, told_when_unwritable
from scenario.results.pages import write_page
from scenario.results.summary import sum_up, to_text
from scenario.script.scenario import Scenario
from scenario.showing import Screen
from scenario.story import Story


@dataclass(frozen=True)
class Doors:
    """Where a running system is reached: address, signing key, clock, mails, and services' own addresses if known.

    ``mails`` returns the folder in which every mail so far lies.
    """

    url: str
    key: OKPKey
    clock: ClockWriter
    mails: Callable[[], Path]
    services: Mapping[str, str] | None = None

    def open(self) -> System:
        """Return the system as the player talks to it."""
        return System(self.url, self.key, self.clock, self.services)


async def run(scenario: Scenario, doors: Doors, out: Path, screen: Screen) -> Json:
    """Play the scenario and write ``out``, where an earlier play's results stay until then; return the summary.

    Raises:
        StoryFailedError: a call was refused or the services did not come to rest.
        OutFolderError: the disk is full, or the folder may no longer be written.
    """
    with told_when_unwritable(out), drafted(out) as draft:
        summary = await _run(scenario, doors, draft, screen)
        put_in_place(draft, out)
    screen.paths(out)
    return summary


def choose_reviewing_agency(scenario: Scenario) -> str:
    """Return whose people review: of the agencies that run the fair the first that nominates nobody, else one beside them."""
    nominating = {each.agency_code for each in scenario.nominations}
    running = (*scenario.edition.executing_agency_codes, *scenario.edition.host_agency_codes)
    return next((code for code in running if code not in nominating), "reviewers")


async def _run(scenario: Scenario, doors: Doors, out: Path, screen: Screen) -> Json:
    begun = time.monotonic()
    played: list[Played] = []
    system = doors.open()
    system.reviewing_agency = choose_reviewing_agency(scenario)

    def tell(stage: Played) -> None:
        played.append(stage)
        screen.stage(stage)

    try:
        story = Story(scenario, system, doors.mails)
        await play(story, tell)
        seconds = time.monotonic() - begun
        events = await collect(story, out)
        state = await story.state()
    finally:
        await system.close()
    followed = follow(in_order_of_time(events))
    summary = sum_up(scenario, state, events, followed)
    (out / "summary.json").write_text(to_text(summary), encoding="utf-8")
    write_page(out, scenario, played, events, followed)
    screen.table(summary, seconds, system.calls)
    return summary
