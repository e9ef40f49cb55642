"""After a broker lost its data the contacts are told again, since no event log has them."""

from datetime import timedelta
from typing import Any

from tests.harness import Harness

from common.contracts.base import agency_party_id
from common.contracts.registration import ContactRecorded, PartyKind
from common.delivery.relay import open_connection
from common.tokens import Role
from registration.vendors import handlers
from registration.vendors.domain import Contact

CONTACT = Contact("Đào", "dao@example.com", None, "vi", ("email",), ("all",))


async def test_what_an_older_state_came_behind_of_is_told_once_more_be_it_a_contact_or_an_erasure(
    registration: Harness,
) -> None:
    erased, kept, other = (agency_party_id(code) for code in ("01.snn", "02.snn", "03.snn"))
    for party in (erased, kept, other):
        await registration.run(handlers.record_contact, party, PartyKind.AGENCY, CONTACT)
    await registration.run(handlers.erase_drafts, [erased])  # as every erasure is told
    before = await registration.outbox()
    overtaking: Any = registration.service.relay.overtaking
    row = {"id": 0, "topic": ContactRecorded.topic(), "key": str(erased).encode()}
    overtaking.sending([row, {**row, "id": -1, "key": str(kept).encode()}])
    connection = await open_connection(registration.service.settings)
    await overtaking.settle(connection)
    await connection.close()
    again = {row.key: row for row in (await registration.outbox())[len(before) :]}
    newest = {row.key: row for row in before}
    assert again.keys() == {str(erased).encode(), str(kept).encode()}
    for key, row in again.items():
        assert (row.value, row.headers["ce_time"]) == (newest[key].value, newest[key].headers["ce_time"])
    assert again[str(erased).encode()].value is None


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
