"""The set-up as Terraform: read back by parsers, formatted as Terraform does, its arguments those of the providers."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import hcl2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmkwizard.core.problems import Problem
from cmkwizard.journeys.as_code.seen import as_seen
from cmkwizard.journeys.as_code.terraform import PROVIDERS, quoted, terraform
from tests.journeys.as_code_support import APP, ASSIGNMENT, OBJECT, ROLE, SUBSCRIPTION, VAULT_ID, WORKSPACE, state

PLATFORM = "https://platform-nld2.adobe.io"
META = {"lifecycle"}
SCHEMAS: dict[str, tuple[set[str], set[str]]] = {
    "azurerm_resource_group": ({"name", "location"}, {"managed_by", "tags"}),
    "azurerm_key_vault": (
        {"name", "location", "resource_group_name", "rbac_authorization_enabled", "sku_name", "tenant_id"},
        {
            *("access_policy", "enabled_for_deployment", "enabled_for_disk_encryption", "network_acls", "tags"),
            *("enabled_for_template_deployment", "purge_protection_enabled", "public_network_access_enabled"),
            "soft_delete_retention_days",
        },
    ),
    "azapi_resource": (
        {"type"},
        {
            *("body", "name", "parent_id", "location", "tags", "identity", "locks", "response_export_values", "retry"),
            *("schema_validation_enabled", "ignore_casing", "ignore_missing_property", "ignore_null_property"),
        },
    ),
    "azuread_service_principal": (
        {"client_id"},
        {
            *("account_enabled", "alternative_names", "app_role_assignment_required", "description", "feature_tags"),
            *("login_url", "notes", "notification_email_addresses", "owners", "preferred_single_sign_on_mode", "tags"),
            *("saml_single_sign_on", "use_existing"),
        },
    ),
    "azurerm_role_assignment": (
        {"scope", "principal_id"},
        {
            *("name", "role_definition_id", "role_definition_name", "principal_type", "condition", "description"),
            *("condition_version", "delegated_managed_identity_resource_id", "skip_service_principal_aad_check"),
        },
    ),
    "azurerm_monitor_diagnostic_setting": (
        {"name", "target_resource_id"},
        {
            *("eventhub_name", "eventhub_authorization_rule_id", "enabled_log", "log_analytics_workspace_id"),
            *("enabled_metric", "storage_account_id", "log_analytics_destination_type", "partner_solution_id"),
        },
    ),
    "azurerm_management_lock": ({"name", "scope", "lock_level"}, {"notes"}),
}
"""What each resource needs and may have: the documentation of azurerm 5.2, azuread 3 and azapi 2.12."""
NETWORK_ACLS = {"bypass", "default_action", "ip_rules", "virtual_network_subnet_ids"}


def text(without: tuple[str, ...] = (), **changes: dict[str, Any]) -> str:
    return terraform(as_seen(state(without, **changes)), PLATFORM)


def resources(code: str) -> dict[str, dict[str, Any]]:
    """The resources by their address, as python-hcl2 reads them; texts keep their quotes."""
    found = hcl2.loads(code)
    return {
        f"{kind.strip(chr(34))}.{name.strip(chr(34))}": {key: value for key, value in body.items() if key[:2] != "__"}
        for each in found["resource"]
        for kind, named in each.items()
        for name, body in named.items()
    }


def test_each_resource_has_what_its_provider_knows() -> None:
    found = resources(text())
    assert {address.partition(".")[0] for address in found} == set(SCHEMAS)
    for address, body in found.items():
        needed, possible = SCHEMAS[address.partition(".")[0]]
        assert needed <= set(body) <= needed | possible | META, address
    providers = {address.partition("_")[0] for address in found}
    assert providers == set(PROVIDERS)
    [acls] = found["azurerm_key_vault.experience_platform"]["network_acls"]
    assert {name for name in acls if name[:2] != "__"} <= NETWORK_ACLS


def test_it_holds_what_was_seen() -> None:
    found = resources(text(key={"expires": "2028-11-01T00:00:00+00:00"}))
    vault = found["azurerm_key_vault.experience_platform"]
    assert (vault["name"], vault["location"], vault["sku_name"]) == ('"KV-cmk"', '"westeurope"', '"premium"')
    assert (vault["soft_delete_retention_days"], vault["purge_protection_enabled"]) == (30, True)
    assert vault["network_acls"][0]["ip_rules"] == ['"10.1.2.3/32"', '"20.88.123.53/32"']
    key = found["azapi_resource.experience_platform_key"]
    assert key["type"] == '"Microsoft.KeyVault/vaults/keys@2026-02-01"'
    properties = key["body"]["properties"]
    assert (properties["kty"], properties["keySize"], properties["attributes"]["exp"]) == ('"RSA"', 3072, 1856649600)
    assert found["azuread_service_principal.experience_platform"]["client_id"] == f'"{APP}"'
    role = found["azurerm_role_assignment.experience_platform"]
    assert (role["name"], role["role_definition_id"].endswith(f'/{ROLE}"')) == (f'"{ASSIGNMENT}"', True)
    assert found["azurerm_management_lock.experience_platform_1"]["name"] == '"keep it"'
    log = found["azurerm_monitor_diagnostic_setting.experience_platform_1"]
    assert log["log_analytics_workspace_id"] == f'"{WORKSPACE}"'


def test_tags_that_are_not_recorded_stay_as_they_are() -> None:
    vault = resources(text())["azurerm_key_vault.experience_platform"]
    assert vault["tags"] == {'"cost-centre"': '"47 11"', "owner": '"Zo\u00eb\'s $${team}"'}
    assert "tags" not in str(vault["lifecycle"])
    vault = resources(text(deployment={"tags": None}))["azurerm_key_vault.experience_platform"]
    assert "tags" not in vault
    assert "tags" in str(vault["lifecycle"])


def test_nothing_that_adobe_depends_on_can_be_destroyed() -> None:
    for address, body in resources(text()).items():
        kept = body["lifecycle"][0].get("prevent_destroy")
        assert kept is True or address.startswith("azurerm_monitor"), address


def test_each_resource_is_imported_by_the_id_that_its_provider_reads() -> None:
    found = hcl2.loads(text())["import"]
    ids = {each["to"].strip("${}").partition(".")[0]: each["id"].strip('"') for each in found}
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/RG-CMK"
    vault = f"{group}/providers/Microsoft.KeyVault/vaults/KV-cmk"
    assert ids == {
        "azurerm_resource_group": group,
        "azurerm_key_vault": vault,
        "azapi_resource": f"{vault}/keys/experience?api-version=2026-02-01",
        "azuread_service_principal": f"/servicePrincipals/{OBJECT}",
        "azurerm_role_assignment": f"{vault}/providers/Microsoft.Authorization/roleAssignments/{ASSIGNMENT}",
        "azurerm_monitor_diagnostic_setting": f"{vault}|audit",
        "azurerm_management_lock": f"{vault}/providers/Microsoft.Authorization/locks/keep it",
    }


def test_a_group_whose_region_is_not_known_is_only_referred_to() -> None:
    code = text(deployment={"group_location": ""})
    assert "azurerm_resource_group.experience_platform" not in resources(code)
    assert '"azurerm_resource_group"' in hcl2.loads(code)["data"][0]
    assert "data.azurerm_resource_group.experience_platform.name" in code


def test_a_role_above_the_vault_is_given_where_it_was() -> None:
    above = "/providers/Microsoft.Management/managementGroups/contoso"
    code = text(role={"scope": above.lower(), "id": f"{above.lower()}/x/{ASSIGNMENT}"})
    assert resources(code)["azurerm_role_assignment.experience_platform"]["scope"] == f'"{above}"'
    assert f'"{above}/providers/Microsoft.Authorization/roleAssignments/{ASSIGNMENT}"' in code


def test_a_managed_hsm_is_refused() -> None:
    with pytest.raises(Problem, match="Managed HSM"):
        text(vault={"id": VAULT_ID.replace("/vaults/", "/managedhsms/")})


def run(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Terraform itself, without a network."""
    program = shutil.which("terraform")
    assert program
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull, "TF_IN_AUTOMATION": "1"}
    return subprocess.run(
        [program, *arguments], cwd=folder, env=environment, input=stdin, capture_output=True, text=True, timeout=120
    )


has_terraform = pytest.mark.skipif(not shutil.which("terraform"), reason="there is no terraform on the PATH")
NASTY = 'it\'s "${a}" %{b} \\ \n } # // \u202e\u2028\r\t$${ %%{ \U0001f511'
VARIANTS: dict[str, tuple[tuple[str, ...], dict[str, dict[str, Any]]]] = {
    "as seen": ((), {}),
    "with little": (("locks", "logs", "status"), {"vault": {"ip_rules": []}, "deployment": {"group_location": ""}}),
    "with dates": (
        (),
        {"key": {"enabled": False, "not_before": "2026-11-01T00:00:00Z", "expires": "2028-11-01T00:00:00Z"}},
    ),
    "with nasty names": (
        (),
        {
            "deployment": {"configuration": NASTY, "organisation": NASTY},
            "vault": {"location": NASTY, "ip_rules": [NASTY]},
            "locks": {"locks": [{"name": NASTY, "level": NASTY, "scope": VAULT_ID}]},
            "logs": {"settings": [{"name": NASTY, "audit": True, "destination": WORKSPACE}]},
            "status": {"word": NASTY},
        },
    ),
}


@has_terraform
@pytest.mark.parametrize("name", VARIANTS)
def test_terraform_reads_it_and_would_write_it_so(tmp_path: Path, name: str) -> None:
    without, changes = VARIANTS[name]
    (tmp_path / "main.tf").write_text(text(without, **changes), encoding="utf-8")
    done = run(tmp_path, "fmt", "-check", "-diff")
    assert done.returncode == 0, done.stdout + done.stderr
    done = run(tmp_path, "providers")
    assert done.returncode == 0, done.stderr
    for provider, (_, version) in PROVIDERS.items():
        assert f"{provider}] {version}" in done.stdout


@has_terraform
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=20, max_size=20))
def test_a_text_is_for_terraform_what_it_was(tmp_path: Path, texts: list[str]) -> None:
    texts = [*texts, NASTY, "$${", "%%{x}", "$", "${", "\x00"]
    written = ", ".join(map(quoted, texts))
    (tmp_path / "main.tf").write_text(f"locals {{\n  texts = [{written}]\n}}\n", encoding="utf-8")
    done = run(tmp_path, "console", stdin="base64encode(jsonencode(local.texts))\n")
    assert done.returncode == 0, done.stderr
    wanted = [unicodedata.normalize("NFC", each) for each in texts]  # as Terraform keeps texts
    assert json.loads(base64.b64decode(done.stdout.strip().strip('"'))) == wanted
