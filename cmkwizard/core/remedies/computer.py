"""What goes wrong on this computer and on the way to the clouds."""

from __future__ import annotations

from cmkwizard.core.people import NETWORK_ADMINISTRATOR, YOU
from cmkwizard.core.problems import Kind
from cmkwizard.core.remedies.row import IDENTITY, KEYRING, NAMES, PROXY, TLS, Remedy

CERTIFICATE = "CERTIFICATE_VERIFY_FAILED"
NO_NAME = "getaddrinfo failed"
NO_CONNECTION = "connection refused"
NO_LISTENER = "Couldn't start an HTTP server on localhost"
NO_BROWSER = "Failed to open a browser"
NOBODY_CAME = "Timed out after waiting"
PROXY_SIGN_IN = "407"
CREDENTIAL_TOO_LONG = "WinError 1783"

_SAFE_PLACE = Remedy(
    Kind.STORAGE,
    "This computer has no store for secrets that can be used, or it is locked.",
    "Unlock it (log in to the desktop, open the keyring), or go on: this program then keeps secrets in memory until it "
    "ends, and never in a plain file.",
    YOU,
    KEYRING,
)

COMPUTER: dict[str, Remedy] = {
    CERTIFICATE: Remedy(
        Kind.UNTRUSTED,
        "The certificate of the other side is not trusted by this computer.",
        "If your organisation inspects encrypted traffic, have its certificate authority added to this computer.",
        NETWORK_ADMINISTRATOR,
        TLS,
    ),
    PROXY_SIGN_IN: Remedy(
        Kind.UNREACHABLE,
        "A proxy of the network wants a sign-in of its own before it lets anything through.",
        "Sign in to the proxy, or have the addresses of Azure and Adobe let through without it.",
        f"{YOU}, or {NETWORK_ADMINISTRATOR}",
        PROXY,
    ),
    NO_NAME: Remedy(
        Kind.UNREACHABLE,
        "This computer could not find out the address of the service: the name does not exist, or no name server "
        "answered. A vault that was made a minute ago may not be known yet.",
        "Check the name and the network connection; inside a private network, its name servers have to know the name.",
        f"{YOU}, or {NETWORK_ADMINISTRATOR}",
        NAMES,
    ),
    NO_CONNECTION: Remedy(
        Kind.UNREACHABLE,
        "Nothing answered at the address of the service. Most often a firewall of the network is in between.",
        "Check the network connection, and have the addresses of Azure and Adobe let through.",
        f"{YOU}, or {NETWORK_ADMINISTRATOR}",
        NAMES,
    ),
    NO_LISTENER: Remedy(
        Kind.SIGN_IN,
        "The program could not open a port on this computer, so the browser could not bring the sign-in back.",
        "Sign in with a code on another device instead, or have programs allowed to listen on localhost.",
        YOU,
        IDENTITY,
    ),
    NO_BROWSER: Remedy(
        Kind.SIGN_IN,
        "No browser opened for the sign-in.",
        "Copy the sign-in address into a browser of this computer, or sign in with a code on another device.",
        YOU,
        IDENTITY,
    ),
    NOBODY_CAME: Remedy(
        Kind.SIGN_IN,
        "Nobody finished the sign-in in the browser in time.",
        "Start the sign-in again; copy the address into the browser if no page opened.",
        YOU,
        IDENTITY,
    ),
    "NoKeyringError": _SAFE_PLACE,
    "KeyringLocked": _SAFE_PLACE,
    CREDENTIAL_TOO_LONG: Remedy(
        Kind.STORAGE,
        "The secret is longer than Windows Credential Manager takes.",
        "Store a shorter one, such as the client secret alone; this program keeps long sign-ins in a sealed file "
        "beside its records instead.",
        YOU,
        KEYRING,
    ),
}
