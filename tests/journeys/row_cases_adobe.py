"""Worlds in which each requirement on key, app, role, Managed HSM, Adobe and revocation is not met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from cmkwizard.core.choices import AnalyticsChoice, Choices
from cmkwizard.core.people import (
    ADOBE_ADMINISTRATOR,
    ADOBE_DEVELOPER,
    ADOBE_SUPPORT,
    ENTRA_ADMINISTRATOR,
    SUBSCRIPTION_OWNER,
    VAULT_ADMINISTRATOR,
    YOU,
)
from cmkwizard.core.requirements.finding import Severity, Verdict
from cmkwizard.core.roles import CRYPTO_SERVICE_ENCRYPTION_USER
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.watch import watch_status
from cmkwizard.practice.cloud import PracticeCloud
from tests.journeys.fix_support import opened
from tests.journeys.row_support import ADOBE, FIT, KEY, NEW, OFFICER, VAULT, Row, World, but, estate, key, vault
from tests.journeys.setup_support import EXISTING, Rehearsal, answers

BLOCKER, WARNING, NOTE = Severity
OTHER_KEY = {**EXISTING, "key": {"name": "another-key"}}
WITH_OFFICER = but(FIT, estate(roles=[OFFICER]))
UNUSED = but(World("existing-vault"), estate(roles=[OFFICER]))
"""The vault and its key are there; Adobe has neither app nor key."""
HSM = World(
    "managed-hsm",
    {
        "azure": {"resource_group": "rg-experience"},
        "vault": {"name": "hsm-contoso", "kind": "managed-hsm", "create": False},
        "key": {"type": "RSA-HSM"},
    },
    {"directory": {"service_principals": {ADOBE: {"consent": "contoso"}}}},
)
HSM_USER = {"principal": ADOBE, "role": "Managed HSM Crypto Service Encryption User", "scope": "/"}
USER = {"principal": "victor", "role": "Key Vault Crypto User", "scope": VAULT}
ON_VAULT = {"principal": ADOBE, "role": CRYPTO_SERVICE_ENCRYPTION_USER, "scope": VAULT}


def app(**values: Any) -> dict[str, Any]:
    return {"directory": {"service_principals": {ADOBE: values}}}


def named(name: str) -> dict[str, Any]:
    return {**EXISTING, "adobe": {"configuration": name}}


def curve(rehearsal: Rehearsal) -> None:
    found = rehearsal.vault(VAULT)
    found.add_key("another-key", "EC", curve="P-256").add_version(0.0, ("sign", "verify"))


def unversioned(rehearsal: Rehearsal) -> None:
    rehearsal.vault(VAULT).keys[KEY].current.id = ""


def unverified(rehearsal: Rehearsal) -> None:
    rehearsal.cloud.world.directory.applications[ADOBE].verified = False


def watched(rehearsal: Rehearsal) -> None:
    """This computer has followed the status."""
    with opened(rehearsal, answers(**EXISTING)) as run:
        list(watch_status(run))


def submitted(rehearsal: Rehearsal) -> None:
    """This computer has made the set-up; Adobe does not get done with it."""
    rehearsal.run(answers(**EXISTING))
    rehearsal.change(adobe={"completed_s": 10.0**12})


def after(hours: float) -> Callable[[SetupRun], None]:
    def wait(run: SetupRun) -> None:
        clock = run.clock
        run.clock = lambda: clock() + timedelta(hours=hours)

    return wait


def mistyped(choices: Choices) -> Choices:
    return msgspec.structs.replace(
        choices, adobe=msgspec.structs.replace(choices.adobe, organisation="contoso@AdobeOrg")
    )


def without_second_vault(choices: Choices) -> Choices:
    return msgspec.structs.replace(choices, analytics=AnalyticsChoice(("journey-optimizer",)))


def forged(own: PracticeCloud, other: PracticeCloud, folder: Path) -> Mapping[str, Any]:
    """Who answers in Adobe's place is trusted by this computer, and names a sign-in of their own."""
    both = folder / "both.pem"
    both.write_text(own.ca_file.read_text() + other.ca_file.read_text())
    profile = other.ready["profile"]
    return {"ca_file": str(both), "ims": profile["ims"], "platform": profile["platform"]}


KEYS = (
    Row(
        "K01",
        but(FIT, key(deleted=True)),
        f"The key {KEY} is not there any more. Adobe was given this key",
        f"{VAULT_ADMINISTRATOR}, with {ADOBE_SUPPORT}",
        BLOCKER,
    ),
    Row("K02", but(FIT, {}, chosen=OTHER_KEY, prepared=curve), "of type EC. Adobe requires RSA", YOU, BLOCKER),
    Row("K03", World("weak-vault"), "has 2048 bits", YOU, BLOCKER),
    Row("K04", but(FIT, key(enabled=False)), f"The key {KEY} is disabled", VAULT_ADMINISTRATOR, BLOCKER),
    Row("K05", but(FIT, key(starts_in_s=10_000_000)), "cannot be used before", VAULT_ADMINISTRATOR, BLOCKER),
    Row("K06", but(FIT, key(expires_in_s=-200_000)), f"The key {KEY} expired on", VAULT_ADMINISTRATOR, BLOCKER),
    Row("K07", but(FIT, key(operations=["wrapKey"])), "does not permit unwrapKey", VAULT_ADMINISTRATOR, BLOCKER),
    Row(
        "K08",
        but(WITH_OFFICER, vault(purge_protection=False)),
        "could be erased at once (Recoverable+Purgeable)",
        VAULT_ADMINISTRATOR,
        WARNING,
        unless=WITH_OFFICER,
    ),
    Row(
        "K10",
        but(UNUSED, key(deleted=True)),
        f"still holds the name {KEY}",
        VAULT_ADMINISTRATOR,
        BLOCKER,
        unless=but(UNUSED, {}, chosen=OTHER_KEY),
    ),
    Row(
        "K11",
        FIT,
        f"know of no backup of the key {KEY}",
        VAULT_ADMINISTRATOR,
        NOTE,
        unless=NEW,
        then=Verdict.NOT_NEEDED,
    ),
    Row(
        "K12",
        but(UNUSED, {}, prepared=unversioned),
        f"the key {KEY} cannot be given to Adobe",
        VAULT_ADMINISTRATOR,
        BLOCKER,
    ),
    Row(
        "K13",
        but(FIT, {}, chosen={**EXISTING, "key": {"size": 4096}}),
        "as RSA with 3072 bits instead of RSA with 4096",
        YOU,
        WARNING,
    ),
)
APPS = (
    Row("P01", but(FIT, app(enabled=False)), "is disabled in your directory", ENTRA_ADMINISTRATOR, BLOCKER),
    Row("P03", but(FIT, {}, prepared=unverified), "has no verified publisher", YOU, NOTE),
    Row(
        "P04",
        but(UNUSED, {}, adobe=forged),
        "it names another host",
        f"{YOU}, with {ADOBE_SUPPORT}",
        BLOCKER,
        unless=UNUSED,
    ),
    Row("P05", World("role-removed"), f"on the vault {VAULT} any more", SUBSCRIPTION_OWNER, BLOCKER),
    Row(
        "P06",
        but(FIT, estate(roles=[{**ON_VAULT, "role": "Contributor", "scope": "rg-experience"}])),
        "Contributor on the resource group rg-experience",
        SUBSCRIPTION_OWNER,
        WARNING,
    ),
    Row("P07", but(FIT, app(recreate=True)), "does not know any more", SUBSCRIPTION_OWNER, WARNING),
    Row(
        "P09",
        HSM,
        "does not hold the role Managed HSM Crypto Service Encryption User in the Managed HSM hsm-contoso yet",
        VAULT_ADMINISTRATOR,
        NOTE,
        unless=but(HSM, estate(managed_hsms={"hsm-contoso": {"roles": [HSM_USER]}})),
    ),
    Row(
        "H01",
        but(HSM, estate(managed_hsms={"hsm-contoso": {"activated": False}})),
        "The Managed HSM hsm-contoso is not activated",
        VAULT_ADMINISTRATOR,
        BLOCKER,
        unless=HSM,
    ),
)
SUBMISSION = (
    Row(
        "D01",
        but(FIT, {}, secret="another"),
        "does not take this client id and secret",
        f"{YOU}, with {ADOBE_DEVELOPER}",
        BLOCKER,
    ),
    Row(
        "D02",
        but(FIT, {}, drafted=mistyped),
        "contoso@AdobeOrg does not look like an organisation id",
        YOU,
        WARNING,
    ),
    Row(
        "D03",
        World("adobe-wrong-region", {}),
        "region",
        f"{YOU}, with {ADOBE_ADMINISTRATOR}",
        BLOCKER,
        unless=NEW,
    ),
    Row("D04", World("adobe-no-permission", {}), "permission", ADOBE_ADMINISTRATOR, BLOCKER, unless=NEW),
    Row(
        "D05",
        but(FIT, {}, chosen=named("another"), prepared=watched),
        "Adobe holds the configuration experience-platform of this organisation already",
        YOU,
        BLOCKER,
        unless=but(FIT, {}, prepared=watched),
    ),
    Row(
        "D06",
        FIT,
        "This computer's records do not know the configuration experience-platform yet",
        YOU,
        NOTE,
        unless=but(FIT, {}, prepared=watched),
    ),
    Row(
        "D07",
        but(FIT, {}, chosen=OTHER_KEY),
        "Adobe holds another key under the name experience-platform",
        YOU,
        BLOCKER,
    ),
    Row(
        "D08",
        World("existing-vault", prepared=submitted, meanwhile=after(30)),
        "Adobe still answers UPDATE_EXISTING_RESOURCES, 30 hours after the submission",
        ADOBE_SUPPORT,
        WARNING,
        unless=World("existing-vault", prepared=submitted, meanwhile=after(20)),
    ),
    Row(
        "D09",
        but(FIT, {}, drafted=without_second_vault),
        "Journey Optimizer: no vault and key were chosen",
        YOU,
        WARNING,
        unless=but(
            FIT,
            {},
            chosen={
                **EXISTING,
                "analytics": {"applications": ["journey-optimizer"], "vault": "kv-contoso-analytics", "key": "cja"},
            },
        ),
    ),
)
REVOCATION = (
    Row(
        "R01",
        but(FIT, estate(roles=[USER])),
        "If Adobe's role is taken away, these can still use the key",
        SUBSCRIPTION_OWNER,
        NOTE,
    ),
    Row("R02", but(FIT, {}, chosen=OTHER_KEY), f"other keys of the vault {VAULT}: {KEY}", VAULT_ADMINISTRATOR, NOTE),
    Row(
        "R05",
        World("soft-deleted-name"),
        f"The deleted vault {VAULT} is erased on",
        VAULT_ADMINISTRATOR,
        WARNING,
        unless=NEW,
    ),
)
CASES = (*KEYS, *APPS, *SUBMISSION, *REVOCATION)
