"""The set-up command as a process of its own, so that it can be killed. Arguments: ready file, folder, answers."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cmkwizard.clouds.profile import read_profile
from cmkwizard.journeys.setup_command import run
from cmkwizard.practice.person import PracticePerson
from cmkwizard.records.folder import Records
from cmkwizard.wiring import GivenCredential, build


def main() -> int:
    ready_file, folder, answers = map(Path, sys.argv[1:])
    ready = json.loads(ready_file.read_text("utf-8"))
    adobe = ready["adobe"]
    records = Records(folder)
    records.lock("setup")
    given = GivenCredential(adobe["organisation"], adobe["client_id"], adobe["client_secret"])
    services = build(read_profile(ready_file), records, given=given, session_reason="a rehearsal")
    person = PracticePerson(ready["users"][0]["name"], True, ready["profile"]["ca_file"])
    try:
        return run(services, answers.read_text("utf-8"), plan_only=False, yes=True, out=sys.stdout, opener=person.open)
    finally:
        services.close()


if __name__ == "__main__":
    sys.exit(main())
