"""The check as one program against the same reads with the stock Azure CLI and three requests to Adobe."""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from cmkwizard.practice import estate_tables
from cmkwizard.practice.cloud import PracticeCloud
from tests.benchmarks.report import Ratio, report
from tests.benchmarks.test_setup_against_az import ADOBE_APP, ALICE, MANAGER, Laps, browser
from tests.journeys.setup_support import CONFIGURATION, EXISTING, KEY, answers
from tests.practice.az_support import Az, install

RUNS = 5
GROUP, VAULT = "rg-experience", "kv-contoso-experience"


def adobe_part(cloud: PracticeCloud) -> None:
    """A token, the app registration and the configuration."""
    adobe = cloud.ready["adobe"]
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": cloud.ready["proxy"]}
        session.verify = str(cloud.ca_file)
        form = {"grant_type": "client_credentials", "scope": "openid,session,AdobeID,read_organizations"}
        form |= {"client_id": adobe["client_id"], "client_secret": adobe["client_secret"]}
        token = session.post("https://ims-na1.adobelogin.com/ims/token/v3", data=form, timeout=30).json()
        headers = {"Authorization": f"Bearer {token['access_token']}", "x-api-key": "acp_provisioning"}
        headers["x-gw-ims-org-id"] = adobe["organisation"]
        for path in ("byok/app-registration", f"customer/config/{CONFIGURATION}?configType=BYOK_CONFIG"):
            assert session.get(f"{MANAGER}/{path}", headers=headers, timeout=30).status_code == 200


def with_az(program: Path, folder: Path) -> Laps:
    """The reads of a check, each a command. Signing in happens before, unmeasured."""
    laps = Laps()
    with PracticeCloud("completed") as cloud:
        officer = {"principal": "alice", "role": "Key Vault Crypto Officer", "scope": VAULT}
        estate_tables.change(cloud.world.estate, {"roles": [officer]})
        az = Az(program, cloud, folder)
        with browser(cloud, folder) as az.environment["BROWSER"]:
            az.run("login", "--tenant", cloud.world.directory.tenant_id("contoso"))

        def run(*arguments: str) -> Any:
            words = itertools.takewhile(lambda each: not each.startswith("-"), arguments)
            with laps.lap(" ".join(["az", *words])):
                return az.run(*arguments)

        run("account", "show")
        run("provider", "show", "--namespace", "Microsoft.KeyVault")
        run("group", "show", "--name", GROUP)
        vault = run("keyvault", "show", "--name", VAULT, "--resource-group", GROUP)["id"]
        run("lock", "list", "--resource-group", GROUP)
        run("role", "assignment", "list", "--scope", vault, "--include-inherited")
        run("role", "assignment", "list", "--scope", vault, "--include-inherited", "--assignee", ALICE)
        run("monitor", "diagnostic-settings", "list", "--resource", vault)
        run("keyvault", "key", "list", "--vault-name", VAULT)
        run("keyvault", "key", "show", "--vault-name", VAULT, "--name", KEY)
        run("ad", "sp", "show", "--id", ADOBE_APP)
        with laps.lap("Adobe"):
            adobe_part(cloud)
    return laps


def with_cmkwizard(folder: Path) -> Laps:
    """One check as one program, which signs in as well: nothing of an earlier run is kept."""
    laps = Laps()
    with PracticeCloud("completed") as cloud, browser(cloud, folder) as variable:
        profile, file = folder / "clouds.json", folder / "answers.toml"
        profile.write_text(json.dumps(cloud.ready["profile"]))
        file.write_text(answers(**EXISTING))
        secret = cloud.ready["adobe"]["client_secret"]
        environment = {**os.environ, "BROWSER": variable, "CMKWIZARD_ADOBE_CLIENT_SECRET": secret}
        command = [str(Path(sys.executable).with_name("cmkwizard")), "check", "--json", "--answers", str(file)]
        command += ["--clouds", str(profile), "--data-dir", str(folder / "records")]
        with laps.lap("cmkwizard check"):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert found["counts"]["blocker"] == 0
        assert not cloud.world.applied
        report(f"  {found['requests']} requests, sign-in included; {found['ms']} ms of its own")
    return laps


@pytest.mark.benchmark
def test_check_against_az(tmp_path: Path) -> None:
    """Interleaved runs, the first of each dropped, medians compared."""
    program = install()
    ways: dict[str, Callable[[Path], Laps]] = {
        "cmkwizard": with_cmkwizard,
        "az": lambda folder: with_az(program, folder),
    }
    seen: dict[str, list[Laps]] = {name: [] for name in ways}
    for run in range(RUNS + 1):
        for name, measure in ways.items():
            folder = tmp_path / f"{run}-{name}"
            folder.mkdir()
            laps = measure(folder)
            if run:
                seen[name].append(laps)
    for part in seen["az"][0].ms:
        report(f"  {part}: {statistics.median(laps.ms[part] for laps in seen['az']):.0f} ms")
    whole = {name: statistics.median(laps.total for laps in each) for name, each in seen.items()}
    report(
        Ratio(
            "ms for a whole check, cmkwizard",
            whole["cmkwizard"],
            whole["az"],
            "the same reads with the stock Azure CLI",
            "<= 0.125, eight times faster, and <= 1500 ms",
        )
    )
