"""Taking Adobe's access away: exactly one request for exactly what was shown, or none."""

from __future__ import annotations

from collections.abc import Callable

from cmkwizard.core.revocation_pack import read_pack
from tests.journeys.revocation_support import SCENARIO, act, deletes, holds, look, pack_path
from tests.journeys.setup_support import Rehearsal

Rehearse = Callable[..., Rehearsal]
MAY_SEND = ("DELETE",)


def test_the_role_is_removed_with_one_request_and_the_way_back_is_on_the_disk(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    before = look(rehearsal).impact
    revoked = act(rehearsal)
    assert revoked.outcome == "removed", revoked.sentence
    assert (deletes(rehearsal), holds(rehearsal)) == (1, False)
    assert revoked.request_id
    assert rehearsal.applied == {"role.delete": 1}
    pack = read_pack(pack_path(rehearsal).read_bytes())
    assert before.assignment is not None
    assert (pack.assignment.id, pack.assignment.scope) == (before.assignment.id, before.assignment.scope)
    with rehearsal.services() as services:
        (entry,) = services.journal.entries()
    assert (entry.step, entry.outcome, entry.evidence["outcome"]) == ("revocation", "done", "removed")
    assert look(rehearsal).impact.reasons == (
        "Adobe's app holds no role that lets it use the key: there is nothing to take away.",
    )
