"""What the records hold of one set-up, as far as code can be written from it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from cmkwizard.core.choices import AdobeChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.evidence import AppSeen, KeySeen, RoleSeen, VaultSeen
from cmkwizard.core.facts import DiagnosticSetting, Lock
from cmkwizard.core.history import HistoryEntry, What
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.commands import vault_id

_T = TypeVar("_T", AppSeen, KeySeen, RoleSeen, VaultSeen)
_NAMES = {
    What.DEPLOYMENT: "what the set-up is about",
    What.VAULT: "the vault",
    What.KEY: "the key",
    What.APP: "Adobe's app",
    What.ROLE: "the role of Adobe's app",
}
_MANAGEMENT_GROUP = "/providers/Microsoft.Management/managementGroups/"
_KEY_TYPES = ("RSA", "RSA-HSM")


@dataclass(frozen=True)
class AsOf:
    """How long one thing is known to have been so."""

    thing: str
    until: datetime
    """When it was last seen so, in UTC."""
    source: str
    verified: bool


@dataclass(frozen=True)
class SetupAsSeen:
    """One set-up as it was last seen. Ids of Azure resources are in lower case, as the records keep them."""

    profile: str
    """The name of the cloud profile."""
    choices: Choices
    """As if this very set-up had been chosen; the credential is not in it."""
    vault: VaultSeen
    key: KeySeen
    app: AppSeen
    role: RoleSeen
    seen: tuple[AsOf, ...]
    group_location: str = ""
    """Empty: the records do not hold it."""
    tags: Mapping[str, str] | None = None
    """The vault's; None: not known."""
    locks: tuple[Lock, ...] | None = None
    """Those that hold at the vault, inherited ones included; None: not known."""
    logs: tuple[DiagnosticSetting, ...] | None = None
    """Where the vault's logs go; None: not known."""
    status: str = ""
    """Adobe's own word; empty: not known."""
    second: bool = False
    """Whether something of a second vault was recorded (Customer Journey Analytics)."""

    @property
    def managed_hsm(self) -> bool:
        """Whether the key is in a Managed HSM."""
        return self.choices.vault.kind == "managed-hsm"

    @property
    def role_name(self) -> str:
        """The name (a GUID) of the role's assignment."""
        return self.role.id.rpartition("/")[2]

    @property
    def group_id(self) -> str:
        """The resource id of the vault's group."""
        azure = self.choices.azure
        return f"/subscriptions/{azure.subscription}/resourceGroups/{azure.resource_group}"

    @property
    def role_scope(self) -> str:
        """Where the role was given, in Azure's own spelling."""
        known = (vault_id(self.choices), self.group_id)
        scope = next((each for each in known if each.lower() == self.role.scope), self.role.scope)
        return scope.replace("/providers/microsoft.management/managementgroups/", _MANAGEMENT_GROUP)

    @property
    def own_locks(self) -> tuple[Lock, ...]:
        """The locks on the vault itself."""
        return tuple(each for each in self.locks or () if each.scope.lower() == self.vault.id)

    @property
    def audit_logs(self) -> tuple[DiagnosticSetting, ...]:
        """The settings that write the audit events somewhere."""
        return tuple(each for each in self.logs or () if each.audit)


def as_seen(state: Mapping[str, HistoryEntry]) -> SetupAsSeen:
    """Bring the newest observations of one set-up (``History.state``) together.

    Raises:
        Problem: INVALID, they do not hold all that is needed; its sentence names what.
    """
    wanting: list[str] = []
    about = _about(state, wanting)
    vault = _taken(state, What.VAULT, VaultSeen, wanting)
    key = _taken(state, What.KEY, KeySeen, wanting)
    app = _taken(state, What.APP, AppSeen, wanting)
    role = _taken(state, What.ROLE, RoleSeen, wanting)
    if vault is None or key is None or app is None or role is None or wanting:
        raise Problem(
            Kind.INVALID,
            f"The set-up cannot be written as code: the records do not hold {_listed(wanting)}.",
            "Check the set-up once while you are signed in, then export it again.",
        )
    _consistent(vault, key, app, role)
    listed = [(what, state[what]) for what in (*_NAMES, What.STATUS) if what in state]
    return SetupAsSeen(
        profile=state[What.VAULT].profile,
        choices=_choices(about, vault, key),
        vault=vault,
        key=key,
        app=app,
        role=role,
        seen=tuple(
            AsOf(_NAMES.get(what, "Adobe's status"), each.until, each.source, each.verified) for what, each in listed
        ),
        group_location=str(about.get("group_location", "")),
        tags=_tags(about),
        locks=_list(state, What.LOCKS, "locks", Lock),
        logs=_list(state, What.LOGS, "settings", DiagnosticSetting),
        status=str(state[What.STATUS].value.get("word", "")) if What.STATUS in state else "",
        second=What.TICKET in state,
    )


def _about(state: Mapping[str, HistoryEntry], wanting: list[str]) -> dict[str, Any]:
    entry = state.get(What.DEPLOYMENT)
    about = dict(entry.value) if entry else {}
    missing = [name for name in ("organisation", "region", "configuration") if not about.get(name)]
    if missing:
        wanting.append(_NAMES[What.DEPLOYMENT] + f" ({', '.join(missing)})")
    return about


def _tags(about: Mapping[str, Any]) -> Mapping[str, str] | None:
    try:
        return msgspec.convert(about.get("tags"), dict[str, str])
    except msgspec.ValidationError:
        return None


def _taken(state: Mapping[str, HistoryEntry], what: What, kind: type[_T], wanting: list[str]) -> _T | None:
    entry = state.get(what)
    if entry is None:
        wanting.append(_NAMES[what])
    elif not entry.value.get("there", True):
        wanting.append(f"{_NAMES[what]} (it was not there when it was last looked for)")
    else:
        fields = {name: value for name, value in entry.value.items() if name in kind.__struct_fields__}
        try:
            return msgspec.convert(fields, kind)
        except msgspec.ValidationError:
            wanting.append(f"{_NAMES[what]} in a form that this program can read")
    return None


def _list(state: Mapping[str, HistoryEntry], what: What, member: str, kind: Any) -> tuple[Any, ...] | None:
    entry = state.get(what)
    if entry is None:
        return None
    try:
        found: tuple[Any, ...] = msgspec.convert(entry.value.get(member), tuple[kind, ...])
    except msgspec.ValidationError:
        return None
    return found


def _consistent(vault: VaultSeen, key: KeySeen, app: AppSeen, role: RoleSeen) -> None:
    wrong = ""
    if len(vault.id.split("/")) != 9:
        wrong = "the vault's resource id in the records is none"
    elif not vault.rbac:
        wrong = "the vault lets people in by access policies, which the records do not hold"
    elif key.type not in _KEY_TYPES:
        wrong = f"a key of the type {key.type} is none that Adobe takes"
    elif len(urlsplit(key.identifier).path.split("/")) != 4:
        wrong = "the key's identifier in the records is none"
    elif role.principal_id != app.object_id:
        wrong = "the role that was seen is not held by Adobe's app"
    if wrong:
        raise Problem(
            Kind.INVALID,
            f"The set-up cannot be written as code: {wrong}.",
            "Check the set-up while you are signed in, and put right what it finds.",
        )


def _choices(about: Mapping[str, Any], vault: VaultSeen, key: KeySeen) -> Choices:
    """The choices that lead to this set-up; names as a person wrote them where the records know them so."""
    _, _, subscription, _, group, _, _, kind, name = vault.id.split("/")
    return Choices(
        azure=AzureChoice(vault.tenant_id, subscription, _spelt(about, "resource_group", group), vault.location),
        vault=VaultChoice(
            _spelt(about, "vault", name),
            "managed-hsm" if kind == "managedhsms" else "vault",
            create=False,
            sku=vault.sku,
            retention_days=vault.retention_days,
        ),
        key=KeyChoice(urlsplit(key.identifier).path.split("/")[2], key.type, key.size),
        adobe=AdobeChoice(
            str(about["organisation"]), region=str(about["region"]), configuration=str(about["configuration"])
        ),
    )


def _spelt(about: Mapping[str, Any], member: str, name: str) -> str:
    """A name as it was chosen, where that is the same name but for upper and lower case."""
    chosen = str(about.get(member, ""))
    return chosen if chosen.lower() == name else name


def _listed(things: list[str]) -> str:
    *first, last = things
    return f"{', '.join(first)} and {last}" if first else last
