"""A row with what this very error names: the policy, the lock, the missing right, the address."""

from __future__ import annotations

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS
from cmkwizard.core.remedies.key_vault import ADOBE_BLOCKED, BYPASS_IS_NONE, KEY_VAULT
from cmkwizard.core.remedies.resource_manager import ABAC
from cmkwizard.core.remedies.row import Remedy
from cmkwizard.core.support_ids import SupportId, value_of

_FIREWALL = ("ForbiddenByFirewall", BYPASS_IS_NONE)
_RIGHTS = ("AuthorizationFailed", ABAC, "LinkedAuthorizationFailed", "ForbiddenByRbac")


def with_names(code: str, row: Remedy, ids: tuple[SupportId, ...]) -> Remedy:
    """The row of ``code`` with a sentence behind its cause, as far as ``ids`` name something.

    An address that the vault's firewall refused is told apart: Adobe's own has a row of its own.
    """
    if code in _FIREWALL and value_of(ids, "Client address") == ADOBE_ADDRESS:
        return KEY_VAULT[ADOBE_BLOCKED]
    named = _named(code, ids)
    return row._replace(cause=f"{row.cause} {named}") if named else row


def _named(code: str, ids: tuple[SupportId, ...]) -> str:
    if code == "RequestDisallowedByPolicy":
        return _policy(ids)
    if code == "ScopeLocked":
        lock = value_of(ids, "Lock")
        return f"The lock sits at {lock}." if lock else ""
    if code in _FIREWALL:
        address = value_of(ids, "Client address")
        return f"It was asked from {address}." if address else ""
    if code in _RIGHTS:
        action = value_of(ids, "Linked action") or value_of(ids, "Action")
        scope = value_of(ids, "Linked scope") or value_of(ids, "Scope")
        where = f" on {scope}" if scope else ""
        return f"The right that is missing: {action}{where}." if action else ""
    return ""


def _policy(ids: tuple[SupportId, ...]) -> str:
    policy, assignment, scope = (value_of(ids, name) for name in ("Policy", "Policy assignment", "Policy scope"))
    if not (policy or assignment):
        return ""
    where = f", assigned at {scope}" if scope else ""
    also = f" (assignment “{assignment}”)" if policy and assignment not in ("", policy) else ""
    return f"The policy is “{policy or assignment}”{also}{where}."
