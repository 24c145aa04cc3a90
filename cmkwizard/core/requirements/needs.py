"""What of the set-up is still to be made in Azure, and which right each of it takes."""

from __future__ import annotations

from dataclasses import dataclass

from cmkwizard.core.built_in_roles import HSM_CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.core.facts import App, Assignment, Vault
from cmkwizard.core.requirements.rows import app_fact, is_hsm, key_absent
from cmkwizard.core.roles import (
    ASSIGNMENT_WRITE,
    CRYPTO_SERVICE_ENCRYPTION_USER,
    GROUP_WRITE,
    HSM_KEY_WRITE,
    KEY_WRITE,
    PROVIDER_REGISTER,
    VAULT_WRITE,
    covers,
)
from cmkwizard.core.survey import NotKnown, Survey


@dataclass(frozen=True)
class NeededRight:
    """An action that the set-up may need, and how its lack is reported."""

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
        NeededRight("I05", HSM_KEY_WRITE, "create the key", "Managed HSM Contributor or Contributor"),
        NeededRight(
            "I06",
            ASSIGNMENT_WRITE,
            "give Adobe's app its role on the vault",
            "Key Vault Data Access Administrator, User Access Administrator or Owner",
        ),
    )
}


def needs(survey: Survey) -> dict[str, bool | NotKnown]:
    """For each action of :data:`NEEDED_RIGHTS` whether it is still needed; NotKnown where a fact is missing."""
    hsm = is_hsm(survey)
    creates = survey.choices.vault.create
    key = _missing(survey.key) if not key_absent(survey) else True
    return {
        PROVIDER_REGISTER: survey.provider if isinstance(survey.provider, NotKnown) else not survey.provider,
        GROUP_WRITE: creates and _missing(survey.group),
        VAULT_WRITE: creates and _missing(survey.vault),
        KEY_WRITE: not hsm and key,
        HSM_KEY_WRITE: hsm and key,
        ASSIGNMENT_WRITE: not hsm and _role_missing(survey),
    }


def changes(survey: Survey) -> bool:
    """Whether something is known to be still to be made in the resource group or the vault."""
    return any(each is True for action, each in needs(survey).items() if action != PROVIDER_REGISTER)


def adobe_assignments(survey: Survey, vault: Vault, app: App) -> tuple[Assignment, ...] | NotKnown:
    """The assignments that give Adobe's app its role at the vault, those on the vault itself first."""
    if isinstance(survey.assignments, NotKnown):
        return survey.assignments
    held = [
        each
        for each in survey.assignments
        if each.role.lower() == CRYPTO_SERVICE_ENCRYPTION_USER
        and each.principal_id.lower() == app.object_id.lower()
        and covers(each.scope, vault.id)
    ]
    return tuple(sorted(held, key=lambda each: (each.scope.lower() != vault.id.lower(), each.id)))


def adobe_local_assignments(survey: Survey, app: App) -> tuple[Assignment, ...] | NotKnown:
    """The assignments that give Adobe's app its role in a Managed HSM, on all its keys."""
    if isinstance(survey.local_assignments, NotKnown):
        return survey.local_assignments
    return tuple(
        each
        for each in survey.local_assignments
        if each.role.lower() == HSM_CRYPTO_SERVICE_ENCRYPTION_USER
        and each.principal_id.lower() == app.object_id.lower()
        and each.scope.rstrip("/").lower() in ("", "/keys")  # whether one for a single key is enough is untested
    )


def _missing(fact: object) -> bool | NotKnown:
    return fact if isinstance(fact, NotKnown) else fact is None


def _role_missing(survey: Survey) -> bool | NotKnown:
    vault, app = survey.vault, app_fact(survey)
    if vault is None or app is None:
        return True
    if isinstance(vault, NotKnown):
        return vault
    if isinstance(app, NotKnown):
        return app
    held = adobe_assignments(survey, vault, app)
    return held if isinstance(held, NotKnown) else not held
