"""Users and their rights: the declared list against the broker; rights beyond it are told and left to a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._acl import AclBinding, AclBindingFilter, AclOperation, AclPermissionType
from confluent_kafka.admin._resource import ResourcePatternType, ResourceType
from confluent_kafka.admin._scram import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from operations.connecting import OperationFailedError, finish
from operations.declared import AccessList

ITERATIONS = 8192
ANY_HOST = "*"


@dataclass(frozen=True, order=True)
class Right:
    """One user may do one thing to a topic or group; ``prefix`` means all whose names begin so."""

    user: str
    operation: str
    kind: str
    name: str
    prefix: bool = False

    def __str__(self) -> str:
        return f"{self.user} may {self.operation} {self.kind} {self.name}{'*' if self.prefix else ''}"


def rights_of(declared: AccessList) -> set[Right]:
    """Return every right of a declared list; the right to describe a topic comes with reading or writing it."""
    rights: set[Right] = set()
    for user, access in declared.services.items():
        rights |= {Right(user, "write", "topic", topic) for topic in access.writes}
        rights |= {Right(user, "read", "topic", topic) for topic in access.reads}
        rights.add(Right(user, "read", "group", user))
    for user in declared.subscribers.users:
        rights |= {Right(user, "read", "topic", topic) for topic in declared.subscribers.reads}
        rights.add(Right(user, "read", "group", f"{user}.", prefix=True))
    return rights


def read_rights(admin: AdminClient) -> set[Right]:
    """Return the rights at the broker."""
    anything: Any = None  # what a filter leaves open
    everything = AclBindingFilter(
        ResourceType.ANY, anything, ResourcePatternType.ANY, anything, anything, AclOperation.ANY, AclPermissionType.ANY
    )
    bindings = finish({"the broker's rights": admin.describe_acls(everything)}).popitem()[1]
    return {
        Right(
            binding.principal.removeprefix("User:"),
            binding.operation.name.lower(),
            binding.restype.name.lower(),
            binding.name,
            binding.resource_pattern_type is ResourcePatternType.PREFIXED,
        )
        for binding in bindings
        if binding.permission_type is AclPermissionType.ALLOW
    }


def read_users(admin: AdminClient) -> set[str]:
    """Return the users who can sign in."""
    told: Any = admin.describe_user_scram_credentials()
    return set(finish({"the broker's users": told}).popitem()[1])


def add_rights(admin: AdminClient, rights: Iterable[Right]) -> None:
    """Give rights.

    Raises:
        OperationFailedError: the broker refused one.
    """
    bindings = [_binding(right) for right in sorted(rights)]
    if bindings:
        finish(admin.create_acls(bindings))


def _binding(right: Right) -> AclBinding:
    return AclBinding(
        ResourceType[right.kind.upper()],
        right.name,
        ResourcePatternType.PREFIXED if right.prefix else ResourcePatternType.LITERAL,
        f"User:{right.user}",
        ANY_HOST,
        AclOperation[right.operation.upper()],
        AclPermissionType.ALLOW,
    )


def read_passwords(folder: Path, users: Iterable[str]) -> dict[str, str]:
    """Return each user's password from the file of that name.

    Raises:
        OperationFailedError: a file is missing or empty.
    """
    found: dict[str, str] = {}
    for user in users:
        path = folder / user
        if not path.is_file() or not (password := path.read_text(encoding="utf-8").strip()):
            raise OperationFailedError(f"no password of {user}: write it into {path}")
        found[user] = password
    return found


def set_passwords(admin: AdminClient, passwords: Mapping[str, str]) -> None:
    """Make users, or give them new passwords.

    Raises:
        OperationFailedError: the broker refused one.
    """
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
    alterations: list[Any] = [
        UserScramCredentialUpsertion(user, info, password.encode()) for user, password in sorted(passwords.items())
    ]
    if alterations:
        finish(admin.alter_user_scram_credentials(alterations))


def revoke(admin: AdminClient, user: str, rights: Iterable[Right], *, signs_in: bool) -> None:
    """Take a user's rights and sign-in away; what it has open ends at its next request that needs a right.

    Raises:
        OperationFailedError: the broker refused one.
    """
    filters = [_filter(right) for right in sorted(rights)]
    if filters:
        finish(admin.delete_acls(filters))
    if signs_in:
        gone: list[Any] = [UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512)]
        finish(admin.alter_user_scram_credentials(gone))


def _filter(right: Right) -> AclBindingFilter:
    """Return what matches this right alone."""
    one: Any = _binding(right)  # its values are typed wider than what the filter takes
    return AclBindingFilter(
        one.restype, one.name, one.resource_pattern_type, one.principal, one.host, one.operation, one.permission_type
    )
