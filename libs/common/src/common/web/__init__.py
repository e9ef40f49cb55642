"""HTTP for services: one transaction per request, declared roles, problem details, pages and limits."""

from common.web.access import Caller, allow, public
from common.web.models import Cursor, Limit, Line, Page, Paragraph, Strict, page_of
from common.web.pages import Pages, new_pages
from common.web.routing import Uow, new_router

__all__ = [
    "Caller",
    "Cursor",
    "Limit",
    "Line",
    "Page",
    "Pages",
    "Paragraph",
    "Strict",
    "Uow",
    "allow",
    "new_pages",
    "new_router",
    "page_of",
    "public",
]
