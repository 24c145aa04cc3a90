"""A set-up with a past, recorded as the program records it, for the evidence report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cmkwizard.core.history import What
from cmkwizard.core.requirements.table import REQUIREMENTS
from cmkwizard.records.folder import Records
from cmkwizard.records.report.content import ReportContent
from cmkwizard.records.report.gathering import evidence_report
from cmkwizard.records.verification import Verification, VerificationState, verify

ORGANISATION = "53A2271B5E2F9C0A0A495C7D@AdobeOrg"
NOW = datetime(2026, 11, 24, 16, 20, 11, tzinfo=UTC)
TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
ACTOR = "4f1e0c9a-1111-4c4b-8a8f-2f6e2f1d9a01"
HOLDER = "c0ffee00-2222-4c4b-8a8f-2f6e2f1d9a02"
VAULT_ID = (
    "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/rg-cmk"
    "/providers/microsoft.keyvault/vaults/kv-mueller-cmk"
)
ASSIGNMENT_ID = f"{VAULT_ID}/providers/microsoft.authorization/roleassignments/8f3b2c1e-5d6a-4b7c-9e0f-1a2b3c4d5e6f"
KEY_IDENTIFIER = "https://kv-mueller-cmk.vault.azure.net/keys/aep-cmk/3f2a07c19e5d4b8c8a7f6e5d4c3b2a19"
VAULT: Mapping[str, Any] = {
    "id": VAULT_ID,
    "uri": "https://kv-mueller-cmk.vault.azure.net/",
    "location": "westeurope",
    "tenant_id": TENANT,
    "sku": "premium",
    "rbac": True,
    "soft_delete": True,
    "purge_protection": True,
    "retention_days": 90,
    "public_access": True,
    "default_action": "Deny",
    "bypass": "AzureServices",
    "ip_rules": ["20.88.123.53/32"],
}
KEY: Mapping[str, Any] = {
    "identifier": KEY_IDENTIFIER,
    "type": "RSA-HSM",
    "size": 3072,
    "operations": ["unwrapKey", "wrapKey"],
    "enabled": True,
    "not_before": "",
    "expires": "2027-01-20T00:00:00+00:00",
}
APP: Mapping[str, Any] = {
    "object_id": HOLDER,
    "application_id": "51f0b2a4-3333-4c4b-8a8f-2f6e2f1d9a03",
    "enabled": True,
    "owner_tenant": "fa7b1b5a-7b34-4387-94ae-d2c178decee1",
}
ROLE: Mapping[str, Any] = {
    "id": ASSIGNMENT_ID,
    "role": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
    "scope": VAULT_ID,
    "principal_id": HOLDER,
}
INTACT = Verification(VerificationState.INTACT, 27, 27, 0, (), "Nobody changed it.", "That it is true.", NOW)


class Past:
    """Writes what happened, at the times at which it happened. Close it with its records."""

    def __init__(self, folder: Path, profile: str = "public", organisation: str = ORGANISATION) -> None:
        self.at = NOW
        self.records = Records(folder, lambda: self.at)
        self.records.lock("tests")
        self.profile = profile
        self.organisation = organisation

    def seen(
        self,
        what: What,
        days_ago: float,
        value: Mapping[str, Any],
        *,
        until: float | None = None,
        source: str = "",
        request_id: str = "",
        verified: bool = True,
    ) -> None:
        """Something was seen, and seen again so until ``until`` days ago."""
        for days in (days_ago, until) if until is not None else (days_ago,):
            self.at = NOW - timedelta(days=days)
            self.records.observations.add(
                self.profile, what, value, source, request_id, setup=self.organisation, verified=verified
            )

    def done(
        self,
        step: str,
        action: str,
        days_ago: float,
        outcome: str | None,
        desired: Mapping[str, Any],
        evidence: Mapping[str, Any] | None = None,
        actor: str = ACTOR,
    ) -> None:
        """Something was done; ``outcome`` None: how it ended was never written down."""
        self.at = NOW - timedelta(days=days_ago)
        op_id = self.records.journal.intend(
            step, action, desired, profile=self.profile, tenant=TENANT, actor=actor, setup=self.organisation
        )
        if outcome is not None:
            self.at += timedelta(seconds=42)
            self.records.journal.finish(op_id, outcome, evidence or {})

    def report(self, verification: Verification | None = None) -> ReportContent:
        """The report of it all."""
        self.at = NOW
        found = verification or verify(self.records, None)
        return evidence_report(self.records.history, self.profile, self.organisation, NOW, found)


def findings(change: Callable[[str], tuple[str, str] | None] = lambda _id: None) -> dict[str, Any]:
    """What a check says of every requirement: met, or what ``change`` answers (verdict, sentence) for its id."""
    rows = []
    for row in REQUIREMENTS:
        verdict, sentence = change(row.id) or ("met", f"It is so: {row.required}.")
        rows.append({"id": row.id, "verdict": verdict, "severity": row.severity.value, "sentence": sentence})
    return {"findings": rows}


NOT_WELL = {
    "V11": ("not met", "No lock protects the vault from deletion."),
    "K06": ("not met", "The key ends on 2027-01-20, and nothing replaces it."),
    "I08": ("not known", "It could not be read: the account may not."),
    "H01": ("not needed", "No Managed HSM was chosen."),
}


def write_past(past: Past) -> None:
    """Two months of one set-up: made, completed, changed by somebody, out of the network for a while."""
    names = {
        "tenant": TENANT,
        "tenant_name": "Müller & Söhne GmbH",
        "subscription": "0b1f6471-1bf0-4dda-aec3-cb9272f09590",
        "vault": "kv-mueller-cmk",
        "vault_uri": VAULT["uri"],
        "key": "aep-cmk",
        "key_identifier": KEY_IDENTIFIER,
        "organisation": past.organisation,
        "region": "NLD2",
        "configuration": "Müller CMK",
    }
    vaults, keys, config = "GET vaults/{name}", "GET keys/{name}", "GET /customer/config"
    past.seen(What.DEPLOYMENT, 60, names, source="set-up", verified=False)
    evidence = {"id": VAULT_ID, "uri": VAULT["uri"], "request_id": "5c0c7b5e-0001-4c4b-8a8f-000000000001"}
    past.done("vault", "Create the vault kv-mueller-cmk", 59.9, "done", {"sku": "premium"}, evidence)
    past.seen(What.VAULT, 59.8, VAULT, until=31, source=vaults, request_id="5c0c7b5e-0002-4c4b-8a8f-000000000002")
    past.done("key", "Create the key aep-cmk", 59.7, "done", {"type": "RSA-HSM"}, {"identifier": KEY_IDENTIFIER})
    past.seen(What.KEY, 59.6, KEY, until=0.1, source=keys, request_id="5c0c7b5e-0003-4c4b-8a8f-000000000003")
    refused = {"problem": "denied", "code": "AuthorizationFailed", "request_id": "5c0c7b5e-0004-4c4b-8a8f-000000000004"}
    past.done("role", "Give Adobe's app its role on the vault", 59.5, "failed", {}, refused)
    past.done("role", "Give Adobe's app its role on the vault", 59.4, "done", {}, actor="anna.müller@contoso.example")
    past.seen(What.APP, 59.3, APP, until=0.1, source="GET /servicePrincipals")
    past.seen(What.ROLE, 59.3, ROLE, until=0.1, source="GET roleAssignments")
    for word, since, until in (("NEW", 59.2, 59.1), ("RUNNING", 59.0, 58.5), ("COMPLETED", 58.4, 0.125)):
        value = {"word": word, "configuration": "Müller CMK", "organisation": past.organisation}
        past.seen(What.STATUS, since, value, until=until, source=config, request_id=f"adobe-{word.lower()}")
    baseline = {"vault": VAULT, "key": KEY, "app": APP, "role": ROLE, "status": {"word": "COMPLETED"}}
    past.seen(What.BASELINE, 58.3, baseline, source=config)
    changed = {**VAULT, "ip_rules": ["20.88.123.53/32", "203.0.113.7/32"]}
    past.seen(What.VAULT, 30, changed, until=2, source=vaults, request_id="5c0c7b5e-0005-4c4b-8a8f-000000000005")
    pack = {"removed": ASSIGNMENT_ID, "pack": {"reason": "Rehearsal INC-4711"}, "pack_file": "/media/stick/pack.json"}
    past.done("revocation", "Take Adobe's access away", 5, None, pack)
    past.seen(What.FINDINGS, 3, findings(NOT_WELL.get), until=0.2, source="check")
