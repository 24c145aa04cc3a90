"""A second person, and time to think: refused where the organisation wants them, absent where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.core.policy import RevocationRules
from cmkwizard.core.policy_text import POLICY_RULES
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.revocation_request import RevocationRequest, sealed, write_request
from cmkwizard.journeys.restore import plan_restore, recorded_removals, restore
from cmkwizard.journeys.revocation.preview import Preview, preview
from cmkwizard.journeys.revocation.refusals import refusals
from cmkwizard.journeys.revocation.revoke import revoke
from cmkwizard.journeys.second_person import make_request
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Outcome
from cmkwizard.records.request_files import load_request_file
from tests.journeys.revocation_support import SCENARIO, confirmed, deletes, holds, opened, pack_path
from tests.journeys.setup_support import Rehearsal

Rehearse = Callable[..., Rehearsal]
MAY_SEND = ("DELETE",)
TWO = "[revocation]\ntwo_persons = true\n"
WAIT = "[revocation]\ncooling_off_minutes = 60\n"
HOUR_S = 3600.0


@pytest.fixture
def office(rehearse: Rehearse) -> Callable[[str], Rehearsal]:
    """A completed set-up under a policy, with a second person who may take roles away."""

    def start(policy: str) -> Rehearsal:
        rehearsal = rehearse(SCENARIO, policy=policy)
        rehearsal.change(estate={"roles": [{"principal": "victor", "role": "Owner", "scope": "rg-experience"}]})
        return rehearsal

    return start


def request_path(rehearsal: Rehearsal) -> Path:
    return rehearsal.folder.parent / "request.json"


def ask(rehearsal: Rehearsal, user: str = "alice") -> RevocationRequest:
    """The first person looks, confirms, and makes the request file."""
    rehearsal.user = user
    with opened(rehearsal) as run:
        shown = preview(run)
        return make_request(run, shown, confirmed(run, shown), request_path(rehearsal))


@contextmanager
def second(rehearsal: Rehearsal, user: str = "victor") -> Iterator[tuple[SetupRun, Preview]]:
    """Somebody looks on a computer of their own, and sees what is there now."""
    own = replace(rehearsal, user=user, folder=rehearsal.folder.parent / f"records of {user}")
    with opened(own) as run:
        yield run, preview(run)


def act_on(rehearsal: Rehearsal, user: str = "victor", **changes: Any) -> str:
    """Act on the request; answers how it ended."""
    with second(rehearsal, user) as (run, shown):
        typed = confirmed(run, shown, request=load_request_file(request_path(rehearsal)), **changes)
        return revoke(run, shown, typed, pack_path(rehearsal)).outcome


def refused(rehearsal: Rehearsal, words: str, user: str = "victor", **changes: Any) -> None:
    with pytest.raises(Problem, match=words) as caught:
        act_on(rehearsal, user, **changes)
    assert caught.value.kind in (Kind.DECLINED, Kind.INVALID)
    assert (deletes(rehearsal), holds(rehearsal)) == (0, True)
    assert not pack_path(rehearsal).exists()


def test_the_second_person_sees_the_same_and_removes_it_once(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    request = ask(rehearsal)
    assert request.by.account == "alice@contoso.example"
    assert (deletes(rehearsal), rehearsal.applied) == (0, {}), "a request changes nothing"
    assert act_on(rehearsal) == "removed"
    assert (deletes(rehearsal), rehearsal.applied) == (1, {"role.delete": 1})


def test_the_records_of_whoever_acted_say_who_asked(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    request = ask(rehearsal)
    act_on(rehearsal)
    with second(rehearsal) as (run, _):
        (entry,) = run.journal.entries()
    assert msgspec.convert(entry.desired["request"], RevocationRequest) == request
    assert (request.by.account, entry.actor) == ("alice@contoso.example", run.azure.account.object_id)


def test_a_preview_that_was_not_in_sight_long_enough_is_refused(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO, policy="[revocation]\narming_delay_seconds = 15\n")
    with opened(rehearsal) as run:
        shown = preview(run)
        with pytest.raises(Problem, match="in sight for 15 seconds: 1 more"):
            revoke(run, shown, confirmed(run, shown, seen_s=14.5), pack_path(rehearsal))
        assert (deletes(rehearsal), pack_path(rehearsal).exists()) == (0, False)
        assert revoke(run, shown, confirmed(run, shown, seen_s=15.0), pack_path(rehearsal)).outcome == "removed"


def test_giving_back_needs_the_second_person_alone(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    ask(rehearsal)
    act_on(rehearsal)
    with second(rehearsal) as (run, _):
        (found,) = recorded_removals(run.journal, run.profile.name)
        assert restore(run, plan_restore(run, found.pack)) is Outcome.DONE
    assert holds(rehearsal)


def test_without_a_request_nothing_is_removed(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    needed = "Your organisation requires a second person"
    with second(rehearsal) as (run, shown), pytest.raises(Problem, match=needed):
        revoke(run, shown, confirmed(run, shown), pack_path(rehearsal))
    assert (deletes(rehearsal), holds(rehearsal)) == (0, True)


def test_the_same_account_on_another_computer_is_refused(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    ask(rehearsal)
    refused(rehearsal, "the account is the same", user="alice")


@pytest.mark.parametrize("alias", ["alice@contoso.example", "Alice+admin@contoso.example"])
def test_a_second_account_with_an_address_of_the_first_is_refused(
    office: Callable[[str], Rehearsal], alias: str
) -> None:
    rehearsal = office(TWO)
    ask(rehearsal)
    rehearsal.cloud.world.directory.users["victor"].aliases.append(alias)
    refused(rehearsal, "both accounts have the address")


def test_a_directory_that_does_not_tell_the_addresses_is_no_second_person(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    ask(rehearsal)
    rehearsal.fault(service="graph", path="/me$", fault="status", code=403)
    refused(rehearsal, "cannot be told")
    with pytest.raises(Problem, match="could not be read"):
        ask(rehearsal)


def test_a_request_of_yesterday_has_expired(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    ask(rehearsal)
    rehearsal.cloud.world.clock.advance(25 * HOUR_S)
    refused(rehearsal, "has expired")


def test_an_edited_request_is_refused(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    ask(rehearsal)
    path = request_path(rehearsal)
    path.write_bytes(path.read_bytes().replace(b"contract end", b"active leak"))
    refused(rehearsal, "has been changed since it was written")


def test_a_request_with_another_preview_under_a_right_digest_is_refused(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    request = ask(rehearsal)
    other = sealed(msgspec.structs.replace(request, preview="0" * 64))
    request_path(rehearsal).write_bytes(write_request(other))
    refused(rehearsal, "not as it was when the request was made")


def test_what_changed_between_the_two_is_looked_at_anew(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    ask(rehearsal)
    role = {"principal": "alice", "role": "Key Vault Administrator", "scope": "rg-experience"}
    rehearsal.change(estate={"roles": [role]})
    refused(rehearsal, "not as it was when the request was made")


def test_the_second_person_has_to_confirm_everything_again(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    ask(rehearsal)
    refused(rehearsal, "Type the organisation exactly", organisation="")
    refused(rehearsal, "Say why", reason=" ")
    refused(rehearsal, "Sign in for this", signed_in_at=None)


def test_a_cooling_off_time_holds_across_restarts_and_ends_with_a_fresh_look(
    office: Callable[[str], Rehearsal],
) -> None:
    rehearsal = office(WAIT)
    ask(rehearsal)
    refused(rehearsal, "cooling-off time lasts until", user="alice")
    rehearsal.cloud.world.clock.advance(0.9 * HOUR_S)
    refused(rehearsal, "cooling-off time lasts until", user="alice")
    rehearsal.cloud.world.clock.advance(0.2 * HOUR_S)
    assert act_on(rehearsal, "alice") == "removed", "one person is enough where two are not asked for"
    assert deletes(rehearsal) == 1


def test_what_changed_during_the_cooling_off_time_begins_it_anew(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(WAIT)
    ask(rehearsal)
    rehearsal.change(
        estate={"roles": [{"principal": "alice", "role": "Key Vault Administrator", "scope": "rg-experience"}]}
    )
    rehearsal.cloud.world.clock.advance(1.1 * HOUR_S)
    refused(rehearsal, "not as it was when the request was made", user="alice")


def test_a_clock_that_is_set_forward_shortens_nothing(office: Callable[[str], Rehearsal]) -> None:
    """The clouds' clocks count: this computer's is put two hours ahead while the time runs."""
    rehearsal = office(WAIT)
    request, ahead = ask(rehearsal), timedelta(hours=2)
    with second(rehearsal, "alice") as (run, shown):
        later = replace(shown, skew=shown.skew - ahead, taken_at=shown.taken_at + ahead)
        typed = confirmed(run, shown, request=request, signed_in_at=run.clock() + ahead)
        (why,) = refusals(later, typed, pack_path(rehearsal), now=run.clock() + ahead)
    assert "cooling-off time lasts until" in why


def test_without_a_policy_there_is_no_request_and_one_person_is_enough(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    with pytest.raises(Problem, match="one person is enough"):
        ask(rehearsal)
    assert not request_path(rehearsal).exists()
    with opened(rehearsal) as run:
        shown = preview(run)
        assert revoke(run, shown, confirmed(run, shown), pack_path(rehearsal)).outcome == "removed"


def test_a_request_needs_what_the_act_needs(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    with opened(rehearsal) as run:
        shown = preview(run)
        for changes in ({"organisation": "x"}, {"vault": ""}, {"reason": ""}, {"signed_in_at": None}):
            with pytest.raises(Problem, match="No request was made") as caught:
                make_request(run, shown, confirmed(run, shown, **changes), request_path(rehearsal))
            assert caught.value.kind is Kind.DECLINED
    assert not request_path(rehearsal).exists()


def test_a_request_can_be_made_while_a_lock_is_still_in_the_way(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    rehearsal.change(estate={"locks": [{"name": "keep", "level": "CanNotDelete", "scope": "rg-experience"}]})
    ask(rehearsal)
    refused(rehearsal, "The lock keep")
    rehearsal.change(estate={"locks": [{"name": "keep", "scope": "rg-experience", "remove": True}]})
    assert act_on(rehearsal) == "removed"


def test_another_file_is_never_replaced(office: Callable[[str], Rehearsal]) -> None:
    rehearsal = office(TWO)
    request_path(rehearsal).write_text("my diary")
    with pytest.raises(Problem, match="is not replaced"):
        ask(rehearsal)
    assert request_path(rehearsal).read_text() == "my diary"


rules = st.builds(RevocationRules, st.booleans(), st.integers(0, 1440), st.integers(0, 600))
typed = st.fixed_dictionaries(
    {},
    optional={
        "organisation": st.sampled_from(["", "4d1f2c3b5a6978877f000101@adobeorg", "x"]),
        "vault": st.sampled_from(["", "KV-CONTOSO-EXPERIENCE", "kv-contoso-experience "]),
        "reason": st.sampled_from(["", "  ", "..."]),
        "signed_in_at": st.none(),
    },
)


def test_no_policy_takes_a_safeguard_away(rehearse: Rehearse) -> None:
    """Whatever a policy says: all that is refused without one is refused with it."""
    rehearsal = rehearse(SCENARIO)
    with opened(rehearsal) as run:
        shown = preview(run)
        broken = [
            shown,
            replace(shown, impact=replace(shown.impact, unread=("The locks could not be read.",))),
            replace(shown, impact=replace(shown.impact, assignment=None)),
            replace(shown, taken_at=shown.taken_at - timedelta(hours=1)),
        ]

        @given(rules, typed, st.sampled_from(broken), st.booleans())
        def more_is_refused(policy: RevocationRules, changes: dict[str, Any], looked: Preview, file: bool) -> None:
            path = pack_path(rehearsal) if file else None
            confirmation = confirmed(run, shown, **changes)
            bare = refusals(replace(looked, rules=RevocationRules()), confirmation, path, now=run.clock())
            under = refusals(replace(looked, rules=policy), confirmation, path, now=run.clock())
            assert set(bare) <= set(under)

        more_is_refused()
    assert set(POLICY_RULES["revocation"]) == set(RevocationRules.__struct_fields__)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "policy",
    [
        "[revocation]\ntyped_names = false\n",
        "[revocation]\ncooling_off_minutes = -60\n",
        "[revocation]\narming_delay_seconds = -1\n",
        "[revocation]\nsign_in_minutes = 600\n",
        "[revocation\n",
    ],
)
def test_a_policy_that_cannot_be_understood_never_counts_as_none(rehearse: Rehearse, policy: str) -> None:
    rehearsal = rehearse(SCENARIO, policy=policy)
    with pytest.raises(Problem) as caught, opened(rehearsal):
        pass
    assert caught.value.kind is Kind.INVALID
    assert deletes(rehearsal) == 0
