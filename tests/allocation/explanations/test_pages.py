"""The page of reasons, as a phone without JavaScript shows it: what the dossier says, and nobody else's."""

import re

import httpx
import pytest
from tests.allocation.conftest import PAPER_OF_RELEASE, Fair, accepted, id_of, quota, street
from tests.notifications.messages.examples import a_message

from allocation.runs.releasing import release_run
from common.links import sign
from common.tokens import Role
from notifications.messages.domain import reasons_link_of
from notifications.sending import places_of
from notifications.settings import Settings

KEY = "a-key-for-tests"


@pytest.fixture
async def solved(fair: Fair) -> Fair:
    await fair.open(
        street(2), quotas=[quota("province:26", ceiling=1)], allocation_policy="optimal_at_close", booth_target=2
    )
    await fair.harness.deliver(accepted("a", points=700), accepted("b", points=600), accepted("c", province="01"))
    await fair.close()
    await fair.solve()
    await fair.explain()
    return fair


async def release(fair: Fair) -> None:
    await fair.harness.run(release_run, (await fair.runs())[-1].run_id, PAPER_OF_RELEASE)


async def look(fair: Fair, name: str, token: str | None = None, language: str = "vi") -> httpx.Response:
    known = sign(KEY, "read_reasons", str(id_of(name))) if token is None else token
    async with fair.harness.client() as client:
        return await client.get(
            f"/allocation/applications/{id_of(name)}/reasons", params={"token": known, "lang": language}
        )


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_page_says_what_the_dossier_says(solved: Fair, language: str):
    await release(solved)
    async with solved.harness.client(Role.ORGANISER) as client:
        told = (await client.get(f"/allocation/applications/{id_of('b')}/explanation")).json()
    page = await look(solved, "b", language=language)
    assert page.status_code == 200
    shown = [item.strip() for item in re.findall(r"<li>(.*?)</li>", page.text, re.DOTALL)]
    assert shown == [each[language] for each in (*told["reasons"], *told["changes"])]
    assert len(told["changes"]) > 0
    for wanted in (told["trade_name"], str(told["draw_number"]), told["draw_key"], "public-dossier"):
        assert wanted in page.text
    assert {"vi": "vị trí 1", "en": "number 1"}[language] in page.text
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_a_holder_reads_why_it_has_its_booth_and_gets_there_from_the_offer(solved: Fair):
    await release(solved)
    offer = await solved.offer_of("a")
    async with solved.harness.client() as client:
        token = sign(KEY, "answer_offer", str(offer.offer_id))
        shown = await client.get(f"/allocation/offers/{offer.offer_id}/answer", params={"token": token})
        (link,) = re.findall(r'href="../../(applications/[^"]+)"', shown.text)
        page = await client.get(f"/allocation/{link}")
    assert page.status_code == 200
    assert "Vì sao được xếp gian hàng" in page.text
    assert "Thay đổi nhỏ nhất" not in page.text


async def test_the_link_in_the_mail_is_the_link_of_the_page(solved: Fair):
    await release(solved)
    settings = Settings.model_construct(link_key=solved.harness.service.settings.link_key, public_url="http://test")
    address = reasons_link_of(a_message("booth_offered", application_id=id_of("a")), places_of(settings))
    assert address is not None
    async with solved.harness.client() as client:
        assert (await client.get(address)).status_code == 200


async def test_nobody_reads_anothers_reasons_or_any_before_the_release(solved: Fair):
    early = await look(solved, "b")
    assert early.status_code == 409
    assert "HTX b" not in early.text
    await release(solved)
    for token in ("", sign(KEY, "read_reasons", str(id_of("a"))), sign(KEY, "open_application", str(id_of("b")))):
        refused = await look(solved, "b", token)
        assert refused.status_code == 403
        assert "HTX b" not in refused.text
    assert (await look(solved, "nobody")).status_code == 404
