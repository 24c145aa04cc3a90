"""What a check has to know of this computer and its network. No request is sent for it, and no page is opened.

Only where a certificate was refused, one more handshake with that host names who issued it.
"""

from __future__ import annotations

import socket
import ssl
import webbrowser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cmkwizard.clouds.errors import problem_of
from cmkwizard.clouds.profile import Service, is_loopback
from cmkwizard.clouds.wire import Reason
from cmkwizard.core.redact import safe_line
from cmkwizard.core.survey import Computer, NotKnown, Reach

if TYPE_CHECKING:
    from cmkwizard.clouds.http import Guard
    from cmkwizard.clouds.outcomes import Outcome


_ISSUER_S = 5.0


def read_computer(guard: Guard, since: float, *, browser: bool, key_vault_api: str) -> Computer:
    """How each host that was needed answered, what the clouds' clock says, and what a sign-in needs here.

    ``since`` is a moment of monotonic time: a failure of before it may have passed by now, and is left out.
    """
    outcomes = guard.outcomes
    # Nothing that is set up needs the logs: a network that keeps them away stops nobody.
    needed = [each for each in outcomes.last() if each.service is not Service.LOGS]
    known = [each for each in needed if each.failure is None or each.at >= since]
    nobody = NotKnown("No service has answered, so that nobody has said what time it is.")
    return Computer(
        reaches=tuple(_reach(each) for each in known),
        clock_skew_s=nobody if outcomes.skew_s is None else outcomes.skew_s,
        sign_in_port=can_listen(),
        browser=browser,
        key_vault_api=key_vault_api,
    )


def can_listen() -> bool:
    """Whether the sign-in gets a port on loopback, as its listener asks for one."""
    try:
        with socket.create_server(("127.0.0.1", 0)):
            return True
    except OSError:
        return False


def has_browser() -> bool:
    """Whether there is a browser to open. May start a program of the desktop that names it."""
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _reach(outcome: Outcome) -> Reach:
    if outcome.failure is None:
        return Reach(outcome.service, outcome.host)
    problem = problem_of(outcome.failure, outcome.service, write=False)
    why = problem.message if problem else str(outcome.failure)
    untrusted = outcome.failure.reason is Reason.CERTIFICATE
    return Reach(outcome.service, outcome.host, why, untrusted, _issuer(outcome.host) if untrusted else "")


def _issuer(host: str) -> str:
    """Who issued the certificate that was refused; empty where it cannot be read.

    It is fetched by a handshake of its own that trusts nothing and sends nothing: a network that inspects traffic is
    found by this name, which is shown and used for nothing else.
    """
    parts = urlsplit(f"//{host}")
    name = parts.hostname or ""
    address = "127.0.0.1" if is_loopback(name) else name  # as requests are dialled
    try:
        certificate = ssl.get_server_certificate((address, parts.port or 443), timeout=_ISSUER_S)
        from cryptography import x509

        issuer = x509.load_pem_x509_certificate(certificate.encode()).issuer
    except (OSError, ValueError):
        return ""
    oids = (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME)
    names = [each.value for oid in oids for each in issuer.get_attributes_for_oid(oid)]
    return safe_line(str(names[0])) if names else ""
