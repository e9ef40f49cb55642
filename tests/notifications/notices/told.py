"""To whom notices go and what their mails say, as tests read it."""

from datetime import timedelta
from email.message import EmailMessage

from sqlalchemy import select
from tests.factories import VENDOR_ID, sample
from tests.harness import Harness

from common.contracts.base import agency_party_id
from common.contracts.registration import ContactRecorded, PartyKind
from notifications.claims import handlers as claims
from notifications.deliveries.domain import RetryPolicy
from notifications.notices.tables import NoticeRow

AGENCY = "02.snn"
VENDOR = ("vendor", str(VENDOR_ID))
BOTH = [("agency", AGENCY), VENDOR]


def agency_contact() -> ContactRecorded:
    contact = sample(
        ContactRecorded,
        party_id=agency_party_id(AGENCY),
        display_name="Sở NN Hà Giang",
        email="snn@example.net",
    )
    return contact.model_copy(update={"kind": PartyKind.AGENCY})


async def whom(service: Harness, purpose: str) -> list[tuple[str, str | None]]:
    """Return to whom notices go once their turn has come: then it is looked up which agency nominated."""
    await service.run(claims.take_notices, RetryPolicy(), 100, timedelta(minutes=1))
    rows = await service.rows(select(NoticeRow).where(NoticeRow.purpose == purpose))
    return sorted((row.recipient_kind, row.recipient_id) for row in rows)


def words_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]
