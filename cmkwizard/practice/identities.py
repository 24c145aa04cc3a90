"""Tenants, users, applications and service principals: the entries of the directory."""

from __future__ import annotations

import msgspec

# Directory roles whose holders may add any application to the tenant (Microsoft Entra built-in roles).
CONSENT_ROLES = frozenset(
    {
        "Global Administrator",
        "Application Administrator",
        "Cloud Application Administrator",
        "Privileged Role Administrator",
    }
)


class Tenant(msgspec.Struct):
    """A directory of one organisation."""

    id: str
    name: str
    domain: str
    country: str = "GB"
    user_consent: bool = True  # may ordinary users consent to applications?


class User(msgspec.Struct):
    """A person: at home in one tenant, perhaps a guest in others, with an own object id in each."""

    key: str  # the short name scenarios use
    name: str
    upn: str
    home: str  # tenant id
    object_ids: dict[str, str]  # tenant id -> object id
    roles: dict[str, list[str]] = msgspec.field(default_factory=dict)  # tenant id -> directory roles

    def may_consent(self, tenant: Tenant) -> bool:
        """Whether this person may add an application that asks for basic sign-in rights."""
        return tenant.user_consent or bool(CONSENT_ROLES.intersection(self.roles.get(tenant.id, [])))


class Application(msgspec.Struct):
    """A registered application, seen from every tenant."""

    app_id: str
    name: str
    publisher: str
    owner: str  # tenant id of the publisher
    first_party: bool = False  # consented everywhere beforehand
    public: bool = False  # may sign in people without a secret
    redirect_uris: list[str] = msgspec.field(default_factory=list)
    permissions: list[str] = msgspec.field(default_factory=list)  # what the consent page lists


class ServicePrincipal(msgspec.Struct):
    """An application's stand-in within one tenant."""

    object_id: str
    app_id: str
    tenant: str
    name: str
    created: float
    visible_at: float  # practice time from which every replica knows it
    enabled: bool = True
    consented: bool = False
    secrets: list[str] = msgspec.field(default_factory=list)
