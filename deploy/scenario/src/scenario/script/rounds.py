"""The steps of an invitation round: agencies invited by letter, and those that decline."""

from dataclasses import dataclass
from datetime import datetime

from scenario.script.model import Paper
from scenario.script.steps import Step


@dataclass(frozen=True)
class Invite(Step):
    """All agencies that nominate later, and those of ``also``, are invited by numbered letters with their workbooks.

    Numbers go up from that of ``letter``, whose other parts all letters share.
    """

    letter: Paper
    bases: tuple[Paper, ...]
    reply_by_at: datetime
    reminders_at: tuple[datetime, ...]
    also: tuple[str, ...]
    signer_role: str
    signer_name: str


@dataclass(frozen=True)
class Decline(Step):
    """Invited agencies open the link of their mail and decline there."""

    agency_codes: tuple[str, ...]
    reason: str
