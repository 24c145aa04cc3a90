"""Azure's resource clients, one method after the other, on a practice cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from cmkwizard.clouds.azure.session import AzureSession
from cmkwizard.clouds.azure.sign_in import SignIn
from cmkwizard.clouds.http import Guard
from cmkwizard.core.adobe_needs import ADOBE_ADDRESS
from cmkwizard.core.cancel import Cancel
from cmkwizard.core.choices import KeyChoice, VaultChoice
from cmkwizard.core.facts import Vault
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.roles import (
    ASSIGNMENT_WRITE,
    CRYPTO_SERVICE_ENCRYPTION_USER,
    VAULT_WRITE,
    allows,
    assignment_name,
)
from tests.clouds.sign_in_support import MemoryStore

SUBSCRIPTION = "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03"
CONTOSO = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01"
ADOBE_APP = "e463a445-c6ac-4ca2-b36a-b5146fcf6a52"
GROUP = "rg-experience"


@dataclass
class Signed:
    """A session of the scenario's first user, and its practice cloud."""

    practice: Any
    session: AzureSession
    guard: Guard

    def last(self) -> dict[str, Any]:
        """The last request that the practice cloud received."""
        entry: dict[str, Any] = self.practice.log()[-1]
        return entry

    def wait_for_vault(self, name: str) -> Vault:
        """The vault, once Azure has made it."""
        while True:
            vault = self.session.vaults.get_vault(SUBSCRIPTION, GROUP, name)
            assert vault is not None
            if vault.ready:
                return vault
            self.practice.control("POST", "clock", {"advance_s": 5})


@pytest.fixture
def sign_in(start_practice: Callable[..., Any]) -> Iterator[Callable[..., Signed]]:
    guards: list[Guard] = []

    def start(scenario: str = "happy") -> Signed:
        practice = start_practice(scenario)
        guard = Guard(practice.profile)
        guards.append(guard)
        signing = SignIn(practice.profile, guard, MemoryStore())
        person = practice.person(practice.ready["users"][0]["name"])
        account = signing.interactive(tenant=CONTOSO, opener=person.open, on_address=lambda _: None, cancel=Cancel())
        session = AzureSession(practice.profile, guard, signing.credential(account.tenant_id), account)
        return Signed(practice, session, guard)

    yield start
    for guard in guards:
        guard.close()


@pytest.fixture
def signed(sign_in: Callable[..., Signed]) -> Signed:
    return sign_in()


def create_vault(signed: Signed, name: str = "kv-new-one", choice: VaultChoice | None = None) -> Vault:
    vaults = signed.session.vaults
    tags = {"cmkwizard-op": "1"}
    return vaults.begin_create(SUBSCRIPTION, GROUP, name, "westeurope", CONTOSO, choice or VaultChoice(name), tags)


def test_what_the_account_sees(signed: Signed) -> None:
    subscriptions = signed.session.subscriptions
    assert {tenant.name for tenant in subscriptions.list_tenants()} == {"Contoso", "Fabrikam"}
    (page,) = list(subscriptions.list_subscriptions())
    assert [(each.id, each.name, each.state, each.tenant_id) for each in page] == [
        (SUBSCRIPTION, "Contoso production", "Enabled", CONTOSO)
    ]
    assert ("westeurope", "West Europe") in subscriptions.list_locations(SUBSCRIPTION)
    assert [group.name for page in subscriptions.list_groups(SUBSCRIPTION) for group in page] == [GROUP]


def test_a_resource_group_is_created_once(signed: Signed) -> None:
    subscriptions = signed.session.subscriptions
    assert subscriptions.get_group(SUBSCRIPTION, "rg-new") is None
    created = subscriptions.create_group(SUBSCRIPTION, "rg-new", "northeurope")
    assert (created.name, created.location, created.state) == ("rg-new", "northeurope", "Succeeded")
    assert subscriptions.get_group(SUBSCRIPTION, "RG-NEW") == created


def test_the_provider_is_registered_when_it_is_not(signed: Signed) -> None:
    subscriptions = signed.session.subscriptions
    assert subscriptions.get_provider(SUBSCRIPTION).registered
    signed.practice.control("PATCH", "world", {"estate": {"registered": {SUBSCRIPTION: []}}})
    assert not subscriptions.get_provider(SUBSCRIPTION).registered
    with pytest.raises(Problem):
        create_vault(signed)
    assert signed.last()["method"] == "PUT", "nothing registers the provider behind our back"
    subscriptions.register_provider(SUBSCRIPTION)


def test_a_vault_is_made_as_adobe_requires(signed: Signed) -> None:
    vaults = signed.session.vaults
    assert vaults.check_name(SUBSCRIPTION, "kv-new-one").available
    assert vaults.get_vault(SUBSCRIPTION, GROUP, "kv-new-one") is None
    assert vaults.get_vault(SUBSCRIPTION, "rg-nowhere", "kv-new-one") is None
    started = create_vault(signed)
    assert not started.ready
    vault = signed.wait_for_vault("kv-new-one")
    assert vault.rbac
    assert vault.soft_delete
    assert vault.purge_protection
    assert (vault.sku, vault.retention_days, vault.group, vault.location) == ("premium", 90, GROUP, "westeurope")
    assert (vault.public_access, vault.default_action, vault.bypass) == (True, "Allow", "AzureServices")
    assert dict(vault.tags) == {"cmkwizard-op": "1"}
    assert vault.uri.endswith("/")
    taken = vaults.check_name(SUBSCRIPTION, "kv-new-one")
    assert (taken.available, taken.reason) == (False, "AlreadyExists")
    assert vaults.get_deleted(SUBSCRIPTION, "kv-new-one") is None
    assert [each.name for page in vaults.list_vaults(SUBSCRIPTION) for each in page] == ["kv-new-one"]


def test_a_restricted_vault_admits_adobe_and_trusted_services_only(signed: Signed) -> None:
    choice = VaultChoice("kv-new-two", sku="standard", retention_days=7, network="restricted")
    create_vault(signed, "kv-new-two", choice)
    vault = signed.wait_for_vault("kv-new-two")
    assert (vault.sku, vault.retention_days) == ("standard", 7)
    assert (vault.default_action, vault.bypass, vault.ip_rules) == ("Deny", "AzureServices", (f"{ADOBE_ADDRESS}/32",))


def test_a_deleted_vault_keeps_its_name(signed: Signed) -> None:
    create_vault(signed)
    signed.practice.control("PATCH", "world", {"estate": {"vaults": {"kv-new-one": {"deleted": True}}}})
    assert not signed.session.vaults.check_name(SUBSCRIPTION, "kv-new-one").available
    deleted = signed.session.vaults.get_deleted(SUBSCRIPTION, "KV-New-One")
    assert deleted is not None
    assert (deleted.name, deleted.location) == ("kv-new-one", "westeurope")
    assert signed.session.vaults.get_deleted(SUBSCRIPTION, "kv-new-two") is None


def test_a_key_is_created_where_it_is_absent_and_gets_one_version(signed: Signed) -> None:
    keys = signed.session.keys
    create_vault(signed)
    vault = signed.wait_for_vault("kv-new-one")
    assert keys.get_key(vault, "cmk") is None
    created = keys.create_key(vault, KeyChoice("cmk", "RSA-HSM", 4096))
    assert (created.type, created.size, created.enabled) == ("RSA-HSM", 4096, True)
    assert set(created.operations) == {"wrapKey", "unwrapKey"}
    assert created.identifier.startswith(f"{vault.uri}keys/cmk/")
    assert keys.create_key(vault, KeyChoice("cmk")) == created
    assert keys.get_key(vault, "cmk") == created
    assert [key.name for page in keys.list_keys(vault) for key in page] == ["cmk"]
    assert signed.practice.control("GET", "state")["applied"]["key.create"] == 1


def test_a_role_is_given_once_and_found_again(signed: Signed) -> None:
    roles = signed.session.roles
    create_vault(signed)
    vault = signed.wait_for_vault("kv-new-one")
    app = "b07a0000-5d6e-4f70-9b8c-7d6e5f4a3b06"
    name = assignment_name(vault.id, CRYPTO_SERVICE_ENCRYPTION_USER, app)
    given = roles.create_assignment(vault.id, CRYPTO_SERVICE_ENCRYPTION_USER, app, name)
    assert (given.name, given.role, given.principal_id) == (name, CRYPTO_SERVICE_ENCRYPTION_USER, app)
    held = roles.list_assignments(vault.id, app)
    assert given in held
    inherited = [each for each in held if each != given]
    assert [each.scope for each in inherited] == [f"/subscriptions/{SUBSCRIPTION}"]
    assert roles.create_assignment(vault.id, CRYPTO_SERVICE_ENCRYPTION_USER, app, name).id == given.id
    with pytest.raises(Problem) as caught:
        roles.create_assignment(vault.id, CRYPTO_SERVICE_ENCRYPTION_USER, app, "11111111-2222-4333-8444-555555555555")
    assert caught.value.kind is Kind.CONFLICT
    assert signed.practice.control("GET", "state")["applied"]["role.create"] == 1


def test_an_assignment_on_a_single_key_does_not_hold_for_the_vault(signed: Signed) -> None:
    create_vault(signed)
    vault = signed.wait_for_vault("kv-new-one")
    signed.session.keys.create_key(vault, KeyChoice("cmk"))
    app = "b07a0000-5d6e-4f70-9b8c-7d6e5f4a3b06"
    scope = f"{vault.id}/keys/cmk"
    signed.session.roles.create_assignment(
        scope, CRYPTO_SERVICE_ENCRYPTION_USER, app, assignment_name(scope, CRYPTO_SERVICE_ENCRYPTION_USER, app)
    )
    held = signed.session.roles.list_assignments(vault.id, app)
    assert CRYPTO_SERVICE_ENCRYPTION_USER not in {each.role for each in held}


@pytest.mark.parametrize(("scenario", "may"), [("happy", True), ("no-rights", False)])
def test_rights_are_read_at_every_scope(sign_in: Callable[..., Signed], scenario: str, may: bool) -> None:
    signed = sign_in(scenario)
    for scope in (f"/subscriptions/{SUBSCRIPTION}", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"):
        rights = signed.session.roles.list_rights(scope)
        assert allows(rights, VAULT_WRITE) is may
        assert allows(rights, ASSIGNMENT_WRITE) is may
        assert allows(rights, "Microsoft.KeyVault/vaults/read")


def test_the_app_is_found_by_its_id_alone(sign_in: Callable[..., Signed]) -> None:
    signed = sign_in("completed")
    app = signed.session.directory.get_app(ADOBE_APP.upper())
    assert app is not None
    assert (app.application_id, app.enabled) == (ADOBE_APP, True)
    assert app.object_id == "acbe5000-4b5c-4d6e-8f70-1a2b3c4d5e08"
    assert signed.session.directory.get_app("00000000-0000-4000-8000-000000000000") is None
    with pytest.raises(Problem) as caught:
        signed.session.directory.get_app("acp3c5fmultitenantapp')/owners('")
    assert caught.value.kind is Kind.INVALID


def test_long_lists_arrive_page_by_page(sign_in: Callable[..., Signed]) -> None:
    signed = sign_in("big-tenant")
    pages = signed.session.subscriptions.list_subscriptions()
    first = next(pages)
    asked = signed.guard.requests
    assert 0 < len(first) < 300
    rest = [each for page in pages for each in page]
    assert len(first) + len(rest) == 300
    assert signed.guard.requests > asked


READS: dict[str, Callable[[AzureSession], object]] = {
    "tenants": lambda s: s.subscriptions.list_tenants(),
    "subscriptions": lambda s: list(s.subscriptions.list_subscriptions()),
    "group": lambda s: s.subscriptions.get_group(SUBSCRIPTION, GROUP),
    "provider": lambda s: s.subscriptions.get_provider(SUBSCRIPTION).registered,
    "vault": lambda s: s.vaults.get_vault(SUBSCRIPTION, GROUP, "kv-contoso-experience"),
    "vaults": lambda s: list(s.vaults.list_vaults(SUBSCRIPTION)),
    "name": lambda s: s.vaults.check_name(SUBSCRIPTION, "kv-new-one"),
    "rights": lambda s: s.roles.list_rights(f"/subscriptions/{SUBSCRIPTION}"),
    "roles": lambda s: s.roles.list_assignments(f"/subscriptions/{SUBSCRIPTION}", ADOBE_APP),
    "app": lambda s: s.directory.get_app(ADOBE_APP),
}
SPOILT: dict[str, tuple[dict[str, Any], set[Kind]]] = {
    "malformed": ({"fault": "malformed"}, {Kind.UNTRUSTED}),
    "wrong types": ({"fault": "malformed", "variant": "types"}, {Kind.UNTRUSTED}),
    "truncated": ({"fault": "truncated"}, {Kind.UNTRUSTED, Kind.UNREACHABLE}),
    "captive portal": ({"fault": "captive_portal"}, {Kind.UNTRUSTED}),
    "redirect": ({"fault": "redirect"}, {Kind.UNTRUSTED}),
    "reset": ({"fault": "reset"}, {Kind.UNREACHABLE}),
    "refused": ({"fault": "refuse"}, {Kind.UNREACHABLE}),
    "failed": ({"fault": "status", "code": 500}, {Kind.SERVICE}),
    "throttled": ({"fault": "status", "code": 429, "retry_after": 7}, {Kind.THROTTLED}),
    "forbidden": ({"fault": "status", "code": 403}, {Kind.PERMISSION}),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_read_is_a_problem_and_is_sent_once(sign_in: Callable[..., Signed], spoilt: str) -> None:
    signed = sign_in("completed")
    fault, kinds = SPOILT[spoilt]
    for name, read in READS.items():
        read(signed.session)  # tokens are there
        service = "graph" if name == "app" else "arm"
        before = len(signed.practice.log())
        signed.practice.fault(**fault, service=service, times=1)
        with pytest.raises(Problem) as caught:
            read(signed.session)
        assert caught.value.kind in kinds, (name, caught.value.kind, caught.value.message)
        if spoilt == "throttled":
            assert caught.value.retry_after == 7
        assert len(signed.practice.log()) == before + 1, name
