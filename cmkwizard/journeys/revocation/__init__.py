"""Taking Adobe's access away: what it would do, why it may not be done yet, and the one request that does it.

It is a journey of its own: no step of the set-up, no fix and no command leads here.
"""

from __future__ import annotations

from cmkwizard.journeys.revocation.preview import Preview, preview
from cmkwizard.journeys.revocation.refusals import Confirmation, refusals
from cmkwizard.journeys.revocation.revoke import Revoked, revoke

__all__ = ("Confirmation", "Preview", "Revoked", "preview", "refusals", "revoke")
