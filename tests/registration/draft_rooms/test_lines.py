"""Drafts begun without signing in are bounded by the line they come from, whatever is told by whom nobody trusts."""

from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.registration.conftest import OPEN, World, a_row
from tests.registration.draft_rooms.test_rooms import narrow_edition
from tests.registration.drafts.test_api import Desk, of_draft
from tests.registration.drafts.test_pages import Form, Phone

from common.cli.serving import make_config
from registration.draft_rooms.domain import line_of
from registration.draft_rooms.handlers import forget_origins
from registration.drafts.tables import DraftRow

FROM_LINE = 2
PROXY = "10.0.0.7"
HOME, OTHER = "42.112.8.1", "113.160.9.9"


@pytest.fixture
async def shared(make_harness: Callable[..., Any]) -> AsyncGenerator[World]:
    """An edition with little room for drafts of one line, behind a proxy."""
    bounds = {"drafts_per_address": FROM_LINE, "drafts_per_hour": 6, "forwarded_allow_ips": "10.0.0.0/8"}
    async with narrow_edition(make_harness, bounds) as world:
        yield world


def seen_by(app: FastAPI, peer: str) -> httpx.AsyncClient:
    """Return a client whose connection comes from an address, to the service as its process serves it."""
    config = make_config(app, app.state.service.settings)
    config.load()
    transport = httpx.ASGITransport(config.loaded_app, client=(peer, 40_000))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def begin(world: World, told: str | None, *, peer: str = PROXY, phone: Phone | None = None) -> httpx.Response:
    """Begin a draft on a connection from one address that tells another."""
    phone = phone or Phone(world)
    typed = {"contact.email": f"{phone.draft_id}@example.com", "version": "", "save_key": "a", "token": phone.token}
    headers = {} if told is None else {"X-Forwarded-For": told}
    async with seen_by(world.harness.app, peer) as client:
        return await client.post(f"/registration/editions/{phone.place}/form", data=typed, headers=headers)


async def statuses(world: World, *told: str | None, peer: str = PROXY) -> list[int]:
    return [(await begin(world, each, peer=peer)).status_code for each in told]


async def test_a_line_begins_so_many_within_an_hour_and_leaves_room_for_others(shared: World) -> None:
    assert await statuses(shared, HOME, HOME) == [303, 303]
    phone = Phone(shared)
    refused = await begin(shared, HOME, phone=phone)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert "Từ mạng này đã có 2 bản nháp" in refused.text
    assert Form(refused.text).fields["contact.email"] == [f"{phone.draft_id}@example.com"]
    assert await statuses(shared, OTHER) == [303]
    with shared.harness.at(OPEN + timedelta(hours=1)):
        assert (await begin(shared, HOME, phone=phone)).status_code == 303


async def test_who_has_begun_goes_on_and_who_signed_in_is_not_counted(shared: World) -> None:
    first = Phone(shared)
    assert (await begin(shared, HOME, phone=first)).status_code == 303
    assert await statuses(shared, HOME, HOME) == [303, 429]
    assert (await begin(shared, HOME, phone=first)).status_code == 303
    assert (await Desk(shared).save(of_draft(a_row()))).status_code == 200


async def test_what_a_caller_says_of_itself_is_not_believed(shared: World) -> None:
    spoofed = [f"{OTHER}, {HOME}", f"42.112.8.77, {HOME}", HOME]  # the proxy of ours adds whom it sees at the end
    assert await statuses(shared, *spoofed) == [303, 303, 429]
    direct = [await statuses(shared, f"9.9.9.{number}", peer="14.160.1.1") for number in range(3)]
    assert direct == [[303], [303], [429]]  # no proxy of ours: its own address counts


async def test_all_addresses_of_an_ipv6_line_are_one(shared: World) -> None:
    mine = ["2402:800:6311:1::1", "2402:800:6311:1:aaaa::2", "2402:800:6311:1:ffff::3"]
    assert await statuses(shared, *mine, "2402:800:6311:2::1") == [303, 303, 429, 303]


async def test_behind_a_proxy_that_tells_nobody_only_the_edition_is_bounded(shared: World) -> None:
    assert await statuses(shared, *[None] * 7) == [303] * 6 + [429]


async def test_from_where_a_draft_was_begun_is_no_address_and_forgotten_after_an_hour(shared: World) -> None:
    await statuses(shared, HOME, HOME, None)
    kept = await shared.harness.rows(select(DraftRow.origin_key))
    assert [HOME in str(each) for each in kept] == [False] * 3
    assert len({*kept} - {None}) == 1
    with shared.harness.at(OPEN + timedelta(minutes=59)):
        assert await shared.harness.run(forget_origins, 10) == 0
    with shared.harness.at(OPEN + timedelta(hours=1)):
        assert await shared.harness.run(forget_origins, 1) == 1
        assert await shared.harness.run(forget_origins, 10) == 1
    assert await shared.harness.rows(select(DraftRow.origin_key)) == [None] * 3


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("42.112.8.1", "42.112.8.1"),
        ("::ffff:42.112.8.1", "42.112.8.1"),
        ("2402:800:6311:1:aaaa::2", "2402:800:6311:1::/64"),
        ("100.64.3.2", None),  # shared by a carrier's customers inside
        ("192.168.1.20", None),
        ("fe80::1%eth0", None),
        ("127.0.0.1", None),
        ("unix:", None),
        ("", None),
    ],
)
def test_a_line_is_an_address_of_the_internet(address: str, line: str | None) -> None:
    assert line_of(address) == line


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_nobody_leaves_its_line_by_another_address_of_it(address: Any, interface: int) -> None:
    other = type(address)(int(address) >> 64 << 64 | interface)
    if address.ipv4_mapped is None and address.is_global and other.is_global:
        assert line_of(str(address)) == line_of(str(other))
