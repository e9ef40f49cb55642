"""After a broker lost its data the contacts are told again, since no event log has them."""

from datetime import timedelta

from tests.harness import Harness

from common.contracts.base import agency_party_id
from common.contracts.registration import ContactRecorded, PartyKind
from common.tokens import Role
from registration.vendors import handlers
from registration.vendors.domain import Contact

CONTACT = Contact("Đào", "dao@example.com", None, "vi", ("email",), ("all",))


async def test_contacts_and_erasures_are_told_again_with_their_old_time(registration: Harness) -> None:
    agency = agency_party_id("02.snn")
    await registration.run(handlers.record_contact, agency, PartyKind.AGENCY, CONTACT)
    [first] = await registration.outbox()
    registration.clock.set(registration.clock.now() + timedelta(days=1))
    async with registration.client(Role.OPERATOR) as operator:
        answer = await operator.post("/registration/contacts/republication")
    assert answer.json() == {"told": 1}
    again = (await registration.outbox())[1]
    assert (again.topic, again.key, again.value) == (first.topic, first.key, first.value)
    assert again.headers["ce_time"] == first.headers["ce_time"]
    assert len(await registration.emitted(ContactRecorded)) == 2
