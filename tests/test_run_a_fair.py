"""The page on running a fair: each request that it names is there, for the role that it names."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs/run-a-fair.md"
REQUEST = re.compile(r"`((?:GET|POST|PUT) /[^`]+)`")


def told() -> list[tuple[str, str]]:
    """Return the page's requests, each with the role of its row; what stands elsewhere names none."""
    found: list[tuple[str, str]] = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        _, role, done, *rest = line.split("|") if line.startswith("| ") else ("", "", "", line)
        found += [(request, role.strip()) for request in REQUEST.findall(done)]
        found += [(request, "") for request in REQUEST.findall("|".join(rest))]
    return found


async def test_every_request_of_the_page_is_there_for_its_role(make_harness: Callable[..., Any]) -> None:
    roles: dict[str, list[str]] = {}
    for service in ("registration", "allocation", "reporting"):
        async with make_harness(service) as harness:
            for path, methods in harness.app.openapi()["paths"].items():
                roles |= {f"{method.upper()} {path}": each.get("x-roles", []) for method, each in methods.items()}
    wrong = [
        (request, role)
        for request, role in told()
        if request not in roles
        or (role and role != "public" and role not in roles[request])
        or (role == "public" and roles[request])
    ]
    assert len(told()) > 50
    assert wrong == []
