"""What a service holds in memory stays small."""

import asyncio
import gc
import re
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest

from common.collector import give_back_memory
from common.settings import ServiceSettings
from common.web.system import schemas

SERVICES = ("registration", "allocation", "notifications", "reporting")
# Letters and digits of all languages, said to come so many times: the matcher holds the whole class for each.
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
