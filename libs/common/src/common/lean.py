"""What keeps the processes of services small."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from pydantic import BaseModel, ConfigDict


def load_without(hidden: Sequence[str], names: Sequence[str]) -> None:
    """Import modules as if packages that they load where these are there were not; who has loaded them keeps them."""
    modules: dict[str, object] = sys.modules  # type: ignore[assignment]  # None says that there is no such module
    away = [name for name in hidden if name not in modules]
    modules.update(dict.fromkeys(away))
    try:
        for name in names:
            import_module(name)
    finally:
        for name in away:
            del modules[name]


def load_unbuilt(*names: str) -> None:
    """Import modules so that each pydantic model of theirs is built when it is first used; many never are in a service.

    A rebuild that a module asks for at its end, to have all names known, waits for the first use as well.
    """
    config, rebuild = BaseModel.model_config, BaseModel.__dict__["model_rebuild"]

    def rebuild_for_use(kind: type[BaseModel], **how: Any) -> bool | None:
        return rebuild.__func__(kind, **how) if how else None

    BaseModel.model_config = ConfigDict(defer_build=True)
    setattr(BaseModel, "model_rebuild", classmethod(rebuild_for_use))  # noqa: B010  # a checker takes no assignment to a method
    try:
        for name in names:
            import_module(name)
    finally:
        BaseModel.model_config = config
        setattr(BaseModel, "model_rebuild", rebuild)  # noqa: B010
