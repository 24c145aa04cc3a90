"""The set-up as a Terraform file, with import blocks for what is there already.

Resources and arguments: the documentation of the providers azurerm (5.2), azuread (3) and azapi (2.12). The key is
made by azapi, through Azure Resource Manager: azurerm_key_vault_key speaks to the vault itself, which needs a role in
it and a way through its firewall.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cmkwizard.core.log_places import log_place
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys import commands
from cmkwizard.journeys.as_code.heading import UNSEEN, comment, heading, submission_steps
from cmkwizard.journeys.as_code.key import key_properties
from cmkwizard.journeys.as_code.seen import SetupAsSeen
from cmkwizard.journeys.commands import KEYS_VERSION

PROVIDERS = {
    "azapi": ("Azure/azapi", "~> 2.9"),  # the first that knows this version of Key Vault's interface
    "azuread": ("hashicorp/azuread", "~> 3.0"),
    "azurerm": ("hashicorp/azurerm", "~> 5.0"),
}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLACES = {
    "workspaceId": "log_analytics_workspace_id",
    "storageAccountId": "storage_account_id",
    "eventHubAuthorizationRuleId": "eventhub_authorization_rule_id",
}
_LABEL = "experience_platform"
_USE = (
    "What is there already is taken over by the import blocks at the end; leave them out for a set-up somewhere else.",
    "Look at the plan before it is applied: it has to import, and must neither replace nor destroy anything.",
    "prevent_destroy stands at everything that Adobe depends on. To give Terraform up: terraform state rm.",
    "Terraform adopts Adobe's app where it is in the directory, and else puts it there.",
)
_LEFT_OUT = (
    "a person's consent to Adobe's app, at Adobe's consent address.",
    "the submission to Adobe; its steps are below.",
)


class _Name(NamedTuple):
    """Something that stands in the code as it is: a reference, no text."""

    code: str


class _Block(NamedTuple):
    """A block in a block."""

    items: Mapping[str, Any]


_KEPT = _Block({"prevent_destroy": True})
_VAULT = f"azurerm_key_vault.{_LABEL}"
_APP = f"azuread_service_principal.{_LABEL}"


def terraform(seen: SetupAsSeen, platform: str) -> str:
    """The file. ``platform``: the base address of Experience Platform; empty: it is not known.

    Raises:
        Problem: INVALID, the key is in a Managed HSM.
    """
    if seen.managed_hsm:
        raise Problem(
            Kind.INVALID,
            "A Managed HSM as Terraform code would need its security domain and its own roles, which this program "
            "does not write.",
            "Export the script for the Azure CLI instead.",
        )
    parts = [*_start(seen), _group(seen), _vault(seen), _key(seen), *_app_and_role(seen), *_logs(seen), *_locks(seen)]
    above = heading(seen, "#", _USE, _LEFT_OUT, submission_steps(seen, platform))
    return above + "\n" + "\n".join([*parts, *_imports(seen)])


def quoted(text: str) -> str:
    """A text as Terraform writes it: no template in it, and nothing that reads differently than it is."""
    escaped = "".join(_ESCAPES.get(c) or (_escape(c) if unicodedata.category(c) in UNSEEN else c) for c in text)
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 1 << 16 else f"\\U{number:08x}"


def _start(seen: SetupAsSeen) -> Iterator[str]:
    azure = seen.choices.azure
    wanted = {name: {"source": source, "version": version} for name, (source, version) in PROVIDERS.items()}
    yield _block("terraform", {"required_version": ">= 1.5", "required_providers": _Block(wanted)})
    # Azure would refuse to purge such a vault; without the line Terraform would ask it to, and wait.
    features = {"key_vault": _Block({"purge_soft_delete_on_destroy": False})}
    account = {"subscription_id": azure.subscription, "tenant_id": azure.tenant}
    yield _block('provider "azurerm"', {**account, "features": _Block(features)})
    yield _block('provider "azapi"', account)
    yield _block('provider "azuread"', {"tenant_id": azure.tenant})


def _group(seen: SetupAsSeen) -> str:
    azure = seen.choices.azure
    if seen.group_location:
        lifecycle = _Block({**_KEPT.items, "ignore_changes": [_Name("tags")]})
        items = {"name": azure.resource_group, "location": seen.group_location, "lifecycle": lifecycle}
        return _block(f'resource "azurerm_resource_group" "{_LABEL}"', items)
    note = f"# {comment('The region of the resource group is not in the records: it has to be there.')}\n"
    return note + _block(f'data "azurerm_resource_group" "{_LABEL}"', {"name": azure.resource_group})


def _group_name(seen: SetupAsSeen) -> _Name:
    kind = "azurerm_resource_group" if seen.group_location else "data.azurerm_resource_group"
    return _Name(f"{kind}.{_LABEL}.name")


def _vault(seen: SetupAsSeen) -> str:
    vault = seen.vault
    network: dict[str, Any] = {"bypass": vault.bypass, "default_action": vault.default_action}
    if vault.ip_rules:
        network["ip_rules"] = list(vault.ip_rules)
    items = {
        "name": seen.choices.vault.name,
        "resource_group_name": _group_name(seen),
        "location": vault.location,
        "tenant_id": vault.tenant_id,
        "sku_name": vault.sku,
        "rbac_authorization_enabled": True,
        "soft_delete_retention_days": vault.retention_days,
        "purge_protection_enabled": vault.purge_protection,
        "public_network_access_enabled": vault.public_access,
        "network_acls": _Block(network),
        **({"tags": dict(seen.tags)} if seen.tags else {}),
        # What is not in the records stays as it is: rules for virtual networks are not.
        "lifecycle": _Block({**_KEPT.items, "ignore_changes": [*_unknown_tags(seen), _Name(_SUBNETS)]}),
    }
    return _block(f'resource "azurerm_key_vault" "{_LABEL}"', items)


def _unknown_tags(seen: SetupAsSeen) -> list[_Name]:
    return [_Name("tags")] if seen.tags is None else []


_SUBNETS = "network_acls[0].virtual_network_subnet_ids"


def _key(seen: SetupAsSeen) -> str:
    items = {
        "type": f"Microsoft.KeyVault/vaults/keys@{KEYS_VERSION}",
        "name": seen.choices.key.name,
        "parent_id": _Name(f"{_VAULT}.id"),
        "body": {"properties": key_properties(seen.key)},
        "response_export_values": ["properties.keyUriWithVersion"],
        # Resource Manager makes keys and changes none: a difference could not be put right from here.
        "lifecycle": _Block({**_KEPT.items, "ignore_changes": [_Name("body")]}),
    }
    return _block(f'resource "azapi_resource" "{_LABEL}_key"', items)


def _app_and_role(seen: SetupAsSeen) -> Iterator[str]:
    app = {"client_id": seen.app.application_id, "use_existing": True}
    # The app is Adobe's, and what the directory's administrators set of it is theirs.
    lifecycle = _Block({**_KEPT.items, "ignore_changes": _Name("all")})
    yield _block(f'resource "azuread_service_principal" "{_LABEL}"', {**app, "lifecycle": lifecycle})
    on_vault = seen.role_scope == commands.vault_id(seen.choices)
    definitions = f"/subscriptions/{seen.choices.azure.subscription}/providers/Microsoft.Authorization/roleDefinitions"
    role = {
        "name": seen.role_name,
        "scope": _Name(f"{_VAULT}.id") if on_vault else seen.role_scope,
        "role_definition_id": f"{definitions}/{seen.role.role}",
        "principal_id": _Name(f"{_APP}.object_id"),
        "principal_type": "ServicePrincipal",
        "lifecycle": _KEPT,
    }
    yield _block(f'resource "azurerm_role_assignment" "{_LABEL}"', role)


def _logs(seen: SetupAsSeen) -> Iterator[str]:
    for number, each in enumerate(seen.audit_logs, 1):
        place = log_place(each.destination)
        if place is None:
            yield f"# {comment(f'The setting {each.name} writes to a place that this program does not know.')}\n"
            continue
        items = {
            "name": each.name,
            "target_resource_id": _Name(f"{_VAULT}.id"),
            _PLACES[place.setting]: place.id,
            "enabled_log": _Block({"category": "AuditEvent"}),
            "lifecycle": _Block({"ignore_changes": [_Name("enabled_log"), _Name("enabled_metric")]}),
        }
        yield _block(f'resource "azurerm_monitor_diagnostic_setting" "{_LABEL}_{number}"', items)


def _locks(seen: SetupAsSeen) -> Iterator[str]:
    for number, each in enumerate(seen.own_locks, 1):
        items = {
            "name": each.name,
            "scope": _Name(f"{_VAULT}.id"),
            "lock_level": each.level,
            "lifecycle": _Block({**_KEPT.items, "ignore_changes": [_Name("notes")]}),
        }
        yield _block(f'resource "azurerm_management_lock" "{_LABEL}_{number}"', items)


def _imports(seen: SetupAsSeen) -> Iterator[str]:
    """What is there already, by the id that each provider reads."""
    vault = commands.vault_id(seen.choices)
    authorization = "/providers/Microsoft.Authorization"
    if seen.group_location:
        yield _import(f"azurerm_resource_group.{_LABEL}", seen.group_id)
    yield _import(_VAULT, vault)
    key = f"{vault}/keys/{seen.choices.key.name}?api-version={KEYS_VERSION}"
    yield _import(f"azapi_resource.{_LABEL}_key", key)
    yield _import(_APP, f"/servicePrincipals/{seen.app.object_id}")
    role = f"{seen.role_scope}{authorization}/roleAssignments/{seen.role_name}"
    yield _import(f"azurerm_role_assignment.{_LABEL}", role)
    for number, each in enumerate(seen.audit_logs, 1):
        if log_place(each.destination):
            yield _import(f"azurerm_monitor_diagnostic_setting.{_LABEL}_{number}", f"{vault}|{each.name}")
    for number, lock in enumerate(seen.own_locks, 1):
        yield _import(f"azurerm_management_lock.{_LABEL}_{number}", f"{vault}{authorization}/locks/{lock.name}")


def _import(to: str, id_: str) -> str:
    return _block("import", {"to": _Name(to), "id": id_})


def _block(head: str, items: Mapping[str, Any], indent: str = "") -> str:
    """A block as ``terraform fmt`` leaves it: arguments first, their signs one below the other, then inner blocks."""
    inner = f"{indent}  "
    arguments = [(name, value) for name, value in items.items() if not isinstance(value, _Block)]
    blocks = [(name, value) for name, value in items.items() if isinstance(value, _Block)]
    lines = _members(arguments, inner)
    nested = [_block(f"{inner}{name}", value.items, inner) for name, value in blocks]
    if lines:
        nested.insert(0, lines)
    return f"{head} {{\n" + "\n".join(nested) + f"{indent}}}\n"


def _members(members: Sequence[tuple[str, Any]], indent: str) -> str:
    """Names and values, one below the other; a value of several lines ends a row of aligned signs."""
    written = [(_member(name), _literal(value, indent)) for name, value in members]
    lines: list[str] = []
    row: list[tuple[str, str]] = []
    for name, value in written:
        row.append((name, value))
        if "\n" in value:
            lines += _row(row, indent)
            row = []
    return "".join(f"{each}\n" for each in [*lines, *_row(row, indent)])


def _row(row: Sequence[tuple[str, str]], indent: str) -> list[str]:
    short = [len(name) for name, value in row if "\n" not in value]
    widths = [0 if "\n" in value else max(short) for _, value in row]
    return [f"{indent}{name.ljust(width)} = {value}" for (name, value), width in zip(row, widths, strict=True)]


def _literal(value: Any, indent: str) -> str:
    match value:
        case _Name(code):
            return code
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case list():
            return "[" + ", ".join(_literal(each, indent) for each in value) + "]"
        case dict():
            return "{\n" + _members(list(value.items()), f"{indent}  ") + f"{indent}}}"
        case _:
            return quoted(str(value))


def _member(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else quoted(name)
