"""The folder of secrets: ``secrets.json`` is what is kept, the folders beside it are what each reader is given.

The folder itself is closed to all but its owner. What is in a reader's folder may be read by anybody who gets there:
the container into which that folder alone is mounted, whoever its user is.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from installer.secret_values import ADMIN, SERVICES, Secrets

SUBSCRIBERS = "subscribers"  # what is handed to other agencies, a folder for each


def load(folder: Path) -> Secrets:
    """Return the secrets kept in the folder; none yet where it is new."""
    path = folder / "secrets.json"
    return Secrets.from_json(path.read_text(encoding="utf-8")) if path.exists() else Secrets()


def save(folder: Path, kept: Secrets) -> None:
    """Write the secrets and every reader's files."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    _write(folder / "secrets.json", kept.to_json(), 0o600)
    given = readers(kept)
    for path in (folder / SUBSCRIBERS).glob("*"):
        if f"{SUBSCRIBERS}/{path.name}" not in given:
            shutil.rmtree(path)
    for reader, files in given.items():
        _write_reader(folder / reader, files)


def _write_reader(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True, parents=True)
    folder.chmod(0o755)
    for path in folder.iterdir():
        if path.name not in files:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, content in files.items():
        _write(folder / name, content, 0o444)


def readers(kept: Secrets) -> dict[str, Mapping[str, str]]:
    """Return each reader's files; a service's are named like its settings."""
    return {
        **_of_servers(kept),
        **_of_set_up(kept),
        **{service: _of_service(kept, service) for service in SERVICES},
        **{f"{SUBSCRIBERS}/{user}": _of_kafka_user(kept, user) for user in kept.subscribers},
        **({"evidence-credentials": _of_evidence(kept)} if _of_evidence(kept) else {}),
        "player": {"signing_key.json": json.dumps(kept.signing_keys[0])},
    }


def _of_servers(kept: Secrets) -> dict[str, Mapping[str, str]]:
    words = kept.passwords
    return {
        "postgres": {"superuser_password": words["postgres"]},
        "postgres-superuser": {"username": "postgres", "password": words["postgres"]},
        "kafka": {
            "admin_password": words[f"kafka/{ADMIN}"],
            "node.pem": kept.kafka_node,
            "authority.pem": kept.authority,
        },
        "grafana": {"admin_password": words["grafana"]},
    }


def _of_set_up(kept: Secrets) -> dict[str, Mapping[str, str]]:
    """What makes users and databases: all their passwords, and the administrators' before, to sign in after a change."""
    words = kept.passwords
    roles = {name.removeprefix("database/"): word for name, word in words.items() if name.startswith("database/")}
    users = {user: words[f"kafka/{user}"] for user in kept.kafka_users}
    databases = {"superuser_password": words["postgres"], **roles}
    broker = {**users, "authority.pem": kept.authority}
    if before := kept.earlier.get("postgres"):
        databases["superuser_password.earlier"] = _lines(before)
    if before := kept.earlier.get(f"kafka/{ADMIN}"):
        broker[f"{ADMIN}.earlier"] = _lines(before)
    migrations = {f"{one}-migrate": {"database_url": _url(kept, f"{one}_owner", one)} for one in SERVICES}
    return {"databases": databases, "kafka-setup": broker, **migrations}


def _of_service(kept: Secrets, service: str) -> dict[str, str]:
    mail = {
        "smtp_username": kept.smtp_username,
        "smtp_password": kept.smtp_password,
        "mail-authority.pem": kept.smtp_authority,
    }
    return {
        "database_url": _url(kept, service, service),
        **_of_kafka_user(kept, service),
        "token_keys": kept.public_keys,
        "service_token": kept.service_token(service),
        "link_key": kept.link_key,
        **({name: content for name, content in mail.items() if content} if service == "notifications" else {}),
        **(_of_evidence(kept) if service == "registration" else {}),
    }


def _of_evidence(kept: Secrets) -> dict[str, str]:
    """Who signs in at the store of evidence papers: nobody where they lie in a folder."""
    if not kept.evidence_secret:
        return {}
    return {"evidence_s3_key_id": kept.evidence_key_id, "evidence_s3_secret": kept.evidence_secret}


def _of_kafka_user(kept: Secrets, user: str) -> dict[str, str]:
    return {"kafka_sasl_password": kept.passwords[f"kafka/{user}"], "authority.pem": kept.authority}


def _url(kept: Secrets, role: str, database: str) -> str:
    return f"postgresql+asyncpg://{role}:{kept.passwords[f'database/{role}']}@{kept.database_host}/{database}"


def _lines(words: list[str]) -> str:
    return "".join(f"{word}\n" for word in words)


def _write(path: Path, content: str, mode: int) -> None:
    """Write a file in one step: a reader sees the old content or the new."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(content, encoding="utf-8")
    draft.chmod(mode)
    draft.replace(path)
