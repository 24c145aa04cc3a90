"""The page graph: every edge, and where a start continues."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmkwizard.core.choices import AnalyticsChoice, AzureChoice, Choices, KeyChoice, VaultChoice
from cmkwizard.core.status import Status
from cmkwizard.journeys.pages import (
    PAGES,
    Progress,
    next_page,
    page_node,
    previous_page,
    reachable,
    resume_page,
    way_to,
)

IDS = ["home", "before", "azure", "adobe", "vault", "key", "check", "review", "create", "consent"]
IDS += ["analytics", "submit", "status"]
ON_THE_WAY = [page for page in IDS if page != "analytics"]
CHOSEN = Choices(
    azure=AzureChoice("tenant", "subscription", "rg", "westeurope"), vault=VaultChoice("kv-cmk"), key=KeyChoice("cmk")
)
SIGNED = Progress(signed_in=True, choices=CHOSEN)
READY = replace(SIGNED, adobe_ready=True)
CHECKED = replace(READY, checked=True)
CREATED = replace(READY, planned=True, vault_ready=True, key_ready=True)
GRANTED = replace(CREATED, app_present=True, role_ready=True)
WITH_ANALYTICS = replace(
    GRANTED, choices=Choices(CHOSEN.azure, CHOSEN.vault, CHOSEN.key, analytics=AnalyticsChoice(("journey-optimizer",)))
)


def test_the_pages_come_in_their_order_and_back() -> None:
    assert [node.id for node in PAGES] == IDS
    assert [next_page(page, WITH_ANALYTICS) for page in IDS] == [*IDS[1:], None]
    assert [previous_page(page, WITH_ANALYTICS) for page in IDS] == [None, *IDS[:-1]]
    assert all(node.title and node.purpose for node in PAGES)
    assert [node.id for node in PAGES if node.point_of_no_return] == ["submit"]


def test_without_applications_the_way_leads_past_the_second_vault() -> None:
    assert [next_page(page, Progress()) for page in ON_THE_WAY] == [*ON_THE_WAY[1:], None]
    assert [previous_page(page, Progress()) for page in ON_THE_WAY] == [None, *ON_THE_WAY[:-1]]
    assert reachable("submit", GRANTED)
    assert not reachable("submit", WITH_ANALYTICS)


@pytest.mark.parametrize(
    ("progress", "page"),
    [
        (Progress(), "home"),
        (Progress(choices=CHOSEN), "azure"),
        (Progress(signed_in=True), "adobe"),
        (SIGNED, "adobe"),
        (replace(READY, choices=Choices()), "vault"),
        (replace(READY, choices=Choices(azure=CHOSEN.azure, vault=CHOSEN.vault)), "key"),
        (READY, "check"),
        (CHECKED, "review"),
        (replace(READY, planned=True), "create"),
        (replace(CREATED, key_ready=False, planned=False), "check"),
        (replace(CREATED, key_ready=False, planned=False, checked=True), "review"),
        (replace(CREATED, planned=False), "consent"),
        (replace(CREATED, app_present=True), "consent"),
        (GRANTED, "submit"),
        (WITH_ANALYTICS, "analytics"),
        (replace(WITH_ANALYTICS, analytics_ready=True), "submit"),
        (replace(GRANTED, submitted=True, status=Status.RUNNING), "status"),
        (replace(Progress(), submitted=True), "status"),
        (replace(GRANTED, submitted=True, status=Status.COMPLETED), "status"),
    ],
)
def test_a_start_continues_where_something_is_missing(progress: Progress, page: str) -> None:
    assert resume_page(progress) == page
    assert reachable(page, progress)


@pytest.mark.parametrize(
    ("progress", "page"),
    [
        (Progress(), "azure"),
        (replace(Progress(), submitted=True, status=Status.COMPLETED), "azure"),
        (SIGNED, "adobe"),
        (replace(READY, choices=Choices()), "vault"),
        (READY, "check"),
        (replace(GRANTED, submitted=True, status=Status.COMPLETED), "check"),
    ],
)
def test_the_way_to_the_check_leads_through_what_it_lacks(progress: Progress, page: str) -> None:
    assert way_to("check", progress) == page
    assert reachable(page, progress)


progresses = st.builds(
    Progress,
    signed_in=st.booleans(),
    adobe_ready=st.booleans(),
    choices=st.sampled_from([Choices(), CHOSEN, WITH_ANALYTICS.choices]),
    analytics_ready=st.booleans(),
    checked=st.booleans(),
    planned=st.booleans(),
    vault_ready=st.booleans(),
    key_ready=st.booleans(),
    app_present=st.booleans(),
    role_ready=st.booleans(),
    submitted=st.booleans(),
    status=st.sampled_from(Status),
)


@given(progresses, st.sampled_from(IDS[:-1]))
def test_nothing_is_reachable_past_a_page_that_is_not_complete(progress: Progress, page: str) -> None:
    after = next_page(page, progress)
    assert after is not None
    if reachable(after, progress) and not (after == "status" and progress.submitted):
        assert reachable(page, progress)
        assert page_node(page).complete(progress)


@given(progresses)
def test_a_start_always_lands_on_a_page_that_makes_sense(progress: Progress) -> None:
    assert reachable(resume_page(progress), progress)
