"""Three people, each with their own computer and account, who share a set-up on one practice cloud."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmkwizard.clouds.profile import profile_from
from cmkwizard.journeys.hand_off_command import HandOffOrder, run_hand_off
from cmkwizard.practice.cloud import PracticeCloud
from cmkwizard.practice.person import PracticePerson
from cmkwizard.records.folder import Records
from cmkwizard.records.policy_file import PolicyPlaces
from cmkwizard.wiring import GivenCredential, Services, build
from tests.journeys.setup_support import Rehearsal, Result, answers

GROUP = "rg-experience"
PEOPLE = {name: f"{name}@contoso.example" for name in ("erin", "val", "ada")}
PART_OF = {"erin": "entra", "val": "vault", "ada": "adobe"}
ANSWERS = answers(azure={"resource_group": GROUP}, acknowledge={"irreversible": False})


@dataclass
class Computer:
    """The computer of one person: their account, their records; only Ada's knows the Adobe credential."""

    cloud: PracticeCloud
    name: str
    folder: Path
    plan_file: Path
    tamper: Callable[[Services], None] = lambda _: None
    policy: str = ""
    """The organisation's policy on this computer."""

    @contextlib.contextmanager
    def services(self) -> Iterator[Services]:
        """The services of one run."""
        profile, adobe = profile_from(self.cloud.ready["profile"]), self.cloud.ready["adobe"]
        records = Records(self.folder)
        records.lock("setup")
        given = GivenCredential(adobe["organisation"], adobe["client_id"], adobe["client_secret"])
        places = PolicyPlaces(self.folder.parent / "policy.toml", self.folder.parent / "nobody" / "policy.toml")
        if self.policy:
            places.machine.parent.mkdir(parents=True, exist_ok=True)
            places.machine.write_text(self.policy, encoding="utf-8")
        person = PracticePerson(PEOPLE[self.name], True, self.cloud.ca_file)
        services = build(
            profile,
            records,
            given=given if self.name == "ada" else GivenCredential(),
            opener=person.open,
            places=places,
            session_reason="a rehearsal",
        )
        try:
            yield services
        finally:
            services.close()

    def run(self, order: HandOffOrder) -> Result:
        """Run the command once."""
        out, err = io.StringIO(), io.StringIO()
        with self.services() as services:
            self.tamper(services)
            status = run_hand_off(services, order, out=out, err=err)
        return Result(status, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue())

    def carry_out(self, *, yes: bool = True, plan_only: bool = False, part: str = "") -> Result:
        """Carry out this person's part (or another, which they should not)."""
        part = part or PART_OF[self.name]
        return self.run(
            HandOffOrder(self.plan_file, part=part, yes=yes, acknowledged=yes and part == "adobe", plan_only=plan_only)
        )

    def make(self, text: str = ANSWERS) -> Result:
        """Make the plan file."""
        written = self.folder.parent / f"answers-{self.name}.toml"
        written.write_text(text)
        return self.run(HandOffOrder(answers=written, output=self.plan_file))


@dataclass
class Office:
    """All three, and the cloud that they share. The plan file is passed on from one to the next."""

    cloud: PracticeCloud
    erin: Computer
    val: Computer
    ada: Computer
    plan_file: Path

    def change(self, **world: Any) -> None:
        """Change the world as another administrator would."""
        Rehearsal(self.cloud, Path()).change(**world)

    @property
    def applied(self) -> dict[str, int]:
        """How often each mutation was made."""
        return {name: count for name, count in dict(self.cloud.world.applied).items() if count}

    @property
    def by_whom(self) -> dict[str, str]:
        """Who made each mutation."""
        log: list[dict[str, Any]] = self.cloud.world.log.since(0)
        return {entry["applied"]: entry["principal"] for entry in log if entry["applied"]}

    @property
    def asked(self) -> dict[str, set[str]]:
        """Which services were asked by whom."""
        asked: dict[str, set[str]] = {}
        log: list[dict[str, Any]] = self.cloud.world.log.since(0)
        for entry in log:
            if entry["principal"]:
                asked.setdefault(entry["principal"], set()).add(entry["service"])
        return asked


def office(cloud: PracticeCloud, folder: Path) -> Office:
    """Three new computers."""
    plan_file = folder / "plan.json"
    computers = {name: Computer(cloud, name, folder / name / "records", plan_file) for name in PEOPLE}
    for name in PEOPLE:
        (folder / name).mkdir()
    return Office(cloud, **computers, plan_file=plan_file)
