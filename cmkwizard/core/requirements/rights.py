"""The rights that the account needs in Azure (I05 to I07, I10)."""

from __future__ import annotations

from cmkwizard.core.built_in_roles import BUILT_IN, role_name
from cmkwizard.core.conditions import may_assign
from cmkwizard.core.facts import App, Assignment, Eligibility, Vault
from cmkwizard.core.people import SUBSCRIPTION_OWNER, YOU
from cmkwizard.core.requirements import sources
from cmkwizard.core.requirements.finding import Answer, Fix, Group, Severity, met, not_known, not_met, not_needed
from cmkwizard.core.requirements.firewall import NETWORK_REFUSALS, ROLE_REFUSALS
from cmkwizard.core.requirements.needs import NEEDED_RIGHTS, NeededRight, needs
from cmkwizard.core.requirements.rows import is_hsm, listed, place, row, vault_of
from cmkwizard.core.roles import ASSIGNMENT_WRITE, CRYPTO_SERVICE_ENCRYPTION_USER, PROVIDER_REGISTER, allows, covers
from cmkwizard.core.survey import NotKnown, Survey


def _wanted(survey: Survey, id_: str) -> dict[NeededRight, NotKnown | None]:
    """The rights of one requirement that are still needed, or perhaps (with what is not known)."""
    still = ((NEEDED_RIGHTS[action], need) for action, need in needs(survey).items())
    return {
        right: need if isinstance(need, NotKnown) else None
        for right, need in still
        if right.id == id_ and need is not False
    }


def _missing(survey: Survey) -> list[NeededRight]:
    """The rights that are known to be needed and not held."""
    if isinstance(survey.rights, NotKnown):
        return []
    wanted = {**_wanted(survey, "I04"), **_wanted(survey, "I05"), **_wanted(survey, "I06")}
    return [right for right, doubt in wanted.items() if doubt is None and not allows(survey.rights, right.action)]


def _activating(survey: Survey, right: NeededRight) -> Eligibility | None:
    """A role that the account could activate, and that is known to give the right."""
    if isinstance(survey.eligible, NotKnown):
        return None
    return next(
        (
            each
            for each in survey.eligible
            if each.role.lower() in BUILT_IN
            and allows((BUILT_IN[each.role.lower()].rights,), right.action)
            and covers(each.scope, _scope(survey, right))
        ),
        None,
    )


def _scope(survey: Survey, right: NeededRight) -> str:
    """Where the right is needed: a resource provider is registered in the subscription."""
    return "/".join(survey.rights_scope.split("/")[:3]) if right.action == PROVIDER_REGISTER else survey.rights_scope


def _activation(role: Eligibility) -> str:
    return (
        f"Activate your eligible role {role.role_name} on {place(role.scope)} "
        "(Privileged Identity Management, My roles, Azure resources)"
    )


def _in_doubt(right: NeededRight, doubt: NotKnown) -> Answer:
    return not_known(f"Your account may not {right.purpose}; whether it has to is not known. {doubt.why}")


def lacking(survey: Survey, right: NeededRight, sentence: str) -> Answer:
    """What is said where a right is missing: which role to activate where there is one, else which to ask for."""
    scope = _scope(survey, right)
    eligible = _activating(survey, right)
    if eligible is not None:
        return not_met(
            sentence,
            f"{_activation(eligible)}, then check again.",
            who=YOU,
            fix=Fix.GUIDED,
            about=scope,
        )
    unread = isinstance(survey.eligible, NotKnown)
    return not_met(
        sentence,
        f"Ask for the role {right.roles} on {place(scope)}."
        + (" If you hold it as eligible, activate it first." if unread else ""),
        fix=Fix.OTHERS,
        about=scope,
    )


@row(
    "I05",
    Group.IDENTITY,
    Severity.BLOCKER,
    "The account may make what is missing in Azure",
    why="Azure refuses it otherwise, when half of the set-up may be done.",
    source=sources.AZURE_TROUBLESHOOTING,
    who=SUBSCRIPTION_OWNER,
    fix=Fix.OTHERS,
)
def _create(survey: Survey) -> Answer | tuple[Answer, ...]:
    wanted = _wanted(survey, "I05")
    if not wanted:
        return not_needed("Nothing has to be created in Azure.")
    if isinstance(survey.rights, NotKnown):
        return not_known(survey.rights)
    found: list[Answer] = []
    for right, doubt in wanted.items():
        if allows(survey.rights, right.action):
            continue
        if doubt is not None:
            found.append(_in_doubt(right, doubt))
        else:
            sentence = f"Your account may not {right.purpose} ({place(survey.rights_scope)})."
            found.append(lacking(survey, right, sentence))
    if found:
        return tuple(found)
    return met(f"Your account may {listed(each.purpose for each in wanted)}.", about=survey.rights_scope)


@row(
    "I06",
    Group.IDENTITY,
    Severity.BLOCKER,
    "The account may give Adobe's app its role",
    why="Adobe reaches the key by a role on the vault, and only some roles may give roles.",
    source=sources.AZURE_CONDITIONS,
    who=SUBSCRIPTION_OWNER,
    fix=Fix.OTHERS,
)
def _assign(survey: Survey) -> Answer:
    if is_hsm(survey):
        return not_needed("The roles of a Managed HSM are given in the HSM itself (P09).")
    wanted = _wanted(survey, "I06")
    if not wanted:
        return not_needed("Adobe's app holds its role already.")
    right, doubt = next(iter(wanted.items()))
    if isinstance(survey.rights, NotKnown):
        return not_known(survey.rights)
    scope_name = place(survey.rights_scope)
    if not allows(survey.rights, ASSIGNMENT_WRITE):
        if doubt is not None:
            return _in_doubt(right, doubt)
        return lacking(survey, right, f"Your account may not {right.purpose} ({scope_name}).")
    if isinstance(survey.own_assignments, NotKnown):
        return not_known(
            f"Your account may give roles ({scope_name}); whether a condition limits which ones is not known. "
            f"{survey.own_assignments.why}"
        )
    principal = survey.app.object_id if isinstance(survey.app, App) else ""
    own = [each for each in survey.own_assignments if covers(each.scope, survey.rights_scope) and _may_give(each)]
    given = [_gives(each, principal) for each in own]
    limited = [each for each in own if each.condition and not _allowed(each, principal)]
    if True in given or not limited:
        return met(f"Your account may give Adobe's app its role ({scope_name}).", about=survey.rights_scope)
    names = listed(f"{role_name(each.role)} on {place(each.scope)}" for each in limited)
    if None in given:
        return not_known(
            f"Your account may give roles by {names}, under a condition. Whether it allows the role "
            f"{role_name(CRYPTO_SERVICE_ENCRYPTION_USER)} cannot be told from its text.",
        )
    return lacking(
        survey,
        right,
        f"Your account may give roles by {names}, but the condition on it does not allow the role "
        f"{role_name(CRYPTO_SERVICE_ENCRYPTION_USER)} ({CRYPTO_SERVICE_ENCRYPTION_USER}).",
    )


def _may_give(own: Assignment) -> bool:
    """Whether one of the account's own roles may be one that gives roles: a built-in one is known."""
    built_in = BUILT_IN.get(own.role.lower())
    return built_in is None or allows((built_in.rights,), ASSIGNMENT_WRITE)


def _allowed(own: Assignment, principal_id: str) -> bool | None:
    """Whether its condition lets it give Adobe's app its role.

    The one that comes with Key Vault Data Access Administrator does, and is not written on the assignment (Azure Key
    Vault, access with Azure role-based access control).
    """
    return may_assign(own.condition, CRYPTO_SERVICE_ENCRYPTION_USER, principal_id) if own.condition else True


def _gives(own: Assignment, principal_id: str) -> bool | None:
    """Whether it lets the account give Adobe's app its role; None: not known, as of a custom role without a limit."""
    allowed = _allowed(own, principal_id)
    return None if allowed and own.role.lower() not in BUILT_IN else allowed


@row(
    "I07",
    Group.IDENTITY,
    Severity.BLOCKER,
    "The roles that are needed are active",
    why="A role that the account may activate does not count before it does.",
    source=sources.AZURE_PIM,
    fix=Fix.GUIDED,
)
def _active(survey: Survey) -> Answer | tuple[Answer, ...]:
    if isinstance(survey.rights, NotKnown):
        return not_known(survey.rights)
    missing = _missing(survey)
    if not missing:
        wanted = _wanted(survey, "I05") or _wanted(survey, "I06")
        return met("Every right that is needed is active.") if wanted else not_needed("No further right is needed.")
    if isinstance(survey.eligible, NotKnown):
        return not_known(survey.eligible)
    found: dict[tuple[str, str], tuple[Eligibility, list[str]]] = {}
    for right in missing:
        role = _activating(survey, right)
        if role is not None:
            found.setdefault((role.role, role.scope), (role, []))[1].append(right.purpose)
    if found:
        return tuple(
            not_met(
                f"Your account holds the role {role.role_name} on {place(role.scope)} as eligible, not active: it "
                f"would let you {listed(purposes)}.",
                f"{_activation(role)}, wait a few minutes and sign in again. This program never activates a role.",
                about=role.scope,
            )
            for role, purposes in found.values()
        )
    others = [each for each in survey.eligible if each.role.lower() not in BUILT_IN]
    if others:
        return not_known(
            f"Your account may activate {listed(f'{each.role_name} on {place(each.scope)}' for each in others)}; "
            "whether that gives what is missing is not known."
        )
    return not_needed("No role that your account may activate gives what is missing (I05, I06).")


@row(
    "I10",
    Group.IDENTITY,
    Severity.NOTE,
    "The account has a role on the vault's keys",
    why="Whoever makes a vault has no right to its keys. It takes one to enable a key or to change its dates or "
    "operations, not to make one: that goes through Azure Resource Manager.",
    source=sources.AZURE_RBAC,
    fix=Fix.PROGRAM,
)
def _keys(survey: Survey) -> Answer:
    vault = vault_of(survey)
    if isinstance(vault, Answer):
        return vault
    access = survey.data_access
    if isinstance(access, NotKnown):
        return not_known(access)
    if not access.refusal:
        return met(f"The vault {vault.name} lets your account read its keys.")
    if access.refusal in NETWORK_REFUSALS:
        return not_known(f"The firewall of the vault {vault.name} keeps this computer out before roles count (W04).")
    if access.refusal not in ROLE_REFUSALS:
        return not_known(f"The vault {vault.name} refused with {access.refusal}.")
    return _no_role(survey, vault)


def _no_role(survey: Survey, vault: Vault) -> Answer:
    sentence = f"Your account has no right to the keys of the vault {vault.name}. The set-up needs none."
    if not vault.rbac or vault.managed_hsm:
        return not_met(
            sentence,
            "Have "
            + ("the role Managed HSM Crypto Officer given to you in the HSM" if vault.managed_hsm else "a policy added")
            + ", only if a key that exists has to be changed.",
            fix=Fix.OTHERS,
            about=vault.id,
        )
    if not isinstance(survey.rights, NotKnown) and not allows(survey.rights, ASSIGNMENT_WRITE):
        return not_met(
            sentence,
            "Have the role Key Vault Crypto Officer on the vault given to you, only if a key that exists has to be "
            "changed, and taken away afterwards.",
            who=SUBSCRIPTION_OWNER,
            fix=Fix.OTHERS,
            about=vault.id,
        )
    return not_met(
        sentence,
        "Give yourself Key Vault Crypto Officer on the vault, only if a key that exists has to be changed, and remove "
        "it afterwards.",
        about=vault.id,
    )


RIGHTS = (_create, _assign, _active)
"""The rows on what the set-up needs, in order."""
KEYS = (_keys,)
"""The row on what changing a key needs."""
