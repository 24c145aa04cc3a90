"""The practice cloud's own certificate authority: made anew for each run, trusted by nobody who was not told."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from cmkwizard.practice.naming import HSM_DOMAIN, LOOPBACK_NAMES, REAL_HOSTS, VAULT_DOMAIN

LIFE = timedelta(days=2)


class Authority:
    """A certificate authority with one certificate for every name of the practice cloud."""

    def __init__(self) -> None:
        expires = datetime.now(UTC) + LIFE
        self._authority = trustme.CA(
            organization_name="Practice cloud", organization_unit_name="Practice only", key_type=trustme.KeyType.ECDSA
        )
        self._leaf = self._authority.issue_cert(
            *LOOPBACK_NAMES,
            *REAL_HOSTS,
            f"*.{VAULT_DOMAIN}",
            f"*.{HSM_DOMAIN}",
            not_after=expires,
            common_name="localhost",
            key_type=trustme.KeyType.ECDSA,
        )

    def write_certificate(self, path: Path) -> None:
        """Writes the authority's certificate (PEM, no key) for clients to trust."""
        self._authority.cert_pem.write_to_path(str(path))

    def context(self) -> ssl.SSLContext:
        """The server's side of TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._leaf.configure_cert(context)
        return context
