"""The set-up as a Bicep file for its resource group.

Types and properties: "Bicep, ARM template and Terraform AzAPI reference" (Microsoft): Microsoft.KeyVault/vaults and
vaults/keys, Microsoft.Authorization/roleAssignments and locks, Microsoft.Insights/diagnosticSettings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cmkwizard.core.log_places import log_place
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.as_code.heading import UNSEEN, comment, heading, submission_steps
from cmkwizard.journeys.as_code.key import key_properties
from cmkwizard.journeys.as_code.seen import SetupAsSeen
from cmkwizard.journeys.commands import KEYS_VERSION, line

ROLE_ASSIGNMENTS_VERSION = "2022-04-01"
LOCKS_VERSION = "2020-05-01"
DIAGNOSTICS_VERSION = "2021-05-01-preview"
_FILE = "experience-platform.bicep"
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PRINCIPAL = "adobeAppObjectId"


class _Name(NamedTuple):
    """Something that stands in the code as it is: a name or a call, no text."""

    code: str


def bicep(seen: SetupAsSeen, platform: str) -> str:
    """The file. ``platform``: the base address of Experience Platform; empty: it is not known.

    Raises:
        Problem: INVALID, the key is in a Managed HSM.
    """
    if seen.managed_hsm:
        raise Problem(
            Kind.INVALID,
            "Bicep cannot give a role in a Managed HSM: that is not done through Azure Resource Manager.",
            "Export the script for the Azure CLI instead.",
        )
    vault = _Name("vault")
    parts = ["targetScope = 'resourceGroup'\n", _principal(seen), _vault(seen), _key(seen)]
    parts += [*_role(seen, vault), *_logs(seen, vault), *_locks(seen, vault)]
    parts.append(
        "@description('What Adobe is given. Resource Manager writes the default port into it; take :443 out.')\n"
        "output keyIdentifier string = key.properties.keyUriWithVersion\n"
    )
    above = heading(seen, "//", _use(seen), _left_out(seen), submission_steps(seen, platform))
    return above + "\n" + "\n".join(parts)


def quoted(text: str) -> str:
    """A text as Bicep writes it: no interpolation, and nothing in it that reads differently than it is."""
    escaped = "".join(
        _ESCAPES.get(c) or (f"\\u{{{ord(c):x}}}" if unicodedata.category(c) in UNSEEN else c) for c in text
    )
    return "'" + escaped.replace("${", "\\${") + "'"


def _use(seen: SetupAsSeen) -> list[str]:
    azure = seen.choices.azure
    place = line("--subscription {} --name {}", azure.subscription, azure.resource_group)
    group = f"az group create {place} " + line("--location {}", seen.group_location or azure.location)
    target = line("--subscription {} --resource-group {}", azure.subscription, azure.resource_group)
    return [
        "Deployed to its resource group it adopts by name what is there, and makes what is not.",
        "See first what a deployment would change: it writes the vault as a whole, and takes away what is not here.",
        "Where there is no such group yet (the command would take away the tags of one that is there):",
        f"  {group}",
        "Then:",
        f"  az deployment group what-if {target} --template-file {_FILE}",
        f"  az deployment group create {target} --template-file {_FILE}",
        "A key that is there stays as it is. A new key has a new identifier, which Adobe does not know.",
    ]


def _left_out(seen: SetupAsSeen) -> list[str]:
    found = [
        "Adobe's app: Bicep makes nothing in the directory. A person accepts it at Adobe's consent address.",
        "the submission to Adobe; its steps are below.",
    ]
    if not list(_role(seen, _Name("vault"))):
        found.append(f"the role of Adobe's app: it was given at {seen.role_scope}, out of reach for this file.")
    return found


def _principal(seen: SetupAsSeen) -> str:
    words = "Object id of Adobe's app (application id {}) in the directory"
    described = quoted(words.format(seen.app.application_id))
    return f"@description({described})\nparam {_PRINCIPAL} string = {quoted(seen.app.object_id)}\n"


def _vault(seen: SetupAsSeen) -> str:
    vault = seen.vault
    network: dict[str, Any] = {"bypass": vault.bypass, "defaultAction": vault.default_action}
    if vault.ip_rules:
        network["ipRules"] = [{"value": each} for each in vault.ip_rules]
    properties: dict[str, Any] = {
        "tenantId": vault.tenant_id,
        "sku": {"family": "A", "name": vault.sku},
        "accessPolicies": [],
        "enableRbacAuthorization": True,
        "enableSoftDelete": True,
        "softDeleteRetentionInDays": vault.retention_days,
        **({"enablePurgeProtection": True} if vault.purge_protection else {}),  # it cannot be said to be off
        "publicNetworkAccess": "Enabled" if vault.public_access else "Disabled",
        "networkAcls": network,
    }
    tags = {"tags": dict(seen.tags)} if seen.tags else {}
    body = {"name": seen.choices.vault.name, "location": vault.location, **tags, "properties": properties}
    return _resource("vault", f"Microsoft.KeyVault/vaults@{KEYS_VERSION}", body)


def _key(seen: SetupAsSeen) -> str:
    body = {"parent": _Name("vault"), "name": seen.choices.key.name, "properties": key_properties(seen.key)}
    return _resource("key", f"Microsoft.KeyVault/vaults/keys@{KEYS_VERSION}", body)


def _role(seen: SetupAsSeen, vault: _Name) -> Iterator[str]:
    """The role, where it was given on the vault or on its group: a file for a group reaches no further."""
    if seen.role.scope not in (seen.vault.id, seen.group_id.lower()):
        return
    definition = f"subscriptionResourceId('Microsoft.Authorization/roleDefinitions', {quoted(seen.role.role)})"
    properties = {
        "roleDefinitionId": _Name(definition),
        "principalId": _Name(_PRINCIPAL),
        "principalType": "ServicePrincipal",
    }
    scope = {"scope": vault} if seen.role.scope == seen.vault.id else {}
    body = {**scope, "name": seen.role_name, "properties": properties}
    yield _resource("role", f"Microsoft.Authorization/roleAssignments@{ROLE_ASSIGNMENTS_VERSION}", body)


def _logs(seen: SetupAsSeen, vault: _Name) -> Iterator[str]:
    for number, each in enumerate(seen.audit_logs, 1):
        place = log_place(each.destination)
        if place is None:
            yield f"// {comment(f'The setting {each.name} writes to a place that this program does not know.')}\n"
            continue
        properties = {place.setting: place.id, "logs": [{"category": "AuditEvent", "enabled": True}]}
        body = {"scope": vault, "name": each.name, "properties": properties}
        yield _resource(f"log{number}", f"Microsoft.Insights/diagnosticSettings@{DIAGNOSTICS_VERSION}", body)


def _locks(seen: SetupAsSeen, vault: _Name) -> Iterator[str]:
    for number, each in enumerate(seen.own_locks, 1):
        body = {"scope": vault, "name": each.name, "properties": {"level": each.level}}
        yield _resource(f"lock{number}", f"Microsoft.Authorization/locks@{LOCKS_VERSION}", body)


def _resource(symbol: str, kind: str, body: Mapping[str, Any]) -> str:
    return f"resource {symbol} {quoted(kind)} = {_literal(body)}\n"


def _literal(value: Any, indent: str = "") -> str:
    """A value in Bicep's own form, its further lines indented."""
    inner = f"{indent}  "
    match value:
        case _Name(code):
            return code
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case list():
            lines = [f"{inner}{_literal(each, inner)}\n" for each in value]
            return f"[\n{''.join(lines)}{indent}]" if lines else "[]"
        case dict():
            lines = [f"{inner}{_member(name)}: {_literal(each, inner)}\n" for name, each in value.items()]
            return f"{{\n{''.join(lines)}{indent}}}"
        case _:
            return quoted(str(value))


def _member(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else quoted(name)
