"""Every practice scenario in the whole window: its finding is seen where it matters first, and on the page "Check".

Each with what it means, what to do and who can do it, and before anything is changed.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.desktop.rehearsal import GROUP, SUBSCRIPTION, Rehearsal, rehearsal
from tests.desktop.scenario_cases import (
    ADOBE_ADMINISTRATOR,
    BLOCKS,
    CASES,
    EXISTING,
    HSM,
    KEY,
    NEW,
    SUBMITTED,
    WARNING,
    YOU,
    Case,
    Expected,
)
from tests.desktop.visit import Visit

pytestmark = pytest.mark.qt_log_ignore(r"This plugin does not support propagateSizeHints\(\)", extend=True)

SCENARIOS = Path(__file__).parents[2] / "resources" / "scenarios"
ELSEWHERE = ("wrong-tenant", "adobe-no-permission", "adobe-wrong-region")
"""Scenarios that stop before the vault: they have tests of their own."""


def test_every_scenario_is_looked_at() -> None:
    seen = [case.scenario for case in CASES] + list(ELSEWHERE)
    assert sorted(seen) == sorted(path.stem for path in SCENARIOS.glob("*.toml"))


@pytest.mark.parametrize("case", CASES, ids=[case.scenario for case in CASES])
def test_a_scenario_is_seen_for_what_it_is_before_anything_is_changed(qtbot: QtBot, tmp_path: Path, case: Case) -> None:
    with rehearsal(qtbot, tmp_path, case.scenario) as at:
        visit = Visit(at)
        visit.sign_in()
        assert visit.findings == []
        visit.connect()
        visit.open_vault()
        visit.choose_subscription("Contoso production")
        choose_vault(visit, case)
        look_early(visit, case, "vault")
        visit.go_to("Key")
        choose_key(visit, case)
        look_early(visit, case, "key")
        look_at_check(visit, case.findings)
        assert at.applied == {}


def choose_vault(visit: Visit, case: Case) -> None:
    if case.vault == HSM:
        visit.use_hsm(HSM)
    elif case.new_key:
        visit.describe_vault(case.vault)
    else:
        visit.use_vault(case.vault)


def choose_key(visit: Visit, case: Case) -> None:
    if case.new_key:
        visit.describe_key(KEY)
    else:
        visit.use_key(KEY)
    if case.configuration:
        visit.name_configuration(case.configuration)


def look_early(visit: Visit, case: Case, page: str) -> None:
    """A page shows its own findings, and leads on unless one of them cannot be put right."""
    expected = [each for each in case.findings if each.id in case.early.get(page, ())]
    visit.settle()
    visit.at.wait(lambda: [item.row.finding.id for item in visit.findings] == [each.id for each in expected])
    for each in expected:
        each.assert_shown(visit, fixes=False)
    assert visit.hand.can_press("Next") is (case.stops_at != page)
    if case.stops_at == page:
        assert case.words in visit.words


def look_at_check(visit: Visit, findings: tuple[Expected, ...]) -> None:
    """The page "Check" shows them all, says what they mean for the set-up, and leads on only if nothing blocks."""
    visit.see_check()
    for each in findings:
        each.assert_shown(visit, fixes=True)
    blocking = {each.id for each in findings if each.state is BLOCKS}
    shown = [item.row.finding.id for item in visit.findings if item.row.state is BLOCKS]
    assert set(shown) == blocking
    assert visit.hand.can_press("Next") is (not shown)
    if len(shown) == 1:
        assert "1 finding blocks the set-up" in visit.words
    elif shown:
        assert f"{len(shown)} findings block the set-up" in visit.words
    else:
        assert "Nothing blocks the set-up" in visit.words


def test_a_subscription_of_another_directory_is_missed_and_found_there(qtbot: QtBot, tmp_path: Path) -> None:
    guest = Expected("I02", WARNING, "alice@contoso.example is a guest in this directory", "Otherwise go on", YOU)
    with rehearsal(qtbot, tmp_path, "wrong-tenant") as at:
        visit = Visit(at)
        visit.sign_in()
        visit.connect()
        visit.open_vault()
        assert "This account sees no subscription in this directory." in visit.words
        assert "Choose another directory or account on the page “Sign in to Azure”" in visit.words
        assert "or ask an Owner of the subscription for access" in visit.words
        assert not visit.hand.can_press("Next")
        visit.go_to("Sign in to Azure")
        visit.choose_directory("Fabrikam · fabrikam.onmicrosoft.example")
        guest.assert_shown(visit, fixes=False)
        visit.go_to("Vault")
        visit.choose_subscription("Fabrikam production")
        visit.describe_vault(NEW)
        visit.go_on("Key")
        visit.describe_key(KEY)
        look_at_check(visit, (guest,))
        assert at.applied == {}


def test_choices_in_a_subscription_of_another_directory_are_blocked(qtbot: QtBot, tmp_path: Path) -> None:
    """As an earlier start may have left them: the lists of the page "Vault" offer no such subscription."""
    other = Expected("I01", BLOCKS, "subscription belongs to another directory", "choose another subscription", YOU)
    with rehearsal(qtbot, tmp_path, "wrong-tenant") as at:
        visit = Visit(at)
        visit.sign_in()
        visit.connect()
        leave_choices(visit)
        look_at_check(visit, (other,))
        assert at.applied == {}


@pytest.mark.parametrize(
    ("scenario", "refused", "expected"),
    [
        (
            "adobe-no-permission",
            ("may not manage customer-managed keys", "permission Manage Customer Managed Key"),
            Expected(
                "D04",
                BLOCKS,
                "does not hold the permission",
                "Have the credential added to a role",
                ADOBE_ADMINISTRATOR,
            ),
        ),
        (
            "adobe-wrong-region",
            ("is in another region. It answers in NLD2.", "Choose the region"),
            Expected(
                "D03",
                BLOCKS,
                "finds no Experience Platform for this organisation, credential and region",
                "Check the organisation",
                "you, with an Adobe product administrator",
            ),
        ),
    ],
)
def test_what_adobe_refuses_is_seen_at_once(
    qtbot: QtBot, tmp_path: Path, scenario: str, refused: tuple[str, ...], expected: Expected
) -> None:
    with rehearsal(qtbot, tmp_path, scenario) as at:
        visit = Visit(at)
        visit.sign_in()
        visit.connect()
        for words in ("Not connected", *refused, "Who can do it: "):
            assert words in visit.words
        visit.hand.press("Next")
        at.wait(lambda: visit.hand.can_press("Next"))
        assert visit.shell.page_id == "adobe"
        assert visit.hand.can_press("Copy a request") is (expected.who == ADOBE_ADMINISTRATOR)
        assert "Not connected" in visit.words
        trust(visit, at)
        leave_choices(visit)
        look_at_check(visit, (expected,))
        assert at.applied == {}


def trust(visit: Visit, at: Rehearsal) -> None:
    """As if Adobe had accepted the credential on an earlier day."""
    visit.setup.connected(at.services.adobe_session(visit.setup.choices.adobe, at.services.given.secret), "")


def leave_choices(visit: Visit) -> None:
    """A new vault and key, as an earlier start may have left them."""
    setup = visit.setup
    old = setup.choices
    azure = msgspec.structs.replace(old.azure, subscription=SUBSCRIPTION, resource_group=GROUP, location="westeurope")
    setup.choose(
        azure=azure,
        vault=msgspec.structs.replace(old.vault, name=NEW),
        key=msgspec.structs.replace(old.key, name=KEY),
        adobe=msgspec.structs.replace(old.adobe, configuration=SUBMITTED),
    )


def test_a_deleted_vault_is_recovered_on_the_page_check_and_then_used(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "soft-deleted-name") as at:
        visit = Visit(at)
        visit.sign_in()
        visit.connect()
        visit.open_vault()
        visit.describe_vault(EXISTING)
        assert "Go on to recover it on the page “Check”" in visit.words
        visit.go_on("Key")
        visit.describe_key(KEY)
        visit.see_check()
        visit.press_beside("V03", "Fix…")
        at.wait(lambda: visit.hand.can_press("Make this change"))
        assert at.applied == {}
        visit.hand.press("Make this change")
        at.wait(lambda: "Gone: A deleted vault still holds" in visit.words)
        assert at.applied == {"vault.recover": 1}
        at.wait(lambda: visit.hand.can_press("Next"))
        visit.go_to("Vault")
        assert visit.findings == []
        assert "has a vault of this name already" in visit.words


def test_whoever_gives_the_permission_at_adobe_is_asked_from_the_page(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path, "adobe-no-permission") as at:
        visit = Visit(at)
        visit.sign_in()
        visit.connect()
        visit.hand.press("Copy a request")
        text = QGuiApplication.clipboard().text()
        assert "You are asked as an Adobe product administrator" in text
        assert visit.setup.choices.adobe.client_id in text
        assert at.services.given.secret not in text
        assert "Request copied. Send it to an Adobe product administrator." in visit.words
