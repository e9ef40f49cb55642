"""The folder of secrets: ``secrets.json`` is what is kept, the folders beside it are what each reader is given.

The folder itself is closed to all but its owner. What is in a reader's folder may be read by anybody who gets there:
the container into which that folder alone is mounted, whoever its user is.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from installer.secret_values import KAFKA_USERS, SERVICES, Secrets


@dataclass(frozen=True)
class Hosts:
    """How the services reach database and broker."""

    database: str = "postgres:5432"
    kafka: tuple[str, ...] = ("kafka", "localhost")


def load(folder: Path) -> Secrets:
    """Return the secrets kept in the folder; none yet where it is new."""
    path = folder / "secrets.json"
    return Secrets.from_json(path.read_text(encoding="utf-8")) if path.exists() else Secrets()


def save(folder: Path, kept: Secrets, hosts: Hosts) -> None:
    """Write the secrets and every reader's files."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    _write(folder / "secrets.json", kept.to_json(), 0o600)
    for reader, files in readers(kept, hosts).items():
        (folder / reader).mkdir(exist_ok=True)
        (folder / reader).chmod(0o755)
        for path in (folder / reader).iterdir():
            if path.name not in files:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name, content in files.items():
            _write(folder / reader / name, content, 0o444)


def readers(kept: Secrets, hosts: Hosts) -> dict[str, Mapping[str, str]]:
    """Return each reader's files; a service's are named like its settings."""
    passwords = kept.passwords
    roles = {name.removeprefix("database/"): word for name, word in passwords.items() if name.startswith("database/")}
    users = {user: passwords[f"kafka/{user}"] for user in KAFKA_USERS}
    given: dict[str, Mapping[str, str]] = {
        "postgres": {"superuser_password": passwords["postgres"]},
        "postgres-superuser": {"username": "postgres", "password": passwords["postgres"]},
        "databases": {"superuser_password": passwords["postgres"], **roles},
        "kafka": {"admin_password": users["admin"], "node.pem": kept.kafka_node, "authority.pem": kept.authority},
        "kafka-setup": {**users, "authority.pem": kept.authority},
        "subscriber": {"kafka_sasl_password": users["subscriber"], "authority.pem": kept.authority},
        "grafana": {"admin_password": passwords["grafana"]},
        "player": {"signing_key.json": json.dumps(kept.signing_keys[0])},
    }
    for service in SERVICES:
        url = f"postgresql+asyncpg://{{role}}:{{word}}@{hosts.database}/{service}"
        owner = f"{service}_owner"
        given[f"{service}-migrate"] = {"database_url": url.format(role=owner, word=roles[owner])}
        given[service] = {
            "database_url": url.format(role=service, word=roles[service]),
            "kafka_sasl_password": users[service],
            "authority.pem": kept.authority,
            "token_keys": kept.public_keys,
            "service_token": kept.service_token(service),
            "link_key": kept.link_key,
        }
    mail = {
        "smtp_username": kept.smtp_username,
        "smtp_password": kept.smtp_password,
        "mail-authority.pem": kept.smtp_authority,
    }
    given["notifications"] = {**given["notifications"], **{name: content for name, content in mail.items() if content}}
    return given


def _write(path: Path, content: str, mode: int) -> None:
    """Write a file in one step: a reader sees the old content or the new."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(content, encoding="utf-8")
    draft.chmod(mode)
    draft.replace(path)
