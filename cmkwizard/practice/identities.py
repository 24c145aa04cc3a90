"""Tenants, users, applications and service principals: the entries of the directory."""

from __future__ import annotations

import msgspec

# Directory roles by name, with the ids of their templates (Microsoft Entra built-in roles).
DIRECTORY_ROLES = {
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
    "Privileged Role Administrator": "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "Security Reader": "5d6b6bb7-de71-4623-b4af-96380a352509",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
}
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
    personal: bool = False  # a personal Microsoft account, a member of its "home" all the same
    aliases: list[str] = msgspec.field(default_factory=list)  # more mail addresses

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
    verified: bool = False  # the publisher is a verified one
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
