"""Services do not load what only a screen needs."""

import subprocess
import sys

import pytest
from pydantic import BaseModel

from common.lean import load_unbuilt, load_without

UNWANTED = {"rich", "pygments"}


@pytest.mark.parametrize("service", ["registration", "allocation", "notifications", "reporting"])
def test_a_service_loads_nothing_for_a_screen(service: str) -> None:
    code = f"import sys, common.cli.serving, {service}.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not UNWANTED.intersection(done.stdout.split())


def test_what_was_hidden_can_be_loaded_afterwards() -> None:
    code = "import sys, common.cli, rich.console; print(rich.console.Console().is_terminal, 'rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_who_has_loaded_a_package_keeps_it() -> None:
    before = sys.modules["pytest"]
    load_without(hidden=["pytest"], names=["json"])
    assert sys.modules["pytest"] is before


UNBUILT = """
import sys
import common.cli
from fastapi.openapi.models import OpenAPI, Schema
from pydantic import BaseModel

class Ours(BaseModel):
    name: str

answer = {"200": {"description": "", "content": {"application/json": {"schema": {"properties": {"a": {"type": "string"}}}}}}}
told = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": {"responses": answer}}}}
before = Schema.__pydantic_complete__, OpenAPI.__pydantic_complete__, Ours.__pydantic_complete__
told_again = OpenAPI(**told).model_dump(mode="json", by_alias=True, exclude_none=True)
print(*before, OpenAPI.__pydantic_complete__, told_again == told)
"""


def test_models_of_descriptions_are_built_when_one_is_asked_for_and_ours_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", UNBUILT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "True", "True", "True"]


def test_pydantic_is_as_before_after_a_module_that_cannot_be_loaded() -> None:
    config, rebuild = BaseModel.model_config, BaseModel.__dict__["model_rebuild"]
    with pytest.raises(ModuleNotFoundError):
        load_unbuilt("no_such_module")
    assert (BaseModel.model_config, BaseModel.__dict__["model_rebuild"]) == (config, rebuild)
