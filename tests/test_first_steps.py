"""The first steps of docs/operate.md, taken as they are written."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from common.tokens import Role

SENT = re.compile(r"send (PUT|POST) (/(\w+)/\S+) '(.*?)'", re.DOTALL)


async def test_the_first_steps_after_make_up_lead_to_open_registration(
    make_harness: Callable[..., Any], repository_root: Path
):
    text = (repository_root / "docs/operate.md").read_text(encoding="utf-8")
    part = text.split("## First steps after")[1].split("\n## ")[0]
    steps = [found.groups() for found in SENT.finditer(part) if "{ curl" not in found.group()]
    assert len(steps) == 5
    edition, state = "", ""
    async with make_harness("registration") as registration, registration.client(Role.ORGANISER) as client:
        for method, path, service, body in steps:
            if service == "registration":
                answer = await client.request(method, path.replace("$EDITION", edition), json=json.loads(body))
                assert answer.is_success, (path, answer.text)
                edition, state = answer.json().get("edition_id", edition), answer.json().get("state", "")
    assert state == "registration_open"
    async with make_harness("allocation") as allocation, allocation.client(Role.ORGANISER) as client:
        (plan,) = [step for step in steps if step[2] == "allocation"]
        answer = await client.request(plan[0], plan[1].replace("$EDITION", edition), json=json.loads(plan[3]))
    assert answer.status_code == 404, "the plan is right as a body; only the edition is not known here"
