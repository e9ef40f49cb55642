"""What a service holds in memory stays small."""

import asyncio
import gc
import json
import re
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from common.collector import give_back_memory
from common.settings import ServiceSettings
from common.web.system import schemas

SERVICES = ("registration", "allocation", "notifications", "reporting")
# Letters and digits of all languages, said to come so many times: the matcher holds the whole class for each.
LOADED_MB = {"registration": 16.0, "allocation": 15.7, "notifications": 15.4, "reporting": 15.4}
"""Source text of what a service loads to start, libraries and our own, without Python's library: 2 % above what it is.

A megabyte of it is some 5 MB of a process. Who adds a library or a capability raises it, and says what it brings.
"""
BESIDE = (
    *("openpyxl", "xlsxwriter", "numpy", "PIL", "pikepdf", "pypdf", "docx", "lxml", "typst", "rapidfuzz", "ortools"),
    *("alembic", "confluent_kafka", "babel", "websockets", "typer"),
)
"""What belongs to processes beside the services and to commands, or was found to be dear and of no use."""
LOOK = """
import json, os, sys
from importlib import import_module
from pathlib import Path

import common.cli.running
import_module(f"{sys.argv[1]}.app")
library = Path(os.__file__).parent
files = {Path(module.__file__) for module in [*sys.modules.values()] if getattr(module, "__file__", None)}
text = [file for file in files if file.suffix == ".py" and (not file.is_relative_to(library) or "site-packages" in file.parts)]
print(json.dumps([sum(file.stat().st_size for file in text) / 1e6, [*sys.modules]]))
"""
DESCRIBED = """
import sys
from importlib import import_module

import common.cli.running
app = import_module(f"{sys.argv[1]}.app")
for name, module in sorted(sys.modules.items()):
    file, text = getattr(module, "__file__", None) or "", getattr(module, "__doc__", None) or ""
    if "site-packages" in file and file.endswith(".py") and len(text) > 1:
        print(name)
print("ours", app.build.__doc__)
"""
UNROLLED = re.compile(r"(\\[wWdDsSpP]|\[[^\]]*\\[wWdDsSpP][^\]]*\])\{\d*,?\d{2,}\}")


class Cycle:
    def __init__(self) -> None:
        self.itself = self


async def test_cyclic_garbage_goes_although_the_collector_is_calm() -> None:
    gone = asyncio.Event()
    thresholds = gc.get_threshold()
    gc.set_threshold(0)
    try:
        weakref.finalize(Cycle(), gone.set)
        giving = asyncio.create_task(give_back_memory(0.01))
        async with asyncio.timeout(10):
            await gone.wait()
        giving.cancel()
        with suppress(asyncio.CancelledError):
            await giving
    finally:
        gc.set_threshold(*thresholds)


def patterns_in(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for name, value in schema.items():
            if name == "pattern" and isinstance(value, str):
                yield value
            else:
                yield from patterns_in(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from patterns_in(value)


def assert_none_unrolled(schema: Any) -> None:
    assert [pattern for pattern in patterns_in(schema) if UNROLLED.search(pattern)] == []


def test_a_counted_class_of_all_letters_is_seen() -> None:
    for pattern in (r"^/[\w.\-/]{1,199}$", r"^\w{1,64}$", r"^[a-z_]+:[\w.]{30}$"):
        with pytest.raises(AssertionError):
            assert_none_unrolled({"properties": [{"pattern": pattern}]})
    assert_none_unrolled({"pattern": r"^[0-9a-f]{64}$"})


def test_no_event_counts_a_class_of_all_letters() -> None:
    assert_none_unrolled(schemas())


@pytest.mark.parametrize("name", SERVICES)
async def test_no_route_and_no_setting_does(name: str, make_harness: Callable[..., Any]) -> None:
    settings: type[ServiceSettings] = import_module(f"{name}.settings").Settings
    assert_none_unrolled(settings.model_json_schema())
    async with make_harness(name) as harness:
        described = harness.app.openapi()
    assert_none_unrolled(described)


@pytest.mark.parametrize("name", SERVICES)
async def test_every_route_is_built_once(name: str, make_harness: Callable[..., Any]) -> None:
    async with make_harness(name) as harness:
        built = [route for route in harness.app.routes if isinstance(route, APIRoute)]
        others = [route for route in harness.app.routes if type(route) is not Route and route not in built]
    assert len(built) > 10
    assert others == []  # a router that is included would hold its routes, and the application all of them again


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_loads_little_and_no_library_of_a_process_beside_it(name: str) -> None:
    looked = subprocess.run([sys.executable, "-c", LOOK, name], capture_output=True, text=True, check=True)
    loaded_mb, modules = json.loads(looked.stdout)
    assert sorted({*BESIDE} & {*modules}) == []
    assert loaded_mb < LOADED_MB[name]
    assert loaded_mb > LOADED_MB[name] * 0.9, "it is much smaller than told here: lower what it may be"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_holds_the_docstrings_of_no_package_but_ours(name: str) -> None:
    """Fails where packages were upgraded without `make install`, and where one is not in the list of requirements/lean.py."""
    looked = subprocess.run([sys.executable, "-c", DESCRIBED, name], capture_output=True, text=True, check=True)
    *others, ours = looked.stdout.splitlines()
    assert others == []
    assert ours.startswith("ours Return the service")
