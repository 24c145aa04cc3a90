"""The check on every scenario: the finding that it is about, before anything is changed, with person and way out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.check_command import run_check
from tests.journeys.setup_support import EXISTING, Rehearsal, answers

Rehearse = Callable[..., Rehearsal]
TAKEN: dict[str, dict[str, Any]] = {"vault": {"name": "kv-contoso-experience"}}
HSM = {"vault": {"name": "hsm-contoso", "kind": "managed-hsm", "create": False}, "key": {"type": "RSA-HSM"}}
HSM_ANSWERS = {**HSM, "azure": {"resource_group": "rg-experience"}}


def checked(rehearsal: Rehearsal, folder: Path, **changes: Any) -> tuple[int, dict[str, Any]]:
    """The exit status and the JSON of ``check --json``; nothing was changed by it."""
    file, out = folder / "answers.toml", io.StringIO()
    file.write_text(answers(**changes))
    before = rehearsal.applied
    with rehearsal.services() as services:
        status = run_check(services, file, as_json=True, out=out)
    assert rehearsal.applied == before, "a check only reads"
    return status, json.loads(out.getvalue())


def not_met(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in report["findings"] if each["verdict"] == "not met"}


def blocking(report: dict[str, Any]) -> set[str]:
    return {id_ for id_, each in not_met(report).items() if each["severity"] == "blocker"}


# scenario, changed answers, ids that block, one finding that it is about, who can help, what the remedy names
SCENARIOS = [
    ("weak-vault", EXISTING, {"V07", "K03"}, "V07", "vault administrator", "purge protection"),
    ("access-policy-vault", EXISTING, {"V08"}, "V08", "vault administrator", "another vault"),
    ("name-taken", TAKEN, {"V02"}, "V02", "you", "another name"),
    ("soft-deleted-name", TAKEN, {"V03"}, "V03", "", "recover"),
    ("no-rights", {}, {"I05", "I06"}, "I05", "owner of the subscription", "Key Vault Contributor"),
    ("pim-eligible", {}, {"I05", "I06", "I07"}, "I07", "you", "activate"),
    ("policy-denies", {}, set(), "V12", "owner of the Azure Policy", ""),
    ("locked", EXISTING, {"V11"}, "V11", "", "lock"),
    ("firewalled", EXISTING, {"W02"}, "W02", "vault administrator", "trusted Microsoft services"),
    ("consent-needs-admin", {}, set(), "I08", "Entra administrator", ""),
    ("adobe-no-permission", {}, {"D04"}, "D04", "Adobe", ""),
    ("adobe-wrong-region", {}, {"D03"}, "D03", "", "region"),
    ("key-expired", EXISTING, {"K06"}, "K06", "vault administrator", "expir"),
    ("key-disabled", EXISTING, {"K04"}, "K04", "vault administrator", "nable"),
    ("wrong-tenant", {"azure": {"subscription": "Fabrikam production"}}, {"I01"}, "I01", "you", "sign in to the"),
    ("managed-hsm", HSM_ANSWERS, set(), "P09", "you", "the set-up gives it"),
    ("role-removed", EXISTING, {"P05"}, "P05", "", "role"),
]


@pytest.mark.parametrize(
    ("scenario", "changes", "blockers", "about", "who", "remedy"), SCENARIOS, ids=[each[0] for each in SCENARIOS]
)
def test_each_scenario_leads_to_its_finding_before_anything_is_changed(
    rehearse: Rehearse,
    tmp_path: Path,
    scenario: str,
    changes: dict[str, Any],
    blockers: set[str],
    about: str,
    who: str,
    remedy: str,
) -> None:
    status, report = checked(rehearse(scenario), tmp_path, **changes)
    assert blocking(report) == blockers, [each["sentence"] for each in not_met(report).values()]
    assert status == (1 if blockers else 0)
    finding = not_met(report)[about]
    assert who in finding["who"]
    assert remedy.lower() in finding["remedy"].lower(), finding["remedy"]
    assert all(finding[part] for part in ("sentence", "required", "why", "source"))
    assert finding["portal"] or finding["request"]


@pytest.mark.parametrize(
    ("scenario", "changes"),
    [
        ("happy", {}),
        ("existing-vault", EXISTING),
        ("slow-roles", {}),
        ("consent-declined", {}),
        ("throttled", {}),
        ("completed", EXISTING),
        ("job-fails", {}),
        ("job-slow", {}),
        ("big-tenant", {}),
    ],
)
def test_where_nothing_stands_in_the_way_nothing_blocks(
    rehearse: Rehearse, tmp_path: Path, scenario: str, changes: dict[str, Any]
) -> None:
    status, report = checked(rehearse(scenario), tmp_path, **changes)
    assert (status, blocking(report)) == (0, set())
    assert report["counts"]["met"] > 15


def test_every_requirement_is_answered_and_counted(rehearse: Rehearse, tmp_path: Path) -> None:
    _, report = checked(rehearse("existing-vault"), tmp_path, **EXISTING)
    verdicts = [each["verdict"] for each in report["findings"]]
    assert set(verdicts) <= {"met", "not met", "not known", "not needed"}
    assert sum(report["counts"].values()) == len(report["findings"])
    assert all(each["sentence"] for each in report["findings"])


def test_a_check_of_one_vault_needs_few_requests(rehearse: Rehearse, tmp_path: Path) -> None:
    rehearsal = rehearse("completed")
    with rehearsal.services() as services:
        file, out = tmp_path / "answers.toml", io.StringIO()
        file.write_text(answers(**EXISTING))
        services.sign_in.interactive(
            tenant=None, opener=rehearsal.person().open, on_address=lambda _: None, cancel=Cancel()
        )
        before = services.guard.requests
        run_check(services, file, as_json=True, out=out)
        assert services.guard.requests - before <= 25


def in_words(rehearsal: Rehearsal, folder: Path, **changes: Any) -> tuple[int, list[str]]:
    """The exit status and the lines of ``check``."""
    file, out = folder / "answers.toml", io.StringIO()
    file.write_text(answers(**changes))
    with rehearsal.services() as services:
        status = run_check(services, file, as_json=False, out=out)
    return status, out.getvalue().splitlines()


def test_in_words_a_reason_for_not_knowing_is_said_once(rehearse: Rehearse, tmp_path: Path) -> None:
    status, lines = in_words(rehearse(), tmp_path, **EXISTING)
    assert status == 1
    assert lines[0].startswith("Checked as alice@contoso.example in the directory ")
    assert lines[0].endswith("vault kv-contoso-experience, key experience-cmk.")
    assert lines[1].startswith("blocker V16: ")
    missing = [line for line in lines if "There is no vault kv-contoso-experience to look at" in line]
    assert len(missing) == 1
    assert missing[0].startswith("not known I10, V05, V06, V07, ")
    assert lines[-1].startswith("1 blocker, ")


def test_the_second_vault_is_checked_too(rehearse: Rehearse, tmp_path: Path) -> None:
    second = {"applications": ["customer-journey-analytics"], "vault": "kv-contoso-experience", "key": "analytics-cmk"}
    first = {"vault": {"name": "kv-contoso-first"}, "analytics": second}
    status, report = checked(rehearse("name-taken"), tmp_path, **first)
    assert (status, report["blocked"], report["counts"]["blocker"]) == (1, True, 1)
    assert "kv-contoso-experience is taken" in not_met(report)["V02"]["sentence"]
    assert sum(report["counts"].values()) == len(report["findings"])
    assert in_words(rehearse("name-taken"), tmp_path, **first)[1][1].startswith("blocker V02: ")


def test_nothing_chosen_is_said(rehearse: Rehearse) -> None:
    with rehearse().services() as services, pytest.raises(Problem) as caught:
        run_check(services, None, as_json=False, out=io.StringIO())
    assert caught.value.kind is Kind.INVALID
    assert "--answers" in caught.value.remedy
