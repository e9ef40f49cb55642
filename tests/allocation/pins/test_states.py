"""Any order of words of the committee, their withdrawals and runs: two that cannot both be held are never in force, and each run holds them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, product
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant
from tests.allocation.acting import NAMES, OF_ALL, PEOPLE, Acting
from tests.allocation.conftest import EDITION, PAPER_OF_RELEASE, id_of, street
from tests.machines import Draw, MakeHarness, play

from allocation.pins import handlers as pins
from allocation.pins import repository as known_pins
from allocation.pins.domain import PinClashError, Rule, Target
from allocation.runs import handlers as runs
from allocation.runs import releasing
from common.errors import ConflictError, InvalidInputError

ZONES = {"A": ("A01", "A02"), "B": ("B01", "B02")}
CODES = {Target.BOOTH: ("A01", "A02", "B01", "B02"), Target.ZONE: ("A", "B"), Target.PLACE: (None,)}
Places = frozenset[str]


@dataclass(frozen=True)
class Word:
    """What the committee said of one application."""

    name: str
    rule: str
    target: str
    code: str | None

    def is_held_by(self, codes: Collection[str]) -> bool:
        """Tell whether it is held by who stands on these booths, or has no place."""
        where = ZONES.get(self.code or "", (self.code,))
        is_there = bool(codes) if self.target == "place" else bool(set(codes) & set(where))
        return is_there == (self.rule == "pin")


def stands() -> Iterator[Places]:
    """Return where one application could stand whatever it was granted: nowhere, or on booths of one zone."""
    yield frozenset()
    for codes in ZONES.values():
        yield from (frozenset(some) for some in chain(combinations(codes, 1), combinations(codes, 2)))


def can_both_be_held(one: Word, other: Word) -> bool:
    """Try every pair of places; two applications never share a booth."""
    if one.name == other.name:
        return any(one.is_held_by(codes) and other.is_held_by(codes) for codes in stands())
    pairs = product(stands(), repeat=2)
    return any(one.is_held_by(mine) and other.is_held_by(theirs) and not mine & theirs for mine, theirs in pairs)


class Words(Acting):
    """Two zones of two booths; five accepted, of whom words are said, and the worker's runs."""

    plan = (*street(2, "A"), *street(2, "B"))
    steps = (*OF_ALL, *("say",) * 5, "take_back", "take_back", "start_anew", "start_anew", "solve", "solve", "release")

    async def begin(self) -> None:
        self.in_force: dict[UUID, Word] = {}
        self.said: list[UUID] = []
        self.expected: dict[UUID, set[Word]] = {}
        await super().begin()

    def say(self, draw: Draw) -> None:
        target = draw(st.sampled_from(Target))
        word = Word(
            draw(st.sampled_from(NAMES[:5])),
            draw(st.sampled_from(Rule)).value,
            target.value,
            draw(st.sampled_from([*CODES[target], "Z09"])),
        )
        clash = next((one for one in self.in_force.values() if one == word or not can_both_be_held(one, word)), None)
        known = word.name in self.accepted and word.name not in self.gone
        what = (Rule(word.rule), target, word.code)
        told = {"reason": "Lối đi cho xe lăn", "by": draw(PEOPLE)}
        try:
            made = self.wait_for(self.harness.run(pins.make_pin, EDITION, id_of(word.name), what, **told))
        except InvalidInputError:
            assert word.code == "Z09" or not known
        except PinClashError:
            assert clash is not None, (word, self.in_force)
        except ConflictError:
            assert self.is_released
        else:
            assert (known, word.code == "Z09", clash, self.is_released) == (True, False, None, False), word
            self.in_force[made.pin_id] = word
            self.said.append(made.pin_id)

    def take_back(self, draw: Draw) -> None:
        if self.said:
            pin_id = draw(st.sampled_from(self.said))
            done = self.step(pins.withdraw_pin, pin_id, by=draw(PEOPLE))
            assert (done is None) == self.is_released
            if done is not None:
                self.in_force.pop(pin_id, None)

    def start_anew(self, _draw: Draw) -> None:
        made = self.step(runs.start_run, EDITION)
        if made is not None:
            self.expected[made.run_id] = {one for one in self.in_force.values() if one.name not in self.gone}

    def solve(self, _draw: Draw) -> None:
        self.wait_for(self.work())

    def release(self, _draw: Draw) -> None:
        done = self.step(releasing.release_run, self.runs[-1].run_id, PAPER_OF_RELEASE)
        self.is_released = self.is_released or done is not None

    @invariant()
    def a_run_holds_the_words_that_were_in_force_when_it_was_started(self) -> None:
        names = {str(id_of(name)): name for name in NAMES}
        for run in self.runs:
            wanted = self.expected.get(run.run_id, set())
            told = {Word(names[each.application_id], each.rule, each.target, each.code) for each in run.input.pins}
            assert told == wanted
            if run.result is not None and run.result.status != "infeasible":
                places = run.result.placements
                assert all(word.is_held_by(places.get(str(id_of(word.name)), ())) for word in wanted)

    @invariant()
    def what_is_in_force_is_what_was_said_and_not_taken_back(self) -> None:
        assert self.wait_for(self.listed()) == set(self.in_force)

    async def listed(self) -> set[UUID]:
        async with self.harness.unit_of_work() as uow:
            found: list[Any] = await known_pins.list_pins(uow.session, EDITION)
            return {each.pin_id for each in found}


async def test_pins_keep_to_their_states(make_harness: MakeHarness) -> None:
    await play(Words, make_harness, examples=10, steps=20)
