"""What Entra ID holds: every tenant with its users, applications and service principals."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cmkwizard.practice.clock import PracticeClock, iso
from cmkwizard.practice.identities import DIRECTORY_ROLES, Application, ServicePrincipal, Tenant, User
from cmkwizard.practice.principal import Principal
from cmkwizard.practice.refusals import Refusal
from cmkwizard.practice.signin import SignIns
from cmkwizard.practice.tokens import Tokens

_CHANGES = ("users", "tenants", "service_principals", "refusals", "revoke_refresh_tokens", "auth_time")


class Directory:
    """Every tenant of the practice cloud with what lives in it."""

    def __init__(self, clock: PracticeClock, *, replication_s: float = 0.0) -> None:
        self.clock = clock
        self.replication_s = replication_s
        self.tenants: dict[str, Tenant] = {}
        self.users: dict[str, User] = {}
        self.applications: dict[str, Application] = {}
        self.service_principals: dict[tuple[str, str], ServicePrincipal] = {}  # (tenant id, app id)
        self.refusals: list[Refusal] = []
        self.tokens = Tokens(clock)
        self.sign_ins = SignIns(clock)
        self._tenant_keys: dict[str, str] = {}

    @classmethod
    def from_scenario(cls, tables: Mapping[str, Any], clock: PracticeClock) -> Directory:
        """Builds the directory from the `[directory]` tables of a scenario. Raises KeyError, TypeError, ValueError.

        replication_s; [tenants.KEY] id, name, domain, country, user_consent; [users.KEY] name, upn, tenant, oid, roles,
        guest = { KEY of a tenant = object id }, personal (a personal Microsoft account), aliases;
        [applications.KEY] and [service_principals.KEY] as in identities.py; [[refusals]] code, at, user, tenant, times
        (see refusals.py); [auth_time] told, aged_s (see signin.py).
        """
        directory = cls(clock, replication_s=float(tables.get("replication_s", 0)))
        for key, table in tables["tenants"].items():
            tenant = Tenant(**table)
            directory.tenants[tenant.id] = tenant
            directory._tenant_keys[key] = tenant.id
        for key, table in tables["users"].items():
            directory.users[key] = directory._user(key, table)
        for table in tables.get("applications", {}).values():
            application = Application(**{**table, "owner": directory.tenant_id(table["owner"])})
            directory.applications[application.app_id] = application
        for table in tables.get("refusals", []):
            directory.add_refusal(table)
        directory.sign_ins.change_auth_time(tables.get("auth_time"))
        for table in tables.get("service_principals", {}).values():
            tenant_id = directory.tenant_id(table["tenant"])
            values = {**table, "tenant": tenant_id, "created": clock.now(), "visible_at": 0.0}
            directory._add(ServicePrincipal(**values))
        return directory

    def _user(self, key: str, table: Mapping[str, Any]) -> User:
        home = self.tenant_id(table["tenant"])
        object_ids = {home: table["oid"]}
        object_ids |= {self.tenant_id(guest): oid for guest, oid in table.get("guest", {}).items()}
        roles = {home: _known(table.get("roles", []))}
        personal, aliases = bool(table.get("personal", False)), list(table.get("aliases", []))
        return User(key, table["name"], table["upn"], home, object_ids, roles, personal, aliases)

    def tenant_id(self, key: str) -> str:
        """The id of a tenant given by its scenario name, id or domain. Raises KeyError."""
        tenant = self.tenant(key)
        if tenant is None:
            raise KeyError(key)
        return tenant.id

    def tenant(self, key: str) -> Tenant | None:
        """The tenant with that scenario name, id or domain."""
        found = self.tenants.get(self._tenant_keys.get(key, key.lower()))
        if found is not None:
            return found
        return next((tenant for tenant in self.tenants.values() if tenant.domain == key.lower()), None)

    def tenants_of(self, principal: Principal) -> Iterator[Tenant]:
        """The tenants a principal belongs to, its own first."""
        yield self.tenants[principal.tenant]
        user = self.user(principal.tenant, principal.object_id)
        for tenant_id in user.object_ids if user else ():
            if tenant_id != principal.tenant:
                yield self.tenants[tenant_id]

    def user(self, tenant: str, object_id: str) -> User | None:
        """The user with that object id in that tenant."""
        return next((user for user in self.users.values() if user.object_ids.get(tenant) == object_id), None)

    def user_named(self, name: str) -> User | None:
        """The user with that scenario name or user principal name."""
        name = name.lower()
        return next((user for user in self.users.values() if name in (user.key, user.upn.lower())), None)

    def service_principal(self, tenant: str, app_id: str) -> ServicePrincipal | None:
        """An application's service principal in that tenant, replicated or not."""
        return self.service_principals.get((tenant, app_id.lower()))

    def service_principal_by_object_id(self, tenant: str, object_id: str) -> ServicePrincipal | None:
        """The service principal with that object id in that tenant, replicated or not."""
        object_id = object_id.lower()
        here = (each for each in self.service_principals.values() if each.tenant == tenant)
        return next((each for each in here if each.object_id == object_id), None)

    def is_visible(self, principal: ServicePrincipal) -> bool:
        """Whether every replica knows the service principal by now."""
        return self.clock.now() >= principal.visible_at

    def create_service_principal(self, tenant: str, app_id: str, *, consented: bool = False) -> ServicePrincipal:
        """Adds an application to a tenant. Raises KeyError when no such application is registered anywhere."""
        application = self.applications[app_id.lower()]
        now = self.clock.now()
        return self._add(
            ServicePrincipal(
                object_id=str(uuid.uuid4()),
                app_id=application.app_id,
                tenant=tenant,
                name=application.name,
                created=now,
                visible_at=now + self.replication_s,
                consented=consented,
            )
        )

    def _add(self, principal: ServicePrincipal) -> ServicePrincipal:
        self.service_principals[principal.tenant, principal.app_id] = principal
        return principal

    def remove_service_principal(self, tenant: str, app_id: str) -> None:
        """Removes an application from a tenant. Raises KeyError."""
        del self.service_principals[tenant, app_id.lower()]

    def roles_of(self, principal: Principal) -> list[str]:
        """The directory roles a principal holds in its tenant."""
        user = self.user(principal.tenant, principal.object_id)
        return user.roles.get(principal.tenant, []) if user else []

    def take_refusal(self, stages: tuple[str, ...], user: User, tenant_id: str) -> Refusal | None:
        """The refusal that strikes a person at one of the stages; lifts it when it struck often enough."""
        for refusal in self.refusals:
            if not refusal.strikes(stages, user.key, tenant_id):
                continue
            if refusal.times is not None:
                refusal.times -= 1
                if refusal.times <= 0:
                    self.refusals.remove(refusal)
            return refusal
        return None

    def add_refusal(self, table: Mapping[str, Any]) -> None:
        """Puts a refusal in force: `{code, at, user, tenant, times}`, see refusals.py. Raises KeyError, ValueError."""
        if "user" in table and table["user"] not in self.users:
            raise KeyError(table["user"])
        tenant = self.tenant_id(table["tenant"]) if "tenant" in table else ""
        self.refusals.append(Refusal.from_table(table, tenant))

    def change(self, patch: Mapping[str, Any]) -> None:
        """Changes the directory as another administrator would. Raises KeyError, ValueError for what does not exist.

        `patch`, where every part may be left out:

            users               {"alice": {"roles": [...], "refusal": "AADSTS53003" | {code, at, times} | null}}
            tenants             {"contoso": {"user_consent": false}}
            service_principals  {"<app id>": null} removes it, {"enabled": false} turns it off, {"recreate": true} puts
                                another with a new object id in its place (roles stay with the old one),
                                {"consent": "contoso"} admits the application there, as an administrator would
            refusals            [{code, at, user, tenant, times}] in place of all that are in force (see refusals.py)
            revoke_refresh_tokens  true
            auth_time           what id tokens say of the time of the sign-in: {"told": false}, {"aged_s": 900}, or null
        """
        for name in patch:
            if name not in _CHANGES:
                raise KeyError(name)
        for key, table in patch.get("users", {}).items():
            self._change_user(self.users[key], table)
        for key, table in patch.get("tenants", {}).items():
            self.tenants[self.tenant_id(key)].user_consent = bool(table["user_consent"])
        for app_id, table in patch.get("service_principals", {}).items():
            self._change_principals(app_id.lower(), table)
        if "refusals" in patch:
            self.refusals.clear()
            for table in patch["refusals"]:
                self.add_refusal(table)
        if "auth_time" in patch:
            self.sign_ins.change_auth_time(patch["auth_time"])
        if patch.get("revoke_refresh_tokens"):
            self.sign_ins.revoke_refresh_tokens()

    def _change_user(self, user: User, table: Mapping[str, Any]) -> None:
        if unknown := set(table) - {"roles", "refusal"}:
            raise KeyError(*sorted(unknown))
        if "roles" in table:
            user.roles[user.home] = _known(table["roles"])
        if "refusal" in table:
            self.refusals = [each for each in self.refusals if each.user != user.key]
            refusal = table["refusal"]
            if refusal is not None:
                self.add_refusal({**(refusal if isinstance(refusal, Mapping) else {"code": refusal}), "user": user.key})

    def _change_principals(self, app_id: str, table: Mapping[str, Any] | None) -> None:
        if table is not None and "consent" in table:
            tenant = self.tenant_id(table["consent"])
            known = self.service_principal(tenant, app_id)
            (known or self.create_service_principal(tenant, app_id)).consented = True
            return
        found = [each for each in self.service_principals.values() if each.app_id == app_id]
        if not found:
            raise KeyError(app_id)
        for principal in found:
            if table is None:
                self.remove_service_principal(principal.tenant, app_id)
            elif table.get("recreate"):
                self.remove_service_principal(principal.tenant, app_id)
                self.create_service_principal(principal.tenant, app_id, consented=principal.consented)
            else:
                principal.enabled = bool(table["enabled"])

    def snapshot(self) -> dict[str, Any]:
        """The directory as JSON-ready values, without secrets."""
        return {
            "tenants": [{"id": each.id, "name": each.name, "domain": each.domain} for each in self.tenants.values()],
            "users": [
                {
                    "key": each.key,
                    "name": each.name,
                    "upn": each.upn,
                    "object_ids": each.object_ids,
                    "roles": each.roles,
                }
                for each in self.users.values()
            ],
            "service_principals": [
                {
                    "app_id": each.app_id,
                    "object_id": each.object_id,
                    "tenant": each.tenant,
                    "name": each.name,
                    "created": iso(each.created),
                    "enabled": each.enabled,
                    "consented": each.consented,
                }
                for each in self.service_principals.values()
            ],
        }


def _known(roles: Iterable[str]) -> list[str]:
    """Directory roles by name. Raises KeyError for one that is not known here."""
    return [name for name in roles if DIRECTORY_ROLES[name]]
