"""Who can use a key, and by which way: what stays when one assignment is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cmkwizard.core.built_in_roles import BUILT_IN, role_name
from cmkwizard.core.facts import App, Assignment, Vault
from cmkwizard.core.requirements.rows import is_hsm, place
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER, covers
from cmkwizard.core.survey import NotKnown, Survey

How = Literal["direct", "inherited", "other role", "local", "group", "access policy"]


@dataclass(frozen=True)
class Access:
    """A way to the key that stays when the assignment is gone."""

    principal_id: str
    role: str
    """The role definition's GUID; empty for an access policy."""
    role_name: str
    scope: str
    how: How
    adobe: bool
    """Whether it lets Adobe's app in (or may: a role of the organisation's own, a group that the app is in)."""

    @property
    def sentence(self) -> str:
        """Who, with what, where."""
        who = "Adobe's app" if self.adobe and self.how != "group" else self.principal_id
        if self.how == "group":
            who = f"Adobe's app, through the group {self.principal_id}"
        return f"{who}: {self.role_name} on {where(self.scope)}"


def access_left(
    survey: Survey, held: tuple[Assignment, ...] | NotKnown, gone: Assignment
) -> tuple[Access, ...] | NotKnown:
    """Who can use the key once an assignment is gone; NotKnown where that could not be read.

    Args:
        survey: what was read, with the roles as they are afterwards.
        held: the roles of Adobe's app as they are afterwards, as for :func:`impact_of`.
        gone: the assignment that was removed.
    """
    vault, app = survey.vault, survey.app
    seen = survey.local_assignments if is_hsm(survey) else survey.assignments
    for fact in (seen, held, vault, app):
        if isinstance(fact, NotKnown):
            return fact
    if not isinstance(vault, Vault) or not isinstance(app, App):
        return ()
    known = tuple(each for each in known_assignments(survey, held) if each.id.lower() != gone.id.lower())
    return others_of(known, None, through_groups(held, app), vault, app)


def known_assignments(survey: Survey, held: tuple[Assignment, ...] | NotKnown) -> tuple[Assignment, ...]:
    """Every assignment that was seen, once."""
    seen = survey.local_assignments if is_hsm(survey) else survey.assignments
    return tuple({each.id.lower(): each for each in (*_read(seen), *_read(held))}.values())


def _read(fact: tuple[Assignment, ...] | NotKnown) -> tuple[Assignment, ...]:
    return () if isinstance(fact, NotKnown) else fact


def through_groups(held: tuple[Assignment, ...] | NotKnown, app: App | None) -> frozenset[str]:
    """Ids of the assignments that Adobe's app has through a group: somebody else is their principal."""
    return frozenset(each.id.lower() for each in _read(held) if app and not holds(each, app))


def others_of(
    known: tuple[Assignment, ...],
    chosen: Assignment | None,
    groups: frozenset[str],
    vault: Vault | None,
    app: App | None,
) -> tuple[Access, ...]:
    """Who can use the key without the chosen assignment, Adobe's app first; ``groups``: :func:`through_groups`."""
    if vault is None or app is None:
        return ()
    found = [_access(each, vault, app, group=each.id.lower() in groups) for each in known if each != chosen]
    if not vault.managed_hsm and not vault.rbac:
        for object_id in vault.access_policies:
            adobe = object_id.lower() == app.object_id.lower()
            found.append(Access(object_id, "", "an access policy", vault.id, "access policy", adobe))
    there = [each for each in found if each is not None]
    return tuple(sorted(there, key=lambda each: not each.adobe))


def _access(each: Assignment, vault: Vault, app: App, *, group: bool) -> Access | None:
    """The access that an assignment gives to the key; None: none, as far as the role is known."""
    built_in, adobe = BUILT_IN.get(each.role.lower()), group or holds(each, app)
    if vault.managed_hsm:
        name = built_in.name if built_in else f"the local role {each.role}"
        return Access(each.principal_id, each.role, name, each.scope, "local", adobe) if adobe else None
    reaches = built_in.uses_keys if built_in else adobe  # a role of the organisation's own may let Adobe's app in
    if not reaches:
        return None
    how = "group" if group else _how(each, vault, adobe=adobe)
    return Access(each.principal_id, each.role, role_name(each.role), each.scope, how, adobe)


def _how(each: Assignment, vault: Vault, *, adobe: bool) -> How:
    if adobe and each.role.lower() != CRYPTO_SERVICE_ENCRYPTION_USER:
        return "other role"
    above = covers(each.scope, vault.id) and each.scope.lower() != vault.id.lower()
    return "inherited" if above else "direct"


def holds(each: Assignment, app: App) -> bool:
    """Whether an assignment is Adobe's app's own."""
    return each.principal_id.lower() == app.object_id.lower()


def where(scope: str) -> str:
    """The place of a role in words; the scopes inside a Managed HSM included."""
    return {"/": "the whole Managed HSM", "/keys": "all keys of the Managed HSM"}.get(scope) or place(scope)
