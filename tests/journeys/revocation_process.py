"""A revocation as a process of its own, so that it can be killed. Arguments: ready file, folder, the pack's file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cmkwizard.clouds.profile import read_profile
from cmkwizard.core.answers import read_answers
from cmkwizard.journeys.revocation.preview import preview
from cmkwizard.journeys.revocation.refusals import Confirmation
from cmkwizard.journeys.revocation.revoke import revoke
from cmkwizard.journeys.setup_session import open_run
from cmkwizard.practice.person import PracticePerson
from cmkwizard.records.folder import Records
from cmkwizard.wiring import GivenCredential, build
from tests.journeys.revocation_support import TEXT


def main() -> None:
    ready_file, folder, pack = map(Path, sys.argv[1:])
    ready = json.loads(ready_file.read_text("utf-8"))
    adobe = ready["adobe"]
    records = Records(folder)
    records.lock("window")
    given = GivenCredential(adobe["organisation"], adobe["client_id"], adobe["client_secret"])
    services = build(read_profile(ready_file), records, given=given, session_reason="a rehearsal")
    person = PracticePerson(ready["users"][0]["name"], True, ready["profile"]["ca_file"])
    run = open_run(services, read_answers(TEXT), person.open)
    shown = preview(run)
    typed = Confirmation(shown.impact.organisation, shown.impact.vault_name, "a rehearsal", "", run.clock())
    revoke(run, shown, typed, pack)


if __name__ == "__main__":
    main()
