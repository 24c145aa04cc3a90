"""A vault's firewall (W01 to W06): what it does to Adobe, and what to this computer."""

from __future__ import annotations

import ipaddress

from cmkwizard.core.adobe_needs import ADOBE_ADDRESS
from cmkwizard.core.facts import Vault
from cmkwizard.core.people import VAULT_ADMINISTRATOR
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.rows import cut_off, listed, row, vault_of
from cmkwizard.core.survey import NotKnown, Survey

_NOT_PUBLIC = tuple(
    ipaddress.IPv4Network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8")
)
"""Reserved for private networks (RFC 1918), and this computer itself."""
MOST_RULES = 1000
"""IPv4 rules that a vault's firewall takes (Azure Key Vault, network security)."""

NETWORK_REFUSALS = frozenset({"ForbiddenByFirewall", "ForbiddenByConnection"})
"""Key Vault's codes for a caller whose network is not let in."""
ROLE_REFUSALS = frozenset({"ForbiddenByRbac", "AccessDenied", "ForbiddenByPolicy"})
"""Key Vault's codes for a caller whom its firewall let through, and who lacks a right."""


def _cut_off(survey: Survey) -> str:
    """As everywhere; and what Adobe writes of firewalls alone (alert resolution reference)."""
    said = cut_off(survey)
    return f"{said} Its alert page lists a blocked address as recoverable; that is no promise." if said else ""


def _open(vault: Vault) -> bool:
    return vault.public_access and vault.default_action.lower() != "deny"


@row(
    "W01",
    Group.FIREWALL,
    Severity.WARNING,
    "The vault's public address is on, so that address rules work",
    why="While public access is off, only trusted Microsoft services and private endpoints reach the vault; Adobe's "
    "monitoring comes from a public address.",
    source=sources.AZURE_NETWORK,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _public(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if vault.public_access:
        return met(f"Public access to the vault {vault.name} is on (its firewall decides who gets in).")
    return not_met(
        f"Public access to the vault {vault.name} is off, so its address rules have no effect.{_cut_off(survey)}",
        "Expect Adobe's monitoring to report that it cannot reach the vault. To let it in, turn public access on for "
        f"selected networks, with {ADOBE_ADDRESS} among them.",
        about=vault.id,
    )


@row(
    "W02",
    Group.FIREWALL,
    Severity.BLOCKER,
    "Trusted Microsoft services may pass the firewall",
    why="Adobe's data stores reach the key as trusted Microsoft services.",
    source=sources.ADOBE_VAULT,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _trusted_services(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if _open(vault):
        return met(f"The vault {vault.name} lets all networks in; who may use it, its roles decide.")
    if vault.bypass.lower() == "azureservices":
        return met(f"The firewall of the vault {vault.name} lets trusted Microsoft services through.")
    return not_met(
        f"The firewall of the vault {vault.name} does not let trusted Microsoft services through.{_cut_off(survey)}",
        "Tick “Allow trusted Microsoft services to bypass this firewall” on the vault's networking page.",
        about=vault.id,
    )


@row(
    "W03",
    Group.FIREWALL,
    Severity.WARNING,
    f"Adobe's address {ADOBE_ADDRESS} may pass the firewall",
    why="Adobe watches the vault from this address; while it is blocked, Adobe reports a failure to reach the key.",
    source=sources.ADOBE_ALERTS,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.PROGRAM,
)
def _adobe_address(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if not vault.public_access:
        return not_needed("Public access is off: address rules have no effect (W01).")
    if _open(vault):
        return met(f"The vault {vault.name} lets all networks in, Adobe's address among them.")
    adobe = ipaddress.IPv4Address(ADOBE_ADDRESS)
    if any(adobe in network for network in map(_network, vault.ip_rules) if network is not None):
        return met(f"The firewall of the vault {vault.name} names Adobe's address {ADOBE_ADDRESS}.")
    return not_met(
        f"The firewall of the vault {vault.name} does not name Adobe's address {ADOBE_ADDRESS}.{_cut_off(survey)}",
        f"Add {ADOBE_ADDRESS} on the vault's networking page; allow 10 minutes for it to take effect.",
        about=vault.id,
    )


@row(
    "W04",
    Group.FIREWALL,
    Severity.WARNING,
    "The vault's firewall lets this computer through",
    why="Changing a key that exists (not making one) goes through the vault itself.",
    source=sources.AZURE_NETWORK,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _this_computer(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    access = survey.data_access
    if isinstance(access, NotKnown):
        return not_known(access)
    if access.refusal in NETWORK_REFUSALS:
        return _blocked(vault, access.client_address, private=access.refusal == "ForbiddenByConnection")
    if not access.refusal or access.refusal in ROLE_REFUSALS:
        return met(f"The vault {vault.name} lets this computer's network in.")
    return not_known(f"The vault {vault.name} refused with {access.refusal}, which does not say where it stopped.")


def _blocked(vault: Vault, address: str, *, private: bool) -> Answer:
    named = f" (its address is {address})" if address else ""
    return not_met(
        f"The firewall of the vault {vault.name} keeps this computer out{named}. Nothing depends on it: keys are made "
        "and read through Azure Resource Manager. It says nothing of Adobe, whose way in is judged apart (W02, W03).",
        "Run this program inside the network of the vault's private endpoint, if a key has to be changed."
        if private
        else f"Add {address or 'your address'} on the vault's networking page, if a key has to be changed from here. "
        "Otherwise leave it as it is.",
        about=vault.id,
    )


@row(
    "W05",
    Group.FIREWALL,
    Severity.BLOCKER,
    f"The firewall's rules are public addresses, {MOST_RULES} at most",
    why="A vault's firewall knows public IPv4 addresses only; a rule with a private one lets nobody in.",
    source=sources.AZURE_NETWORK,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _rules(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    if _open(vault) or not vault.public_access:
        return not_needed("The firewall's address rules are not in effect.")
    if len(vault.ip_rules) > MOST_RULES:
        return not_met(
            f"The firewall of the vault {vault.name} has {len(vault.ip_rules)} address rules, and Azure takes "
            f"{MOST_RULES}.",
            "Put neighbouring addresses together as ranges.",
            about=vault.id,
        )
    bad = [rule for rule in vault.ip_rules if not _is_public(rule)]
    if not bad:
        return met(f"The firewall of the vault {vault.name} names public addresses alone.")
    return not_met(
        f"The firewall of the vault {vault.name} names what is no public address: {listed(bad)}.",
        "Replace it by the public address under which that network reaches the internet, or by a virtual network rule.",
        about=vault.id,
    )


@row(
    "W06",
    Group.FIREWALL,
    Severity.NOTE,
    "Private endpoints are approved",
    why="Where public access is off, they are the only way in for people.",
    source=sources.AZURE_NETWORK,
    who=VAULT_ADMINISTRATOR,
    fix=Fix.GUIDED,
)
def _private_endpoints(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    endpoints = vault.private_endpoints
    waiting = [(id_.rpartition("/")[2], state) for id_, state in endpoints if state.lower() != "approved"]
    if waiting:
        return not_met(
            f"Of the private endpoints of the vault {vault.name}, "
            f"{listed(f'{name} is {state.lower()}' for name, state in waiting)}.",
            "Approve the connection on the vault's networking page, if you know who asked for it.",
            about=vault.id,
        )
    if endpoints:
        return met(f"All private endpoints of the vault {vault.name} are approved.")
    if vault.public_access:
        return not_needed(f"The vault {vault.name} has no private endpoints.")
    return not_met(
        f"The vault {vault.name} has neither public access nor a private endpoint: nobody but trusted Microsoft "
        "services can reach its keys.",
        "Add a private endpoint, or turn public access on for selected networks.",
        about=vault.id,
    )


def _network(rule: str) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(rule.strip(), strict=False)
    except ValueError:
        return None


def _is_public(rule: str) -> bool:
    network = _network(rule)
    return network is not None and not any(network.subnet_of(each) for each in _NOT_PUBLIC)


ROWS = (_public, _trusted_services, _adobe_address, _this_computer, _rules, _private_endpoints)
"""The rows of the table, in order."""
