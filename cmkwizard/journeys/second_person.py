"""The request of a first person, on which a second one acts, or the same one after a time to think.

None of it exists without a rule of the organisation's policy file. The rules add to what is always asked for: a
request is refused for the same reasons as the act itself, and whoever acts on it is asked for all of it again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cmkwizard.core.policy import RevocationRules
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.revocation_request import RevocationRequest, request_needed
from cmkwizard.journeys.revocation.preview import Preview
from cmkwizard.journeys.revocation.refusals import Confirmation, refusals, request_for
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.records.request_files import save_request_file


def make_request(run: SetupRun, preview: Preview, confirmation: Confirmation, path: Path) -> RevocationRequest:
    """Write the request file. Nothing is removed, and nothing is sent.

    A lock may still be in the way: it is lifted before the act.

    Raises:
        Problem: DECLINED, the organisation asks for no request, or something is missing that the act would need too;
            INVALID or STORAGE, the file cannot be written.
    """
    if not request_needed(preview.rules):
        raise Problem(
            Kind.DECLINED,
            "Your organisation asks for no request: one person is enough. Nothing was written.",
            "Confirm and go on.",
        )
    at = run.clock()
    bare = replace(preview, rules=RevocationRules(), impact=replace(preview.impact, locks=()))
    found = [*refusals(bare, confirmation, path, now=at)]
    if preview.requester.unread:
        found.append(preview.requester.unread)
    if found:
        raise Problem(Kind.DECLINED, f"No request was made. {' '.join(found)}", "Put this right first.")
    request = request_for(preview, confirmation, at)
    save_request_file(path, request)
    return request
