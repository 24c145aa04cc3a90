"""What Adobe holds: one organisation, its credential, its encryption configurations and the jobs behind them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

import msgspec

from cmkwizard.practice.azure_resources import covers
from cmkwizard.practice.estate import Estate
from cmkwizard.practice.managed_hsms import ManagedHsm
from cmkwizard.practice.principal import TokenRefused
from cmkwizard.practice.roles import BUILT_IN
from cmkwizard.practice.vaults import Vault

TOKEN_LIFE_S = 86399  # Adobe Developer, server-to-server authentication: IMS API
KEY_IDENTIFIER = re.compile(
    r"https://(?P<vault>[a-z][a-z0-9-]{1,22}[a-z0-9])\.(?P<suffix>[a-z.]+(?::\d+)?)/keys/"
    r"(?P<key>[A-Za-z0-9-]{1,127})/(?P<version>[0-9a-f]{32})",
    re.IGNORECASE,
)
# What Adobe's application does with the key (Adobe, customer-managed keys, alert resolution reference).
_NEEDED = tuple(f"Microsoft.KeyVault/vaults/keys/{verb}" for verb in ("read", "wrap/action", "unwrap/action"))


class Quirks(msgspec.Struct, frozen=True):
    """Ways in which Adobe's published samples contradict themselves; the plain values are the sane ones."""

    name: str = "as-posted"  # "application": the status answers the name of the multi-tenant app
    name_case: str = "exact"  # "ignored": the status is found under the name in any case
    subscription_id: str = ""  # in place of the vault's subscription, e.g. "undefined"
    key_version: str = ""  # in place of the version, e.g. something that is not hexadecimal


class Configuration(msgspec.Struct):
    """A key that was handed in and the job that puts it to use. Times are practice time."""

    id: str
    name: str
    vault: str
    key: str
    version: str
    created: float
    hsm: bool = False  # the vault is a Managed HSM
    outcome: str | None = None  # why the validation failed; "" when it passed; None while it is to come


class AdobeState(msgspec.Struct):
    """Adobe's side of the practice cloud."""

    estate: Estate  # whose keys are handed in
    organisation: str
    client_id: str
    client_secret: str
    app_id: str
    app_name: str
    scopes: list[str]
    region: str = "VA7"
    permission: bool = True  # "Manage Customer Managed Key" is given to the credential
    product_profile: bool = True
    failure_reason: str = ""  # the job fails, whatever the key is like
    running_s: float = 20  # after the hand-in: RUNNING, the validation
    updating_s: float = 60  # UPDATE_EXISTING_RESOURCES, if the validation passed
    completed_s: float = 120
    quirks: Quirks = msgspec.field(default_factory=Quirks)
    rate_limit: dict[str, float] = msgspec.field(default_factory=dict)  # calls, per_s, retry_after
    configurations: dict[str, Configuration] = msgspec.field(default_factory=dict)  # by name
    tokens: dict[str, float] = msgspec.field(default_factory=dict)  # token -> end of life, wall time
    tokens_issued: int = 0
    recent_calls: list[float] = msgspec.field(default_factory=list)

    @classmethod
    def from_scenario(cls, tables: Mapping[str, Any], estate: Estate) -> AdobeState:
        """Builds Adobe's side from the `[adobe]` tables of a scenario. Raises KeyError, TypeError when malformed.

        `[adobe.configurations.NAME]` with `vault` (or `hsm`), `key`, `age_s` and perhaps `failure` makes one that was
        handed in and validated before.
        """
        values = dict(tables)
        values["quirks"] = Quirks(**values.get("quirks", {}))
        earlier = values.pop("configurations", {})
        state = cls(estate=estate, **values)
        for name, table in earlier.items():
            hsm = "hsm" in table
            vault: Vault = estate.hsms[table["hsm"].lower()] if hsm else estate.vaults[table["vault"].lower()]
            version = vault.keys[table["key"].lower()].current.id
            created = estate.clock.now() - float(table["age_s"])
            state.configurations[name] = Configuration(
                secrets.token_hex(12), name, vault.name, table["key"], version, created, hsm, table.get("failure", "")
            )
        return state

    def issue_token(self) -> str:
        """A new access token for the organisation's credential."""
        token = "eyJ" + secrets.token_urlsafe(120)
        self.tokens[token] = self.estate.clock.wall() + TOKEN_LIFE_S
        self.tokens_issued += 1
        return token

    def check_token(self, token: str) -> None:
        """Raises TokenRefused unless the token is ours and alive."""
        if self.tokens.get(token, 0.0) <= self.estate.clock.wall():
            raise TokenRefused("invalid", "Oauth token is not valid")

    def expire_token(self, token: str) -> None:
        """Ends the life of a token before its time."""
        self.tokens.pop(token, None)

    def over_limit(self) -> float:
        """Counts a call; seconds to wait when there were too many, else 0."""
        if not self.rate_limit:
            return 0.0
        now = self.estate.clock.wall()
        self.recent_calls = [at for at in self.recent_calls if at > now - self.rate_limit["per_s"]]
        if len(self.recent_calls) >= self.rate_limit["calls"]:
            return self.rate_limit.get("retry_after", 1.0)
        self.recent_calls.append(now)
        return 0.0

    def find(self, name: str) -> Configuration | None:
        """The configuration with that name."""
        found = self.configurations.get(name)
        if found is None and self.quirks.name_case == "ignored":
            found = next((each for key, each in self.configurations.items() if key.lower() == name.lower()), None)
        return found

    def status(self, configuration: Configuration) -> str:
        """How far the job is by now: NEW, RUNNING, UPDATE_EXISTING_RESOURCES, COMPLETED or FAILED."""
        age = self.estate.clock.now() - configuration.created
        if age < self.running_s:
            return "NEW"
        if age < self.updating_s and configuration.outcome is None:
            return "RUNNING"
        if configuration.outcome is None:
            configuration.outcome = self.failure_reason or self.key_problem(
                configuration, configuration.created + self.updating_s
            )
        if configuration.outcome:
            return "FAILED"
        return "COMPLETED" if age >= self.completed_s else "UPDATE_EXISTING_RESOURCES"

    def change(self, patch: Mapping[str, Any]) -> None:
        """Changes Adobe's side: any of permission, product_profile, failure_reason, region, client_secret,
        running_s, updating_s, completed_s, rate_limit. Raises KeyError for anything else."""
        allowed = {
            "permission", "product_profile", "failure_reason", "region", "client_secret",
            "running_s", "updating_s", "completed_s", "rate_limit",
        }  # fmt: skip
        for name, value in patch.items():
            if name not in allowed:
                raise KeyError(name)
            setattr(self, name, value)

    def snapshot(self) -> dict[str, Any]:
        """Adobe's side as JSON-ready values, without secrets."""
        return {
            "organisation": self.organisation,
            "region": self.region,
            "permission": self.permission,
            "app_id": self.app_id,
            "tokens_issued": self.tokens_issued,
            "configurations": [
                {
                    "id": each.id,
                    "name": each.name,
                    "vault": each.vault,
                    "key": each.key,
                    "version": each.version,
                    "status": self.status(each),
                    "failure": each.outcome or None,
                }
                for each in self.configurations.values()
            ],
        }

    def key_problem(self, configuration: Configuration, now: float) -> str:
        """Why Adobe's application cannot use the key at a moment of practice time; empty when it can."""
        vault = self.vault_of(configuration)
        if vault is None or (isinstance(vault, ManagedHsm) and not vault.activated):
            return "the vault cannot be reached"
        key = vault.key(configuration.key)
        version = key.version(configuration.version) if key else None
        if key is None or version is None:
            return "the key does not exist"
        if not key.type.startswith("RSA") or key.size < 3072:
            return "the key is not RSA of at least 3072 bits"
        if not version.enabled or (version.expires or now + 1) <= now or (version.not_before or 0) > now:
            return "the key is not usable now"
        if not {"wrapKey", "unwrapKey"} <= set(version.operations):
            return "the key does not allow wrapKey and unwrapKey"
        if not (vault.purge_protection and vault.rbac):
            return "the vault lacks purge protection or role-based access"
        closed = vault.public_access == "Disabled" or (vault.network and vault.network.default_action == "Deny")
        if closed and (vault.network is None or vault.network.bypass != "AzureServices"):
            return "the vault's firewall stops trusted Microsoft services"
        principal = self.estate.directory.service_principal(vault.tenant, self.app_id)
        if principal is None or not principal.enabled:
            return "the application is not in the vault's tenant"
        if not self._may_use(principal.object_id, vault, configuration.key, now):
            return "the application holds no effective role on the vault"
        return ""

    def vault_of(self, configuration: Configuration) -> Vault | None:
        """The vault or Managed HSM in which the key of a configuration is; None when it is no more."""
        name = configuration.vault.lower()
        return self.estate.hsms.get(name) if configuration.hsm else self.estate.vaults.get(name)

    def _may_use(self, object_id: str, vault: Vault, key: str, now: float) -> bool:
        if isinstance(vault, ManagedHsm):
            return all(
                vault.may(object_id, f"keys/{verb}/action", f"/keys/{key}") for verb in ("read", "wrap", "unwrap")
            )
        scope = f"{vault.id}/keys/{key}"
        roles = [
            BUILT_IN[each.role]
            for each in self.estate.assignments_of(object_id)
            if each.effective_at <= now and covers(each.scope, scope)
        ]
        return all(any(role.allows_data(action) for role in roles) for action in _NEEDED)
