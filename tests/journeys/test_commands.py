"""The printed command lines: right for the chosen values, safe to paste, free of secrets."""

from __future__ import annotations

import json
import shlex

from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.core.choices import AdobeChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.journeys import commands

CHOICES = Choices(
    azure=AzureChoice("tenant", "0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03", "rg (cmk)", "westeurope"),
    vault=VaultChoice("kv-cmk", sku="standard", retention_days=30, network="restricted"),
    key=KeyChoice("cmk", "RSA-HSM", 4096),
    adobe=AdobeChoice("4D1F2C3B5A6978877F000101@AdobeOrg", "c0ffee12", "NLD2", "experience"),
)
GROUP_ID = "/subscriptions/0b1f4e7a-6c2d-4a58-9e3b-8d7c5f1a2e03/resourceGroups/rg (cmk)"
VAULT_ID = f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv-cmk"
IDENTIFIER = "https://kv-cmk.vault.azure.net/keys/cmk/0123456789abcdef0123456789abcdef"


def option(line: str, name: str) -> str:
    words = shlex.split(line)
    return words[words.index(name) + 1]


def test_the_vault_command_says_what_was_chosen() -> None:
    line = commands.vault_create(CHOICES)
    expected = {
        "--resource-group": "rg (cmk)", "--name": "kv-cmk", "--sku": "standard", "--retention-days": "30",
        "--default-action": "Deny", "--bypass": "AzureServices", "--network-acls-ips": "20.88.123.53/32",
        "--enable-purge-protection": "true", "--enable-rbac-authorization": "true",
    }  # fmt: skip
    assert {name: option(line, name) for name in expected} == expected
    public = Choices(azure=CHOICES.azure, vault=VaultChoice("kv-cmk"))
    assert option(commands.vault_create(public), "--default-action") == "Allow"
    assert "--network-acls-ips" not in commands.vault_create(public)


def test_the_key_command_goes_through_resource_manager() -> None:
    line = commands.key_create(CHOICES)
    assert line.startswith("az rest --method put ")
    assert option(line, "--url").startswith(f"https://management.azure.com{VAULT_ID}/keys/cmk?api-version=20")
    assert json.loads(option(line, "--body"))["properties"] == {
        "kty": "RSA-HSM", "keySize": 4096, "keyOps": ["wrapKey", "unwrapKey"],
    }  # fmt: skip


def test_the_role_command_names_the_app_or_finds_it() -> None:
    known = commands.role_create(CHOICES, "app-id", "object-id", "name")
    assert option(known, "--assignee-object-id") == "object-id"
    assert option(known, "--role") == CRYPTO_SERVICE_ENCRYPTION_USER
    assert option(known, "--scope") == VAULT_ID
    assert option(known, "--name") == "name"
    assert '"$(az ad sp show --id app-id --query id --output tsv)"' in commands.role_create(
        CHOICES, "app-id", None, None
    )


def test_the_submission_command_holds_the_body_and_no_secret() -> None:
    line = commands.submission(CHOICES, "https://platform-nld2.adobe.io", IDENTIFIER)
    assert shlex.split(line)[-1] == "https://platform-nld2.adobe.io/data/infrastructure/manager/customer/config"
    assert json.loads(option(line, "--data")) == {
        "name": "experience",
        "type": "BYOK_CONFIG",
        "imsOrgId": "4D1F2C3B5A6978877F000101@AdobeOrg",
        "configData": {"providerType": "AZURE_KEYVAULT", "keyVaultKeyIdentifier": IDENTIFIER},
    }
    assert "$ADOBE_TOKEN" in line


def test_the_submission_command_finds_a_key_that_is_yet_to_be_made() -> None:
    find, send = commands.submission(CHOICES, "https://platform.adobe.io", None).splitlines()
    assert find.startswith("KEY_IDENTIFIER=$(az rest --method get --url ")
    assert '"\'"$KEY_IDENTIFIER"\'"' in send


@given(st.text(min_size=1, max_size=40).filter(lambda text: "\0" not in text))
def test_no_value_escapes_its_quotes(text: str) -> None:
    choices = Choices(azure=AzureChoice(text, text, text, text), vault=VaultChoice(text), key=KeyChoice(text))
    for line in (commands.group_create(choices), commands.vault_create(choices)):
        assert option(line, "--name") in (text, choices.vault.name)
        assert option(line, "--location") == text
