"""The stage of a play on a system elsewhere: sets the clock that its services share, and fetches the mails they sent."""

from datetime import datetime
from pathlib import Path
from typing import Self

import httpx

from scenario.doors.system import StoryFailedError


class Stage:
    """The client of ``launcher.stage``; calls block, and are short."""

    def __init__(self, url: str, folder: Path) -> None:
        # A connection kept between the steps of a story may be closed just when it is used again.
        fresh = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(base_url=url, timeout=30, trust_env=False, limits=fresh)
        self._folder = folder
        self._last = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def set(self, instant: datetime) -> None:
        """Move the clock on; when this returns every service sees the instant."""
        self._told(self._client.put("/clock", json={"instant": instant.isoformat()}))

    def mails(self) -> Path:
        """Fetch the mails that are new, and return the folder with all of them."""
        names: list[str] = self._told(self._client.get("/mails", params={"after": self._last})).json()
        for name in names:
            (self._folder / name).write_bytes(self._told(self._client.get(f"/mails/{name}")).content)
            self._last = name
        return self._folder

    def _told(self, answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            raise StoryFailedError(f"the stage answers {answer.status_code} to {answer.request.url}: {answer.text}")
        return answer
