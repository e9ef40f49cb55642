"""Who may call a route: each declares its roles, or that it is public."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request
from fastapi.params import Depends as DependsParam

from common.clock import Clock
from common.errors import DomainError, ForbiddenError
from common.tokens import Principal, Role, TokenExpiredError, TokenInvalidError, Verifier


class TokenMissingError(DomainError):
    """The route has roles, and the request no bearer token."""

    code = "token_missing"
    status = 401

    def __init__(self) -> None:
        super().__init__(
            "Thiếu mã truy cập: hãy gửi tiêu đề Authorization: Bearer.",
            "The access token is missing: send the header Authorization: Bearer.",
            field="Authorization",
        )


class TokenRefusedError(DomainError):
    """The token is none of ours, or spoilt."""

    code = "token_invalid"
    status = 401

    def __init__(self) -> None:
        super().__init__(
            "Mã truy cập không hợp lệ. Hãy đăng nhập lại.",
            "The access token is not valid. Please sign in again.",
            field="Authorization",
        )


class TokenOverError(DomainError):
    """The token was good, and its time is over."""

    code = "token_expired"
    status = 401

    def __init__(self) -> None:
        super().__init__(
            "Mã truy cập đã hết hạn. Hãy đăng nhập lại.",
            "The access token has expired. Please sign in again.",
            field="Authorization",
        )


ROLE_NAMES: Mapping[Role, tuple[str, str]] = {
    Role.ORGANISER: ("ban tổ chức", "organiser"),
    Role.REVIEWER: ("người thẩm định", "reviewer"),
    Role.COMMITTEE: ("hội đồng phân bổ", "committee"),
    Role.PROVINCE: ("đầu mối của tỉnh", "province"),
    Role.INSPECTOR: ("người kiểm tra", "inspector"),
    Role.CLERK: ("văn thư", "clerk"),
    Role.VENDOR: ("chủ thể", "vendor"),
    Role.OPERATOR: ("người vận hành hệ thống", "operator"),
    Role.SUBSCRIBER: ("cơ quan nhận dữ liệu", "subscriber"),
    Role.AUDITOR: ("thanh tra, kiểm toán", "auditor"),
}
"""How refusals call roles, in Vietnamese and English."""


class RoleForbiddenError(ForbiddenError):
    """The caller's role is none of those that the route names."""

    code = "role_forbidden"

    def __init__(self, role: Role, allowed: frozenset[Role]) -> None:
        takers = sorted(allowed)
        super().__init__(
            f"Vai trò “{ROLE_NAMES[role][0]}” không được dùng chức năng này; "
            f"cần một trong: {', '.join(ROLE_NAMES[each][0] for each in takers)}.",
            f"The role “{ROLE_NAMES[role][1]}” may not do this; "
            f"it takes one of: {', '.join(ROLE_NAMES[each][1] for each in takers)}.",
            field="Authorization",
        )


def read_principal(request: Request, tokens: Verifier, clock: Clock) -> Principal | None:
    """Return who the request's bearer token speaks for; None without a token.

    Raises:
        TokenRefusedError, TokenOverError: the token is bad or out of its time.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token:
        return None
    if scheme.lower() != "bearer":
        raise TokenRefusedError
    try:
        return tokens.verify(token.strip(), clock.now())
    except TokenExpiredError as error:
        raise TokenOverError from error
    except TokenInvalidError as error:
        raise TokenRefusedError from error


class Access:
    """A route's declaration: the roles that may call it; no roles is public."""

    def __init__(self, roles: frozenset[Role]) -> None:
        self.roles = roles

    async def __call__(self, request: Request) -> None:
        """Let a request through whose caller has one of the roles.

        Raises:
            TokenMissingError: nobody signed in.
            RoleForbiddenError: the caller has another role.
        """
        if not self.roles:
            return
        principal: Principal | None = request.state.principal
        if principal is None:
            raise TokenMissingError
        if principal.role not in self.roles:
            raise RoleForbiddenError(principal.role, self.roles)


def allow(*roles: Role) -> DependsParam:
    """Declare which roles may call a route: ``dependencies=[allow(Role.CLERK)]``."""
    if not roles:
        raise ValueError("allow() needs a role; a route for everybody says public")
    return DependsParam(Access(frozenset(roles)))


public = DependsParam(Access(frozenset()))


async def _caller(request: Request) -> Principal:  # async: a plain function would cost a thread a request
    principal: Principal | None = request.state.principal
    if principal is None:
        raise TokenMissingError
    return principal


Caller = Annotated[Principal, Depends(_caller)]
"""The caller of a route with roles."""
