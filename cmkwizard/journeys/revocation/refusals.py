"""Why access may not be taken away yet: each sentence says what is missing, and none of them can be switched off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cmkwizard.core.revocation_request import (
    FORMAT,
    VERSION,
    Arming,
    RevocationRequest,
    request_needed,
    request_refusals,
    sealed,
)
from cmkwizard.journeys.revocation.preview import Preview

LONGEST_SIGN_IN = timedelta(minutes=10)
"""How old the sign-in for this act may be."""
LONGEST_PREVIEW = timedelta(minutes=10)
"""How old what was read may be; right before the act, the assignment is read once more."""
_CLOCK_ERROR = timedelta(minutes=1)
"""By so much a moment may seem to lie ahead; more, and this computer's clock was changed meanwhile."""
LONGEST_REASON = 1000


@dataclass(frozen=True)
class Confirmation:
    """What a person typed, and when they signed in for it."""

    organisation: str
    vault: str
    reason: str
    ticket: str = ""
    signed_in_at: datetime | None = None
    """When the sign-in of its own took place, by this computer's clock; None: there was none."""
    request: RevocationRequest | None = None
    """The request file's content, where the organisation's rules ask for one."""
    seen_s: float = 0.0
    """For how many seconds what was read has been in sight, as ``core.revocation_request.Arming`` counts them."""


def refusals(
    preview: Preview, confirmation: Confirmation, pack_path: Path | None = None, *, now: datetime | None = None
) -> tuple[str, ...]:
    """Why the act is refused, a sentence each; none: it may be done.

    Args:
        preview: what was read.
        confirmation: what the person typed.
        pack_path: the file for the way back; it is written, and read back, first of all when the act begins.
        now: the time by this computer's clock.
    """
    at, impact = now or datetime.now(UTC), preview.impact
    found = [*impact.reasons, *impact.lock_sentences]
    if preview.unsettled:
        found.append("What became of an earlier removal is not known yet: read again before anything else is sent.")
    if not -_CLOCK_ERROR <= at - preview.taken_at <= LONGEST_PREVIEW:
        found.append("What is shown was read more than 10 minutes ago: read it again.")
    found += _typed(preview, confirmation)
    if confirmation.signed_in_at is None:
        found.append("Sign in for this: the sign-in of the set-up does not count here.")
    elif not -_CLOCK_ERROR <= at - confirmation.signed_in_at <= LONGEST_SIGN_IN:
        found.append("The sign-in for this is older than 10 minutes: sign in again.")
    if pack_path is None:
        found.append("Choose the file for the way back. It is written first, and without it nothing is removed.")
    if unseen := Arming(preview.rules.arming_delay_seconds, confirmation.seen_s).refusal:
        found.append(unseen)
    if request_needed(preview.rules):
        mine = request_for(preview, confirmation, at)
        found += request_refusals(preview.rules, confirmation.request, mine, at + preview.skew)
    return tuple(found)


def _typed(preview: Preview, confirmation: Confirmation) -> list[str]:
    """What is not typed exactly as it is shown, and what is not typed at all."""
    impact, found = preview.impact, []
    if not impact.organisation or confirmation.organisation != impact.organisation:
        found.append(f"Type the organisation exactly as it is shown: {impact.organisation}.")
    if not impact.vault_name or confirmation.vault != impact.vault_name:
        found.append(f"Type the name of the vault exactly as it is shown: {impact.vault_name}.")
    if not any(each.isalnum() for each in confirmation.reason):
        found.append("Say why: the reason is recorded.")
    elif len(confirmation.reason) > LONGEST_REASON or len(confirmation.ticket) > LONGEST_REASON:
        found.append(f"Say it in at most {LONGEST_REASON} characters.")
    return found


def request_for(preview: Preview, confirmation: Confirmation, at: datetime) -> RevocationRequest:
    """The request that this person would make now, by this computer's time ``at``."""
    impact = preview.impact
    return sealed(
        RevocationRequest(
            format=FORMAT,
            version=VERSION,
            made_at=at + preview.skew,
            by=preview.requester,
            profile=preview.profile,
            tenant=preview.tenant,
            organisation=impact.organisation,
            vault_id=impact.vault_id,
            assignment_id=impact.assignment.id if impact.assignment else "",
            preview=preview.fingerprint,
            reason=confirmation.reason,
            ticket=confirmation.ticket,
        )
    )
