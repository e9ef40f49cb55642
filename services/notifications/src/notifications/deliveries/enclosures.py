"""Fetches what goes into a mail as files: the letter of an invitation and its workbook, made by registration."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message as Head
from functools import partial
from http import HTTPStatus
from uuid import UUID

import httpx
import structlog

from common.delivery.feed_reading import open_client as open_feed_client
from common.links import sign

log = structlog.get_logger(__name__)

OF_INVITATION = ("cong-van.pdf", "cong-van.docx", "de-cu.xlsx")
PURPOSE = "enclose_invitation"
TIMEOUT_SECONDS = 30.0
AWAY_FROM = HTTPStatus.INTERNAL_SERVER_ERROR


class EnclosuresAwayError(Exception):
    """The files cannot be had just now; the argument says why."""


@dataclass(frozen=True)
class Enclosure:
    """A file of a mail."""

    name: str
    media_type: str
    content: bytes


class Enclosures:
    """Gets files from their owner, all of a mail at once, by a link that is signed for nothing else and notes no reader.

    Nothing is kept between two mails: each agency has files of its own.
    """

    def __init__(
        self, owner_url: str, key: str, most_bytes: int, open_client: Callable[[], httpx.AsyncClient] | None = None
    ) -> None:
        self._open_client = open_client or partial(open_feed_client, [owner_url], TIMEOUT_SECONDS)
        self._url = owner_url.rstrip("/")
        self._key = key
        self._most = most_bytes

    async def fetch(self, invitation_id: UUID) -> tuple[Enclosure, ...]:
        """Return the files of an invitation; none where they are refused, or too large for a mail.

        Raises EnclosuresAwayError where their owner does not answer.
        """
        if not (self._url and self._key and self._most):
            return ()
        async with self._open_client() as client:
            asked = [self._ask(client, invitation_id, name) for name in OF_INVITATION]
            answers = await asyncio.gather(*asked, return_exceptions=True)
        found: list[Enclosure] = []
        for name, answer in zip(OF_INVITATION, answers, strict=True):
            if isinstance(answer, BaseException):
                raise answer
            if not answer.is_success:
                log.error("enclosures_refused", invitation_id=str(invitation_id), status=answer.status_code)
                return ()
            found.append(_to_enclosure(answer, name))
        if sum(len(one.content) for one in found) > self._most:
            log.error("enclosures_too_large", invitation_id=str(invitation_id), most_bytes=self._most)
            return ()
        return tuple(found)

    async def _ask(self, client: httpx.AsyncClient, invitation_id: UUID, name: str) -> httpx.Response:
        path = f"{self._url}/registration/invitations/{invitation_id}/enclosures/{name}"
        try:
            answer = await client.get(path, params={"token": sign(self._key, PURPOSE, str(invitation_id))})
        except httpx.HTTPError as error:
            raise EnclosuresAwayError(type(error).__name__) from None
        if answer.status_code >= AWAY_FROM:
            raise EnclosuresAwayError(str(answer.status_code))
        return answer


def _to_enclosure(answer: httpx.Response, name: str) -> Enclosure:
    head = Head()
    head["Content-Disposition"] = answer.headers.get("Content-Disposition", "")
    media_type = answer.headers.get("Content-Type", "application/octet-stream").partition(";")[0]
    return Enclosure(head.get_filename() or name, media_type, answer.content)
