"""Pages: server-rendered HTML that works without JavaScript, escaped, under a strict content policy."""

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'"


SHARED = Path(__file__).parent / "templates"


class Pages:
    """Renders the templates of one capability, which may extend those that all share: ``frame`` and the narrow ``page``."""

    def __init__(self, folder: Path) -> None:
        self._templates = Environment(
            loader=FileSystemLoader([folder, SHARED]), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def render(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        return HTMLResponse(
            self._templates.get_template(template).render(**values),
            status_code=status,
            headers={
                "Content-Security-Policy": POLICY,
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-store",
            },
        )


def new_pages(module_file: str) -> Pages:
    """Return the pages of a capability, with its ``templates`` folder beside the module."""
    return Pages(Path(module_file).parent / "templates")
