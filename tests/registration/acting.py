"""A fair as a state machine plays it over HTTP."""

from tests.machines import Machine
from tests.registration.conftest import OPEN, PAPER, World


class Acting(Machine):
    """Registration is open on 8 July 2020."""

    service = "registration"

    async def begin(self) -> None:
        self.fair = World(self.harness)
        for code, province, level in (
            ("hn.ubnd", "01", "city"),
            ("hn.snn", "01", "city"),
            ("hn.vpdp", "01", "city"),
            ("hg.snn", "02", "province"),
            ("pt.snn", "25", "province"),
        ):
            await self.fair.add_agency(code, province, level)
        self.fair.edition_id = (await self.fair.plan()).json()["edition_id"]
        assert (await self.fair.act("approval", {"legal_document": PAPER})).is_success
        self.harness.clock.set(OPEN)
        assert (await self.fair.act("opening")).is_success
