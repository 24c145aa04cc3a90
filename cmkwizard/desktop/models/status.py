"""Status: how far Adobe is, asked again and again while one waits, and what the end means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmkwizard.core.status import Status

if TYPE_CHECKING:
    pass

TITLES = {
    Status.NEW: "Recorded",
    Status.RUNNING: "Key and vault checked",
    Status.UPDATE_EXISTING_RESOURCES: "Key put under the data stores",
    Status.COMPLETED: "Completed",
}
TO_LOOK_AT = (
    "The key: enabled, not expired, wrapKey and unwrapKey permitted.",
    "The vault: there, soft delete and purge protection on, role-based access control.",
    "The vault’s firewall: trusted Microsoft services and Adobe’s address let through.",
    "Adobe’s app: in your directory, enabled, with its role on the vault.",
)
"""In this order when a submission failed: Adobe gives no reason."""
