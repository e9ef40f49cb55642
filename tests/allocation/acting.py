"""An edition as a state machine plays it: what the worker does without its processes, and what holds at every step."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import invariant
from sqlalchemy import text
from tests.allocation.conftest import Fair, about, accepted, id_of, street
from tests.machines import Draw, Machine

from allocation.audit import check_allocation
from allocation.dossiers import documents
from allocation.dossiers import handlers as dossiers
from allocation.explanations import handlers as explanations
from allocation.explanations.solver import explain
from allocation.explanations.solver_basis import Problem
from allocation.floor_plans.domain import PlannedBooth
from allocation.runs import handlers as runs
from allocation.runs import repository as known_runs
from allocation.runs.domain import REPLACEABLE, Run, RunState
from allocation.runs.solver import solve
from common.contracts.allocation import AllocationRunReleased, BoothOffered
from common.contracts.registration import ApplicationWithdrawn, EditionRescheduled, EditionSuspended
from common.errors import DomainError

NAMES = "abcdefgh"
BEFORE = 5
PEOPLE = st.sampled_from(["lan", "minh", "ha"])
BOOTHS = ("A01", "A02", "A03", "A04")
OF_ALL = ("accept", "withdraw", "suspend_or_set_new_dates")


class Acting(Machine):
    """Four booths, five accepted with points of their own, one of them for two booths; registration is closed and solved."""

    service = "allocation"
    plan: ClassVar[Sequence[PlannedBooth]] = street(len(BOOTHS))
    settings = {"allocation_seed": "acted-2020", "allocation_secret": "kept-by-the-auditor"}  # noqa: RUF012

    async def begin(self) -> None:
        self.fair = Fair(self.harness)
        self.accepted: list[str] = []
        self.gone: set[str] = set()
        self.is_suspended = self.is_released = False
        await self.fair.open(self.plan, allocation_policy="optimal_at_close")
        for _ in range(BEFORE):
            await self.accept_next()
        await self.fair.close()
        await self.work()

    async def accept_next(self) -> None:
        name = NAMES[len(self.accepted)]
        self.accepted.append(name)
        entry = accepted(name, points=700 - 50 * len(self.accepted), booths_granted=2 if name == "b" else 1)
        await self.harness.deliver(entry)

    async def work(self) -> None:
        """Do what the worker does: solve what is queued, and explain it."""
        run = await self.harness.run(runs.claim_run)
        if run is not None and run.seed is not None:
            result = solve(run.input, run.seed, 10)
            await self.harness.run(runs.complete_run, run.run_id, result)
            found = explain(Problem(run.input, result, run.seed, {}, date(2020, 8, 24), 10, 1000))
            await self.harness.run(explanations.store_explanations, run.run_id, found, {"pass_work": 10})

    def step(self, handler: Any, *args: Any, **more: Any) -> Any:
        """Have a command carried out; one that is refused changes nothing, and returns None."""
        self.harness.clock.set(self.harness.clock.now() + timedelta(minutes=1))
        with suppress(DomainError):
            return self.wait_for(self.harness.run(handler, *args, **more))
        return None

    @property
    def runs(self) -> list[Run]:
        return self.wait_for(self.fair.runs())

    def accept(self, _draw: Draw) -> None:
        if len(self.accepted) < len(NAMES):
            self.wait_for(self.accept_next())

    def withdraw(self, draw: Draw) -> None:
        if here := sorted(set(self.accepted) - self.gone):
            name = draw(st.sampled_from(here))
            self.gone.add(name)
            self.wait_for(self.harness.deliver(about(ApplicationWithdrawn, name)))

    def suspend_or_set_new_dates(self, _draw: Draw) -> None:
        new = {"from": "2020-10-09", "to": "2020-10-12"}
        event = about(EditionRescheduled, new=new) if self.is_suspended else about(EditionSuspended)
        self.is_suspended = not self.is_suspended
        self.wait_for(self.harness.deliver(event))

    @invariant()
    def one_run_counts_and_one_is_released_at_most(self) -> None:
        states = [each.state for each in self.runs]
        assert sum(state in REPLACEABLE for state in states) <= 1
        assert states.count(RunState.RELEASED) == int(self.is_released)
        assert len(self.wait_for(self.harness.emitted(AllocationRunReleased))) == int(self.is_released)

    @invariant()
    def nothing_is_offered_before_the_release(self) -> None:
        assert self.is_released or not self.wait_for(self.harness.emitted(BoothOffered))

    @invariant()
    def booths_are_held_once_and_by_who_is_there(self) -> None:
        held = self.wait_for(self.held())
        assert len({code for code, _ in held}) == len(held)
        assert {code for code, _ in held} <= {booth.booth_code for booth in self.plan}
        assert not {name for _, name in held} & {str(id_of(name)) for name in self.gone}

    async def held(self) -> list[tuple[str, str]]:
        async with self.harness.unit_of_work() as uow:
            rows = await uow.session.execute(text("SELECT unnest(booth_codes), application_id::text FROM places"))
            return [(row[0], row[1]) for row in rows]

    async def judge(self) -> None:
        """The log keeps its rules, nothing changes when all is told again, and a released dossier passes its own check."""
        assert await self.fair.violations() == []
        told = await self.fair.told()
        await self.harness.deliver_all_again()
        again = await self.fair.told()
        assert again == told, (told, again[len(told) :])
        for run in await self.fair.runs():
            if run.state is RunState.RELEASED:
                async with self.harness.unit_of_work() as uow:
                    material = await dossiers.collect(uow, await known_runs.get_record(uow.session, run.run_id))
                for write in (documents.write_documents, documents.write_public_documents):
                    verdicts = check_allocation.check(check_allocation.read_case(write(material)))
                    findings = {each["code"]: each["findings"] for each in verdicts if each["findings"]}
                    assert findings == {}, findings
