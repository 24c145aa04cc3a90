"""The vault list of a big tenant: until rows are there, and what a key stroke in its filter costs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTableView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cmkwizard.clouds.azure.vaults import Vaults
from cmkwizard.desktop.models.azure import AzureModel
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.models.vault import VaultModel
from cmkwizard.desktop.page_model import BannerModel
from cmkwizard.desktop.pages.vault import VaultPage
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.desktop.widgets.filter_list import Row
from cmkwizard.desktop.widgets.row_model import RowModel
from cmkwizard.practice.scenarios import build_world, load_scenario
from tests.benchmarks.practice_process import CloudProcess, cloud_process
from tests.benchmarks.report import Ratio, report
from tests.practice.azure_support import ARM, KEY_VAULT_API, LoopbackAdapter

VAULTS = 10_000
RUNS = 5
TYPED = "kv-division-0999"
PATIENCE_MS = 120_000
KEY_STROKE_AIM = "<= 16 ms"
LIST_AIM = "as near to 1 as it gets"
ONE_SUBSCRIPTION = f"""
summary = "the big tenant, with all its vaults in one subscription"

[estate.many]
tenant = "contoso"
subscriptions = 299
vaults = {VAULTS}
crowded = {VAULTS}
location = "westeurope"
roles = [{{ principal = "alice", role = "Owner" }}]
"""

Lap = tuple[float, float]
"""Milliseconds to the first rows, and to all of them."""


class Window:
    """The page "Vault" of a person who is signed in, in a window of its own."""

    def __init__(self, qtbot: QtBot, cloud: CloudProcess, setup: SetupState) -> None:
        self._qtbot = qtbot
        self._setup = setup
        signing_in = AzureModel(setup, cloud.person.open)
        signing_in.sign_in()
        self.wait(lambda: setup.account is not None)
        self.model = VaultModel(setup)
        self.page = VaultPage(self.model)
        qtbot.addWidget(self.page)
        self.page.resize(1080, 720)
        with qtbot.waitExposed(self.page):
            self.page.show()
        self.model.begin()
        self.wait(lambda: self.model.subscriptions.complete)
        self.subscription = next(row.id for row in self.model.subscriptions.rows if row.name == "Division 001")

    def wait(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def token(self) -> str:
        account = self._setup.account
        assert account is not None
        credential = self._setup.services.sign_in.credential(account.tenant_id)
        return str(credential.get_token(f"{ARM}/.default").token)

    def vaults_of_client(self) -> Vaults:
        azure = self._setup.azure
        assert azure is not None
        return azure.vaults

    def open_list(self) -> QWidget:
        self.model.choose_subscription(self.subscription)
        self.model.choose_way("existing")
        self.wait(lambda: self.page.existing is not None and self.page.existing.isVisible())
        assert self.page.existing is not None
        return self.page.existing


@contextmanager
def opened(qtbot: QtBot, folder: Path) -> Iterator[tuple[Window, CloudProcess]]:
    folder.joinpath("one.toml").write_text(ONE_SUBSCRIPTION)
    with (
        cloud_process(str(folder / "one.toml"), folder / "cloud") as cloud,
        cloud.services(folder / "records") as services,
    ):
        tasks = Tasks()
        setup = SetupState(services, tasks, BannerModel(practice=True))
        setup.load()
        setup.restore()
        qtbot.waitUntil(lambda: setup.restored, timeout=PATIENCE_MS)
        try:
            yield Window(qtbot, cloud, setup), cloud
        finally:
            assert tasks.shutdown(10)


def bare(cloud: CloudProcess, token: str, subscription: str) -> Lap:
    """The same pages with one connection and nothing made of them but the parsed JSON."""
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", LoopbackAdapter())
        session.verify = str(cloud.ca_file)
        session.headers["Authorization"] = f"Bearer {token}"
        path = f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/vaults?api-version={KEY_VAULT_API}"
        return laps(bare_pages(session, cloud.ready["profile"]["resource_manager"] + path))


def bare_pages(session: requests.Session, address: str) -> Iterator[int]:
    while address:
        reply = session.get(address, timeout=30)
        assert reply.status_code == 200, reply.text
        body = reply.json()
        yield len(body["value"])
        address = body.get("nextLink", "")


def laps(pages: Iterator[int]) -> Lap:
    started = time.perf_counter()
    count = next(pages)
    first = time.perf_counter()
    count += sum(pages)
    ended = time.perf_counter()
    assert count == VAULTS
    return (first - started) * 1000, (ended - started) * 1000


def in_window(window: Window) -> Lap:
    """From choosing the subscription until the rows can be seen in the table."""
    model, page = window.model, window.page
    model.vaults.clear()
    assert page.existing is not None
    table = page.existing.vault.list
    window.wait(lambda: table.shown_count == 0)
    started = time.perf_counter()
    model.retry()
    window.wait(lambda: table.shown_count)
    first = time.perf_counter()
    window.wait(lambda: table.shown_count == VAULTS and model.vaults.complete)
    return (first - started) * 1000, (time.perf_counter() - started) * 1000


@pytest.mark.benchmark
def test_vault_list(qtbot: QtBot, tmp_path: Path) -> None:
    """Interleaved runs, the first of each dropped, medians compared; then the key strokes in the filled list."""
    with opened(qtbot, tmp_path) as (window, cloud):
        window.open_list()
        window.wait(lambda: window.model.vaults.complete)
        token, client = window.token(), window.vaults_of_client()
        ways: dict[str, Callable[[], Lap]] = {
            "bare": lambda: bare(cloud, token, window.subscription),
            "by the client": lambda: laps(len(page) for page in client.list_vaults(window.subscription)),
            "in the window": lambda: in_window(window),
        }
        seen: dict[str, list[Lap]] = {name: [] for name in ways}
        for run in range(RUNS + 1):
            for name, way in ways.items():
                lap = way()
                if run:
                    seen[name].append(lap)
        for place, what in enumerate(("the first vaults of 10,000", "all of 10,000 vaults")):
            median = {name: statistics.median(lap[place] for lap in each) for name, each in seen.items()}
            for name in ("by the client", "in the window"):
                report(Ratio(f"ms to {what} {name}", median[name], median["bare"], "bare requests", LIST_AIM))
        key_strokes(qtbot, window)


def key_strokes(qtbot: QtBot, window: Window) -> None:
    """Each key with all that follows from it, painting included."""
    rows = [Row(str(n), (f"kv-division-{n:05}", f"rg-{n % 97:02}", "westeurope", "Fits")) for n in range(1, VAULTS + 1)]
    proxy = filter_by_proxy(qtbot, rows)
    assert window.page.existing is not None
    shown = window.page.existing.vault.list
    ours = typed(shown.filter.editor, shown.table)
    baseline = typed(proxy.findChildren(QLineEdit)[0], proxy.findChildren(QTableView)[0])
    for word, pick in (("median", statistics.median), ("longest", max)):
        what = f"ms for a key stroke in the filter of 10,000 vaults, {word}"
        report(Ratio(what, pick(ours), pick(baseline), "QSortFilterProxyModel", KEY_STROKE_AIM))


def filter_by_proxy(qtbot: QtBot, rows: list[Row]) -> QWidget:
    """The same table behind Qt's own filter."""
    holder = QWidget()
    editor, table = QLineEdit(holder), QTableView(holder)
    lines = QVBoxLayout(holder)
    lines.addWidget(editor)
    lines.addWidget(table)
    source = RowModel(("Name", "Group", "Location", "Fits"), holder)
    source.append(rows)
    proxy = QSortFilterProxyModel(holder)
    proxy.setSourceModel(source)
    proxy.setFilterKeyColumn(-1)
    proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    table.setModel(proxy)
    editor.textChanged.connect(proxy.setFilterFixedString)
    qtbot.addWidget(holder)
    holder.resize(1080, 720)
    with qtbot.waitExposed(holder):
        holder.show()
    return holder


def typed(editor: QLineEdit, table: QTableView) -> list[float]:
    took: list[float] = []
    for _ in range(RUNS):
        editor.clear()
        table.viewport().repaint()
        for letter in TYPED:
            started = time.perf_counter()
            QTest.keyClicks(editor, letter)
            table.viewport().repaint()
            took.append((time.perf_counter() - started) * 1000)
    return took


@pytest.mark.benchmark
def test_a_big_practice_tenant_is_made() -> None:
    """What the scenario costs at the start of a practice cloud, against the plain one."""
    took: dict[str, list[float]] = {"happy": [], "big-tenant": []}
    for _ in range(RUNS):
        for name, each in took.items():
            started = time.perf_counter()
            build_world(load_scenario(name))
            each.append((time.perf_counter() - started) * 1000)
    median = {name: statistics.median(each) for name, each in took.items()}
    report(Ratio("ms to make the world of big-tenant", median["big-tenant"], median["happy"], "of happy", "< 1 s"))
