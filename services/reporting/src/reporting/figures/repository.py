"""Reads the indicators' definitions from the pack that comes with the service."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from reporting.figures.domain import Indicator


@cache
def get_indicators() -> Mapping[str, Indicator]:
    """Return the indicators by id, in the order in which they are shown."""
    packs = files("reporting").joinpath("packs", "indicators.toml")
    return {
        name: Indicator(
            name_vi=body["name"]["vi"],
            name_en=body["name"]["en"],
            definition_vi=body["definition"]["vi"],
            definition_en=body["definition"]["en"],
            source=body["source"],
            origin_vi=body["origin_vi"],
        )
        for name, body in tomllib.loads(packs.read_text(encoding="utf-8")).items()
    }
