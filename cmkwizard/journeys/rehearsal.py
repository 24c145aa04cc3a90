"""A practice copy of the set-up that the records tell of: the same names, so that what is rare can be trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS
from cmkwizard.core.choices import AdobeChoice, AnalyticsChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.identifiers import GUID, REGIONS
from cmkwizard.core.problems import Kind, Problem

if TYPE_CHECKING:
    from cmkwizard.records.folder import Records
    from cmkwizard.records.observations import Observation

_APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
_APP_OBJECT = "acbe5000-4b5c-4d6e-8f70-1a2b3c4d5e08"
"""Adobe's application as the practice cloud has it: its own ids are no part of the copy."""
_PERSON, _ONLOOKER, _TENANT, _SUBSCRIPTION = "alice", "victor", "contoso", "production"
"""The practice cloud's words for who sits in front of it, who may only look, and for their directory."""
_UNKNOWN_SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
_UNKNOWN_CLIENT = "0" * 32
_UNKNOWN_GROUP, _UNKNOWN_LOCATION = "rg-experience", "westeurope"
_WEEK_S = 604_800
_SUBMITTED = "COMPLETED"


@dataclass(frozen=True)
class RecordedSetup:
    """What the records say a set-up is made of. No secret is among it."""

    choices: Choices
    tenant_name: str = ""


def recorded_setup(records: Records) -> RecordedSetup:
    """The set-up of the real clouds that was recorded last; where there is none, of the clouds that were seen last.

    The group, the location and the settings of the vault are those of the draft, when it is about the same vault; the
    group is also in the journal.

    Raises:
        Problem: NOT_FOUND: no set-up is recorded; STORAGE: the records cannot be read.
    """
    from cmkwizard.core.history import What

    seen: dict[str, Observation | None] = {}
    if records.recorded:
        seen = {each: records.observations.latest(each, What.DEPLOYMENT) for each in records.observations.profiles()}
    known = {profile: found for profile, found in seen.items() if found is not None}
    profile = "public" if "public" in known else next(iter(known), "")
    deployment = known[profile].value if profile else {}
    if not all(deployment.get(each) for each in ("tenant", "vault", "key", "organisation", "configuration")):
        raise Problem(
            Kind.NOT_FOUND,
            "No set-up is recorded on this computer, so there is nothing of which a practice copy could be made.",
            "Rehearse with a made-up one: cmkwizard --practice completed.",
        )
    draft = records.drafts.load(profile)
    chosen = draft.choices if draft is not None else Choices()
    scopes = [str(entry.desired.get("scope", "")) for entry in records.journal.entries(profile)]
    return RecordedSetup(_choices(deployment, chosen, scopes), str(deployment.get("tenant_name", "")))


def _choices(deployment: Mapping[str, Any], chosen: Choices, scopes: list[str]) -> Choices:
    """Everything that is known of the recorded set-up, as choices for its copy, in which all exists already."""
    vault, organisation = str(deployment["vault"]), str(deployment["organisation"])
    same_vault = chosen.vault.name.lower() == vault.lower()
    azure = chosen.azure if same_vault else AzureChoice()
    settings = chosen.vault if same_vault else VaultChoice()
    key = chosen.key if same_vault and chosen.key.name == deployment["key"] else KeyChoice()
    adobe = chosen.adobe if chosen.adobe.organisation == organisation else AdobeChoice()
    subscription, region = str(deployment.get("subscription", "")), str(deployment.get("region", "")).upper()
    hsm = ".managedhsm." in str(deployment.get("vault_uri", "")) or settings.kind == "managed-hsm"
    return Choices(
        azure=AzureChoice(
            tenant=str(deployment["tenant"]).lower(),
            subscription=subscription.lower() if GUID.fullmatch(subscription) else _UNKNOWN_SUBSCRIPTION,
            resource_group=azure.resource_group or _group(vault, scopes) or _UNKNOWN_GROUP,
            location=azure.location or _UNKNOWN_LOCATION,
        ),
        vault=msgspec.structs.replace(settings, name=vault, create=False, kind="managed-hsm" if hsm else "vault"),
        key=msgspec.structs.replace(key, name=str(deployment["key"]), type="RSA-HSM" if hsm else key.type),
        adobe=msgspec.structs.replace(
            adobe,
            organisation=organisation,
            client_id=adobe.client_id or _UNKNOWN_CLIENT,
            region=region if region in REGIONS else REGIONS[0],
            configuration=str(deployment["configuration"]),
        ),
        analytics=AnalyticsChoice(),
    )


def _group(vault: str, scopes: list[str]) -> str:
    """The resource group in the id of the vault, where a recorded step named it."""
    for scope in reversed(scopes):
        parts = scope.split("/")
        if len(parts) == 9 and parts[3].lower() == "resourcegroups" and parts[8].lower() == vault.lower():
            return parts[4]
    return ""


def rehearsal_scenario(setup: RecordedSetup) -> str:
    """The practice cloud's scenario (TOML) in which the recorded set-up is in place, and completed a week ago.

    Names and ids are the recorded ones: directory, subscription, group, vault, key, organisation, configuration. The
    people, Adobe's application and every secret are the practice cloud's own.
    """
    import tomli_w

    choices = setup.choices
    azure, vault, adobe = choices.azure, choices.vault, choices.adobe
    subscription = f"/subscriptions/{azure.subscription}"
    hsm = vault.kind == "managed-hsm"
    roles = [
        {"principal": _PERSON, "role": "Owner", "scope": subscription},
        {"principal": _ONLOOKER, "role": "Reader", "scope": subscription},
    ]
    if not hsm:
        scope = f"{subscription}/resourceGroups/{azure.resource_group}/providers/Microsoft.KeyVault/vaults/{vault.name}"
        roles.append({"principal": _APP, "role": "Key Vault Crypto Service Encryption User", "scope": scope})
    tables = {
        "summary": f"A practice copy of the recorded set-up: vault {vault.name}, configuration {adobe.configuration}",
        "directory": {
            "tenants": {_TENANT: {"id": azure.tenant, "name": setup.tenant_name or azure.tenant}},
            "service_principals": {
                "adobe": {
                    "app_id": _APP,
                    "object_id": _APP_OBJECT,
                    "tenant": _TENANT,
                    "name": "acp3c5fmultitenantapp",
                    "consented": True,
                }
            },
        },
        "estate": {
            "subscriptions": {_SUBSCRIPTION: {"id": azure.subscription}},
            "groups": {azure.resource_group: {"subscription": _SUBSCRIPTION, "location": azure.location}},
            "managed_hsms" if hsm else "vaults": {vault.name: _vault(choices)},
            "roles": roles,
        },
        "adobe": {
            "organisation": adobe.organisation,
            "region": adobe.region,
            "client_id": adobe.client_id,
            "configurations": {
                adobe.configuration: {
                    "hsm" if hsm else "vault": vault.name,
                    "key": choices.key.name,
                    "age_s": _WEEK_S,
                }
            },
        },
    }
    return tomli_w.dumps(tables)


def _vault(choices: Choices) -> dict[str, Any]:
    vault, key = choices.vault, choices.key
    table: dict[str, Any] = {
        "group": choices.azure.resource_group,
        "location": choices.azure.location,
        "retention_days": vault.retention_days,
        "keys": {key.name: {"type": key.type, "size": key.size, "operations": ["wrapKey", "unwrapKey"]}},
    }
    if vault.kind == "managed-hsm":
        table |= {
            "administrators": [_PERSON],
            "roles": [
                {"principal": _PERSON, "role": "Managed HSM Crypto User", "scope": "/"},
                {"principal": _APP, "role": "Managed HSM Crypto Service Encryption User", "scope": "/keys"},
            ],
        }
    else:
        table["sku"] = vault.sku
    if vault.network == "restricted":
        table |= {"default_action": "Deny", "bypass": "AzureServices", "addresses": [f"{ADOBE_ADDRESS}/32"]}
    return table


def record_copy(records: Records, profile: str, setup: RecordedSetup) -> None:
    """Write into the (empty) records of a practice cloud what those of the set-up say, so that it is found there.

    Raises:
        Problem: of kind ``STORAGE``.
    """
    from cmkwizard.core.history import What

    choices = setup.choices
    submission = {"organisation": choices.adobe.organisation, "configuration": choices.adobe.configuration}
    value = {
        "tenant": choices.azure.tenant,
        "tenant_name": setup.tenant_name,
        "subscription": choices.azure.subscription,
        "vault": choices.vault.name,
        "key": choices.key.name,
        "region": choices.adobe.region,
        **submission,
    }
    source = "copied for a rehearsal"
    records.drafts.save(profile, choices, "status")
    records.observations.add(profile, What.DEPLOYMENT, value, source)
    op_id = records.journal.intend(
        "submission",
        "Hand the key in to Adobe",
        submission,
        profile=profile,
        tenant=choices.azure.tenant,
        actor=source,
    )
    records.journal.finish(op_id, "done", {"source": source})
    records.observations.add(profile, What.STATUS, {"word": _SUBMITTED, **submission}, source)
