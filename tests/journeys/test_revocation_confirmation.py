"""What has to be typed, signed in and chosen before access may be taken away: nothing near it is enough."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.revocation.preview import preview
from cmkwizard.journeys.revocation.refusals import refusals
from cmkwizard.journeys.revocation.revoke import revoke
from tests.journeys.revocation_support import SCENARIO, VAULT, confirmed, deletes, opened, pack_path, refused
from tests.journeys.setup_support import Rehearsal

Rehearse = Callable[..., Rehearsal]

ORGANISATION = "4D1F2C3B5A6978877F000101@AdobeOrg"
NEAR_ORGANISATIONS = (
    "", " ", ORGANISATION.lower(), ORGANISATION.upper(), f"{ORGANISATION} ", f" {ORGANISATION}", f"{ORGANISATION}\n",
    ORGANISATION[:-1], ORGANISATION[1:], ORGANISATION.replace("0", "O"), ORGANISATION.replace("1", "l"),
    ORGANISATION.replace("B", "\u0412"), ORGANISATION.replace("A", "\u0410"), ORGANISATION.replace("o", "\u043e"),
    ORGANISATION.replace("@", "\uff20"), ORGANISATION.replace("@", " @"), f"{ORGANISATION}\u200b",
    f"\ufeff{ORGANISATION}", ORGANISATION.partition("@")[0], f"{ORGANISATION}.com", "4D1F2C3B5A6978877F000102@AdobeOrg",
    "experience-platform",
    f"{ORGANISATION}\u0000",
)  # fmt: skip
NEAR_VAULTS = (
    "", VAULT.upper(), VAULT.title(), f"{VAULT} ", f" {VAULT}", f"{VAULT}\t", VAULT[:-1], VAULT[1:],
    VAULT.replace("-", "_"), VAULT.replace("-", "\u2010"), VAULT.replace("-", "\u2013"), VAULT.replace("o", "0"),
    VAULT.replace("o", "\u043e"), VAULT.replace("e", "\u0435"), VAULT.replace("c", "\u0441"), f"{VAULT}\u200d",
    f"{VAULT}.vault.azure.net", f"https://{VAULT}", VAULT.replace("-", ""), f"{VAULT}{VAULT}", "kv-contoso-cmk", "yes",
)  # fmt: skip


def test_near_misses_of_the_names_and_empty_reasons_are_refused(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    misses: list[dict[str, str]] = [{"organisation": each} for each in NEAR_ORGANISATIONS]
    misses += [{"vault": each} for each in NEAR_VAULTS]
    misses += [{"organisation": VAULT, "vault": ORGANISATION}]
    assert len(misses) >= 40
    misses += [{"reason": each} for each in ("", " ", "\n\t", "\u200b", "...", "x" * 1001)]
    with opened(rehearsal) as run:
        shown = preview(run)
        assert (shown.impact.organisation, shown.impact.vault_name) == (ORGANISATION, VAULT)
        for miss in misses:
            with pytest.raises(Problem) as caught:
                revoke(run, shown, confirmed(run, shown, **miss), pack_path(rehearsal))
            assert caught.value.kind is Kind.DECLINED, miss
        assert run.journal.entries() == []
    assert deletes(rehearsal) == 0
    assert not pack_path(rehearsal).exists()


@pytest.mark.parametrize("ago", [None, timedelta(minutes=10, seconds=1), timedelta(days=1), timedelta(minutes=-30)])
def test_a_sign_in_that_is_not_fresh_is_refused(rehearse: Rehearse, ago: timedelta | None) -> None:
    rehearsal = rehearse(SCENARIO)
    with opened(rehearsal) as run:
        shown = preview(run)
        at = None if ago is None else run.clock() - ago
        with pytest.raises(Problem, match=r"[Ss]ign in") as caught:
            revoke(run, shown, confirmed(run, shown, signed_in_at=at), pack_path(rehearsal))
    assert caught.value.kind is Kind.DECLINED
    assert deletes(rehearsal) == 0


def test_what_was_read_long_ago_has_to_be_read_again(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    with opened(rehearsal) as run:
        shown = preview(run)
        typed, path = confirmed(run, shown), pack_path(rehearsal)
        assert refusals(shown, typed, path, now=run.clock()) == ()
        for passed in (timedelta(minutes=11), timedelta(hours=-1)):
            now = run.clock() + passed
            (why,) = refusals(shown, confirmed(run, shown, signed_in_at=now), path, now=now)
            assert "read it again" in why
        assert any("file for the way back" in why for why in refusals(shown, typed, now=run.clock()))


def test_the_computer_that_slept_between_the_look_and_the_act_sends_nothing(rehearse: Rehearse) -> None:
    rehearsal = rehearse(SCENARIO)
    with opened(rehearsal) as run:
        shown = preview(run)
        typed, now, intend = confirmed(run, shown), run.clock, run.journal.intend

        def sleep_then_intend(*args: Any, **who: Any) -> str:
            run.clock = lambda: now() + timedelta(seconds=6)
            return intend(*args, **who)

        run.journal.intend = sleep_then_intend  # type: ignore[method-assign]
        with pytest.raises(Problem, match="More than 5 seconds"):
            revoke(run, shown, typed, pack_path(rehearsal))
        assert [(entry.step, entry.outcome) for entry in run.journal.entries()] == [("revocation", "skipped")]
    assert deletes(rehearsal) == 0


POLICIES = {
    "two persons": ("two_persons = true", "requires a second person"),
    "cooling-off": ("cooling_off_minutes = 60", "60 minutes between the request and the act"),
}


@pytest.mark.parametrize("name", POLICIES)
def test_what_the_organisation_adds_is_asked_for(rehearse: Rehearse, name: str) -> None:
    rule, words = POLICIES[name]
    rehearsal = rehearse(SCENARIO, policy=f"[revocation]\n{rule}\n")
    assert words in refused(rehearsal).message
