"""An edition that is open for registration now, at a system that runs by the machine's clock."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from registration.editions.api import EDITION_EXAMPLE
from registration.papers.api import PAPER_EXAMPLE

AGENCY = {"name_vi": "Ủy ban nhân dân thành phố Hà Nội", "level": "city", "valid_from": "2019-01-01"}


def _edition(now: datetime) -> dict[str, Any]:
    """Return the example's edition, moved so that it is open now, with the provinces of today."""
    day = now.date()
    return {
        **EDITION_EXAMPLE,
        "code": f"G{uuid4().hex[:8]}",
        "theme_region": "none",
        "province_register": "2025",
        "planned": {"from": f"{day + timedelta(days=60)}", "to": f"{day + timedelta(days=64)}"},
        "registration": {
            "opens_at": (now - timedelta(days=1)).isoformat(),
            "closes_at": (now + timedelta(days=30)).isoformat(),
        },
    }


def open_edition(url: str, organiser: str) -> str:
    """Plan, approve and open an edition with an organiser's token; return its id."""
    now = datetime.now(UTC)
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {organiser}"

        def send(method: str, path: str, body: Any) -> Any:
            answer = client.request(method, path, json=body, headers={"Idempotency-Key": str(uuid4())})
            assert answer.is_success, answer.text
            return answer.json()

        edition = _edition(now)
        paper: dict[str, Any] = {**PAPER_EXAMPLE, "issued_on": f"{now.date() - timedelta(days=2)}"}
        for code in (*edition["host_agency_codes"], *edition["executing_agency_codes"], paper["issuing_agency_code"]):
            send("PUT", f"/registration/agencies/{code}", AGENCY)
        edition_id: str = send("POST", "/registration/editions", edition)["edition_id"]
        place = f"/registration/editions/{edition_id}"
        send("POST", f"{place}/approval", {"legal_document": paper})
        send("POST", f"{place}/opening", {})
        return edition_id
