"""The edge: one transaction per request, idempotency, tokens, limits and problem details."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import select, text
from tests.brokers.kinds import Broker
from tests.common.conftest import EffectRow
from tests.harness import Harness

from common.delivery.relay import plain_dsn
from common.errors import InvalidInputError
from common.tokens import Role, new_private_key
from common.web.models import decode_id_cursor, encode_cursor, page_of
from common.web.routing import UnitOfWorkRoute

THINGS = "/reader/things"


async def effects(reader: Harness) -> list[str]:
    return await reader.rows(select(EffectRow.subject))


async def test_a_created_thing_and_its_event_are_stored_before_the_answer(reader: Harness) -> None:
    async with reader.client(Role.ORGANISER) as client:
        answer = await client.post(THINGS, json={"name": "Gian hàng A"})
    assert answer.status_code == 201
    assert await effects(reader) == ["Gian hàng A"]
    assert len(await reader.emitted()) == 1


async def test_a_refusal_stores_nothing_and_names_the_field_in_both_languages(reader: Harness) -> None:
    async with reader.client(Role.ORGANISER) as client:
        answer = await client.post(THINGS, json={"name": "refused"})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["detail_vi"], problem["errors"][0]["field"]) == ("conflict", "Không được.", "name")
    assert await effects(reader) == []
    assert await reader.emitted() == []


async def test_a_bug_is_a_500_that_stores_nothing_and_tells_no_secret(reader: Harness) -> None:
    transport = httpx.ASGITransport(reader.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        headers = {"Authorization": f"Bearer {reader.token(Role.ORGANISER)}", "Idempotency-Key": "1"}
        answer = await client.post(THINGS, json={"name": "broken"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "a bug" not in answer.text
    assert await effects(reader) == []


async def test_a_bug_ends_the_connection_and_says_so(reader: Harness) -> None:
    transport = httpx.ASGITransport(reader.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        headers = {"Authorization": f"Bearer {reader.token(Role.ORGANISER)}", "Idempotency-Key": "1"}
        answer = await client.post(THINGS, json={"name": "broken"}, headers=headers)
    assert answer.headers["connection"] == "close"


async def test_the_same_request_twice_gets_the_same_answer_and_has_one_effect(reader: Harness) -> None:
    async with reader.client(Role.ORGANISER) as client:
        first, second = [
            await client.post(THINGS, json={"name": "x"}, headers={"Idempotency-Key": "one"}) for _ in range(2)
        ]
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert await effects(reader) == ["x"]


async def test_fifty_parallel_requests_with_one_key_have_one_effect(reader: Harness) -> None:
    async with reader.client(Role.ORGANISER) as client:
        answers = await asyncio.gather(
            *(client.post(THINGS, json={"name": "x"}, headers={"Idempotency-Key": "one"}) for _ in range(50))
        )
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert await effects(reader) == ["x"]


async def test_a_key_is_needed_and_may_not_serve_another_request(reader: Harness) -> None:
    async with reader.client(Role.ORGANISER) as client:
        missing = await client.post(THINGS, json={"name": "x"}, headers={"Idempotency-Key": ""})
        await client.post(THINGS, json={"name": "x"}, headers={"Idempotency-Key": "one"})
        other = await client.post(THINGS, json={"name": "y"}, headers={"Idempotency-Key": "one"})
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_two_callers_may_use_the_same_key(reader: Harness) -> None:
    for subject in ("a", "b"):
        async with reader.client(Role.ORGANISER, subject=subject) as client:
            assert (await client.post(THINGS, json={"name": subject}, headers={"Idempotency-Key": "1"})).is_success
    assert await effects(reader) == ["a", "b"]


BAD_BODIES: list[tuple[str, bytes, int, str, str]] = [
    ("broken JSON", b'{"name": ', 400, "json_invalid", "body"),
    ("no UTF-8", b'{"name": "\xff"}', 400, "json_invalid", "body"),
    ("nested without end", b"[" * 100_000, 400, "json_invalid", "body"),
    ("a number of 5,000 digits", b'{"name": ' + b"9" * 5000 + b"}", 400, "json_invalid", "body"),
    ("no object", b"[]", 422, "invalid_input", ""),
    ("a missing field", b"{}", 422, "invalid_input", "name"),
    ("an unknown field", b'{"name": "x", "nmae": 1}', 422, "invalid_input", "nmae"),
    ("5,000 characters", b'{"name": "' + b"x" * 5000 + b'"}', 422, "invalid_input", "name"),
    ("control characters", b'{"name": "a\\u0007b"}', 422, "invalid_input", "name"),
    ("a turned writing direction", b'{"name": "HTX \\u202eevil"}', 422, "invalid_input", "name"),
    ("what is no letter of Unicode", b'{"name": "HTX \\uffff"}', 422, "invalid_input", "name"),
    ("what is none in its midst", b'{"name": "HTX \\ufdd0"}', 422, "invalid_input", "name"),
    ("a letter without width", b'{"name": "HTX\\u200b"}', 422, "invalid_input", "name"),
    ("only spaces", b'{"name": "   "}', 422, "invalid_input", "name"),
    ("half a letter", b'{"name": "\\ud800"}', 422, "invalid_input", "name"),
]


@pytest.mark.parametrize(("why", "body", "status", "code", "field"), BAD_BODIES, ids=[row[0] for row in BAD_BODIES])
async def test_a_bad_body_is_told_with_its_field(
    why: str, body: bytes, status: int, code: str, field: str, reader: Harness
) -> None:
    async with reader.client(Role.ORGANISER) as client:
        answer = await client.post(THINGS, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code), why
    assert field in {error["field"] for error in answer.json()["errors"]} or not field
    assert all(error["vi"] and error["en"] for error in answer.json()["errors"])
    assert await effects(reader) == []


async def test_broken_json_is_told_with_its_line_and_column(reader: Harness) -> None:
    async with reader.client(Role.ORGANISER) as client:
        body = b'{\n  "name": "x",\n  oops\n}'
        answer = await client.post(THINGS, content=body, headers={"content-type": "application/json"})
    (error,) = answer.json()["errors"]
    assert error["vi"].startswith("Dòng 3, cột 3:")
    assert error["en"].startswith("Line 3, column 3:")


async def test_a_hidden_letter_is_told_by_its_number(reader: Harness) -> None:
    async with reader.client(Role.ORGANISER) as client:
        answer = await client.post(THINGS, json={"name": "HTX \u202eevil"})
    assert "U+202E" in answer.json()["errors"][0]["vi"]


async def test_names_are_kept_in_one_unicode_form(reader: Harness) -> None:
    async with reader.client(Role.ORGANISER) as client:
        answer = await client.post(THINGS, json={"name": "  Hòa Bi\u0300nh "})
    assert answer.json()["name"] == "Hòa Bình"


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_over_the_limit_is_refused_whatever_its_header_says(*, declared: bool, make_toy: Any) -> None:
    reader: Harness = await make_toy("reader", "reader_toy", max_body_bytes=1000)

    async def chunks() -> AsyncGenerator[bytes]:
        for _ in range(30):
            yield b" " * 100

    async with reader.client(Role.ORGANISER) as client:
        answer = await client.post(THINGS, content=b" " * 3000 if declared else chunks())
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_tokens_that_are_missing_wrong_expired_or_tampered_are_told_apart(reader: Harness) -> None:
    good = reader.token(Role.ORGANISER)
    head, _, signature = good.rpartition(".")
    expired = reader.token(Role.ORGANISER, lifetime=timedelta(seconds=-1))
    forged = Harness("reader", reader.app, reader.clock, new_private_key()).token(Role.ORGANISER)
    cases = [
        (None, 401, "token_missing"),
        (expired, 401, "token_expired"),
        (head + "." + signature[::-1], 401, "token_invalid"),
        (forged, 401, "token_invalid"),
        ("nonsense", 401, "token_invalid"),
        (reader.token(Role.INSPECTOR), 403, "role_forbidden"),
        (good, 201, None),
    ]
    async with reader.client() as client:
        for token, status, code in cases:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answer = await client.post(THINGS, json={"name": "x"}, headers=headers)
            assert (answer.status_code, answer.json().get("code")) == (status, code)


async def test_a_public_route_needs_no_token(reader: Harness) -> None:
    async with reader.client() as client:
        assert (await client.get(THINGS)).json() == 0


async def test_unknown_addresses_and_methods_are_problems_too(reader: Harness) -> None:
    async with reader.client() as client:
        assert (await client.get("/reader/nothing")).json()["code"] == "not_found"
        assert (await client.delete(THINGS)).json()["code"] == "method_not_allowed"


async def test_the_feed_pages_through_the_history_and_takes_a_subscriber(reader: Harness) -> None:
    async with reader.client() as client:
        assert (await client.get("/reader/events")).status_code == 401
    async with reader.client(Role.SUBSCRIBER) as client:
        nothing = {"events": [], "last": 0, "head": 0, "source": "/ocop/reader"}
        assert (await client.get("/reader/events")).json() == nothing


@pytest.mark.parametrize("position", [-1, 2**63, 10**30])
async def test_the_feed_refuses_positions_that_cannot_be(reader: Harness, position: int) -> None:
    async with reader.client(Role.SUBSCRIBER) as client:
        for query in (f"after={position}", f"key=a&after_keysequence={position}"):
            answer = await client.get(f"/reader/events?{query}")
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_contracts_are_served_where_the_events_say(reader: Harness) -> None:
    async with reader.client() as client:
        assert (await client.get("/contracts/booth_offered.v1.json")).json()[
            "$id"
        ] == "/contracts/booth_offered.v1.json"
        assert (await client.get("/contracts/booth_offered.v9.json")).status_code == 404


async def test_readiness_follows_the_broker_and_the_stop(make_toy: Any, broker: Broker) -> None:
    reader: Harness = await make_toy("reader", "reader_toy", kafka_bootstrap_servers=broker.bootstrap)
    async with reader.client() as client:
        assert (await client.get("/reader/health/ready")).status_code == 503
        await reader.service.broker.look()
        assert (await client.get("/reader/health/ready")).status_code == 200
        reader.service.draining = True
        assert (await client.get("/reader/health/ready")).status_code == 503
        assert (await client.get("/reader/health/live")).status_code == 200


async def test_metrics_are_told_in_prometheus_form(reader: Harness) -> None:
    async with reader.client() as client:
        assert 'ocop_outbox_rows{service="reader"} 0.0' in (await client.get("/reader/metrics")).text


def test_a_page_says_where_the_next_one_begins() -> None:
    page = page_of(["a", "b", "c"], 2, key=str)
    assert page.items == ["a", "b"]
    assert page.next_cursor
    assert page_of(["a"], 2, key=str).next_cursor is None


@pytest.mark.parametrize("cursor", ["%%%", "a", encode_cursor("no uuid"), encode_cursor("a\0b"), ""])
def test_a_cursor_that_is_none_of_ours_is_named(cursor: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        decode_id_cursor(cursor)
    assert [problem.field for problem in refused.value.problems] == ["cursor"]


def test_every_created_route_runs_in_a_unit_of_work(reader: Harness) -> None:
    created = [route for _, route in reader.routes() if route.status_code == 201]
    assert created
    assert all(isinstance(route, UnitOfWorkRoute) for route in created)


async def test_a_database_that_went_away_is_a_503_and_the_next_request_finds_it_again(reader: Harness) -> None:
    end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    transport = httpx.ASGITransport(reader.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get(THINGS)).status_code == 200
        url = plain_dsn(reader.service.settings.database_url.get_secret_value())
        connection = await asyncpg.connect(url)
        await connection.execute(end_all)
        await connection.close()
        away = await client.get(THINGS)
        assert (away.status_code, away.json()["code"], away.headers["Retry-After"]) == (
            503,
            "database_unavailable",
            "1",
        )
        assert (await client.get(THINGS)).status_code == 200


async def test_a_stored_answer_is_not_given_to_another_role_of_the_same_name(reader: Harness) -> None:
    async with reader.client(Role.ORGANISER, subject="a") as organiser, reader.client(Role.CLERK, subject="a") as clerk:
        key = {"Idempotency-Key": "one"}
        assert (await organiser.post(THINGS, json={"name": "x"}, headers=key)).status_code == 201
        assert (await clerk.post(THINGS, json={"name": "x"}, headers=key)).status_code == 403


async def test_the_standing_of_a_service_says_what_it_numbered_and_what_it_read(reader: Harness) -> None:
    async with reader.client(Role.OPERATOR) as client:
        empty = (await client.get("/reader/status")).json()
        async with reader.unit_of_work() as uow:
            await uow.session.execute(
                text("INSERT INTO event_log_keys VALUES ('kỳ', 7, '2020-07-01'), ('b', 2, '2020-07-01')")
            )
            await uow.session.execute(
                text("INSERT INTO inbox VALUES ('/ocop/a', 'x', 3), ('/ocop/a', 'y', 4), ('/ocop/b', 'x', 5)")
            )
        standing = (await client.get("/reader/status")).json()
    assert (empty["keys"], empty["consumed"], empty["outbox"], empty["parked"]) == ({}, {}, 0, 0)
    assert standing["keys"] == {"kỳ": 7, "b": 2}
    assert standing["consumed"] == {"/ocop/a": {"x": 3, "y": 4}, "/ocop/b": {"x": 5}}
