"""A service's settings as an example of an environment file, made from their own descriptions."""

import json
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from common.settings import ServiceSettings


def env_example(service: str, kind: type[ServiceSettings]) -> str:
    """Return the text of ``.env.example``: what is required stands bare, what has a default is commented out."""
    lines = [f"# Settings of {service}; written by `python -m {service} settings`.", ""]
    for name, info in kind.model_fields.items():
        lines.append(f"# {info.description}")
        if info.is_required():
            lines.append(f"{name.upper()}=")
        else:
            lines.append(f"#{name.upper()}={_text(info.get_default(call_default_factory=True))}")
        lines.append("")
    return "\n".join(lines)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, str | Path):
        return str(value)
    return json.dumps(value)
