"""Any order of steps after a release: offers are answered, booths close, and a repair is carried out once or not at all."""

from collections import Counter
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant
from tests.allocation.acting import BOOTHS, NAMES, OF_ALL, PEOPLE, Acting
from tests.allocation.conftest import EDITION, PAPER_OF_RELEASE
from tests.machines import Draw, MakeHarness, play

from allocation.answers import handlers as answers
from allocation.damages.domain import Cause, Damage
from allocation.repairs import handlers as repairs
from allocation.repairs import repository
from allocation.repairs.domain import Repair, RepairState
from allocation.repairs.solver import repair
from allocation.runs import releasing
from common.contracts.allocation import BoothMoved, FloorPlanPublished

ONE = st.sampled_from(NAMES)
CAUSES = st.sampled_from([Cause.SECTION_CLOSED, Cause.POWER_FAILED, Cause.FEWER_BOOTHS])


class Street(Acting):
    """Everybody has an answer to the run; the organiser asks for repairs and carries them out, the newest or an old one."""

    async def begin(self) -> None:
        self.repairs: list[UUID] = []
        self.executed: set[UUID] = set()
        self.closed: set[str] = set()
        await super().begin()
        await self.harness.run(releasing.release_run, (await self.fair.runs())[-1].run_id, PAPER_OF_RELEASE)
        self.is_released = True

    steps = (*OF_ALL, "answer_offer", "answer_offer", "ask", "ask", "ask", "carry_out", "carry_out", "carry_out")

    def answer_offer(self, draw: Draw) -> None:
        name, confirms = draw(ONE), draw(st.booleans())
        if name in self.accepted and (offer_id := self.wait_for(self.fair.place(name)).offer_id) is not None:
            self.step(answers.confirm_offer if confirms else answers.decline_offer, offer_id)

    def ask(self, draw: Draw) -> None:
        code, cause = draw(st.sampled_from(BOOTHS)), draw(CAUSES)
        is_closed = cause is not Cause.POWER_FAILED
        damage = Damage(cause, (code,) if is_closed else (), () if is_closed else (code,))
        before = self.told()
        made = self.step(repairs.request_repair, EDITION, damage, by="lan")
        if made is not None:
            self.wait_for(self.harness.run(repairs.store_found, made.repair_id, repair(made.problem, 10)))
            self.repairs.append(made.repair_id)
        assert self.told() == before, "a preview moves nobody and tells nobody"

    def carry_out(self, draw: Draw) -> None:
        if not self.repairs:
            return
        who, repair_id = draw(PEOPLE), draw(st.sampled_from(self.repairs[-2:]))
        was, before = self.known(repair_id), self.told()
        done = self.step(repairs.execute_repair, repair_id, by=who)
        more = self.told() - before
        if done is None or was.state is RepairState.EXECUTED:
            assert more == Counter(), "a refusal, and a second click, tell nothing"
            return
        self.executed.add(repair_id)
        self.closed |= set(was.damage.closed)
        assert more["BoothMoved"] == len(was.moves())
        assert more["FloorPlanPublished"] == 1

    def told(self) -> Counter[str]:
        return Counter(
            type(event).__name__ for event in self.wait_for(self.harness.emitted(BoothMoved, FloorPlanPublished))
        )

    def known(self, repair_id: UUID) -> Repair:
        return self.wait_for(self._known(repair_id))

    async def _known(self, repair_id: UUID) -> Repair:
        async with self.harness.unit_of_work() as uow:
            return await repository.get_repair(uow.session, repair_id)

    @invariant()
    def a_repair_is_executed_by_who_carried_it_out_alone(self) -> None:
        for repair_id in self.repairs:
            known = self.known(repair_id)
            assert (known.state is RepairState.EXECUTED) == (repair_id in self.executed)

    @invariant()
    def nobody_stands_where_a_repair_closed_the_street(self) -> None:
        assert not {code for code, _ in self.wait_for(self.held())} & self.closed


async def test_repairs_keep_to_their_states(make_harness: MakeHarness) -> None:
    await play(Street, make_harness, examples=12, steps=18)
