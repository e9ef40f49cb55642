"""A token says for whom its bearer acts, wherever routes ask whether something is the caller's own."""

from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt

from common.tokens import ClaimMissingError, Role, TokenInvalidError, Verifier, issue, new_private_key, public_keys

NOW = datetime(2020, 8, 20, 9, tzinfo=UTC)
KEY = new_private_key()


@pytest.mark.parametrize("role", [Role.PROVINCE, Role.REVIEWER])
def test_no_token_is_made_that_acts_for_no_agency(role: Role) -> None:
    with pytest.raises(ClaimMissingError, match="--agency-code"):
        issue(KEY, role=role, subject="lan", now=NOW, province_code="01")
    with pytest.raises(ClaimMissingError):
        issue(KEY, role=role, subject="lan", now=NOW, agency_code="")


@pytest.mark.parametrize("role", [Role.PROVINCE, Role.REVIEWER])
def test_one_that_was_made_elsewhere_is_not_taken(role: Role) -> None:
    claims = {"sub": "lan", "role": role.value, "aud": "ocop", "iat": NOW.timestamp(), "exp": NOW.timestamp() + 60}
    verifier = Verifier(public_keys(KEY))
    bare = jwt.encode({"alg": "Ed25519", "kid": KEY.kid}, claims, KEY, algorithms=["Ed25519"])
    with pytest.raises(TokenInvalidError):
        verifier.verify(bare, NOW)
    whole = jwt.encode({"alg": "Ed25519", "kid": KEY.kid}, claims | {"agency_code": "a"}, KEY, algorithms=["Ed25519"])
    assert verifier.verify(whole, NOW).agency_code == "a"


def test_a_vendor_that_has_not_applied_yet_has_no_number_to_say() -> None:
    token = issue(KEY, role=Role.VENDOR, subject="lan", now=NOW, lifetime=timedelta(hours=1))
    assert Verifier(public_keys(KEY)).verify(token, NOW).vendor_id is None
