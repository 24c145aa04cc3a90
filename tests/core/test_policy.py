"""The organisation's policy file: good ones become rules; every fault names file, line, key and what is allowed."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.core.answers import read_answers
from cmkwizard.core.choices import Choices, KeyChoice, VaultChoice
from cmkwizard.core.name_patterns import LONGEST_NAME, matches, pattern_problem
from cmkwizard.core.people import ORGANISATION
from cmkwizard.core.policy import OrganisationPolicy, RevocationRules
from cmkwizard.core.policy_text import read_policy_text
from cmkwizard.core.presets import apply_presets
from cmkwizard.core.problems import Kind, Problem

FILE = "/etc/xdg/cmkwizard/policy.toml"
TENANT = "11111111-2222-3333-4444-555555555555"
WORKSPACE = f"/subscriptions/{TENANT}/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/audit"
GOOD = f"""\
[allowed]
tenants = ["{TENANT}"]
locations = ["westeurope", "North Europe"]
kinds = ["vault"]
tiers = ["premium"]

[names]
vault = "kv-[a-z]+-cmk"
key = "exp-.*"
resource_group = "rg-(dev|prod)-[a-z]{{2,10}}"
configuration = "aep-[0-9]+"

[tags]
owner = "security"
"cost-centre" = "4711"

[required]
key_size = 4096
hsm = true
restricted_network = true
retention_days = 30
rotation_days = 365
audit_log = "{WORKSPACE}"
lock = true

[sign_in]
client_id = "{TENANT}"

[revocation]
two_persons = true
cooling_off_minutes = 60
arming_delay_seconds = 15

[preset.azure]
location = "westeurope"

[preset.vault]
network = "restricted"
retention_days = 30

[preset.key]
type = "RSA-HSM"
size = 4096

[preset.adobe]
organisation = "4D1F2C3B5A6978877F000101@AdobeOrg"
client_id = "c0ffee1234567890abcdef1234567890"
"""
ANSWERS = """\
[azure]
subscription = "Production"
resource_group = "rg-cmk"
[vault]
name = "kv-contoso-cmk"
[key]
name = "experience"
[adobe]
configuration = "experience-platform"
"""


def faults(text: str) -> list[str]:
    with pytest.raises(Problem) as caught:
        read_policy_text(text, FILE)
    assert (caught.value.kind, caught.value.who) == (Kind.INVALID, ORGANISATION)
    lines = caught.value.message.split("\n")
    assert all(line.startswith(f"{FILE}: line ") for line in lines)
    return [line.removeprefix(f"{FILE}: ") for line in lines]


def test_a_good_file_becomes_rules() -> None:
    policy = read_policy_text(GOOD, FILE, writable="who")
    assert (policy.file, policy.writable) == (FILE, "who")
    assert (policy.allowed.tenants, policy.allowed.tiers) == ((TENANT,), ("premium",))
    assert policy.tags == {"owner": "security", "cost-centre": "4711"}
    assert (policy.required.key_size, policy.required.hsm, policy.required.audit_log) == (4096, True, WORKSPACE)
    assert (policy.sign_in.client_id, policy.revocation) == (TENANT, RevocationRules(True, 60, 15))


def test_an_empty_file_restricts_nothing() -> None:
    assert read_policy_text("", FILE) == OrganisationPolicy(file=FILE)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (f'tenants = ["{TENANT}"]', 'tenants = ["contoso.com"]', "line 2: allowed.tenants: This is an id of the form"),
        (f'tenants = ["{TENANT}"]', f'tenants = "{TENANT}"', "line 2: allowed.tenants: this must be a list of texts"),
        (f'tenants = ["{TENANT}"]', "tenants = [1]", "line 2: allowed.tenants: this must be a list of texts"),
        (f'tenants = ["{TENANT}"]', "tenants = []", "line 2: allowed.tenants: this must not be empty: leave it out"),
        ('"North Europe"', '"north/europe"', "line 3: allowed.locations: An Azure region has letters"),
        ('"North Europe"', '""', "line 3: allowed.locations: This must not be empty"),
        ('kinds = ["vault"]', 'kinds = ["hsm"]', 'line 4: allowed.kinds: allowed is one of "vault", "managed-hsm".'),
        (
            'tiers = ["premium"]',
            'tier = ["premium"]',
            "line 5: allowed.tier: unknown; allowed in [allowed] are tenants",
        ),
        ('"kv-[a-z]+-cmk"', '"kv-("', "line 8: names.vault: allowed is a regular expression"),
        ('"exp-.*"', '"(a+)+"', "line 9: names.key: allowed is a regular expression"),
        ('owner = "security"', "owner = 1", "line 14: tags.owner: this must be text in quotes."),
        ('owner = "security"', '"a<b" = "x"', "line 14: tags.a<b: the name of a tag"),
        ('owner = "security"', 'cmkwizard-op = "x"', "line 14: tags.cmkwizard-op: the name of a tag"),
        ("key_size = 4096", "key_size = 2048", "line 18: required.key_size: allowed is one of 3072, 4096."),
        ("hsm = true", 'hsm = "yes"', "line 19: required.hsm: this must be true or false."),
        (
            "retention_days = 30\nrot",
            "retention_days = 91\nrot",
            "line 21: required.retention_days: allowed are 7 to 90",
        ),
        ("rotation_days = 365", "rotation_days = 1", "line 22: required.rotation_days: allowed are 28 to 3650 days."),
        (WORKSPACE, "audit", "line 23: required.audit_log: this is the resource id of"),
        (
            "cooling_off_minutes = 60",
            "cooling_off_minutes = -1",
            "line 31: revocation.cooling_off_minutes: allowed are",
        ),
        ("= 15", "= 601", "line 32: revocation.arming_delay_seconds: allowed are 0 to 600 seconds."),
        ("= 15", "= 15\ntyped_names = false", "line 33: revocation.typed_names: unknown; allowed in [revocation] are"),
        ("[revocation]", "[revoke]", "line 29: revoke: unknown; allowed are the tables [allowed], [names]"),
        ("[preset.azure]", "[preset.acknowledge]", "line 34: preset.acknowledge: unknown; allowed are the tables"),
        ('network = "restricted"', 'network = "closed"', "line 38: preset.vault.network: allowed is one of"),
        ("size = 4096\n\n", "colour = 1\n\n", "line 43: preset.key.colour: unknown; allowed in [preset.key] are name"),
        ("lock = true", "lock true", "line 24: this is not TOML: "),
        ("[tags]", 'file = "x"\n[tags]', "line 13: names.file: unknown"),
        ("[allowed]", 'file = "x"\n[allowed]', "line 1: file: unknown; allowed are the tables [allowed]"),
        ("[allowed]", 'writable = ""\n[allowed]', "line 1: writable: unknown"),
    ],
)
def test_each_fault_names_file_line_key_and_what_is_allowed(old: str, new: str, expected: str) -> None:
    assert GOOD.count(old) == 1
    found = faults(GOOD.replace(old, new))
    assert any(line.startswith(expected) for line in found), found


def test_all_faults_at_once_in_order_of_lines() -> None:
    text = GOOD.replace("hsm = true", "hsm = 1").replace('["premium"]', '["gold"]').replace("= 60", '= "60"')
    assert [line.split(":")[:2] for line in faults(text)] == [
        ["line 5", " allowed.tiers"],
        ["line 19", " required.hsm"],
        ["line 31", " revocation.cooling_off_minutes"],
    ]


def outcome(text: str) -> OrganisationPolicy | Problem:
    try:
        return read_policy_text(text, FILE)
    except Problem as problem:
        return problem


@given(st.text(alphabet=string.printable, max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = outcome(text)
    assert isinstance(found, OrganisationPolicy) or found.kind is Kind.INVALID
    if isinstance(found, Problem):
        assert all(line.startswith(f"{FILE}: line ") for line in found.message.split("\n"))


GOOD_PATTERNS = r"""
kv-[a-z]+-cmk  [a-z0-9-]{3,24}  rg-(dev|prod)-[0-9]{2}  (?:eu|us)(-x)?  a\.b\d\w\-  x  ^a$  a--b  [^0-9]*  (ab){2,3}
.*-.*-.*
"""
BAD_PATTERNS = r"""
( ) a) *a a** (a+)+ (a*)* (a|b)* (a?){9} a*a*a*a* (?=a) (?!a) (?P<n>a) (?i)a (a)\1 \bx \Z [[a] []a] [a--z] a{2,1}
[a { {,3} a{1000}
"""


@pytest.mark.parametrize("pattern", GOOD_PATTERNS.split())
def test_a_pattern_of_few_kinds_of_parts_is_taken(pattern: str) -> None:
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize("pattern", ["", "x" * 201, "a\nb", "a?" * 60, "(a|b)" * 40, "(" * 90 + ")" * 90 + "++"])
def test_a_pattern_that_is_too_long_or_has_too_many_ways_is_refused(pattern: str) -> None:
    assert "allowed is a regular expression" in (pattern_problem(pattern) or "")


@pytest.mark.parametrize("pattern", BAD_PATTERNS.split())
def test_any_other_pattern_is_refused(pattern: str) -> None:
    assert "allowed is a regular expression" in (pattern_problem(pattern) or "")


@given(st.text(alphabet="ab-|()[]*+?.{}2,\\d^", max_size=40), st.sampled_from("ab"))
def test_a_pattern_that_is_taken_answers_soon(pattern: str, letter: str) -> None:
    if pattern_problem(pattern) is None:
        began = time.process_time()
        matches(pattern, letter * (LONGEST_NAME - 1) + "!")
        assert time.process_time() - began < 5


def test_a_name_is_matched_as_a_whole_and_letter_by_letter() -> None:
    assert matches("kv-[a-z]+", "kv-contoso")
    assert not any(
        matches("kv-[a-z]+", name) for name in ("KV-contoso", "kv-contoso-1", "xkv-a", "kv-ä", "kv-" + "a" * 127)
    )


def test_presets_fill_in_what_the_answers_leave_out() -> None:
    choices = read_answers(ANSWERS + "[analytics]\n", read_policy_text(GOOD, FILE))
    assert (choices.azure.location, choices.adobe.organisation) == ("westeurope", "4D1F2C3B5A6978877F000101@AdobeOrg")
    assert (choices.vault.network, choices.vault.retention_days, choices.key.type) == ("restricted", 30, "RSA-HSM")


def test_what_the_answers_say_is_never_replaced() -> None:
    text = ANSWERS.replace("[vault]", '[vault]\nnetwork = "public"\nretention_days = 90').replace(
        "[key]", '[key]\ntype = "RSA"'
    )
    choices = read_answers(text, read_policy_text(GOOD, FILE))
    assert (choices.vault.network, choices.vault.retention_days, choices.key.type) == ("public", 90, "RSA")


def test_a_preset_does_not_hide_what_is_missing() -> None:
    with pytest.raises(Problem) as caught:
        read_answers(ANSWERS.replace('name = "experience"\n', ""), read_policy_text(GOOD, FILE))
    assert caught.value.message.startswith("line 6: key.name: missing.")


def test_presets_fill_in_choices_that_were_not_made() -> None:
    policy = read_policy_text(GOOD, FILE)
    begun = apply_presets(Choices(vault=VaultChoice(name="kv-x", retention_days=60)), policy)
    assert (begun.vault.name, begun.vault.retention_days, begun.vault.network) == ("kv-x", 60, "restricted")
    assert begun.key == KeyChoice(type="RSA-HSM", size=4096)
    assert not begun.acknowledge.irreversible
    assert apply_presets(begun, policy) == begun
    assert apply_presets(Choices(), OrganisationPolicy()) == Choices()
