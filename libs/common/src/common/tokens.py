"""Bearer tokens: JSON Web Tokens (RFC 7519) signed with Ed25519; services hold only the public keys."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

AUDIENCE = "ocop"
ALGORITHMS = ["Ed25519"]


class Role(StrEnum):
    """Who a caller is; a token carries exactly one role."""

    ORGANISER = "organiser"
    REVIEWER = "reviewer"
    COMMITTEE = "committee"
    PROVINCE = "province"
    INSPECTOR = "inspector"
    CLERK = "clerk"
    VENDOR = "vendor"
    OPERATOR = "operator"
    SUBSCRIBER = "subscriber"
    AUDITOR = "auditor"


# What a token of a role must say besides: whom its bearer acts for. Without it "the same agency" would be true of nobody's.
NEEDED_CLAIMS: Mapping[Role, str] = {
    Role.PROVINCE: "agency_code",
    Role.REVIEWER: "agency_code",
}


@dataclass(frozen=True)
class Principal:
    """The caller of a request, as its token says."""

    subject: str
    role: Role
    agency_code: str | None = None
    province_code: str | None = None
    vendor_id: UUID | None = None


class TokenInvalidError(Exception):
    """The token is malformed, tampered with, or signed by a key that is not ours."""


class ClaimMissingError(ValueError):
    """A token of the role must say more; ``claim`` is what."""

    def __init__(self, role: Role, claim: str) -> None:
        self.claim = claim
        option = f"--{claim.replace('_', '-')}"
        super().__init__(
            f"Mã của vai trò {role} cần {option}. / A token of the role {role} needs {option}.",
        )


class TokenExpiredError(Exception):
    """The token was good and is no longer (or not yet) valid."""


def new_private_key() -> OKPKey:
    """Return a new Ed25519 key with its thumbprint as id."""
    return OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "Ed25519"}, auto_kid=True)


def public_keys(*keys: OKPKey) -> str:
    """Return the JWK set, as JSON text, that services need to verify tokens of these keys."""
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def issue(
    key: OKPKey, *, role: Role, subject: str, now: datetime, lifetime: timedelta = timedelta(hours=12), **claims: str
) -> str:
    """Return a signed token; ``claims`` may be ``agency_code``, ``province_code``, ``vendor_id``.

    Raises:
        ClaimMissingError: the role needs a claim that is not there (``NEEDED_CLAIMS``).
    """
    needed = NEEDED_CLAIMS.get(role)
    if needed is not None and not claims.get(needed):
        raise ClaimMissingError(role, needed)
    payload: dict[str, Any] = {
        "sub": subject,
        "role": role.value,
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        **claims,
    }
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, payload, key, algorithms=ALGORITHMS)


class Verifier:
    """Reads tokens with the public keys of a JWK set; an empty set is fine and verifies none."""

    def __init__(self, jwk_set: str) -> None:
        keys = json.loads(jwk_set)["keys"]
        self._keys = KeySet.import_key_set({"keys": keys}) if keys else KeySet([])
        self._read = lru_cache(maxsize=2048)(self._decode)  # a caller sends the same token many times

    def verify(self, token: str, now: datetime) -> Principal:
        """Return who a token speaks for.

        Raises:
            TokenInvalidError: it is not ours or says what it may not.
            TokenExpiredError: it is out of its time.
        """
        principal, starts, ends = self._read(token)
        if not starts - 60 <= now.timestamp() < ends:
            raise TokenExpiredError
        return principal

    def _decode(self, token: str) -> tuple[Principal, int, int]:
        try:
            claims = jwt.decode(token, self._keys, algorithms=ALGORITHMS).claims
            if claims["aud"] != AUDIENCE:
                raise TokenInvalidError
            principal = Principal(
                subject=str(claims["sub"]),
                role=Role(claims["role"]),
                agency_code=claims.get("agency_code"),
                province_code=claims.get("province_code"),
                vendor_id=UUID(claims["vendor_id"]) if claims.get("vendor_id") else None,
            )
            needed = NEEDED_CLAIMS.get(principal.role)
            if needed is not None and not getattr(principal, needed):
                raise TokenInvalidError
            return principal, int(claims["iat"]), int(claims["exp"])
        except (JoseError, KeyError, ValueError, TypeError) as error:
            raise TokenInvalidError from error
