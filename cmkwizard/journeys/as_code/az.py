"""The set-up as a script for the Azure CLI: it makes what is not there, and changes nothing that is."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from cmkwizard.core.log_places import log_place
from cmkwizard.journeys import commands
from cmkwizard.journeys.as_code.heading import comment, heading
from cmkwizard.journeys.as_code.key import key_properties
from cmkwizard.journeys.as_code.seen import SetupAsSeen
from cmkwizard.journeys.commands import line

_USE = (
    "It makes what is not there, changes nothing that is, and stops where something is otherwise than recorded.",
    "It needs a POSIX shell, such as Azure Cloud Shell, and the Azure CLI, signed in (az login) as an owner.",
    "Where Adobe's app is not in the directory yet, an Entra administrator has to run it.",
    "It hands the key in to Adobe only with SUBMIT_TO_ADOBE=yes and an access token of the credential in ADOBE_TOKEN.",
)
_LEFT_OUT = (
    "a person's consent to Adobe's app: where the app is missing, the script puts it into the directory, and no more.",
)
_START = """\
set -eu

say() { printf '%s\\n' "$*" >&2; }
stop() { say "$*"; exit 1; }
# Whether a list (one a line) has a name, in whatever case: Azure's names have none.
has() { printf '%s\\n' "$1" | grep -Fixq -e "$2"; }
lower() { printf '%s' "$1" | tr '[:upper:]' '[:lower:]'; }
"""
_NO_LINE_BREAK = str.maketrans({"\n": " ", "\r": " "})


def az_script(seen: SetupAsSeen, platform: str) -> str:
    """The script. ``platform``: the base address of Experience Platform; empty: it is not known."""
    parts = [_hsm(seen)] if seen.managed_hsm else [_provider(seen), _group(seen), _vault(seen)]
    parts += [_key(seen), _role(seen), *_logs(seen), *_locks(seen), _submission(seen, platform)]
    return "#!/bin/sh\n" + heading(seen, "#", _USE, _LEFT_OUT) + _START + "\n" + "\n".join(parts)


def _part(title: str, *lines: str) -> str:
    return f"# {comment(title)}\n" + "".join(f"{each}\n" for each in lines)


def _stop(text: str) -> str:
    return f"stop {shlex.quote(text.translate(_NO_LINE_BREAK))}"


def _same(shown: str, wanted: Sequence[Any], text: str) -> Iterator[str]:
    """Stop where what a command shows, a value a line, is not what was recorded."""
    yield f"shown=$({shown})"
    values = [str(each).lower() if isinstance(each, bool) else str(each) for each in wanted]
    yield "wanted=" + shlex.quote("\n".join(values))
    yield f'[ "$(lower "$shown")" = "$(lower "$wanted")" ] || {_stop(text)}'


def _provider(seen: SetupAsSeen) -> str:
    subscription = seen.choices.azure.subscription
    shown = line(
        "az provider show --subscription {} --namespace Microsoft.KeyVault --query registrationState --output tsv",
        subscription,
    )
    return _part(
        "Key Vault in the subscription",
        f"state=$({shown})",
        f'[ "$state" = Registered ] || {commands.provider_register(seen.choices)}',
    )


def _group(seen: SetupAsSeen) -> str:
    azure = seen.choices.azure
    there = line("az group exists --subscription {} --name {}", azure.subscription, azure.resource_group)
    where = "" if seen.group_location else " (its region is not in the records; the vault's is taken)"
    return _part(
        f"The resource group{where}",
        f"there=$({there})",
        f'[ "$there" = true ] || {commands.group_create(seen.choices, seen.group_location)} --output none',
    )


def _vault(seen: SetupAsSeen) -> str:
    vault, azure, name = seen.vault, seen.choices.azure, seen.choices.vault.name
    listed = line(
        "az keyvault list --subscription {} --resource-group {} --query '[].name' --output tsv",
        azure.subscription,
        azure.resource_group,
    )
    create = commands.vault_create_as(
        seen.choices,
        default_action=vault.default_action,
        addresses=vault.ip_rules,
        bypass=vault.bypass,
        public_access=vault.public_access,
        purge_protection=vault.purge_protection,
        tags=seen.tags,
    )
    show = line(
        "az keyvault show --subscription {} --name {} --output tsv --query {}", azure.subscription, name, _VAULT
    )
    wanted = [
        *(vault.location, vault.tenant_id, vault.sku, vault.rbac, vault.retention_days, vault.purge_protection),
        *(vault.public_access, vault.default_action, vault.bypass, ",".join(sorted(vault.ip_rules))),
    ]
    otherwise = f"The vault {name} is there with other settings than were recorded. Nothing of it was changed."
    return _part(
        "The vault",
        f"vaults=$({listed})",
        f'has "$vaults" {shlex.quote(name)} || {create} --output none',
        *_same(show, wanted, otherwise),
    )


_VAULT = (
    "[location, properties.tenantId, properties.sku.name, properties.enableRbacAuthorization, "
    "properties.softDeleteRetentionInDays, properties.enablePurgeProtection == `true`, "
    "properties.publicNetworkAccess != 'Disabled', properties.networkAcls.defaultAction || 'Allow', "
    "properties.networkAcls.bypass || 'AzureServices', "
    "join(',', sort(properties.networkAcls.ipRules[].value || `[]`))]"
)


def _hsm(seen: SetupAsSeen) -> str:
    azure, name = seen.choices.azure, seen.choices.vault.name
    listed = line(
        "az keyvault list --resource-type hsm --subscription {} --resource-group {} --query '[].name' --output tsv",
        azure.subscription,
        azure.resource_group,
    )
    missing = f"The Managed HSM {name} is not there. It is made and activated by hand, with its security domain."
    return _part("The Managed HSM", f"hsms=$({listed})", f'has "$hsms" {shlex.quote(name)} || {_stop(missing)}')


def _key(seen: SetupAsSeen) -> str:
    key = seen.key
    query = (
        "[properties.kty, properties.keySize, properties.attributes.enabled, join(',', sort(properties.keyOps)), "
        "to_string(properties.attributes.nbf || `0`), to_string(properties.attributes.exp || `0`)]"
    )
    attributes = key_properties(key).get("attributes", {})
    wanted = [
        *(key.type, key.size, key.enabled, ",".join(sorted(key.operations))),
        *(attributes.get("nbf", 0), attributes.get("exp", 0)),
    ]
    otherwise = f"The key {seen.choices.key.name} is there, and not as it was recorded. Nothing of it was changed."
    return _part(
        "The key (a key that is there is answered as it is, and not written)",
        f"{commands.key_put(seen.choices, key_properties(key))} --output none",
        *_same(commands.key_show(seen.choices, query), wanted, otherwise),
    )


def _role(seen: SetupAsSeen) -> str:
    application = seen.app.application_id
    found = line("az ad sp show --id {} --query id --output tsv", application)
    made = line("az ad sp create --id {} --query id --output tsv", application)
    role, name, subscription = seen.role.role, seen.role_name, seen.choices.azure.subscription
    if seen.managed_hsm:
        hsm, scope = seen.choices.vault.name, seen.role.scope
        listed = line("az keyvault role assignment list --hsm-name {} --scope {}", hsm, scope)
        give = commands.local_role_assign(hsm, '"$app"', role, scope, name)
    else:
        scope = seen.role_scope
        listed = line("az role assignment list --subscription {} --scope {}", subscription, scope)
        listed += " --fill-principal-name false --fill-role-definition-name false"
        give = commands.role_assign(subscription, '"$app"', role, scope, name)
    refused = (
        f"Adobe's app {application} is not in the directory, and this account could not put it there. Have an Entra "
        "administrator accept it at Adobe's consent address, and run this again."
    )
    return _part(
        "Adobe's app in the directory, and its role",
        f"app=$({found} 2>/dev/null) || app=$({made}) || {_stop(refused)}",
        f"roles=$({listed} --query '[].[name, principalId]' --output tsv)",
        f"""has "$roles" "$(printf '%s\\t%s' {shlex.quote(name)} "$app")" || {give} --output none""",
    )


def _logs(seen: SetupAsSeen) -> Iterator[str]:
    vault = commands.vault_id(seen.choices)
    shown = line("az monitor diagnostic-settings list --resource {} --query '[].name' --output tsv", vault)
    for each in seen.audit_logs:
        place = log_place(each.destination)
        if place is None:
            yield _part(f"The diagnostic setting {each.name} writes to a place that this program does not know.")
            continue
        create = commands.audit_log_create(vault, each.name, place)
        yield _part(
            f"The audit log: {each.name}",
            f"settings=$({shown})",
            f'has "$settings" {shlex.quote(each.name)} || {create} --output none',
        )


def _locks(seen: SetupAsSeen) -> Iterator[str]:
    listed = line(
        "az lock list --subscription {} --resource {} --query '[].name' --output tsv",
        seen.choices.azure.subscription,
        commands.vault_id(seen.choices),
    )
    for each in seen.own_locks:
        create = commands.lock_create(seen.choices, each.name, each.level)
        yield _part(
            f"The lock {each.name}",
            f"locks=$({listed})",
            f'has "$locks" {shlex.quote(each.name)} || {create} --output none',
        )


def _submission(seen: SetupAsSeen, platform: str) -> str:
    title = "The submission to Adobe: it cannot be undone"
    if not platform:
        return _part(f"{title}. Adobe's address is not known from the records: it is left out.")
    name = seen.choices.adobe.configuration
    show = commands.submission_show(seen.choices, platform)
    send = commands.submission(seen.choices, platform, None)
    there = f"Adobe holds the configuration {name} already. Nothing was submitted."
    return _part(
        title,
        'if [ "${SUBMIT_TO_ADOBE:-no}" = yes ]; then',
        '  : "${ADOBE_TOKEN:?has to hold an access token of the credential}"',
        f"  code=$({show} --silent --output /dev/null --write-out '%{{http_code}}') || :",
        "  case $code in",
        f"    200) say {shlex.quote(there)} ;;",
        "    404)",
        f"{send} --silent --show-error",
        "      ;;",
        '    *) stop "Adobe answered $code when it was asked what it holds. Nothing was submitted." ;;',
        "  esac",
        "else",
        '  say "Not submitted to Adobe: SUBMIT_TO_ADOBE is not yes."',
        "fi",
    )
