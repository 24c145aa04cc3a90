"""What the pages share: choices, drafts, and what a change makes meaningless."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
from pytestqt.qtbot import QtBot

from cmkwizard.core.choices import AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.facts import Subscription
from cmkwizard.core.problems import Problem
from cmkwizard.desktop.models.duration import duration
from cmkwizard.desktop.models.restoring import prefilled
from cmkwizard.wiring import GivenCredential
from tests.desktop.rehearsal import KEY, SUBSCRIPTION, VAULT, rehearsal


def test_every_change_is_kept_as_a_draft(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        for name in ("k", "kv", "kv-contoso"):
            at.setup.choose(vault=VaultChoice(name))
        at.wait(lambda: (draft := at.draft()) is not None and draft.vault.name == "kv-contoso")
        at.setup.at_page("vault")
        at.wait(lambda: (left := at.services.drafts.load("practice")) is not None and left.page == "vault")


def test_another_subscription_makes_the_banner_and_the_observations_anew(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        at.setup.choose(azure=AzureChoice("t", SUBSCRIPTION, "rg", "westeurope"))
        at.setup.observed(subscription=Subscription(SUBSCRIPTION, "Contoso production", "Enabled", "t"))
        assert at.banner.subscription == "Contoso production"
        at.setup.choose(azure=AzureChoice("t", "another", "rg", "westeurope"))
        assert at.setup.subscription is None
        assert at.banner.subscription == ""


def test_the_tick_does_not_make_the_plan_old_but_another_key_does(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        at.setup.plan = plan = object()  # type: ignore[assignment]
        at.setup.choose(irreversible=True)
        assert at.setup.plan is plan
        at.setup.choose(key=KeyChoice("other"))
        assert at.setup.plan is None


def test_another_credential_has_to_be_tested_again_but_another_configuration_name_not(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        at.connect()
        connected = at.setup.adobe
        at.setup.choose(adobe=msgspec.structs.replace(at.setup.choices.adobe, configuration="name"))
        assert at.setup.adobe is connected
        at.setup.choose(adobe=msgspec.structs.replace(at.setup.choices.adobe, region="NLD2"))
        assert at.setup.adobe is None


def test_a_practice_credential_is_filled_in_where_none_was_typed() -> None:
    given = GivenCredential("4D1F2C3B5A6978877F000101@AdobeOrg", "client-0123", "secret")
    assert prefilled(Choices(), given).adobe.client_id == "client-0123"
    typed = msgspec.structs.replace(Choices(), adobe=msgspec.structs.replace(Choices().adobe, client_id="typed-0123"))
    assert prefilled(typed, given) is typed


def test_a_second_start_goes_on_with_choices_sign_in_and_adobe(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        at.sign_in()
        at.connect()
        at.choose()
        at.setup.at_page("key")
        at.wait(lambda: (left := at.services.drafts.load("practice")) is not None and left.page == "key")
        at.start_anew()
        assert at.setup.choices == Choices()
        at.restore()
        assert (at.setup.choices.vault.name, at.setup.choices.key.name) == (VAULT, KEY)
        assert at.setup.account is not None
        assert at.setup.account.name == "alice@contoso.example"
        assert at.setup.adobe is not None
        assert at.setup.progress().signed_in
        assert len(at.opened) == 1  # no second prompt


def test_what_is_being_taken_up_of_one_organisation_is_not_shown_for_the_next(qtbot: QtBot, tmp_path: Path) -> None:
    with rehearsal(qtbot, tmp_path) as at:
        at.restore()
        at.sign_in()
        at.connect()
        at.choose()
        at.setup.at_page("key")
        at.wait(lambda: (left := at.services.drafts.load("practice")) is not None and left.page == "key")
        at.start_anew()
        at.setup.load()
        at.setup.restore()
        at.wait(lambda: at.setup.loaded and at.setup.secret)  # the sign-ins are still to come
        failed: list[Problem] = []
        with qtbot.waitSignal(at.setup.exchanged):
            at.setup.exchange("", failed.append)
        at.wait(lambda: not at.tasks._running)
        assert (failed, at.setup.restored, at.setup.adobe, at.setup.account) == ([], False, None, None)


def test_lengths_of_time_are_told_in_two_units() -> None:
    told = [duration(timedelta(seconds=s)) for s in (-3, 0, 9, 72, 3600, 90_000)]
    assert told == ["0 s", "0 s", "9 s", "1 min 12 s", "1 h 0 min", "25 h 0 min"]
