"""A check by somebody who may only read, who may read little, or who does not have Adobe's credential."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.requirements.finding import Finding, Fix, Group, Verdict
from cmkwizard.journeys.report import Report
from tests.journeys.row_support import FABRIKAM, FIT, VAULT, World, but, estate, report_of
from tests.journeys.setup_support import EXISTING, Rehearsal, answers

AZURE = {Group.VAULT, Group.FIREWALL, Group.KEY}
REASONS = {
    "K08": "it refused with ForbiddenByRbac). That takes a role such as Key Vault Reader there.",
    "K09": "it needs a role on the keys.",
    "P08": "shows nobody whether another's role is in effect.",
    "R03": "It is asked for when access is taken away.",
    "R04": "before it is removed.",
}
"""What a reader cannot know, and why."""


def unknown(report: Report) -> dict[str, str]:
    return {each.id: each.sentence for each in report.findings if each.verdict is Verdict.NOT_KNOWN}


def one(report: Report, id_: str) -> Finding:
    (found,) = (each for each in report.findings if each.id == id_)
    return found


def test_whoever_may_only_read_learns_almost_everything(tmp_path: Path) -> None:
    report = report_of(but(FIT, {}, user="victor"), tmp_path)
    found = unknown(report)
    assert found.keys() == REASONS.keys()
    assert {id_ for id_, reason in REASONS.items() if reason not in found[id_]} == set()
    assert not report.blocked
    assert report.counts["met"] > 40
    keys = one(report, "I10")
    assert (keys.verdict, keys.who, keys.fix) == (Verdict.NOT_MET, "an owner of the subscription", Fix.OTHERS)


def test_whoever_may_only_read_is_told_which_rights_a_set_up_takes(tmp_path: Path) -> None:
    report = report_of(World("happy", {}, user="victor"), tmp_path)
    assert {each.id for each in report.findings if each.blocks} == {"I05", "I06"}
    for each in report.problems:
        if each.id in ("I05", "I06"):
            assert each.remedy.startswith("Ask for the role "), each.remedy
            assert each.who == "an owner of the subscription"


def test_whoever_may_read_the_vault_alone_is_told_what_else_it_takes(tmp_path: Path) -> None:
    reader = {"principal": "val", "role": "Reader", "scope": VAULT}
    report = report_of(but(FIT, estate(roles=[reader]), user="val"), tmp_path)
    found = unknown(report)
    assert {id_: found.get(id_) for id_ in ("I04", "I09")} == {
        "I04": "Your account may not read whether Key Vault is registered in the subscription. That takes the right "
        "Microsoft.Resources/subscriptions/providers/read there, which the role Reader has.",
        "I09": "Your account may not read the resource group rg-experience. That takes the role Reader on it.",
    }
    assert [each for each in found.values() if "may not read" in each and "That takes" not in each] == []
    assert {one(report, id_).verdict for id_ in ("V07", "V08", "W02", "K03", "K04", "P05")} == {Verdict.MET}
    assert not report.blocked


def test_where_the_vault_cannot_be_read_nothing_of_it_is_called_met(tmp_path: Path) -> None:
    outside = {"principal": "val", "role": "Reader", "scope": "log-contoso"}
    report = report_of(but(FIT, estate(roles=[outside]), user="val"), tmp_path)
    about = [each for each in report.findings if each.group in AZURE]
    assert {each.id for each in about if each.verdict is Verdict.MET} == {"V01"}, "a name needs no right"
    assert one(report, "V16").sentence == (
        f"Your account may not read the vault {VAULT}. That takes the role Reader on it."
    )  # fmt: skip
    assert not report.blocked


def test_without_adobes_secret_azure_is_answered_and_adobe_is_not_known(tmp_path: Path) -> None:
    whole, report = report_of(FIT, tmp_path / "with"), report_of(but(FIT, {}, secret=""), tmp_path / "without")
    azure = {(each.id, each.verdict) for each in whole.findings if each.group in AZURE}
    assert azure == {(each.id, each.verdict) for each in report.findings if each.group in AZURE}
    adobe = one(report, "D01")
    assert adobe.verdict is Verdict.NOT_KNOWN
    assert adobe.sentence.startswith("The client secret of the Adobe credential c0ffee")
    assert "CMKWIZARD_ADOBE_CLIENT_SECRET" in adobe.remedy
    assert {"D03", "D04", "D05", "D07", "P01", "P02"} <= unknown(report).keys()
    assert not report.blocked, "a vault's owner does not need it"


def test_a_set_up_asks_for_the_secret_first(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        report_of(World("existing-vault", EXISTING, secret=""), tmp_path, adobe_needed=True)
    assert caught.value.kind is Kind.STORAGE
    assert "CMKWIZARD_ADOBE_CLIENT_SECRET" in caught.value.remedy


def test_a_subscription_of_another_directory_blocks_the_set_up_too(rehearse: Callable[..., Rehearsal]) -> None:
    rehearsal = rehearse("wrong-tenant")
    result = rehearsal.run(answers(azure={"subscription": "Fabrikam production"}))
    assert (result.status, result.word, rehearsal.applied) == (1, "BLOCKED", {})
    assert "I01" in result.findings
    assert f"Sign in to the directory {FABRIKAM}, or choose another subscription." in result.errors
