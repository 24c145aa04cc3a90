"""How access is taken away without this program: nobody is left without a way because a service does not answer."""

from __future__ import annotations

from cmkwizard.clouds.azure.key_changes import HSM_KEYS
from cmkwizard.core.choices import Choices
from cmkwizard.core.impact import Impact
from cmkwizard.journeys.commands import line, vault_id

_ADOBE_APP = "ADOBE_APP_ID"


def by_hand(choices: Choices, impact: Impact) -> str:
    """The way in Azure's portal, and the command lines, for as much as is known."""
    where = impact.vault_id or vault_id(choices)
    hsm = choices.vault.kind == "managed-hsm"
    place = "Local RBAC" if hsm else "Access control (IAM), Role assignments"
    role = f"{'Managed HSM' if hsm else 'Key Vault'} Crypto Service Encryption User"
    app = impact.application_id or _ADOBE_APP
    commands = _local(choices, impact, app) if hsm else _commands(choices, impact, where, app)
    return "\n".join(
        (
            f"In the Azure portal: {impact.vault_name}, {place}; select the role {role} of Adobe's app; Remove.",
            "Write down the role, its scope and the app's object id first: they are the way back.",
            *(f"$ {each}" for each in commands),
        )
    )


def _commands(choices: Choices, impact: Impact, where: str, app: str) -> tuple[str, ...]:
    subscription = choices.azure.subscription
    look = line(
        "az role assignment list --subscription {} --scope {} --include-inherited --assignee {}",
        subscription,
        where,
        app,
    )
    id_ = impact.assignment.id if impact.assignment else "ASSIGNMENT_ID"
    return (look, line("az role assignment delete --subscription {} --ids {}", subscription, id_))


def _local(choices: Choices, impact: Impact, app: str) -> tuple[str, ...]:
    """By name and scope: given an id alone, the Azure CLI looks at the wrong scope, and removes nothing in silence."""
    hsm, found = choices.vault.name, impact.assignment
    name, scope = (found.name, found.scope) if found else ("ASSIGNMENT_NAME", HSM_KEYS)
    return (
        line("az keyvault role assignment list --hsm-name {} --assignee {}", hsm, app),
        line("az keyvault role assignment delete --hsm-name {} --name {} --scope {}", hsm, name, scope),
    )
