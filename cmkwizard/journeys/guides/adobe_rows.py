"""The ways for Adobe, the organisation's policy and revocation (D01 to D09, O01 to O17, R01 to R05)."""

from __future__ import annotations

import json

from cmkwizard.journeys import commands
from cmkwizard.journeys.guides.ground import Ground
from cmkwizard.journeys.guides.places import (
    ADMIN_CONSOLE,
    DELETED_VAULTS,
    DEVELOPER_CONSOLE,
    EXPERIENCE_PLATFORM,
    fixed,
    vault_page,
)
from cmkwizard.journeys.guides.rows import Row, lines, no_way
from cmkwizard.journeys.guides.vault_rows import AUDIT_LOG, AUDIT_SETTING
from cmkwizard.journeys.setup.lock import LOCK_NAME

_AGAIN = "This program > {page}: choose what the policy allows, or have the rule changed in {{policy}}."
_HELD = "az role assignment list --scope {vault_id} --include-inherited --output table"


def _choose(page: str) -> Row:
    return Row(_AGAIN.format(page=page))


def _tags(ground: Ground) -> tuple[str, ...]:
    wanted = " ".join(ground.line("{tag}", tag=f"{name}={value}") for name, value in ground.survey.policy.tags.items())
    return (ground.line("az tag update --resource-id {vault_id} --operation Merge --tags ") + wanted,) if wanted else ()


def _rotation(ground: Ground) -> tuple[str, ...]:
    days = ground.survey.policy.required.rotation_days or 365
    action = {"trigger": {"timeAfterCreate": f"P{days}D"}, "action": {"type": "Rotate"}}
    policy = json.dumps({"lifetimeActions": [action], "attributes": {}})
    option = "--hsm-name {vault}" if ground.hsm else "--vault-name {vault}"
    template = f"az keyvault key rotation-policy update {option} --name {{key}} --value {{value}}"
    return (ground.line(template, value=policy),)


def _audit_log(ground: Ground) -> tuple[str, ...]:
    place = ground.survey.policy.required.audit_log
    if not place:
        return tuple(ground.line(each) for each in AUDIT_LOG)
    option = "--storage-account" if "/storageaccounts/" in place.lower() else "--workspace"
    return (ground.line(f"{AUDIT_SETTING} {option} {{log_place}}", log_place=place),)


ROWS = {
    "D01": Row(
        "Adobe Developer Console > Projects > the project of the credential {credential} > OAuth Server-to-Server: "
        "compare client id, client secret and scopes, and add a new secret where the old one is lost.",
        fixed(DEVELOPER_CONSOLE),
    ),
    "D02": Row(
        "Adobe Admin Console > Overview, or Experience Platform with Ctrl+I > Assigned Orgs: copy the organisation id.",
        fixed(ADMIN_CONSOLE),
    ),
    "D03": Row(
        "Adobe Admin Console > Products > Adobe Experience Platform: see the region, and that the credential "
        "{credential} is in the product profile AEP-Default-All-Users.",
        fixed(ADMIN_CONSOLE),
    ),
    "D04": Row(
        "Experience Platform > Permissions > Roles > a role with “Manage Customer Managed Key” > API credentials > "
        "Add: {credential}",
        fixed(EXPERIENCE_PLATFORM),
    ),
    "D05": Row(
        "This program > Connect to Adobe: take the name of the configuration that Adobe has; it is followed then, and "
        "nothing is submitted.",
    ),
    "D06": no_way("The name is kept by this program as soon as it was seen; note it elsewhere as well."),
    "D07": Row(
        "Experience Platform > Administration > Encryption > Customer managed keys: see which vault and key Adobe "
        "holds, and choose those here.",
        fixed(EXPERIENCE_PLATFORM),
    ),
    "D08": Row(
        "Adobe Experience League > Support > Open ticket: name the organisation {organisation} and the configuration "
        "{configuration}, and since when it has not moved.",
        fixed("https://experienceleague.adobe.com/support"),
    ),
    "D09": Row(
        "This program > Review the plan > Second vault and key: Journey Optimizer and Customer Journey Analytics need "
        "a vault, an app and a ticket of their own.",
    ),
    "O01": _choose("Sign in to Azure"),
    **{each: _choose("Vault") for each in ("O02", "O03", "O04", "O05", "O07", "O13")},
    "O06": _choose("Key"),
    "O08": _choose("Connect to Adobe"),
    "O09": Row("Azure portal > {vaults} > {vault} > Tags", vault_page("tags"), _tags),
    "O10": _choose("Key"),
    "O11": _choose("Key"),
    "O12": Row(
        "Azure portal > {vaults} > {vault} > Settings > Networking. Before anything is closed, trusted Microsoft "
        "services and Adobe's address have to be let in (W02, W03).",
        vault_page("networking"),
    ),
    "O14": Row(
        "Azure portal > {vaults} > {vault} > Objects > Keys > {key} > Rotation policy", vault_page("keys"), _rotation
    ),
    "O15": Row(
        "Azure portal > {vaults} > {vault} > Monitoring > Diagnostic settings", vault_page("diagnostics"), _audit_log
    ),
    "O16": Row(
        "Azure portal > {vaults} > {vault} > Settings > Locks > Add: lock type Delete",
        vault_page("locks"),
        lambda ground: (commands.lock_create(ground.survey.choices, LOCK_NAME),),
    ),
    "O17": Row("This computer > {policy}: let nobody but its administrators write the file."),
    "R01": Row(
        "Azure portal > {vaults} > {vault} > Access control (IAM) > Role assignments", vault_page("users"), lines(_HELD)
    ),
    "R02": Row(
        "Azure portal > {vaults} > {vault} > Access control (IAM) > Role assignments, and Objects > Keys",
        vault_page("users"),
        lines(_HELD),
    ),
    "R03": no_way("It is asked when access is taken away."),
    "R04": no_way("It is saved when access is taken away."),
    "R05": Row(
        "Azure portal > Key vaults > Manage deleted vaults > {subscription} > {vault} > Recover",
        fixed(DELETED_VAULTS),
        lines("az keyvault list-deleted --subscription {subscription} --output table"),
    ),
}
