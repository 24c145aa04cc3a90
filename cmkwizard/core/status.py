"""Every answer that Adobe's configuration status can give, one sentence each.

Values: Adobe customer-managed keys, API set-up page. A word that is not listed is shown as it came and never
taken for done.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a submission stands."""

    NOT_SUBMITTED = "NOT_SUBMITTED"
    NEW = "NEW"
    CREATED = "CREATED"
    RUNNING = "RUNNING"
    UPDATE_EXISTING_RESOURCES = "UPDATE_EXISTING_RESOURCES"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"

    @property
    def ended(self) -> bool:
        """Whether nothing more is expected of Adobe."""
        return self in (Status.COMPLETED, Status.FAILED)


SENTENCES: dict[Status, str] = {
    Status.NOT_SUBMITTED: "The key has not been submitted to Adobe.",
    Status.NEW: "Adobe has recorded the submission.",
    Status.CREATED: "Adobe has accepted the submission.",
    Status.RUNNING: "Adobe is checking that it can reach the key and the vault.",
    Status.UPDATE_EXISTING_RESOURCES: "Adobe is putting the key under the data stores of all sandboxes.",
    Status.COMPLETED: "Adobe uses your key for the data stores of all sandboxes.",
    Status.FAILED: "Adobe could not use the key. The key, the vault, the role or the app is not as Adobe needs it.",
    Status.UNKNOWN: "Adobe answered with a status that this program does not know.",
}

STAGES = (Status.NEW, Status.RUNNING, Status.UPDATE_EXISTING_RESOURCES, Status.COMPLETED)
"""The way a submission goes when all is well."""


def parse_status(word: str) -> Status:
    """Read Adobe's word. Anything unlisted is :attr:`Status.UNKNOWN`."""
    try:
        status = Status(word)
    except ValueError:
        return Status.UNKNOWN
    return Status.UNKNOWN if status is Status.NOT_SUBMITTED else status
