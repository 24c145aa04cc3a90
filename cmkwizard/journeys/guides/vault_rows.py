"""The ways for the vault and its firewall (V01 to V17, W01 to W06)."""

from __future__ import annotations

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS
from cmkwizard.journeys import commands
from cmkwizard.journeys.fixes import commands as fix_commands
from cmkwizard.journeys.guides.ground import Ground
from cmkwizard.journeys.guides.places import DELETED_VAULTS, POLICY, about_page, fixed, subscription_page, vault_page
from cmkwizard.journeys.guides.rows import Row, lines
from cmkwizard.journeys.setup.lock import LOCK_NAME

_SHOW = "az keyvault show --subscription {subscription} --resource-group {group} --name {vault}"
_UPDATE = "az keyvault update --subscription {subscription} --resource-group {group} --name {vault}"
_VAULT = "Azure portal > {vaults} > {vault}"
_NETWORKING = f"{_VAULT} > Settings > Networking > Firewalls and virtual networks"
_WORKSPACES = "az monitor log-analytics workspace list --subscription {subscription} --query '[0].id' --output tsv"
AUDIT_SETTING = (
    "az monitor diagnostic-settings create --resource {vault_id} --name cmkwizard-audit "
    """--logs '[{{"category": "AuditEvent", "enabled": true}}]'"""
)
AUDIT_LOG = (f"WORKSPACE_ID=$({_WORKSPACES})", f'{AUDIT_SETTING} --workspace "$WORKSPACE_ID"')


def _recover(ground: Ground) -> tuple[str, ...]:
    found = ground.deleted
    return (fix_commands.vault_recover(found.id, found.location),) if found else ()


def _own_address(ground: Ground) -> tuple[str, ...]:
    address = getattr(ground.survey.data_access, "client_address", "")
    if not address:
        return (ground.line("az keyvault network-rule list --resource-group {group} --name {vault}"),)
    template = "az keyvault network-rule add --subscription {subscription} --resource-group {group} --name {vault}"
    return (ground.line(f"{template} --ip-address {{address}}", address=f"{address}/32"),)


def _locks(ground: Ground) -> tuple[str, ...]:
    which = "--subscription {subscription} --resource-group {group}"
    resource = "--resource-name {vault} --resource-type {type}"
    kind = "Microsoft.KeyVault/managedHSMs" if ground.hsm else "Microsoft.KeyVault/vaults"
    found = [ground.line(f"az lock list {which} {resource} --output table", type=kind)]
    if not ground.finding.about:  # none protects it yet
        found.append(commands.lock_create(ground.survey.choices, LOCK_NAME))
    return tuple(found)


ROWS = {
    "V01": Row("This program > Vault: type another name: 3 to 24 letters, digits and single hyphens, a letter first."),
    "V02": Row(
        "This program > Vault: type another name. Vault names are unique in all of Azure.",
        commands=lines("az keyvault check-name --name {vault}"),
    ),
    "V03": Row(
        "Azure portal > Key vaults > Manage deleted vaults > {subscription} > {vault} > Recover. Afterwards give "
        "Adobe's app its role again.",
        fixed(DELETED_VAULTS),
        _recover,
    ),
    "V04": Row(
        "This program > Vault: choose another region.",
        commands=lines(
            "az provider show --subscription {subscription} --namespace Microsoft.KeyVault "
            "--query \"resourceTypes[?resourceType=='vaults'].locations | [0]\""
        ),
    ),
    "V05": Row(
        f"{_VAULT} > Overview > Directory ID: sign in to that directory, or choose another vault.",
        vault_page(),
        lines(f"{_SHOW} --query properties.tenantId --output tsv"),
    ),
    "V06": Row(
        f"{_VAULT} > Settings > Properties > Soft delete: “Soft delete has been enabled on this key vault”",
        vault_page("properties"),
        lambda ground: (fix_commands.soft_delete_on(ground.vault_id),),
    ),
    "V07": Row(
        f"{_VAULT} > Settings > Properties > Purge protection > Enable. It cannot be turned off again.",
        vault_page("properties"),
        lambda ground: (fix_commands.purge_protection_on(ground.vault_id),),
    ),
    "V08": Row(
        f"{_VAULT} > Settings > Access configuration > Permission model. Better take another vault: switching this one "
        "cuts off everyone whom its access policies let in, until each of them has been given a role.",
        vault_page(),
        lines(f"{_SHOW} --query properties.accessPolicies"),
    ),
    "V09": Row(
        f"{_VAULT} > Access policies: see whom they let in, and give each of them a role before anything is switched.",
        vault_page(),
        lines(f"{_SHOW} --query properties.accessPolicies"),
    ),
    "V10": Row(
        "This program > Vault: choose a vault of the tier Standard or Premium, or a Managed HSM. A vault of another "
        "kind cannot be made one.",
        vault_page(),
        lines(f"{_SHOW} --query properties.sku.name --output tsv"),
    ),
    "V11": Row("Azure portal > {place} > Settings > Locks", about_page("locks"), _locks),
    "V12": Row(
        "Azure portal > Policy > Authoring > Assignments > {place}: see what it allows, or Policy > Authoring > "
        "Exemptions for an exemption.",
        fixed(POLICY),
        lines("az resource show --ids {about}"),
    ),
    "V13": Row(
        f"{_VAULT} > Objects > Keys, Secrets, Certificates: see what else depends on it. A vault of its own is safer.",
        vault_page("keys"),
        lines("az keyvault key list --vault-name {vault} --output table"),
    ),
    "V14": Row(
        f"{_VAULT} > Monitoring > Diagnostic settings > Add diagnostic setting: tick “audit”, choose where it goes, "
        f"Save",
        vault_page("diagnostics"),
        lines(*AUDIT_LOG),
    ),
    "V16": Row(
        "Azure portal > {vaults}: look for {vault}, and note its subscription and resource group.",
        subscription_page(),
        lines("az resource list --name {vault} --query '[].id' --output tsv"),
    ),
    "V17": Row(f"{_VAULT} > Overview: see how it is, and decide whether it serves.", vault_page(), lines(_SHOW)),
    "W01": Row(
        f"{_NETWORKING}: “Allow public access from specific virtual networks and IP addresses”, with {ADOBE_ADDRESS}",
        vault_page("networking"),
        lambda ground: (
            ground.line(f"{_UPDATE} --public-network-access Enabled --default-action Deny --bypass AzureServices"),
            fix_commands.address_add(ground.vault_id),
        ),
    ),
    "W02": Row(
        f"{_NETWORKING} > Exception: tick “Allow trusted Microsoft services to bypass this firewall”, then Apply",
        vault_page("networking"),
        lambda ground: (fix_commands.bypass_on(ground.vault_id),),
    ),
    "W03": Row(
        f"{_NETWORKING} > Firewall: add {ADOBE_ADDRESS}, then Apply. It takes effect within 10 minutes.",
        vault_page("networking"),
        lambda ground: (fix_commands.address_add(ground.vault_id),),
    ),
    "W04": Row(
        f"{_NETWORKING} > Firewall: “Add your client IP address”, then Apply - only if a key has to be changed from "
        f"here.",
        vault_page("networking"),
        _own_address,
    ),
    "W05": Row(
        f"{_NETWORKING} > Firewall: replace what is no public address, or put neighbouring addresses together as "
        f"ranges.",
        vault_page("networking"),
        lines(
            "az keyvault network-rule list --subscription {subscription} --resource-group {group} --name {vault} "
            "--query ipRules"
        ),
    ),
    "W06": Row(
        f"{_VAULT} > Settings > Networking > Private endpoint connections: approve it, if you know who asked for it.",
        vault_page("networking"),
        lines("az network private-endpoint-connection list --id {vault_id} --output table"),
    ),
}
