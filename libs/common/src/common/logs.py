"""Logs: one JSON object a line; what was bound (event, type, key, correlation) is on every line; nothing personal."""

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any

import structlog

PERSONAL = frozenset({"email", "phone", "zalo_id", "display_name", "address", "tax_id", "representative", "contact"})

VALUES = re.compile(r"(DETAIL:\s+|invalid input for query argument \$\d+: |invalid input syntax for type [\w ]+: ).*")


handling: ContextVar[Callable[[], Mapping[str, str]] | None] = ContextVar("handling", default=None)
"""Tells what is being handled just now; asked only when a line is written, since most messages write none."""


def add_handling(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put what is being handled (event, type, key, correlation) on the line."""
    tell = handling.get()
    for name, value in (tell() if tell is not None else {}).items():
        event.setdefault(name, value)
    return event


def drop_personal(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the values of fields that name a person."""
    for name in PERSONAL & event.keys():
        event[name] = "[personal]"
    return event


def drop_values(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cut from errors the values that PostgreSQL and asyncpg repeat: rows that failed, keys taken twice, arguments."""
    for name in ("exception", "error"):
        if isinstance(event.get(name), str):
            event[name] = VALUES.sub(r"\1[value]", event[name])
    return event


def configure_logs(service: str, level: str) -> None:
    """Set up structlog and the standard library's logging for one process, writing to standard output."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        add_handling,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        drop_personal,
        drop_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiokafka", "faststream", "uvicorn.access", "httpx", "httpcore", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
