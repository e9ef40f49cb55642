"""Senders: take notices in one transaction, hand them to the mail server outside of any, store the results in another."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic

import structlog

from common.links import sign
from common.service import Service
from notifications.claims import handlers as claims
from notifications.deliveries import handlers
from notifications.deliveries.domain import Outcome, Result, RetryPolicy
from notifications.deliveries.enclosures import Enclosure, Enclosures, EnclosuresAwayError
from notifications.deliveries.handlers import Parcel, Report
from notifications.deliveries.mailer import Connections, Mailer, Server
from notifications.deliveries.mails import Sender, UnsafeHeaderError, write_mail
from notifications.deliveries.watch import MailWatch
from notifications.messages.documents import UnrenderableError
from notifications.messages.domain import Places
from notifications.messages.forms import Forms
from notifications.notices.domain import INVITED
from notifications.settings import Settings

log = structlog.get_logger(__name__)

STORE_SECONDS = 1.0
GRACE_SECONDS = 10.0
TICK_SECONDS = 0.03
# Between two looks while events stream in: news alone would have senders look after each of their batches, mostly in vain,
# and take notices up a few at a time. After a rest some looks are free: what one event brings comes in a few batches.
LOOK_SECONDS = 0.06
FREE_LOOKS = 3
# A mail server may take the time of a whole mail to begin a conversation; one that nobody needs is ended all the same.
KEEP_SECONDS = 3.0
TRIES_FOR_FILES = 3


def places_of(settings: Settings) -> Places:
    """Return where mails lead."""
    key, base = settings.link_key.get_secret_value(), settings.public_url.rstrip("/")
    return Places(
        contact=settings.organiser_contact,
        answer_link=lambda offer_id, language: (
            f"{base}/allocation/offers/{offer_id}/answer"
            f"?token={sign(key, 'answer_offer', str(offer_id))}&lang={language}"
        ),
        invitation_link=lambda invitation_id, language: (
            f"{base}/registration/invitations/{invitation_id}/answer"
            f"?token={sign(key, 'open_invitation', str(invitation_id))}&lang={language}"
        ),
        draft_link=lambda edition_id, draft_id: (
            f"{base}/registration/editions/{edition_id}/drafts/{draft_id}/form"
            f"?token={sign(key, 'open_draft', f'{edition_id}/drafts/{draft_id}')}"
        ),
        application_link=lambda application_id: (
            f"{base}/registration/applications/{application_id}/status"
            f"?token={sign(key, 'open_application', str(application_id))}"
        ),
        reasons_link=lambda application_id, language: (
            f"{base}/allocation/applications/{application_id}/reasons"
            f"?token={sign(key, 'read_reasons', str(application_id))}&lang={language}"
        ),
        plan_link=lambda edition_id: f"{base}/allocation/editions/{edition_id}/floor-plan.svg",
    )


def heed_cancellation() -> None:
    """End a task that was asked to end while it waited for the mail server.

    Python 3.11's ``wait_for``, by which that client waits, drops the request when the answer comes in the same moment.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Post:
    """The senders of one process; no two use one connection at a time; of those that rest one waits for news, and looks.

    Attributes:
        connections: to the mail server, those that nobody uses just now.
        resting: how many of them rest.
    """

    def __init__(self, settings: Settings, policy: RetryPolicy, chance: Callable[[], float]) -> None:
        self.settings = settings
        self._policy = policy
        self._chance = chance
        self._lease = timedelta(seconds=settings.mail_lease_seconds)
        self._forms = Forms(places_of(settings))
        self._sender = Sender(settings.mail_from, settings.mail_reply_to)
        self.server = Server(
            host=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=settings.smtp_password.get_secret_value(),
            starttls=settings.smtp_starttls,
            ca_file=settings.smtp_ca_file,
            timeout_seconds=settings.smtp_timeout_seconds,
        )
        self.enclosures = Enclosures(
            settings.feed_urls.get("registration", ""),
            settings.link_key.get_secret_value(),
            settings.mail_enclosed_mb * 1024 * 1024,
        )
        self.connections = Connections(self.server, MailWatch(self.server.host, self.server.port))
        self._lookout = asyncio.Lock()  # of those that rest one looks out for news; then the next
        self._much = asyncio.Event()
        self._stopping = False
        self.resting = 0
        self._seen: tuple[object, ...] = ()
        self._next_look_at = 0.0  # if all were spaced evenly
        self._next_due_at: datetime | None = None

    async def work(self, service: Service, pause: float) -> None:
        """Send what is due until cancelled, looking again after a pause; what is on its way then is ended first."""
        try:
            while True:
                heed_cancellation()
                found = await self._take_turn(service)
                if not found:
                    await self.connections.close(idle_seconds=KEEP_SECONDS)
                if found < self.settings.mail_batch:
                    self.resting += 1
                    try:
                        async with self._lookout:
                            await self._rest(service, pause)
                    finally:
                        self.resting -= 1
        finally:
            await self.connections.close()

    async def _take_turn(self, service: Service) -> int:
        mailer = self.connections.take()
        batch = asyncio.create_task(self.send_batch(service, mailer))
        try:
            return await asyncio.shield(batch)
        except asyncio.CancelledError:
            self._stopping = True
            with suppress(TimeoutError):
                await asyncio.wait_for(batch, GRACE_SECONDS)
            raise
        finally:
            self.connections.give_back(mailer)

    async def _rest(self, service: Service, pause: float) -> None:
        """Wait for news, which cost no query to see; look anyway after a pause: others may have stored notices too."""
        until = monotonic() + pause
        while monotonic() < until and not self._much.is_set():
            if (news := self._news(service)) != self._seen:
                early = self._next_look_at - FREE_LOOKS * LOOK_SECONDS - monotonic()
                if early > 0:
                    await asyncio.sleep(early)
                    continue
                self._seen = news  # the other senders rest on, unless there turns out to be much
                self._next_look_at = max(self._next_look_at, monotonic()) + LOOK_SECONDS
                return
            service.consumer.progressed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):  # the clock and the timers wake nobody
                    await service.consumer.progressed.wait()

    def _news(self, service: Service) -> tuple[object, ...]:
        """Return what changes when this process took events in, ran a timer, or when a notice becomes due."""
        is_due = self._next_due_at is not None and service.clock.now() >= self._next_due_at
        return service.consumer.progress, is_due, *(timer.last_run_at for timer in service.timers.timers)

    async def send_batch(self, service: Service, mailer: Mailer) -> int:
        """Take up a batch of open notices and send those that may be; return how many were taken up."""
        async with service.unit_of_work() as uow:
            taken = await claims.take_notices(uow, self._policy, self.settings.mail_batch, self._lease)
            if not taken.parcels:
                self._next_due_at = await claims.find_next_due(uow)
        if taken.found == self.settings.mail_batch:
            self._much.set()
        else:
            self._much.clear()
        waiting = list(taken.parcels)
        reports: list[Report] = []
        began = monotonic()
        while waiting:
            parcel = waiting.pop(0)
            reports.append(await self._send(service, mailer, parcel))
            if not waiting or monotonic() - began > STORE_SECONDS:
                await self._store(service, reports, waiting)
                reports, began = [], monotonic()
        return taken.found

    async def _send(self, service: Service, mailer: Mailer, parcel: Parcel) -> Report:
        if self._stopping:
            return Report(parcel, Result(Outcome.NOT_TRIED))
        try:
            rendered = self._forms.render(parcel.message)
            enclosures = await self._enclose(parcel)
            mail = write_mail(
                rendered,
                notice_id=parcel.notice_id,
                to=parcel.address,
                name=parcel.message.recipient_name,
                sender=self._sender,
                now=service.clock.now(),
                language=", ".join(parcel.message.languages),
                enclosures=enclosures,
            )
        except EnclosuresAwayError as error:
            log.warning("enclosures_away", notice_id=str(parcel.notice_id), error=str(error))
            return Report(parcel, Result(Outcome.TEMPORARY))
        except (UnrenderableError, UnsafeHeaderError) as error:
            log.error("notice_cannot_be_written", notice_id=str(parcel.notice_id), error=type(error).__name__)  # noqa: TRY400  # the trace may name people
            return Report(parcel, Result(Outcome.PERMANENT, reason_code="content_refused"))
        return Report(parcel, await mailer.send(mail), mail.content_sha256)

    async def _enclose(self, parcel: Parcel) -> tuple[Enclosure, ...]:
        """Return the files of a mail; after some tries it goes without them, since its link leads to them too."""
        message = parcel.message
        if message.purpose != INVITED or message.invitation_id is None:
            return ()
        try:
            return await self.enclosures.fetch(message.invitation_id)
        except EnclosuresAwayError:
            if parcel.number <= TRIES_FOR_FILES:
                raise
            return ()

    async def _store(self, service: Service, reports: list[Report], waiting: list[Parcel]) -> None:
        """Store results; parcels that wait behind a slow server are held on to."""
        async with service.unit_of_work() as uow:
            await handlers.record_results(uow, reports, self._policy, [self._chance() for _ in reports])
            if waiting:
                await handlers.keep_hold(uow, waiting, self._lease)
            else:
                self._next_due_at = await claims.find_next_due(uow)
