"""Renders the practice cloud's pages from the templates under resources/practice."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cmkwizard.practice.scenarios import resources_folder
from cmkwizard.practice.web import Reply

if TYPE_CHECKING:
    import jinja2


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    import jinja2  # only when the first page is shown: the practice cloud itself must start fast

    folder = resources_folder() / "practice"
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )


def render(template: str, *, status: int = 200, code: object = "", **values: Any) -> Reply:
    """A page. Its one script carries a nonce; nothing else is loaded or run."""
    nonce = secrets.token_urlsafe(16)
    text = _templates().get_template(template).render(nonce=nonce, code=code, **values)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Reply(status, text, headers)
