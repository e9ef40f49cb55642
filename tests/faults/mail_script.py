"""A mail server that answers by a script: puts off, refuses, takes a mail and says nothing, or takes its time."""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence

from aiosmtpd.smtp import SMTP, Envelope, Session

from launcher.mail_sink import MailFolder, MailHandler, MailSink

# Before the mail is taken: greylisting, a full server, no such mailbox.
REFUSALS = {
    "greylisted": "451 4.7.1 Greylisted, come again later",
    "busy": "421 4.3.2 Too busy, closing",
    "refused": "550 5.1.1 No such mailbox",
}
# After it is taken: the line ends without a word, or the answer comes late.
LOST, SLOW = "lost", "slow"
WORDS = (*REFUSALS, LOST, SLOW)
SLOW_SECONDS = 8.0  # longer than a sender's patience in a round


class ScriptedHandler(MailHandler):
    """Answers each mail with the next word of the script; without one it takes it."""

    def __init__(self, folder: MailFolder, slow_seconds: float) -> None:
        super().__init__(folder)
        self.script: deque[str] = deque()
        self.said: Counter[str] = Counter()
        self._slow_seconds = slow_seconds

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        word = self.script.popleft() if self.script else ""
        if word in REFUSALS:
            self.said[word] += 1
            return REFUSALS[word]
        session.after_data = word  # type: ignore[attr-defined]  # a session is there to carry more
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        answer = await super().handle_DATA(server, session, envelope)
        word = getattr(session, "after_data", "")
        self.said[word] += bool(word)
        if word == LOST and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        elif word == SLOW:
            await asyncio.sleep(self._slow_seconds)
        return answer


class ScriptedSink(MailSink):
    """The mail sink of a round."""

    slow_seconds = SLOW_SECONDS

    def make_handler(self) -> MailHandler:
        self.handler = ScriptedHandler(MailFolder(self.folder), self.slow_seconds)
        return self.handler

    def say(self, words: Sequence[str]) -> None:
        """Answer the next mails so, one word each."""
        self.handler.script.extend(words)
