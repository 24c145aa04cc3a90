"""The answers file: good ones become choices; every fault names its key, its line and what is allowed."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.core.answers import read_answers
from cmkwizard.core.choices import Choices
from cmkwizard.core.problems import Kind, Problem

GOOD = """\
[azure]     # ids or names
tenant = "contoso.onmicrosoft.com"
subscription = "Production"
resource_group = "rg-cmk"
location = "westeurope"

[vault]
name = "kv-contoso-cmk"
create = true
sku = "premium"
retention_days = 90
network = "restricted"

[key]
name = "experience"
type = "RSA-HSM"
size = 4096

[adobe]
organisation = "4D1F2C3B5A6978877F000101@AdobeOrg"
client_id = "c0ffee1234567890abcdef1234567890"
region = "NLD2"
configuration = "experience-platform"

[acknowledge]
irreversible = true
"""


def faults(text: str) -> list[str]:
    with pytest.raises(Problem) as caught:
        read_answers(text)
    assert caught.value.kind is Kind.INVALID
    assert "Nothing was sent" in caught.value.remedy
    return caught.value.message.splitlines()


def test_good_answers_become_choices() -> None:
    choices = read_answers(GOOD)
    assert choices.azure.subscription == "Production"
    assert (choices.vault.name, choices.vault.network, choices.key.size) == ("kv-contoso-cmk", "restricted", 4096)
    assert (choices.adobe.region, choices.acknowledge.irreversible) == ("NLD2", True)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("retention_days = 90", "retention_days = 6", "line 11: vault.retention_days: allowed are 7 to 90 days."),
        ("retention_days = 90", "retention_days = 7.5", "line 11: vault.retention_days: this must be a whole number."),
        ("retention_days = 90", "retention_days = true", "line 11: vault.retention_days: this must be a whole number."),
        ("create = true", 'create = "yes"', "line 9: vault.create: this must be true or false."),
        ('sku = "premium"', 'sku = "gold"', 'line 10: vault.sku: allowed is one of "standard", "premium".'),
        ("size = 4096", "size = 2048", "line 17: key.size: allowed is one of 3072, 4096."),
        ('type = "RSA-HSM"', 'kind = "RSA"', "line 16: key.kind: unknown; allowed in [key] are name, type, size."),
        ("[acknowledge]", "[consent]", "line 25: consent: unknown; allowed are the tables [azure], [vault], [key], "),
        (
            'name = "experience"\n',
            "",
            "line 14: key.name: missing. A key name has 1 to 127 letters, digits and hyphens.",
        ),
        ('name = "kv-contoso-cmk"', 'name = "1"', "line 8: vault.name: A vault name has 3 to 24 letters"),
        ("@AdobeOrg", "@adobeorg", "line 20: adobe.organisation: An organisation id has 24 digits"),
        ('region = "NLD2"', 'region = "evil.example"', "line 22: adobe.region: A region is a code such as VA7"),
        ('location = "westeurope"\n', "", "line 1: azure.location: missing. A new vault needs an Azure region"),
        ('sku = "premium"', 'sku = "standard"', 'line 16: key.type: a key of type "RSA-HSM" needs vault.sku'),
        ("size = 4096", "size 4096", "line 17: this is not TOML: "),
        ('"contoso.onmicrosoft.com"', '"../../x?"', "line 2: azure.tenant: This is the id, a domain or the name"),
        ('"contoso.onmicrosoft.com"', '"a\\u0000"', "line 2: azure.tenant: This is the id, a domain or the name"),
        ('"westeurope"', '"west/europe"', "line 5: azure.location: An Azure region has letters, digits and spaces"),
        ('subscription = "Production"\n', "", "line 1: azure.subscription: missing. This must not be empty."),
        ("size = 4096", '"s\\u0069ze" = 1', "line 17: key.size: allowed is one of 3072, 4096."),
        ("[key]", "[[key]]", "line 14: key: this is a table"),
        ("[key]", "key = 3\n[keys]", "line 14: vault.key: unknown"),
    ],
)
def test_each_fault_names_key_line_and_what_is_allowed(old: str, new: str, expected: str) -> None:
    assert GOOD.count(old) >= 1
    found = faults(GOOD.replace(old, new, 1))
    assert any(line.startswith(expected) for line in found), found


def test_all_faults_at_once_in_order_of_lines() -> None:
    text = (
        GOOD.replace('"premium"', '"gold"').replace("size = 4096", "size = 1").replace("[azure]", "[azure]\ncolour = 1")
    )
    assert [line.split(":")[:2] for line in faults(text)] == [
        ["line 2", " azure.colour"],
        ["line 11", " vault.sku"],
        ["line 18", " key.size"],
    ]


def test_nothing_at_all_names_everything_that_is_missing() -> None:
    missing = {line.split(": ")[1] for line in faults("")}
    assert missing == {
        "azure.subscription", "azure.resource_group", "vault.name", "key.name",
        "adobe.organisation", "adobe.client_id", "adobe.configuration",
    }  # fmt: skip


def test_dotted_and_inline_tables_are_toml_too() -> None:
    text = GOOD.replace('[key]\nname = "experience"\ntype = "RSA-HSM"\nsize = 4096\n', "")
    dotted = 'key.name = "experience"\nkey.size = 1\n' + text
    assert faults(dotted) == ["line 2: key.size: allowed is one of 3072, 4096."]
    assert read_answers('key = {name = "experience", size = 3072}\n' + text).key.size == 3072


def outcome(text: str) -> Choices | Problem:
    try:
        return read_answers(text)
    except Problem as problem:
        return problem


@given(st.text(alphabet=string.printable, max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = outcome(text)
    assert isinstance(found, Choices) or found.kind is Kind.INVALID
    assert isinstance(found, Choices) or all(line.startswith("line ") for line in found.message.split("\n"))


def test_a_key_with_a_line_break_is_one_fault() -> None:
    assert faults('"a\\nerror: b" = 1\n' + GOOD)[0].startswith("line ")


def test_what_looks_like_a_key_inside_a_long_text_is_no_key() -> None:
    text = GOOD.replace('"Production"', '"""\nretention_days = 1\n[vault]\n"""').replace("= 90", "= 6")
    assert faults(text) == ["line 14: vault.retention_days: allowed are 7 to 90 days."]


ANALYTICS = """
[analytics]
applications = ["journey-optimizer", "customer-journey-analytics"]
resource_group = "rg-analytics"
vault = "kv-contoso-cja"
key = "analytics"
"""


def test_the_second_vault_is_chosen_by_a_table_of_its_own() -> None:
    analytics = read_answers(GOOD + ANALYTICS).analytics
    assert analytics.applications == ("journey-optimizer", "customer-journey-analytics")
    assert (analytics.resource_group, analytics.vault, analytics.key) == ("rg-analytics", "kv-contoso-cja", "analytics")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"journey-optimizer", ',
            '"target", ',
            'line 29: analytics.applications: allowed is one of "journey-optimizer"',
        ),
        ('["journey-optimizer', '[1, "journey-optimizer', "line 29: analytics.applications: this must be a list"),
        (
            'vault = "kv-contoso-cja"\n',
            "",
            "line 28: analytics.vault: missing. The applications need a vault of their own",
        ),
        ('key = "analytics"\n', "", "line 28: analytics.key: missing."),
        (
            '"kv-contoso-cja"',
            '"KV-Contoso-CMK"',
            "line 31: analytics.vault: this must be another vault than vault.name",
        ),
        ('"rg-analytics"', '"rg."', "line 30: analytics.resource_group: A resource group name"),
    ],
)
def test_each_fault_of_the_second_vault_is_named(old: str, new: str, expected: str) -> None:
    assert ANALYTICS.count(old) == 1
    assert faults(GOOD + ANALYTICS.replace(old, new))[0].startswith(expected)


def test_a_managed_hsm_is_never_made() -> None:
    hsm = GOOD.replace("create = true", 'kind = "managed-hsm"\ncreate = true')
    assert faults(hsm) == [
        "line 9: vault.kind: a Managed HSM is used as it is, never made: write vault.create = false."
    ]
    assert read_answers(hsm.replace("create = true", "create = false")).vault.kind == "managed-hsm"
