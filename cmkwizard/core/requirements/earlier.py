"""What Adobe and Azure require of a vault, a key and an account, and the findings where they are not met.

Requirements: Adobe customer-managed keys, "Azure Key Vault configuration" and "alert resolution reference"; Azure
Key Vault REST error codes. The ids of the findings are stable: code, tests and reports use them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS, KEY_OPERATIONS, LEAST_KEY_SIZE
from cmkwizard.core.choices import KeyChoice, VaultChoice
from cmkwizard.core.facts import App, Key, Subscription, Vault, VaultName
from cmkwizard.core.requirements.finding import Finding, Severity
from cmkwizard.core.roles import (
    ASSIGNMENT_WRITE,
    GROUP_WRITE,
    KEY_WRITE,
    PROVIDER_REGISTER,
    VAULT_WRITE,
    Rights,
    allows,
)

NEAR_EXPIRY = timedelta(days=30)
"""A key that ends sooner than this deserves a word."""


_VAULT_OWNER = "a vault administrator"
_NEW_VAULT = "Choose another vault, or let this program create a new one."


def blocker(id_: str, sentence: str, remedy: str, who: str = "you") -> Finding:
    """Make a finding that stops the set-up."""
    return Finding(id_, Severity.BLOCKER, sentence, remedy, who)


def _warning(id_: str, sentence: str, remedy: str, who: str = "you") -> Finding:
    return Finding(id_, Severity.WARNING, sentence, remedy, who)


def subscription_findings(subscription: Subscription) -> list[Finding]:
    """Check that things can be created in the subscription."""
    if subscription.state.lower() in ("enabled", "warned", "pastdue"):
        return []
    return [
        blocker(
            "I03",
            f"The subscription {subscription.name} is {subscription.state}: nothing can be created in it.",
            "Choose another subscription, or have this one enabled again.",
            "the subscription's owner",
        )
    ]


def name_findings(answer: VaultName, *, deleted: bool) -> list[Finding]:
    """Check that a new vault can have its name; ``deleted``: a deleted vault of this subscription holds it."""
    if answer.available:
        return []
    if answer.reason == "AccountNameInvalid":
        return [blocker("V01", f"Azure does not accept {answer.name} as a vault name.", "Choose another name.")]
    if deleted:
        return [
            blocker(
                "V03",
                f"A deleted vault still holds the name {answer.name}.",
                "Choose another name, or recover the deleted vault in the Azure portal and use it. "
                "A recovered vault comes back without its role assignments.",
            )
        ]
    return [
        blocker(
            "V02",
            f"The vault name {answer.name} is taken: vault names are unique in all of Azure.",
            "Choose another name. If the vault is yours, choose its subscription and resource group.",
        )
    ]


def missing_vault_finding(name: str, group: str) -> Finding:
    """The finding for an existing vault that is not there."""
    return blocker(
        "V16",
        f"There is no vault {name} in the resource group {group}, or this account cannot see it.",
        "Check the name, the resource group and the subscription, or let this program create the vault.",
    )


def vault_findings(vault: Vault, tenant_id: str) -> list[Finding]:
    """Check an existing vault against what Adobe requires of it."""
    found: list[Finding] = []
    if vault.tenant_id.lower() != tenant_id.lower():
        found.append(
            blocker(
                "V05",
                f"The vault {vault.name} belongs to another directory than the one you are signed in to.",
                "Sign in to the vault's directory, or choose another vault.",
            )
        )
    if not vault.soft_delete:
        found.append(
            blocker(
                "V06", f"Soft delete is off for the vault {vault.name}. Adobe requires it.", _NEW_VAULT, _VAULT_OWNER
            )
        )
    if not vault.purge_protection:
        found.append(
            blocker(
                "V07",
                f"Purge protection is off for the vault {vault.name}. Adobe requires it.",
                "Turn purge protection on in the Azure portal (it cannot be turned off again), or choose another.",
                _VAULT_OWNER,
            )
        )
    if not vault.rbac:
        found.append(
            blocker(
                "V08",
                f"The vault {vault.name} uses access policies. Adobe requires Azure role-based access control.",
                f"{_NEW_VAULT} Switching this one over would cut off everyone who relies on its access policies.",
                _VAULT_OWNER,
            )
        )
    if vault.sku.lower() not in ("standard", "premium"):
        found.append(blocker("V10", f"The vault's tier {vault.sku} is not one that Adobe supports.", _NEW_VAULT))
    return found + _network_findings(vault)


def _network_findings(vault: Vault) -> list[Finding]:
    closed = not vault.public_access or vault.default_action.lower() == "deny"
    if not closed:
        return []
    found: list[Finding] = []
    if not vault.public_access:
        found.append(
            _warning(
                "W01",
                f"Public access to the vault {vault.name} is off, so its address rules have no effect.",
                "Expect Adobe's monitoring to report that it cannot reach the vault.",
                _VAULT_OWNER,
            )
        )
    if vault.bypass.lower() != "azureservices":
        found.append(
            blocker(
                "W02",
                f"The firewall of the vault {vault.name} does not let trusted Microsoft services through.",
                "Tick “Allow trusted Microsoft services to bypass this firewall” on the vault's networking page.",
                _VAULT_OWNER,
            )
        )
    if vault.public_access and ADOBE_ADDRESS not in {rule.removesuffix("/32") for rule in vault.ip_rules}:
        found.append(
            _warning(
                "W03",
                f"The firewall of the vault {vault.name} does not name Adobe's address {ADOBE_ADDRESS}.",
                f"Add {ADOBE_ADDRESS} on the vault's networking page; allow 10 minutes for it to take effect.",
                _VAULT_OWNER,
            )
        )
    return found


def vault_difference_findings(vault: Vault, choice: VaultChoice) -> list[Finding]:
    """Say where an existing vault differs from the one that was to be created; it is used as it is."""
    if not choice.create:
        return []
    differences = []
    if vault.sku.lower() != choice.sku.lower():
        differences.append(f"tier {vault.sku} instead of {choice.sku}")
    if vault.retention_days != choice.retention_days:
        differences.append(f"{vault.retention_days} days of retention instead of {choice.retention_days}")
    if not differences:
        return []
    return [
        _warning(
            "V17",
            f"The vault {vault.name} exists already, with {' and '.join(differences)}.",
            "It will be used as it is. Choose another name if that is not what you want.",
        )
    ]


def key_findings(key: Key, now: datetime) -> list[Finding]:
    """Check an existing key's current version against what Adobe requires of it."""
    new_key = "Choose another key, or type a new name to have one created."
    if key.type.upper() not in ("RSA", "RSA-HSM"):
        return [blocker("K02", f"The key {key.name} is of type {key.type}. Adobe requires RSA or RSA-HSM.", new_key)]
    found: list[Finding] = []
    if key.size < LEAST_KEY_SIZE:
        found.append(
            blocker(
                "K03",
                f"The key {key.name} has {key.size} bits. Adobe requires at least {LEAST_KEY_SIZE}.",
                f"{new_key} A key's size cannot be changed.",
            )
        )
    if not key.enabled:
        found.append(blocker("K04", f"The key {key.name} is disabled.", "Enable it in the Azure portal.", _VAULT_OWNER))
    if key.not_before is not None and key.not_before > now:
        found.append(
            blocker(
                "K05",
                f"The key {key.name} cannot be used before {key.not_before:%Y-%m-%d %H:%M} UTC.",
                "Remove its activation date in the Azure portal, or wait until then.",
                _VAULT_OWNER,
            )
        )
    if key.expires is not None:
        found += _expiry_findings(key.name, key.expires, now)
    missing = [each for each in KEY_OPERATIONS if each.lower() not in {op.lower() for op in key.operations}]
    if missing:
        found.append(
            blocker(
                "K07",
                f"The key {key.name} does not permit {' and '.join(missing)}.",
                "Permit these operations in the Azure portal (key, current version).",
                _VAULT_OWNER,
            )
        )
    return found


def _expiry_findings(name: str, expires: datetime, now: datetime) -> list[Finding]:
    remedy = "Remove the expiration date in the Azure portal. Adobe treats an expired key as access withdrawn."
    if expires <= now:
        return [blocker("K06", f"The key {name} expired on {expires:%Y-%m-%d}.", remedy, _VAULT_OWNER)]
    if expires - now < NEAR_EXPIRY:
        return [_warning("K06", f"The key {name} expires on {expires:%Y-%m-%d}.", remedy, _VAULT_OWNER)]
    return []


def key_difference_findings(key: Key, choice: KeyChoice) -> list[Finding]:
    """Say where an existing key differs from the one that was to be created; it is used as it is."""
    if (key.type.upper(), key.size) == (choice.type.upper(), choice.size):
        return []
    return [
        _warning(
            "K13",
            f"The key {key.name} exists already, as {key.type} with {key.size} bits "
            f"instead of {choice.type} with {choice.size}.",
            "It will be used as it is. Choose another name if that is not what you want.",
        )
    ]


@dataclass(frozen=True)
class NeededRight:
    """An action that the set-up needs at a scope, and how its lack is reported."""

    id: str
    action: str
    purpose: str
    roles: str


NEEDED_RIGHTS = {
    need.action: need
    for need in (
        NeededRight("I04", PROVIDER_REGISTER, "register Key Vault in the subscription", "Contributor"),
        NeededRight("I05", GROUP_WRITE, "create the resource group", "Contributor"),
        NeededRight("I05", VAULT_WRITE, "create the vault", "Key Vault Contributor or Contributor"),
        NeededRight("I05", KEY_WRITE, "create the key", "Key Vault Contributor or Contributor"),
        NeededRight(
            "I06",
            ASSIGNMENT_WRITE,
            "give Adobe's app its role on the vault",
            "Key Vault Data Access Administrator, User Access Administrator or Owner",
        ),
    )
}


def rights_findings(granted: Iterable[Rights], actions: Iterable[str], scope_name: str) -> list[Finding]:
    """Name each of ``actions`` that is not granted at the scope called ``scope_name``.

    Conditions on a grant, Azure Policy and locks are not seen by this check.
    """
    held = tuple(granted)
    return [
        blocker(
            need.id,
            f"Your account may not {need.purpose} ({scope_name}).",
            f"Ask for the role {need.roles} on {scope_name}. If you hold it as eligible, activate it first.",
            "an owner of the subscription",
        )
        for need in (NEEDED_RIGHTS[action] for action in actions)
        if not allows(held, need.action)
    ]


def app_findings(app: App) -> list[Finding]:
    """Check Adobe's app in the directory."""
    if app.enabled:
        return []
    return [
        blocker(
            "P01",
            f"Adobe's app {app.name} is disabled in your directory.",
            "Enable it under Enterprise applications in the Entra admin centre.",
            "an Entra administrator",
        )
    ]
