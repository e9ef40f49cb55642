"""Every route of every service declares its roles, or says that it is public; nothing is open by accident."""

import re
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from fastapi.routing import APIRoute
from tests.harness import Harness

from common.tokens import Role
from common.web.access import Access, RoleForbiddenError

# Addresses that anybody may read or, with a signed link, write to.
PUBLIC_WRITES = {
    "/allocation/offers/{offer_id}/answer",
    "/allocation/swaps/{swap_id}/answer",
    "/registration/applications/{application_id}/status",
    "/registration/editions/{edition_id}/drafts/{draft_id}/form",
    "/registration/editions/{edition_id}/drafts/{draft_id}/review",
    "/registration/editions/{edition_id}/drafts/{draft_id}/status",
    "/registration/invitations/{invitation_id}/answer",
    "/registration/invitations/{invitation_id}/workbook",
}


def access_of(route: APIRoute) -> list[Access]:
    return [found.dependency for found in route.dependencies if isinstance(found.dependency, Access)]


@pytest.fixture(params=["registration", "allocation", "notifications", "reporting"])
async def service(request: pytest.FixtureRequest, make_harness: Callable[..., Any]) -> AsyncGenerator[Harness]:
    async with make_harness(request.param) as harness:
        yield harness


def test_every_route_declares_a_role_or_says_public(service: Harness) -> None:
    routes = service.routes()
    assert len(routes) > 8
    undeclared = [path for path, route in routes if len(access_of(route)) != 1]
    assert undeclared == []
    open_writes = {
        path for path, route in routes if not access_of(route)[0].roles and (route.methods or set()) - {"GET", "HEAD"}
    }
    assert open_writes <= PUBLIC_WRITES


async def test_every_protected_route_refuses_who_has_no_token_or_another_role(service: Harness) -> None:
    for path, route in service.routes():
        [access] = access_of(route)
        if not access.roles:
            continue
        address = path.replace("{", "").replace("}", "")
        method = min(route.methods or {"GET"})
        wrong = min(set(Role) - access.roles)
        async with service.client() as nobody, service.client(wrong) as somebody:
            assert (await nobody.request(method, address)).status_code == 401, path
            assert (await somebody.request(method, address)).status_code == 403, path


@pytest.mark.parametrize("role", list(Role))
def test_a_refusal_calls_roles_by_their_vietnamese_names(role: Role) -> None:
    refused = RoleForbiddenError(role, frozenset(Role))
    words = re.findall(r"\w+", refused.message_vi)
    assert not [each for each in Role if each.value in words]
    assert role.value in refused.message_en
