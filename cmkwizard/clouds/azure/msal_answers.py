"""What MSAL answers and raises, read for the rest of the program."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from cmkwizard.clouds.errors import log_refusal, translating
from cmkwizard.clouds.profile import Service
from cmkwizard.core.people import NETWORK_ADMINISTRATOR, YOU
from cmkwizard.core.problems import Kind, Problem, Reference
from cmkwizard.core.redact import one_line, redact, safe_line
from cmkwizard.core.remedies.row import Remedy
from cmkwizard.core.remedies.table import message_code, remedy_for
from cmkwizard.core.support_ids import support_ids


@contextlib.contextmanager
def signing_in() -> Iterator[None]:
    """Translates what MSAL raises while it reads answers of the sign-in service."""
    try:
        with translating(Service.SIGN_IN):
            yield
    except (ValueError, RuntimeError) as error:
        raise Problem(
            Kind.UNTRUSTED,
            "The sign-in service sent an answer that this program does not accept.",
            "Sign in again; if it stays so, look for a proxy in between.",
            who=f"{YOU}, or {NETWORK_ADMINISTRATOR}",
            reference=Reference(Service.SIGN_IN, type(error).__name__),
        ) from error


def check(result: dict[str, Any]) -> None:
    """Go on only with a token; ``result`` is MSAL's answer."""
    if "access_token" in result:
        return
    error, text = str(result.get("error", "")), str(result.get("error_description", ""))
    code = message_code(text)
    row = remedy_for(code, error) or Remedy(
        Kind.SIGN_IN,
        "Microsoft sign-in refused this sign-in.",
        "Sign in again, or show an administrator the reference.",
    )
    # Whatever the reason, a grant that is not good any more needs a person.
    kind = Kind.SIGN_IN if error in ("invalid_grant", "interaction_required") else row.kind
    correlation = one_line(str(result.get("correlation_id", "")))[:100]
    said = [text, *(f"{name}: {result.get(name, '')}" for name in ("correlation_id", "trace_id", "timestamp"))]
    ids = support_ids(redact("\n".join(said)))
    reference = Reference(Service.SIGN_IN, code or error, correlation, safe_line(text), ids)
    log_refusal(reference)
    raise Problem(kind, row.cause, row.do, who=row.who, reference=reference)
