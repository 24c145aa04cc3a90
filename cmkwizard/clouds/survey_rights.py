"""The rights of the signed-in account where the vault is, or will be: what it may do, and what it could activate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from cmkwizard.clouds.topics import Facts, Read, Topic
from cmkwizard.core.facts import App, Registration, ResourceGroup, Vault
from cmkwizard.core.roles import ASSIGNMENT_WRITE, GROUP_WRITE, KEY_WRITE, VAULT_WRITE, Rights, allows
from cmkwizard.core.survey import NotKnown

if TYPE_CHECKING:
    from cmkwizard.clouds.app_registry import AppRegistry
    from cmkwizard.clouds.azure.session import AzureSession

READER = "which the role Reader has"
WANTED = (ASSIGNMENT_WRITE, VAULT_WRITE, KEY_WRITE)
"""What a set-up, or the repair of a vault, can need at the vault or above it."""


class RightsSurvey:
    """Reads one fact at a time; each method may have a thread of its own."""

    def __init__(self, azure: AzureSession, facts: Facts) -> None:
        self._azure = azure
        self._facts = facts

    def read_rights(self, scope: str, words: str, wanted: Iterable[str]) -> None:
        """What the account may do; where one of ``wanted`` is missing, also what it may activate."""
        topic, roles = Topic(f"your rights on {words}", "any role there"), self._azure.roles
        rights = self._facts.take("rights", topic, lambda: tuple(roles.list_rights(scope)))
        if isinstance(rights, NotKnown) or lacks(rights, wanted):
            topic = Topic(f"which roles you may activate for {words}", "no role, but a sign-in in this directory")
            self._facts.take("eligible", topic, lambda: tuple(roles.list_eligible(scope)))

    def read_own(self, scope: str, words: str) -> None:
        """The account's own roles there, with their conditions."""
        topic, mine = assignments_topic(f"your roles on {words}"), self._azure.account.object_id
        self._facts.take("own_assignments", topic, lambda: tuple(self._azure.roles.list_own(scope, mine)))


def read_rights_for(
    azure: AzureSession,
    adobe: AppRegistry | None,
    *,
    subscription: str,
    group: ResourceGroup | None,
    vault: Vault | None,
    read: Read,
) -> dict[str, Any]:
    """Read what is needed to say whether the account may make what a set-up lacks; 2 to 6 requests.

    Args:
        azure: the signed-in account.
        adobe: tells which app needs its role; asked only where the account may not give one. None: not connected.
        subscription: the id of the chosen one.
        group: the chosen resource group; None: it does not exist yet.
        vault: the chosen vault; None: it does not exist yet.
        read: sends a read, again where that is worth it.

    Returns:
        Fields of a survey. What was refused is NotKnown.

    Raises:
        Cancelled: somebody asked to stop.
    """
    facts = Facts(read, lambda: "")
    scope, words = f"/subscriptions/{subscription}", "the subscription"
    if vault is not None:
        scope, words = vault.id, f"the {'Managed HSM' if vault.managed_hsm else 'vault'} {vault.name}"
    elif group is not None:
        scope, words = f"{scope}/resourceGroups/{group.name}", f"the resource group {group.name}"
    facts.values.update(rights_scope=scope, group=group, vault=vault)
    survey = RightsSurvey(azure, facts)
    survey.read_rights(scope, words, WANTED if vault or group else (*WANTED, GROUP_WRITE))
    survey.read_own(scope, words)
    rights = facts.values["rights"]
    may_not_give = not isinstance(rights, NotKnown) and lacks(rights, (ASSIGNMENT_WRITE,))
    if adobe is not None and vault is not None and not vault.managed_hsm and may_not_give:
        _read_roles(azure, adobe, facts, vault)
    return facts.values


def lacks(rights: Iterable[Rights], wanted: Iterable[str]) -> bool:
    """Whether one of the ``wanted`` actions is not allowed."""
    held = tuple(rights)
    return not all(allows(held, each) for each in wanted)


def assignments_topic(what: str) -> Topic:
    """The reading of role assignments, with the right that it takes."""
    return Topic(what, f"the right Microsoft.Authorization/roleAssignments/read there, {READER}")


def _read_roles(azure: AzureSession, adobe: AppRegistry, facts: Facts, vault: Vault) -> None:
    """Whether Adobe's app holds its role on a vault that is there: then nobody has to give it."""
    topic = Topic("the app that Adobe asks you to consent to")
    found = facts.take("registration", topic, adobe.get_registration)
    if not isinstance(found, Registration):
        return
    topic = Topic("whether Adobe's app is in your directory")
    app = facts.take("app", topic, lambda: azure.directory.get_app(found.application_id))
    if isinstance(app, App):
        topic = assignments_topic(f"the roles on the vault {vault.name}")
        facts.take("assignments", topic, lambda: tuple(azure.roles.list_all(vault.id)))
