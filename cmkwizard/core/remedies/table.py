"""The row of every error code.

What arrives over the wire is matched on its code, never on prose. A few errors have no code; their rows stand under a
marker (:mod:`cmkwizard.core.explain` looks for it in text that a person pasted), and the program's own border reaches
them by the type of the failure.
"""

from __future__ import annotations

import math
import re

from cmkwizard.core.remedies.adobe import ADOBE
from cmkwizard.core.remedies.computer import COMPUTER
from cmkwizard.core.remedies.key_vault import KEY_VAULT
from cmkwizard.core.remedies.resource_manager import RESOURCE_MANAGER
from cmkwizard.core.remedies.row import Remedy
from cmkwizard.core.remedies.sign_in import OAUTH_WORDS, SIGN_IN

REMEDIES: dict[str, Remedy] = {**KEY_VAULT, **RESOURCE_MANAGER, **SIGN_IN, **OAUTH_WORDS, **ADOBE, **COMPUTER}
"""By code, or by the marker of an error without one."""

_CODES = re.compile(r"AADSTS[0-9]{4,7}|AKV[0-9]{5}(?=:)")


def remedy_for(*codes: str) -> Remedy | None:
    """The row of the first code that is known: most exact code first."""
    return next((REMEDIES[code] for code in codes if code in REMEDIES), None)


def wait_words(seconds: float) -> str:
    """How long a service asks to wait, rounded up: ``7 seconds``, ``12 minutes``."""
    whole = max(1, math.ceil(seconds))
    if whole >= 120:
        return f"{math.ceil(whole / 60)} minutes"
    return "1 second" if whole == 1 else f"{whole} seconds"


def message_code(text: str) -> str:
    """The code that Entra (AADSTS…) and Key Vault (AKV…) put at the head of a message, or an empty text."""
    match = _CODES.search(text)
    return match[0] if match else ""
