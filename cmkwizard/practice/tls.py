"""The practice cloud's own certificate authority: made anew for each run, trusted by nobody who was not told."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

# Names of the real services that the CONNECT proxy answers for.
LOGIN_HOST = "login.microsoftonline.com"
ARM_HOST = "management.azure.com"
GRAPH_HOST = "graph.microsoft.com"
VAULT_DOMAIN = "vault.azure.net"
IMS_HOST = "ims-na1.adobelogin.com"
LANDING_HOST = "experience.adobe.com"
PLATFORM_HOSTS = {  # host -> region (Adobe Experience Platform, IP address allow list: region codes)
    "platform.adobe.io": "VA7",
    "platform-va7.adobe.io": "VA7",
    "platform-nld2.adobe.io": "NLD2",
    "platform-aus5.adobe.io": "AUS5",
    "platform-can2.adobe.io": "CAN2",
    "platform-gbr9.adobe.io": "GBR9",
}
REAL_HOSTS = (LOGIN_HOST, ARM_HOST, GRAPH_HOST, IMS_HOST, LANDING_HOST, *PLATFORM_HOSTS)
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "vault.localhost", "*.vault.localhost", "*.managedhsm.localhost")
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


def is_real_name(host: str) -> bool:
    """Whether the proxy answers for this host name (lower case)."""
    label, _, domain = host.partition(".")
    return host in REAL_HOSTS or (domain == VAULT_DOMAIN and bool(label))
