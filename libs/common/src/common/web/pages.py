"""Pages: server-rendered HTML that works without JavaScript, escaped, under a strict content policy."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from common.web.readers import COOKIE, KEPT_SECONDS, Reader

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'"


SHARED = Path(__file__).parent / "templates"


class Pages:
    """Renders the templates of one capability, which may extend those that all share: ``frame`` and the narrow ``page``."""

    def __init__(self, *folders: Path) -> None:
        self._templates = Environment(
            loader=FileSystemLoader([*folders, SHARED]), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def render(
        self, template: str, status: int = 200, *, script: str = "", reader: Reader | None = None, **values: object
    ) -> HTMLResponse:
        """Return a page; it may have one ``script`` of our own inside, which the policy names by its digest.

        Without that script the page has to do all that it does with it. Where there is a ``reader`` the page says its
        texts by ``t``, has a switch of languages, and keeps the one that was chosen on it.
        """
        if reader is not None:
            values |= {"t": reader.say, "language": reader.language, "switch": reader.switch}
        answer = HTMLResponse(
            self._templates.get_template(template).render(script=script, **values),
            status_code=status,
            headers={
                "Content-Security-Policy": POLICY + _allowing(script),
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-store",
            },
        )
        if reader is not None and reader.chosen:
            answer.set_cookie(COOKIE, reader.language, max_age=KEPT_SECONDS, httponly=True, samesite="lax")
        return answer


def _allowing(script: str) -> str:
    """Return what the policy adds for a script: this very one (CSP level 3), and that it may call its own service."""
    if not script:
        return ""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return f"; script-src 'sha256-{digest}'; connect-src 'self'"


def new_pages(*module_files: str) -> Pages:
    """Return the pages of a capability, with its ``templates`` folder beside the module, and those of others that it extends."""
    return Pages(*(Path(one).parent / "templates" for one in module_files))
