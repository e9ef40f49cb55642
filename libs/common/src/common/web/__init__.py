"""HTTP for services: one transaction per request, declared roles, problem details, pages and limits."""

from common.web.access import Caller, allow, public
from common.web.models import Cursor, Day, Limit, Line, Page, Paper, Paragraph, Strict, page_of
from common.web.pages import Pages, new_pages
from common.web.routing import Uow, new_router

__all__ = [
    "Caller",
    "Cursor",
    "Day",
    "Limit",
    "Line",
    "Page",
    "Pages",
    "Paper",
    "Paragraph",
    "Strict",
    "Uow",
    "allow",
    "new_pages",
    "new_router",
    "page_of",
    "public",
]
