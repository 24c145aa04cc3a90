"""What is chosen in each practice scenario, and what is to be read of its findings in the window."""

from __future__ import annotations

from dataclasses import dataclass, field

from cmkwizard.desktop.finding_rows import RowState
from tests.desktop.rehearsal import GROUP
from tests.desktop.visit import Visit, buttons_of, words_of

NEW, EXISTING, HSM = "kv-contoso-cmk", "kv-contoso-experience", "hsm-contoso"
KEY, SUBMITTED = "experience-cmk", "experience-platform"
YOU, VAULT_ADMINISTRATOR, OWNER = "you", "a vault administrator", "an owner of the subscription"
ADOBE_ADMINISTRATOR = "an Adobe product administrator"
BLOCKS, WARNING = RowState.BLOCKS, RowState.WARNING


@dataclass(frozen=True)
class Expected:
    """What is to be read of one finding; ``fixes``: the program can put it right."""

    id: str
    state: RowState
    sentence: str
    remedy: str
    who: str
    fixes: bool = False

    def assert_shown(self, visit: Visit, *, fixes: bool) -> None:
        """All of it stands beside the finding, with the buttons that help whoever can do it."""
        item = visit.finding(self.id, self.sentence)
        words = words_of(item)
        assert words.startswith(f"{self.state.value} · {self.id}\n")
        assert self.remedy in words
        assert f"Who can do it: {self.who}." in words
        wanted = ["How to fix", "Why"]
        wanted += ["Fix…"] if self.fixes and fixes else []
        wanted += ["Copy a request"] if self.who != YOU else []
        assert sorted(buttons_of(item)) == sorted(wanted)


@dataclass(frozen=True)
class Case:
    """A scenario, what is chosen in it, and what is seen."""

    scenario: str
    findings: tuple[Expected, ...] = ()
    vault: str = NEW
    new_key: bool = True
    configuration: str = ""
    early: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Ids of the findings that are seen on a page before "Check" already."""
    stops_at: str = ""
    """The page before "Check" that does not lead on."""
    words: str = ""
    """What that page says where it shows no finding."""


PURGE = Expected("V07", BLOCKS, "Purge protection is off", "It is one way", VAULT_ADMINISTRATOR, fixes=True)
SIZE = Expected("K03", BLOCKS, "has 2048 bits. Adobe requires at least 3072", "Choose another key", YOU)
POLICIES = Expected("V08", BLOCKS, "uses access policies", "would cut off everyone", VAULT_ADMINISTRATOR)
CUT_OFF = Expected("V09", WARNING, "2 access policies", "Leave this vault as it is", VAULT_ADMINISTRATOR)
TAKEN = Expected("V02", BLOCKS, f"The vault name {EXISTING} is taken", "Choose another name", YOU)
DELETED = Expected(
    "V03", BLOCKS, f"A deleted vault still holds the name {EXISTING}", "comes back without its role", YOU, fixes=True
)
NO_VAULT = Expected("I05", BLOCKS, "may not create the vault", "Ask for the role Key Vault Contributor", OWNER)
NO_KEY = Expected("I05", BLOCKS, "may not create the key", "Ask for the role", OWNER)
NO_ROLES = Expected("I06", BLOCKS, "may not give Adobe's app its role", "Key Vault Data Access Administrator", OWNER)
ACTIVATE = "Activate your eligible role Owner on the subscription"
TRUSTED = Expected(
    "W02", BLOCKS, "does not let trusted Microsoft services through", "Tick “Allow", VAULT_ADMINISTRATOR, fixes=True
)
ADDRESS = Expected("W03", WARNING, "does not name Adobe's address", "Add 20.88.123.53", VAULT_ADMINISTRATOR, fixes=True)
OWN_ADDRESS = Expected("W04", WARNING, "keeps this computer out", "Otherwise leave it as it is", VAULT_ADMINISTRATOR)
CONSENT = Expected(
    "I08", WARNING, "holds no directory role that may accept apps", "send the consent address", "an Entra administrator"
)
EXPIRED = Expected(
    "K06", BLOCKS, f"The key {KEY} expired on", "Set a later expiration date", VAULT_ADMINISTRATOR, fixes=True
)
DISABLED = Expected("K04", BLOCKS, f"The key {KEY} is disabled", "Enable it", VAULT_ADMINISTRATOR, fixes=True)
LOCK = Expected(
    "V11", BLOCKS, f"The lock hands-off (ReadOnly) on the resource group {GROUP}", "Have the lock hands-off", OWNER
)


def _eligible(id_: str, sentence: str) -> Expected:
    return Expected(id_, BLOCKS, sentence, ACTIVATE, YOU)


def _denied(policy: str) -> Expected:
    sentence = f"The Azure Policy “{policy}” would refuse the vault"
    return Expected("V12", WARNING, sentence, f"an exemption from “{policy}”", "the owner of the Azure Policy")


CASES = [
    Case(
        "weak-vault",
        (PURGE, SIZE),
        vault=EXISTING,
        new_key=False,
        early={"vault": ("V07",), "key": ("K03",)},
        stops_at="key",
    ),
    Case(
        "access-policy-vault",
        (POLICIES, CUT_OFF),
        vault=EXISTING,
        new_key=False,
        early={"vault": ("V08", "V09")},
        stops_at="vault",
    ),
    Case("name-taken", (TAKEN,), EXISTING, stops_at="vault", words="unique in all of Azure. Choose another name."),
    Case("soft-deleted-name", (DELETED,), EXISTING, early={"vault": ("V03",)}),
    Case("no-rights", (NO_VAULT, NO_KEY, NO_ROLES, CONSENT), early={"vault": ("I05", "I06")}),
    Case(
        "pim-eligible",
        (
            _eligible("I05", "may not create the vault"),
            _eligible("I05", "may not create the key"),
            _eligible("I06", "may not give Adobe's app its role"),
            _eligible("I07", "holds the role Owner on the subscription as eligible, not active"),
        ),
        early={"vault": ("I05", "I06", "I07")},
    ),
    Case("policy-denies", (_denied("Data stays in North Europe"), _denied("Every vault names its owner"))),
    Case("locked", (LOCK,), vault=EXISTING, new_key=False),
    Case("firewalled", (TRUSTED, ADDRESS, OWN_ADDRESS), vault=EXISTING, new_key=False, early={"vault": ("W02", "W03")}),
    Case("consent-needs-admin", (CONSENT,)),
    Case("key-expired", (EXPIRED,), vault=EXISTING, new_key=False, configuration=SUBMITTED, early={"key": ("K06",)}),
    Case("key-disabled", (DISABLED,), vault=EXISTING, new_key=False, configuration=SUBMITTED, early={"key": ("K04",)}),
    Case(
        "role-removed",
        (Expected("P05", BLOCKS, "does not hold", "role", OWNER, fixes=True),),
        vault=EXISTING,
        new_key=False,
        configuration=SUBMITTED,
    ),
    Case("managed-hsm", (), HSM),
    Case("existing-vault", (), vault=EXISTING, new_key=False),
    Case("completed", (), vault=EXISTING, new_key=False, configuration=SUBMITTED),
    Case("key-in-use", (), vault=EXISTING, new_key=False, configuration=SUBMITTED),
    *(Case(name) for name in ("happy", "slow-roles", "throttled", "consent-declined", "job-fails", "job-slow")),
    Case("big-tenant"),
]
