"""Any order of steps of committee, organiser and worker before a release: runs and overrides keep to their states."""

from collections.abc import Sequence
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant
from tests.allocation.acting import BEFORE, NAMES, OF_ALL, PEOPLE, Acting
from tests.allocation.conftest import EDITION, PAPER_OF_RELEASE, id_of
from tests.machines import Draw, MakeHarness, play

from allocation.overrides import handlers as overrides
from allocation.overrides import repository as known_overrides
from allocation.overrides.domain import Change, Override, OverrideState, apply
from allocation.places.domain import HOLDING
from allocation.runs import handlers as runs
from allocation.runs import releasing
from allocation.runs.domain import RunState


class Committee(Acting):
    """Runs anew, proposals and their answers by any of three, and the release."""

    async def begin(self) -> None:
        self.proposed: list[Override] = []
        self.approved: dict[UUID, tuple[str, str]] = {}
        await super().begin()

    steps = (
        *OF_ALL,
        *("start_anew", "cancel", "solve", "solve"),
        *("propose", "propose", "propose", "answer", "answer", "answer", "release"),
    )

    def start_anew(self, _draw: Draw) -> None:
        self.step(runs.start_run, EDITION)

    def cancel(self, _draw: Draw) -> None:
        self.step(runs.cancel_run, self.runs[-1].run_id)

    def solve(self, _draw: Draw) -> None:
        self.wait_for(self.work())

    def propose(self, draw: Draw) -> None:
        run = self.runs[-1]
        places = run.result.placements if run.result else {}
        refused = sorted(each.application_id for each in run.input.applicants if each.application_id not in places)
        if not places or not refused:
            return
        who, loses, gains = draw(PEOPLE), draw(st.sampled_from(sorted(places))), draw(st.sampled_from(refused))
        changes = [Change(loses, ()), Change(gains, places[loses])]
        paper = {"reason": "theo kiến nghị", "legal_document": PAPER_OF_RELEASE}
        made = self.step(overrides.propose_override, run.run_id, changes, **paper, by=who)
        self.proposed += [] if made is None else [made]

    def answer(self, draw: Draw) -> None:
        if not self.proposed:
            return
        known, is_approved = draw(st.sampled_from(self.proposed[-3:])), draw(st.sampled_from([True, True, False]))
        who = draw(st.sampled_from([known.proposed_by, "minh", "ha"]))
        decided = self.step(overrides.decide_override, known.override_id, by=who, is_approved=is_approved)
        if decided is not None and decided.state is OverrideState.APPROVED:
            self.approved.setdefault(known.override_id, (known.proposed_by, who))

    def release(self, _draw: Draw) -> None:
        run = self.runs[-1]
        is_open = any(each.state is OverrideState.PROPOSED for each in self.overrides_of(run.run_id))
        done = self.step(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
        if done is not None and not self.is_released:
            assert not is_open
            assert not self.is_suspended
            self.is_released = True

    def overrides_of(self, run_id: UUID) -> Sequence[Override]:
        return self.wait_for(self._overrides_of(run_id))

    async def _overrides_of(self, run_id: UUID) -> Sequence[Override]:
        async with self.harness.unit_of_work() as uow:
            return await known_overrides.list_overrides(uow.session, run_id)

    @invariant()
    def what_is_approved_was_approved_by_another(self) -> None:
        run = self.runs[-1]
        approved = {e.override_id for e in self.overrides_of(run.run_id) if e.state is OverrideState.APPROVED}
        assert approved <= self.approved.keys()
        assert all(one != other for one, other in self.approved.values())

    @invariant()
    def who_an_override_gave_a_place_last_was_offered_it(self) -> None:
        run = self.runs[-1]
        if run.state is not RunState.RELEASED or run.result is None or self.gone:
            return
        due = apply(
            run.result.placements,
            [each for each in self.overrides_of(run.run_id) if each.state is OverrideState.APPROVED],
        )
        for name in NAMES[:BEFORE]:
            place = self.wait_for(self.fair.place(name))
            codes = tuple(due.get(str(id_of(name)), ()))
            assert not codes or (place.outcome in HOLDING and place.booth_codes == codes)


async def test_runs_and_overrides_keep_to_their_states(make_harness: MakeHarness) -> None:
    await play(Committee, make_harness, examples=16, steps=20)
