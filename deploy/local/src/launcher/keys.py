"""Keys of one embedded system, made at its first start and kept in its state folder."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from common.tokens import Role, issue, new_private_key, public_keys
from launcher.secrets_file import SecretsDamagedError, write_private

LONG = timedelta(days=365 * 200)
A_DAY_OF_WORK = timedelta(hours=12)
MAY_BE_MADE_ANEW = (
    "hãy khôi phục từ bản sao lưu, hoặc xóa tệp để tạo khóa mới: mã truy cập và đường dẫn đã phát sẽ hết hiệu lực",
    "restore it from a copy, or delete it for new keys: tokens and links that were given out end then",
)
BEGINNING = datetime(1971, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Keys:
    """The key that signs tokens, and the key of links in notices."""

    private_key: OKPKey
    link_key: str

    @property
    def public_keys(self) -> str:
        return public_keys(self.private_key)

    def service_token(self, service: str) -> str:
        """Return a service's own token for the others' feeds; good at any time of a scenario."""
        return issue(self.private_key, role=Role.SUBSCRIBER, subject=f"service:{service}", now=BEGINNING, lifetime=LONG)

    def token(self, role: Role, subject: str, now: datetime, **claims: str) -> str:
        """Return a person's token for twelve hours."""
        return issue(self.private_key, role=role, subject=subject, now=now, lifetime=A_DAY_OF_WORK, **claims)


def load_keys(path: Path) -> Keys:
    """Return the keys in a file that only its owner reads, made where there is none.

    Raises:
        SecretsDamagedError: the file is not what was written.
    """
    if not path.exists():
        content = {
            "private_key": new_private_key().as_dict(private=True),
            "link_key": secrets.token_urlsafe(32),
        }
        write_private(path, json.dumps(content))
    try:
        kept = json.loads(path.read_bytes())
        private_key, link_key = OKPKey.import_key(kept["private_key"]), kept["link_key"]
        if private_key.is_private and isinstance(link_key, str):
            return Keys(private_key, link_key)
    except (ValueError, TypeError, LookupError, JoseError):
        pass
    raise SecretsDamagedError(path, *MAY_BE_MADE_ANEW)
