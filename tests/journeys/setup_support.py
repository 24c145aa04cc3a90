"""A rehearsal of the set-up command: the real clients on a practice cloud, with records that outlive a run."""

from __future__ import annotations

import contextlib
import io
import json
import ssl
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cmkwizard.clouds.http import Guard
from cmkwizard.clouds.profile import profile_from
from cmkwizard.clouds.wire import DEADLINE_S
from cmkwizard.journeys.setup_command import run
from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.practice.faults import Fault
from cmkwizard.practice.person import PracticePerson
from cmkwizard.practice.vaults import Vault
from cmkwizard.records.folder import Records
from cmkwizard.records.policy_file import PolicyPlaces
from cmkwizard.wiring import DECLINING_PERSON_S, GivenCredential, Services, build

GROUP, VAULT, KEY, CONFIGURATION = "rg-new", "kv-contoso-cmk", "experience-cmk", "experience-platform"
MUTATIONS = ("group.create", "vault.create", "key.create", "role.create", "configuration.create")
ANSWERS: dict[str, dict[str, Any]] = {
    "azure": {
        "tenant": "contoso.onmicrosoft.example",
        "subscription": "Contoso production",
        "resource_group": GROUP,
        "location": "westeurope",
    },
    "vault": {"name": VAULT},
    "key": {"name": KEY},
    "adobe": {
        "organisation": "4D1F2C3B5A6978877F000101@AdobeOrg",
        "client_id": "c0ffee1234567890abcdef1234567890",
        "configuration": CONFIGURATION,
    },
    "acknowledge": {"irreversible": True},
}
EXISTING: dict[str, dict[str, Any]] = {
    "azure": {"resource_group": "rg-experience"},
    "vault": {"name": "kv-contoso-experience", "create": False},
}


def deadline_for(kind: str) -> float:
    """Seconds that an exchange may last in a test with this fault: few where it would last as long as it may, and then
    still enough for every other exchange of a slow computer."""
    return 2.0 if kind in ("timeout_before", "timeout_after", "slow") else DEADLINE_S


def answers(**changes: dict[str, Any]) -> str:
    """The answers as TOML, with changed values."""
    tables = {name: {**ANSWERS.get(name, {}), **changes.get(name, {})} for name in {**ANSWERS, **changes}}
    lines = []
    for name, values in tables.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


@dataclass
class Result:
    """What a run of the command left: its exit status, its lines, its errors."""

    status: int
    lines: list[dict[str, Any]]
    errors: str

    @property
    def word(self) -> str:
        """The result in the last line."""
        return str(self.lines[-1]["result"]) if self.lines else ""

    def ended(self, step: str) -> str | None:
        """How a step ended."""
        outcomes = [line["outcome"] for line in self.lines if line.get("step") == step]
        return outcomes[-1] if outcomes else None

    @property
    def findings(self) -> list[str]:
        """The ids of the findings."""
        return [line["finding"] for line in self.lines if "finding" in line]


@dataclass
class Rehearsal:
    """One practice cloud and one folder of records; each run is a program of its own."""

    cloud: PracticeCloud
    folder: Path
    deadline_s: float = DEADLINE_S
    policy: str = ""
    """The organisation's policy file, for the whole computer; empty: there is none."""
    secret: str | None = None
    """Adobe's client secret as it was handed over, empty where it was not; the cloud's own unless given."""
    user: str = ""
    """Who sits in front of the computer (scenario name); whom the scenario names unless given."""
    places: Mapping[str, Any] = field(default_factory=dict)
    """Where the cloud profile points elsewhere than to the cloud."""
    tamper: Callable[[Services], None] = field(default=lambda _: None)
    """Changes the services before a run, as a failing disk or a kill would."""

    def person(self) -> PracticePerson:
        """Who sits in front of the computer."""
        users = self.cloud.world.directory.users
        name = users[self.user].upn if self.user else self.cloud.ready["users"][0]["name"]
        return PracticePerson(name, self.cloud.scenario.accepts, self.cloud.ca_file)

    @contextlib.contextmanager
    def services(self) -> Iterator[Services]:
        """The services of one run."""
        profile = profile_from({**self.cloud.ready["profile"], **self.places})
        adobe = self.cloud.ready["adobe"]
        records = Records(self.folder)
        records.lock("setup")
        secret = adobe["client_secret"] if self.secret is None else self.secret
        given = GivenCredential(adobe["organisation"], adobe["client_id"], secret)
        services = build(
            profile,
            records,
            given=given,
            opener=self.person().open,
            places=self._policy_places(),
            session_reason="a rehearsal",
            person_s=None if self.cloud.scenario.accepts else DECLINING_PERSON_S,
        )
        services._guard = Guard(profile, deadline_s=self.deadline_s)
        try:
            yield services
        finally:
            services.close()

    @property
    def policy_file(self) -> Path:
        """Where the computer's policy lies."""
        return self.folder.parent / "computer" / "policy.toml"

    def _policy_places(self) -> PolicyPlaces:
        if self.policy:
            self.policy_file.parent.mkdir(exist_ok=True)
            self.policy_file.write_text(self.policy, encoding="utf-8")
        return PolicyPlaces(self.policy_file, self.folder.parent / "person" / "policy.toml")

    def vault(self, name: str) -> Vault:
        """A vault of the practice cloud."""
        return next(each for each in self.cloud.world.estate.vaults.values() if each.name == name)

    def run(
        self,
        text: str = "",
        *,
        plan_only: bool = False,
        yes: bool = True,
        opener: object = ...,
        ticket: Path | None = None,
    ) -> Result:
        """Run the command once."""
        out, err = io.StringIO(), io.StringIO()
        person = self.person().open if opener is ... else opener
        with self.services() as services:
            self.tamper(services)
            status = run(
                services,
                text or answers(),
                plan_only=plan_only,
                yes=yes,
                out=out,
                err=err,
                opener=person,  # type: ignore[arg-type]
                ticket_file=ticket,
            )
        return Result(status, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue())

    def fault(self, **table: Any) -> None:
        """Put a fault in force."""
        self.cloud.world.faults.add(Fault.from_table(table))

    def change(self, **world: Any) -> None:
        """Change the world as another administrator would."""
        ready = self.cloud.ready
        request = urllib.request.Request(  # noqa: S310 - the practice cloud on loopback
            f"{ready['control']}/world",
            data=json.dumps(world).encode(),
            method="PATCH",
            headers={"Authorization": f"Bearer {ready['control_token']}", "Content-Type": "application/json"},
        )
        trust = ssl.create_default_context(cafile=str(self.cloud.ca_file))
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust)
        )
        opener.open(request, timeout=60).close()

    @property
    def applied(self) -> dict[str, int]:
        """How often each mutation was made."""
        applied = dict(self.cloud.world.applied)  # a copy: the cloud counts on
        return {name: count for name, count in applied.items() if count}

    def sent(self, method: str, ending: str) -> int:
        """How many requests with this method and end of path were received."""
        return sum(
            1
            for entry in self.cloud.world.log.since(0)
            if entry["method"] == method and str(entry["path"]).lower().endswith(ending.lower())
        )
