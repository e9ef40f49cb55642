"""Signed links in notices: whoever holds the link may do the one thing it names, and nothing else."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from common.errors import ForbiddenError


class InvalidLinkError(ForbiddenError):
    """The link was changed or does not belong to this thing."""

    code = "link_invalid"

    def __init__(self) -> None:
        super().__init__(
            "Đường dẫn không hợp lệ. Hãy mở lại đường dẫn trong thư đã gửi.",
            "This link is not valid. Please open the link in the message again.",
        )


def sign(key: str, purpose: str, subject: str) -> str:
    """Return the token of a link: HMAC-SHA-256 over purpose and subject, base64url (RFC 4648) without padding."""
    digest = hmac.new(key.encode(), f"{purpose}\n{subject}".encode(), sha256).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def verify(key: str, purpose: str, subject: str, token: str) -> None:
    """Raise InvalidLinkError unless the token was signed with this key for this purpose and subject."""
    if not hmac.compare_digest(sign(key, purpose, subject).encode(), token.encode()):
        raise InvalidLinkError
