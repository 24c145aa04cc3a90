"""What taking Adobe's access away would do: which assignment would go, who keeps access, what stops when.

Nothing here is a guess: a fact that could not be read is named, and while one is missing nothing may be removed.
"""

from __future__ import annotations

from dataclasses import dataclass

from cmkwizard.core.built_in_roles import HSM_CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.core.facts import App, Assignment, Configuration, Key, Lock, Vault
from cmkwizard.core.key_access import Access, holds, known_assignments, others_of, through_groups
from cmkwizard.core.people import SUBSCRIPTION_OWNER
from cmkwizard.core.requirements.governance import other_keys
from cmkwizard.core.requirements.rows import app_fact, is_hsm, kind_word, place
from cmkwizard.core.revocation_effects import WINDOWS, Consequence, Window, consequences_of
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER, covers
from cmkwizard.core.survey import NOT_READ, NotKnown, Survey

__all__ = (
    "WINDOWS",
    "Access",
    "Consequence",
    "Impact",
    "Window",
    "impact_of",
)

_HSM_KEYS = ("/keys", "/")
"""Scopes of a Managed HSM's local roles that hold for all its keys, the narrower one first."""


@dataclass(frozen=True)
class Impact:
    """What would go, what stays, and what it means."""

    organisation: str
    """The IMS organisation id; all its sandboxes are concerned."""
    configuration: str
    """The name that Adobe knows the key's configuration by."""
    status: str
    """Adobe's own word for it; empty: Adobe was not given the key."""
    vault_id: str
    vault_name: str
    key_name: str
    key_identifier: str
    """Empty: there is no such key in the vault."""
    assignment: Assignment | None
    """The one that would be removed; None: there is none that this program removes."""
    application_id: str
    app_object_id: str
    others: tuple[Access, ...]
    """Who else can use the key afterwards, Adobe's app first."""
    other_keys: tuple[str, ...]
    """Keys of the vault that Adobe's app loses too."""
    locks: tuple[Lock, ...]
    """Locks that keep the assignment from being removed."""
    windows: tuple[Window, ...]
    consequences: tuple[Consequence, ...]
    unread: tuple[str, ...]
    """Why a fact that all this rests on is not known, a sentence each."""

    @property
    def ready(self) -> bool:
        """Whether everything is known and there is something to remove."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not ready."""
        if self.unread or self.assignment is not None:
            return self.unread
        if self.adobe_keeps:
            ways = "; ".join(each.sentence for each in self.adobe_keeps)
            return (f"There is no role that this program could remove, and there are other ways to the key: {ways}.",)
        return ("Adobe's app holds no role that lets it use the key: there is nothing to take away.",)

    @property
    def adobe_keeps(self) -> tuple[Access, ...]:
        """The ways by which Adobe's app itself keeps access."""
        return tuple(each for each in self.others if each.adobe)

    @property
    def lock_sentences(self) -> tuple[str, ...]:
        """For each lock in the way: where it lies, and who can lift it."""
        return tuple(
            f"The lock {each.name} ({each.level}) on {place(each.scope)} keeps the role from being removed. "
            f"{SUBSCRIPTION_OWNER[0].upper()}{SUBSCRIPTION_OWNER[1:]}, or a User Access Administrator, can lift it "
            "under Locks in the Azure portal; this program never lifts one."
            for each in self.locks
        )


def impact_of(survey: Survey, held: tuple[Assignment, ...] | NotKnown = ()) -> Impact:
    """Work out what would happen.

    Args:
        survey: what was read.
        held: all roles of Adobe's app at the vault, above it, on single keys in it, and through groups, where they were
            read as well: a survey sees those on single keys and through groups for nobody.
    """
    vault = survey.vault if isinstance(survey.vault, Vault) else None
    app = survey.app if isinstance(survey.app, App) else None
    key = survey.key if isinstance(survey.key, Key) else None
    given = survey.configuration if isinstance(survey.configuration, Configuration) else None
    unread = _unread(survey, held)
    known = known_assignments(survey, held)
    chosen = _chosen(known, vault, app)
    groups = through_groups(held, app)
    keys = survey.key_names if isinstance(survey.key_names, tuple) else ()
    beside = tuple(other_keys(keys, survey.choices.key.name))
    below = chosen is not None and vault is not None and _below(chosen.scope, vault.id)
    return Impact(
        organisation=survey.choices.adobe.organisation,
        configuration=survey.choices.adobe.configuration,
        status=given.status if given else "",
        vault_id=vault.id if vault else "",
        vault_name=vault.name if vault else survey.choices.vault.name,
        key_name=survey.choices.key.name,
        key_identifier=key.identifier if key else "",
        assignment=chosen,
        application_id=app.application_id if app else "",
        app_object_id=app.object_id if app else "",
        others=others_of(known, chosen, groups, vault, app),
        other_keys=() if below else beside,
        locks=_in_the_way(survey, chosen),
        windows=WINDOWS,
        consequences=consequences_of(survey.choices.adobe.organisation, _wider(chosen, vault), () if below else beside),
        unread=unread,
    )


def _unread(survey: Survey, held: tuple[Assignment, ...] | NotKnown) -> tuple[str, ...]:
    """What the impact rests on and is not known. Where there is no vault or no app, the rest was not looked at."""
    noun, vault, app = kind_word(survey.choices), survey.vault, app_fact(survey)
    if vault is None:
        return (f"There is no {noun} {survey.choices.vault.name}: without it, nobody can use the key.",)
    if app is None:
        return ("Adobe's app is not in your directory: without it, Adobe cannot use the key.",)
    facts: dict[str, object] = {
        f"the {noun} {survey.choices.vault.name}": vault,
        "which app Adobe uses": survey.registration,
        "Adobe's app in your directory": app,
        f"what Adobe holds under the name {survey.choices.adobe.configuration}": survey.configuration,
        f"the key {survey.choices.key.name}": survey.key,
        f"the keys of the {noun}": survey.key_names,
        "the locks": survey.locks,
        "who holds which role": survey.local_assignments if is_hsm(survey) else survey.assignments,
        "what Adobe's app holds": held,
    }
    missing = ((what, fact) for what, fact in facts.items() if isinstance(fact, NotKnown))
    sentences = (
        f"{what[0].upper()}{what[1:]} was not looked at." if fact is NOT_READ else fact.why for what, fact in missing
    )
    return tuple(dict.fromkeys(sentences))


def _chosen(known: tuple[Assignment, ...], vault: Vault | None, app: App | None) -> Assignment | None:
    """The one to remove: the role that the set-up gives, as near to the key as it lies.

    Above the subscription this program removes nothing: what else hangs on it cannot be seen from here.
    """
    if vault is None or app is None:
        return None
    role = HSM_CRYPTO_SERVICE_ENCRYPTION_USER if vault.managed_hsm else CRYPTO_SERVICE_ENCRYPTION_USER
    serving = [each for each in known if each.role.lower() == role and holds(each, app)]
    if vault.managed_hsm:
        order = {scope: number for number, scope in enumerate(_HSM_KEYS)}
        return min(serving, key=lambda each: (order.get(each.scope, len(order)), each.id), default=None)
    within = [each for each in serving if each.scope.lower().startswith("/subscriptions/")]
    return min(within, key=lambda each: (_distance(each.scope, vault.id), each.id), default=None)


def _distance(scope: str, vault_id: str) -> tuple[bool, int]:
    """The vault first, then single keys in it, then what is above it, the nearest first."""
    return (covers(scope, vault_id) and scope.lower() != vault_id.lower(), abs(len(scope) - len(vault_id)))


def _in_the_way(survey: Survey, chosen: Assignment | None) -> tuple[Lock, ...]:
    """Locks at the assignment's scope, or above it. A Managed HSM's own roles are out of their reach.

    Source: Azure Resource Manager, locks: they hold for Resource Manager alone, and keep roles from being removed.
    """
    if chosen is None or isinstance(survey.locks, NotKnown) or is_hsm(survey):
        return ()
    return tuple(each for each in survey.locks if covers(each.scope, chosen.scope))


def _wider(chosen: Assignment | None, vault: Vault | None) -> str:
    """Where the assignment lies, when it holds for more than the vault."""
    if chosen is None or vault is None or vault.managed_hsm or not covers(chosen.scope, vault.id):
        return ""
    return place(chosen.scope) if chosen.scope.lower() != vault.id.lower() else ""


def _below(scope: str, vault_id: str) -> bool:
    return scope.lower().startswith((f"{vault_id.lower()}/keys/", "/keys/"))
