"""Changing, deleting and recovering keys in the vault itself, with Microsoft's own client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.keyvault.keys import KeyClient, KeyRotationLifetimeAction, KeyRotationPolicy

from cmkwizard.practice import estate_tables
from cmkwizard.practice.scenarios import load_scenario
from tests.practice.azure_support import Azure, Credential

OPERATIONS = ["wrapKey", "unwrapKey"]


@pytest.fixture
def keys(azure: Azure) -> Iterator[Callable[..., KeyClient]]:
    """A client of a vault with the key k, for alice (Crypto Officer) unless another person is named."""
    azure.create_vault("kv-keys")
    azure.grant("alice", "Key Vault Crypto Officer", "kv-keys")
    azure.call(
        "PUT",
        f"{azure.vault_path('kv-keys')}/keys/k",
        {"properties": {"kty": "RSA", "keySize": 3072, "keyOps": ["wrapKey", "verify"]}},
    )
    with ExitStack() as open_ones:

        def client(who: str = "alice") -> KeyClient:
            address = f"https://kv-keys.vault.localhost:{azure.world.port}/"
            found = KeyClient(address, Credential(azure, who), transport=azure.transport(), retry_total=0)
            return open_ones.enter_context(found)

        yield client


def change(azure: Azure, **table: object) -> None:
    estate_tables.change(azure.estate, {"keys": {"kv-keys/k": table}})


def test_one_attribute_is_changed_and_all_others_stay(azure: Azure, keys: Callable[..., KeyClient]) -> None:
    change(azure, enabled=False, starts_in_s=86_400, expires_in_s=1_000_000)
    client = keys()
    before = client.get_key("k")
    assert not before.properties.enabled
    enabled = client.update_key_properties("k", enabled=True)
    assert (enabled.properties.enabled, enabled.key_operations) == (True, ["wrapKey", "verify"])
    assert enabled.properties.expires_on == before.properties.expires_on
    assert enabled.properties.not_before == before.properties.not_before
    now = datetime.now(UTC)
    begun = client.update_key_properties("k", before.properties.version, not_before=now - timedelta(minutes=5))
    assert begun.properties.not_before
    assert begun.properties.not_before < now
    widened = client.update_key_properties("k", key_operations=["wrapKey", "verify", "unwrapKey"])
    assert (widened.id, widened.key_operations) == (before.id, ["wrapKey", "verify", "unwrapKey"])
    assert azure.world.applied["key.update"] == 3


def test_changing_needs_a_role_that_changes_keys(azure: Azure, keys: Callable[..., KeyClient]) -> None:
    azure.grant("victor", "Key Vault Reader", "kv-keys")
    victor = keys("victor")
    assert victor.get_key("k").id
    for act in (
        lambda: victor.update_key_properties("k", enabled=False),
        lambda: victor.begin_recover_deleted_key("k"),
        lambda: victor.update_key_rotation_policy("k", KeyRotationPolicy(expires_in="P2Y")),
    ):
        with pytest.raises(HttpResponseError) as caught:
            act()
        assert caught.value.error
        assert caught.value.error.innererror == {"code": "ForbiddenByRbac"}
    assert azure.world.applied.get("key.update") is None


def test_a_deleted_key_is_found_and_recovered(azure: Azure, keys: Callable[..., KeyClient]) -> None:
    change(azure, deleted=True)
    client = keys()
    with pytest.raises(ResourceNotFoundError):
        client.get_key("k")
    deleted = client.get_deleted_key("k")
    assert deleted.recovery_id
    assert deleted.scheduled_purge_date
    recovered = client.begin_recover_deleted_key("k").result()
    assert recovered.id == client.get_key("k").id
    assert azure.world.applied["key.recover"] == 1


def test_a_rotation_policy_of_another_administrator_is_read(azure: Azure, keys: Callable[..., KeyClient]) -> None:
    change(azure, rotation={"after": "P18M", "expires": "P2Y"})
    policy = keys().get_key_rotation_policy("k")
    assert policy.expires_in == "P2Y"
    assert [(each.action, each.time_after_create) for each in policy.lifetime_actions] == [("Rotate", "P18M")]
    wanted = KeyRotationPolicy(lifetime_actions=[KeyRotationLifetimeAction("Rotate", time_before_expiry="P30D")])
    keys().update_key_rotation_policy("k", wanted, expires_in="P1Y")
    assert azure.estate.vaults["kv-keys"].keys["k"].rotation
    change(azure, rotation=None)
    assert keys().get_key_rotation_policy("k").expires_in is None


@pytest.mark.parametrize(
    ("settings", "level"),
    [
        ({}, "Recoverable"),
        ({"purge_protection": False}, "Recoverable+Purgeable"),
        ({"retention_days": 7}, "CustomizedRecoverable"),
        ({"purge_protection": False, "retention_days": 7}, "CustomizedRecoverable+Purgeable"),
        ({"purge_protection": False, "soft_delete": False}, "Purgeable"),
    ],
)
def test_what_a_deletion_means(
    azure: Azure, keys: Callable[..., KeyClient], settings: dict[str, object], level: str
) -> None:
    estate_tables.change(azure.estate, {"vaults": {"kv-keys": settings}})
    assert keys().get_key("k").properties.recovery_level == level


def test_the_firewall_says_that_trusted_services_are_not_let_in(azure: Azure, keys: Callable[..., KeyClient]) -> None:
    for bypass, words in (("AzureServices", "is not a trusted service"), ("None", "bypass is set to None")):
        estate_tables.change(azure.estate, {"vaults": {"kv-keys": {"default_action": "Deny", "bypass": bypass}}})
        with pytest.raises(HttpResponseError) as caught:
            keys().get_key("k")
        assert words in str(caught.value)
        assert "Client address: 203.0.113.17" in str(caught.value)


def test_a_scenario_may_say_all_of_a_key(azure: Azure) -> None:
    vault = {
        "group": "rg-experience",
        "location": "westeurope",
        "keys": {"k": {"starts_in_days": 3, "expires_in_days": 30, "rotation": {"before": "P10D"}, "deleted": True}},
    }
    tables = {**load_scenario("happy").tables["estate"], "vaults": {"kv-told": vault}}
    estate = estate_tables.build(tables, azure.world.clock, azure.world.directory)
    vault["keys"]["curve"] = {"type": "EC"}  # type: ignore[index]
    curve = estate_tables.build(tables, azure.world.clock, azure.world.directory).vaults["kv-told"].keys["curve"]
    assert (curve.type, curve.size, curve.curve) == ("EC", 0, "P-256")
    key = estate.vaults["kv-told"].keys["k"]
    assert key.deleted_at
    assert key.current.not_before
    assert key.rotation
    assert key.rotation["lifetimeActions"][0]["trigger"] == {"timeBeforeExpiry": "P10D"}
    with pytest.raises(KeyError, match="colour"):
        estate_tables.build(
            {**tables, "vaults": {"kv-told": {**vault, "colour": 1}}}, azure.world.clock, azure.world.directory
        )
