"""The secrets themselves: one JSON value from which every reader's files are written."""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from joserfc.jwk import OKPKey

from common.tokens import Role, issue, new_private_key, public_keys
from installer.certificates import expires_at, make_authority, make_node

SERVICES = ("registration", "allocation", "notifications", "reporting")
ADMIN = "admin"
SUBSCRIBER_NAME = re.compile(r"[a-z][a-z0-9-]*")  # a file, a prefix of groups before a dot, a name in Kubernetes
ADMINISTRATORS = ("postgres", f"kafka/{ADMIN}")  # what set-up signs in with, so it has to know the one before too
REMEMBERED = 3  # changes of an administrator's password that may be brought into use at once
NODE = "ocop-kafka-node"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # before the time of any scenario that is played on a trial system


@dataclass
class Secrets:
    """What an installation keeps secret.

    Attributes:
        passwords: by what they open: ``postgres``, ``database/<role>``, ``kafka/<user>``.
        earlier: the administrators' passwords before, newest first, until set-up has brought the new ones into use.
        signing_keys: private keys (JWK) that sign tokens, newest first; services take tokens of each.
        subscribers: users of other agencies at the broker, as declared in access.yaml.
        database_host: host:port of PostgreSQL, as the services see it.
        kafka_hosts: the broker's names, as its clients see them.
    """

    passwords: dict[str, str] = field(default_factory=dict[str, str])
    earlier: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    signing_keys: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    link_key: str = ""
    smtp_username: str = ""
    smtp_password: str = ""
    smtp_authority: str = ""
    evidence_key_id: str = ""
    evidence_secret: str = ""
    authority: str = ""
    authority_key: str = ""
    kafka_node: str = ""
    subscribers: list[str] = field(default_factory=lambda: ["subscriber"])
    database_host: str = "postgres:5432"
    kafka_hosts: list[str] = field(default_factory=lambda: ["kafka", "localhost"])

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @property
    def signing_key(self) -> OKPKey:
        return OKPKey.import_key(self.signing_keys[0])

    @property
    def public_keys(self) -> str:
        return public_keys(*(OKPKey.import_key(key) for key in self.signing_keys))

    def service_token(self, service: str) -> str:
        """Return a service's token for the others' feeds: the same whenever it is made, good as long as the authority."""
        lifetime = expires_at(self.authority) - BEGINNING
        return issue(
            self.signing_key, role=Role.SUBSCRIBER, subject=f"service:{service}", now=BEGINNING, lifetime=lifetime
        )

    @property
    def kafka_users(self) -> list[str]:
        return [ADMIN, *SERVICES, *self.subscribers]

    def subscribe(self, users: Sequence[str]) -> None:
        """Take over who reads as another agency; the password of one who no longer does is forgotten.

        Raises:
            ValueError: a name cannot be a subscriber's.
        """
        for user in users:
            if not SUBSCRIBER_NAME.fullmatch(user) or user in (ADMIN, *SERVICES):
                raise ValueError(f"{user} cannot be a subscriber: small letters, digits and -, and no name of ours")
        self.subscribers = list(users)
        for name in [name for name in self.passwords if name.startswith("kafka/")]:
            if name.removeprefix("kafka/") not in self.kafka_users:
                del self.passwords[name]

    def complete(self) -> None:
        """Make what is not there yet."""
        for name in self._password_names():
            self.passwords.setdefault(name, _new_password())
        if not self.signing_keys:
            self.signing_keys = [new_private_key().as_dict(private=True)]
        self.link_key = self.link_key or secrets.token_urlsafe(32)
        if not self.authority:
            self.authority, self.authority_key = make_authority()
        if not self.kafka_node:
            self.kafka_node = make_node(self.authority_key, NODE, self.kafka_hosts)

    def forget(self, what: str) -> None:
        """Drop what is to be made anew by ``complete``.

        Raises:
            KeyError: there is no such secret to change.
        """
        if what == "signing-key":  # the key before stays good for tokens that are out
            self.signing_keys = [new_private_key().as_dict(private=True), *self.signing_keys[:1]]
        elif what == "link-key":
            self.link_key = ""
        elif what == "kafka-certificate":
            self.kafka_node = ""
        else:
            for name in [known for known in self.passwords if known == what or known.startswith(f"{what}/")] or [what]:
                before = self.passwords.pop(name)
                if name in ADMINISTRATORS:
                    self.earlier[name] = [before, *self.earlier.get(name, [])][:REMEMBERED]

    def _password_names(self) -> list[str]:
        """Return what has a password."""
        roles = [f"database/{name}" for service in SERVICES for name in (service, f"{service}_owner")]
        return ["postgres", "grafana", *roles, *(f"kafka/{user}" for user in self.kafka_users)]


def _new_password() -> str:
    return secrets.token_urlsafe(24)  # safe in URLs, SQL and Kafka's settings
