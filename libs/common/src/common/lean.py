"""What keeps the processes of services small."""

import sys
from collections.abc import Sequence
from importlib import import_module


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
