"""The ways for this computer and the account (N01 to N06, I01 to I10)."""

from __future__ import annotations

from cmkwizard.core.facts import Account
from cmkwizard.core.least_rights import role_for
from cmkwizard.core.survey import Reach
from cmkwizard.journeys import commands
from cmkwizard.journeys.commands import line
from cmkwizard.journeys.fixes import commands as fix_commands
from cmkwizard.journeys.guides.ground import Ground
from cmkwizard.journeys.guides.places import (
    PIM,
    about_page,
    consent_page,
    fixed,
    group_page,
    subscription_page,
    vault_page,
)
from cmkwizard.journeys.guides.rows import Row, lines, no_way


def _failing(ground: Ground) -> list[Reach]:
    reaches = ground.survey.computer.reaches
    return [each for each in reaches if (each.problem or each.untrusted) and ground.finding.about in ("", each.host)]


def _reach(ground: Ground) -> tuple[str, ...]:
    return tuple(line("curl --head {}", f"https://{each.host}/") for each in _failing(ground))


def _certificates(ground: Ground) -> tuple[str, ...]:
    return tuple(
        line(
            "openssl s_client -connect {} -servername {} -showcerts", _with_port(each.host), each.host.partition(":")[0]
        )
        for each in _failing(ground)
    )


def _with_port(host: str) -> str:
    return host if ":" in host else f"{host}:443"


def _give_account(ground: Ground) -> tuple[str, ...]:
    """Give the account the role that it lacks, where the finding is about."""
    account, right = ground.survey.account, role_for(ground.finding.id)
    if not isinstance(account, Account) or right is None:
        return ()
    scope = ground.finding.about or ground.survey.rights_scope or ground.group_id
    start = line("az role assignment create --assignee-object-id {} --assignee-principal-type User", account.object_id)
    return (start + line(" --role {} --scope {}", right.role_id, scope),)


def _own_role(ground: Ground) -> tuple[str, ...]:
    account = ground.survey.account
    if not isinstance(account, Account):
        return ()
    if ground.hsm:
        start = "az keyvault role assignment create --hsm-name {vault} --assignee-object-id {id}"
        role = "--assignee-principal-type User --role 'Managed HSM Crypto Officer' --scope /keys"
        return (ground.line(f"{start} {role}", id=account.object_id),)
    return (fix_commands.own_role_create(ground.vault_id, account.object_id),)


def _consent(ground: Ground) -> tuple[str, ...]:
    return (commands.app_show(ground.application),) if ground.application else ()


_IAM = "Access control (IAM) > Add > Add role assignment"
_ELIGIBLE = "If you hold the role as eligible, activate it under Privileged Identity Management first."

ROWS = {
    "N01": Row(
        "This computer's network > proxy or firewall: let it reach the hosts that are named, on port 443.",
        commands=_reach,
    ),
    "N02": Row(
        "This computer > its store of trusted certificates: add the authority with which your organisation inspects "
        "encrypted traffic.",
        commands=_certificates,
    ),
    "N03": Row("This computer > Settings > Date and time: let it set its time by itself."),
    "N04": Row(
        "This computer > its keyring (Windows Credential Manager, macOS Keychain, or a Secret Service such as GNOME "
        "Keyring): unlock it, or install one. Without one, secrets are kept until the program closes."
    ),
    "N05": Row(
        "This computer > Settings > Default apps: choose a browser; its own address 127.0.0.1 has to take connections "
        "from the browser."
    ),
    "N06": no_way("The interface comes with the program: a newer release of it speaks a newer one."),
    "I01": Row(
        "This program > Sign in to Azure: choose the directory {tenant} of the chosen subscription.",
        commands=lines("az login --tenant {tenant}"),
    ),
    "I02": Row(
        "Entra admin centre > Users > {account}: look at “User type”. A member of the directory meets fewer refusals.",
        fixed("https://entra.microsoft.com/#view/Microsoft_AAD_UsersAndTenants/UserManagementMenuBlade/~/AllUsers"),
        lines("az ad signed-in-user show --query userType --output tsv"),
    ),
    "I03": Row(
        "Azure portal > Subscriptions > {subscription} > Overview: see its status, and have it enabled again.",
        subscription_page(),
        lines("az account show --subscription {subscription} --query state --output tsv"),
    ),
    "I04": Row(
        "Azure portal > Subscriptions > {subscription} > Settings > Resource providers > Microsoft.KeyVault > Register",
        subscription_page(),
        lambda ground: (commands.provider_register(ground.survey.choices),),
    ),
    "I05": Row(
        f"Azure portal > {{place}} > {_IAM}: give {{account}} the role that is named. {_ELIGIBLE}",
        about_page("users"),
        _give_account,
    ),
    "I06": Row(
        f"Azure portal > {{place}} > {_IAM}: give {{account}} the role that is named. A condition that leaves out Key "
        f"Vault Crypto Service Encryption User, or service principals, is not enough. {_ELIGIBLE}",
        about_page("users"),
        _give_account,
    ),
    "I07": Row(
        "Azure portal > Privileged Identity Management > My roles > Azure resources > Eligible assignments > Activate",
        fixed(PIM),
        lines(
            "az rest --method get --url 'https://management.azure.com'{about}'/providers/Microsoft.Authorization"
            "/roleEligibilityScheduleInstances?api-version=2020-10-01&$filter=asTarget()'"
        ),
    ),
    "I08": Row(
        "Microsoft sign-in: an administrator of the directory opens the consent address and accepts Adobe's app for "
        "the organisation. It then stands under Entra admin centre > Enterprise applications > All applications.",
        consent_page,
        _consent,
    ),
    "I09": Row(
        "Azure portal > Resource groups > {group} > Overview: wait until it is gone, or choose another one here.",
        group_page(),
        lines("az group show --subscription {subscription} --name {group} --query properties.provisioningState"),
    ),
    "I10": Row(
        f"Azure portal > {{vaults}} > {{vault}} > {_IAM} (in a Managed HSM: Settings > Local RBAC > Add): give "
        "{account} the role Crypto Officer. It is needed only to change or recover a key, not to make one.",
        vault_page("users"),
        _own_role,
    ),
}
