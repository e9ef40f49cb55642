"""Bearer tokens: JSON Web Tokens (RFC 7519) signed with Ed25519; services hold only the public keys."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
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


class TokenExpiredError(Exception):
    """The token was good and is no longer (or not yet) valid."""


def new_private_key() -> OKPKey:
    """Return a new Ed25519 key with its thumbprint as id."""
    return OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "Ed25519"}, auto_kid=True)


def public_keys(*keys: OKPKey) -> str:
    """Return the JWK set, as JSON text, that services need to verify tokens of these keys."""
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def read_keys(jwk_set: str) -> KeySet:
    """Return the keys of a JWK set in JSON; an empty set is fine and verifies no token."""
    keys = json.loads(jwk_set)["keys"]
    return KeySet.import_key_set({"keys": keys}) if keys else KeySet([])


def issue(
    key: OKPKey, *, role: Role, subject: str, now: datetime, lifetime: timedelta = timedelta(hours=12), **claims: str
) -> str:
    """Return a signed token; ``claims`` may be ``agency_code``, ``province_code``, ``vendor_id``."""
    payload: dict[str, Any] = {
        "sub": subject,
        "role": role.value,
        "aud": AUDIENCE,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        **claims,
    }
    return jwt.encode({"alg": "Ed25519", "kid": key.kid}, payload, key, algorithms=ALGORITHMS)


def verify(keys: KeySet, token: str, now: datetime) -> Principal:
    """Return who a token speaks for.

    Raises:
        TokenInvalidError: it is not ours or says what it may not.
        TokenExpiredError: it is out of its time.
    """
    try:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        if claims["aud"] != AUDIENCE:
            raise TokenInvalidError
        principal = Principal(
            subject=str(claims["sub"]),
            role=Role(claims["role"]),
            agency_code=claims.get("agency_code"),
            province_code=claims.get("province_code"),
            vendor_id=UUID(claims["vendor_id"]) if claims.get("vendor_id") else None,
        )
        starts, ends = int(claims["iat"]), int(claims["exp"])
    except (JoseError, KeyError, ValueError, TypeError) as error:
        raise TokenInvalidError from error
    if not starts - 60 <= now.timestamp() < ends:
        raise TokenExpiredError
    return principal
