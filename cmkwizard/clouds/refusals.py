"""Answers that are no success: what the services say in them, whatever the shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from cmkwizard.core.redact import one_line, redact, safe_line
from cmkwizard.core.remedies.table import message_code
from cmkwizard.core.support_ids import SupportId, support_ids

_LONGEST_WAIT_S = 86_400.0
_LONGEST_CONTENT = 100_000
_LONGEST_ID = 100
_REQUEST_IDS = ("x-ms-correlation-request-id", "x-ms-request-id", "request-id", "x-request-id")


@dataclass(frozen=True)
class Refusal:
    """An answer that is no success: status, the service's codes (most exact first), its text, its ids."""

    status: int
    codes: tuple[str, ...] = ()
    text: str = ""
    request_id: str = ""
    ids: tuple[SupportId, ...] = ()
    retry_after: float | None = None
    challenged: bool = False
    """The answer asks for a token with more claims."""


def refusal_of(status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
    """Read a refusal of any of the services: their shapes differ, the fields in them do not overlap.

    Azure: ``{"error": {"code", "message", "innererror": {"code"}}}``; OAuth: ``{"error", "error_description"}``;
    Adobe's gateway: ``{"error_code", "message"}``; problem documents: ``{"title", "detail"}``.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    content = content if isinstance(content, dict) else {}
    inner = content.get("error")
    if isinstance(inner, dict):
        codes = [_inner_code(inner.get("innererror")), inner.get("code")]
        text = inner.get("message")
    else:
        codes = [content.get("error_code"), inner, content.get("title"), content.get("code")]
        text = next((content[k] for k in ("error_description", "message", "detail") if content.get(k)), None)
    return Refusal(
        status,
        tuple(str(code) for code in (message_code(str(text or "")), *codes) if isinstance(code, (str, int)) and code),
        safe_line(str(text or "")),
        request_id(headers),
        _ids(content, headers),
        retry_after(headers),
        "claims=" in headers.get("WWW-Authenticate", ""),
    )


def request_id(headers: Mapping[str, str]) -> str:
    """The service's own name for a call, by which its support finds it; empty where the answer gives none."""
    return one_line(next((headers[h] for h in _REQUEST_IDS if headers.get(h)), ""))[:_LONGEST_ID]


def _ids(content: dict[str, Any], headers: Mapping[str, str]) -> tuple[SupportId, ...]:
    """What the answer names, its headers included: written out anew, so that no escape of JSON cuts a name."""
    said = "\n".join(f"{name}: {headers[name]}" for name in _REQUEST_IDS if headers.get(name))
    written = json.dumps(content, ensure_ascii=False)[:_LONGEST_CONTENT] if content else ""
    return support_ids(redact(f"{written}\n{said}"))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the service asks to wait, or None. A date counts from the answer's own ``Date``; at most a day."""
    milliseconds, value = headers.get("x-ms-retry-after-ms", ""), headers.get("Retry-After", "").strip()
    try:
        if milliseconds.isdigit():
            seconds = int(milliseconds) / 1000
        elif value.replace(".", "", 1).isdigit():
            seconds = float(value)
        else:
            seconds = (_moment(value) - _moment(headers.get("Date", ""))).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT_S)


def _moment(text: str) -> datetime:
    moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _inner_code(inner: Any) -> Any:
    return inner.get("code") if isinstance(inner, dict) else None
