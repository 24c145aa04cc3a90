"""A survey in which everything is well, from which the tests take something away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cmkwizard.core.built_in_roles import OWNER
from cmkwizard.core.choices import AdobeChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.facts import (
    Account,
    App,
    Assignment,
    Configuration,
    DiagnosticSetting,
    Key,
    Lock,
    Registration,
    ResourceGroup,
    Subscription,
    Vault,
    VaultName,
)
from cmkwizard.core.requirements.finding import Finding, Verdict
from cmkwizard.core.requirements.table import judge
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER, Rights
from cmkwizard.core.survey import NOT_READ, Computer, DataAccess, NotKnown, Reach, Survey

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TENANT = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01"
OTHER_TENANT = "11111111-2222-3333-4444-555555555555"
SUBSCRIPTION = "/subscriptions/5b1c0000-0000-4000-8000-000000000001"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-cmk"
ORGANISATION = "0123456789ABCDEF01234567@AdobeOrg"
APPLICATION = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
SECRETIVE = NotKnown("Your account may not read it.")

VAULT = Vault(
    id=f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-adobe",
    name="kv-adobe",
    group="rg-cmk",
    location="westeurope",
    tenant_id=TENANT,
    uri="https://kv-adobe.vault.azure.net/",
    sku="premium",
    state="Succeeded",
    rbac=True,
    soft_delete=True,
    purge_protection=True,
    retention_days=90,
    public_access=True,
    default_action="Deny",
    bypass="AzureServices",
    ip_rules=("20.88.123.53/32",),
)
KEY = Key(
    vault_id=VAULT.id,
    name="cmk",
    type="RSA",
    size=3072,
    operations=("wrapKey", "unwrapKey"),
    enabled=True,
    identifier="https://kv-adobe.vault.azure.net/keys/cmk/0123456789abcdef0123456789abcdef",
)
APP = App("a0000000-0000-4000-8000-00000000000a", APPLICATION, "acp-cmk", enabled=True, publisher="Adobe Inc.")
ROLE = Assignment(
    id=f"{VAULT.id}/providers/Microsoft.Authorization/roleAssignments/r1",
    name="r1",
    scope=VAULT.id,
    role=CRYPTO_SERVICE_ENCRYPTION_USER,
    principal_id=APP.object_id,
    created=NOW - timedelta(days=2),
)
OWNERSHIP = Assignment("o1", "o1", SUBSCRIPTION, OWNER, "me")
SUBMITTED = Configuration(
    "adobe-cmk", "COMPLETED", ORGANISATION, VAULT.uri, KEY.name, key_identifier=KEY.identifier
)  # fmt: skip
CHOICES = Choices(
    azure=AzureChoice(TENANT, SUBSCRIPTION.rpartition("/")[2], "rg-cmk", "westeurope"),
    vault=VaultChoice(name="kv-adobe"),
    key=KeyChoice(name="cmk"),
    adobe=AdobeChoice(organisation=ORGANISATION, client_id="abcdef0123456789", configuration="adobe-cmk"),
)
GOOD = Survey(
    at=NOW,
    choices=CHOICES,
    computer=Computer(
        reaches=(Reach("Azure Resource Manager", "management.azure.com"),),
        clock_skew_s=1.5,
        keyring_problem="",
        sign_in_port=True,
        browser=True,
        key_vault_api="2026-05-15",
    ),
    account=Account("ada@contoso.com", TENANT, "me", "me.home"),
    subscription=Subscription(CHOICES.azure.subscription, "Production", "Enabled", TENANT),
    provider=True,
    regions=("westeurope", "northeurope"),
    group=ResourceGroup("rg-cmk", "westeurope"),
    rights=(Rights(("*",)),),
    rights_scope=VAULT.id,
    own_assignments=(OWNERSHIP,),
    directory_roles=("158c047a-c907-4556-b7ef-446551a6b5f7",),
    vault=VAULT,
    locks=(Lock("keep", "CanNotDelete", VAULT.id),),
    denials=(),
    diagnostics=(DiagnosticSetting("audit", audit=True, destination=f"{GROUP}/workspaces/logs"),),
    key_names=("cmk",),
    data_access=DataAccess(recovery_level="Recoverable+ProtectedSubscription"),
    key=KEY,
    app=APP,
    assignments=(ROLE, OWNERSHIP),
    missing_principals=(),
    adobe_token_until=NOW + timedelta(hours=20),
    registration=Registration(APPLICATION, "acp-cmk", "https://login.microsoftonline.com/common/oauth2/authorize"),
    consent_problem="",
    configuration=None,
    remembered="",
    key_backup_at=NOW - timedelta(days=1),
)
"""An existing vault and key, the app with its role; nothing is submitted yet."""
NEW = replace(
    GOOD,
    group=None,
    vault=None,
    vault_name=VaultName("kv-adobe", available=True),
    deleted_vault=None,
    rights_scope=SUBSCRIPTION,
    key=NOT_READ,
    key_names=NOT_READ,
    data_access=NOT_READ,
    diagnostics=NOT_READ,
    assignments=NOT_READ,
    missing_principals=NOT_READ,
    locks=(),
    app=None,
)
"""Nothing is there yet, and nothing is in the way."""


def having(survey: Survey = GOOD, /, **changes: Any) -> Survey:
    """The survey with other facts."""
    return replace(survey, **changes)


def vault_having(**changes: Any) -> Survey:
    """The good survey with another vault."""
    return replace(GOOD, vault=replace(VAULT, **changes))


def key_having(**changes: Any) -> Survey:
    """The good survey with another key."""
    return replace(GOOD, key=replace(KEY, **changes))


def computer_having(survey: Survey = GOOD, /, **changes: Any) -> Survey:
    """The survey on another computer."""
    return replace(survey, computer=replace(survey.computer, **changes))


def choosing(survey: Survey = GOOD, /, **changes: Any) -> Survey:
    """The survey for other choices: of each, the fields that differ."""
    import msgspec

    parts = {name: msgspec.structs.replace(getattr(survey.choices, name), **fields) for name, fields in changes.items()}
    return replace(survey, choices=msgspec.structs.replace(survey.choices, **parts))


def all_of(survey: Survey, id_: str) -> tuple[Finding, ...]:
    """What is said of one requirement."""
    return judge(survey, [id_])


def one(survey: Survey, id_: str) -> Finding:
    """What is said of one requirement that has one finding."""
    (found,) = judge(survey, [id_])
    return found


def verdict(survey: Survey, id_: str) -> Verdict:
    """The one verdict on a requirement."""
    (found,) = {each.verdict for each in judge(survey, [id_])}
    return found
