"""The evidence report: what is recorded stands in it, what is not is never taken for good, and no text escapes."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from cmkwizard.core.history import What
from cmkwizard.core.key_use import KeyUse, Uses
from cmkwizard.core.requirements.table import REQUIREMENTS
from cmkwizard.records.report.content import ReportContent
from cmkwizard.records.report.gathering import MOST_STEPS
from cmkwizard.records.report.page import report_for_paper, report_html, timeline_svg
from cmkwizard.records.report.picture import LEFT, RIGHT, picture_of
from cmkwizard.records.verification import VerificationState
from tests.report_support import (
    ACTOR,
    ASSIGNMENT_ID,
    INTACT,
    KEY_IDENTIFIER,
    NOT_WELL,
    NOW,
    ORGANISATION,
    VAULT,
    VAULT_ID,
    Past,
    findings,
    write_past,
)


class Read(HTMLParser):
    """A page as a browser would take it: elements with their attributes, and the text of each part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.parts: dict[str, str] = {}
        self.style = ""
        self._part = ""
        self._inside: list[str] = []
        self.feed(html)
        self.close()
        self.parts = {id_: re.sub(r"\s+", " ", text) for id_, text in self.parts.items()}
        self.text = " ".join(self.parts.values())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "h2":
            self._part = dict(attrs).get("id") or ""
        if tag in ("style", "title"):
            self._inside.append(tag)
        self.parts[self._part] = self.parts.get(self._part, "") + " "

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self._inside:
            self.style += data
        elif not self._inside:
            self.parts[self._part] = self.parts.get(self._part, "") + data


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    made = Past(tmp_path / "records")
    yield made
    made.records.close()


@pytest.fixture
def content(past: Past) -> ReportContent:
    write_past(past)
    return past.report(INTACT)


def test_it_says_how_things_stood_and_since_when_that_is_known(content: ReportContent) -> None:
    parts = Read(report_html(content)).parts
    assert "COMPLETED, seen 3 hours ago, by GET /customer/config, request id adobe-completed" in parts["summary"]
    assert "vault last seen 2 days ago" in parts["summary"]
    assert "2026-11-22 16:20:11, 2 days ago, by GET vaults/{name}; a service answered so" in parts["setup"]
    assert "Müller & Söhne GmbH" in parts["setup"]
    assert "not verified" not in parts["setup"]


def test_it_says_who_did_what_when_and_how_it_ended(content: ReportContent) -> None:
    text = Read(report_html(content)).parts["actions"]
    assert f"2026-09-25 18:44:11 to 18:44:53 {ACTOR} Create the vault kv-mueller-cmk" in text
    assert "5c0c7b5e-0001-4c4b-8a8f-000000000001 done" in text
    assert "Service's code: AuthorizationFailed" in text
    assert "anna.müller@contoso.example" in text
    assert f"Reason: Rehearsal INC-4711 Assignment to be removed: {ASSIGNMENT_ID} not known" in text
    assert "/media/stick" not in report_html(content)


def test_every_requirement_has_a_result_and_the_document_that_asks_for_it(content: ReportContent) -> None:
    text = Read(report_html(content)).parts["requirements"]
    for row in REQUIREMENTS:
        assert re.search(rf" {row.id} {re.escape(row.required)} {re.escape(row.source)} ", text), row.id
    assert re.search(r"V11 .{20,160} Should Fail No lock protects the vault from deletion\.", text)
    assert re.search(r"K06 .{20,160} Must Fail The key ends on 2027-01-20", text)
    assert re.search(r"I08 .{20,160} Should Not known It could not be read", text)
    assert re.search(r"H01 .{20,160} Must Does not apply No Managed HSM was chosen\.", text)
    summary = Read(report_html(content)).parts["summary"]
    assert f"{len(REQUIREMENTS) - 4} pass, 2 fail (1 of them is a must), 1 not known, 1 does not apply." in summary


def test_exceptions_stand_in_front_the_gravest_first(content: ReportContent) -> None:
    text = Read(report_html(replace(content))).parts["summary"]
    shown = text[text.index("Exceptions") :]
    places = [
        shown.index(each)
        for each in (
            "K06 (must) fails",
            "V11 (should) fails",
            "Not known, whether met: I08.",
            "Differs from the baseline:",
            "How it ended is not known: Take Adobe's access away",
            "Failed: Give Adobe's app its role on the vault",
        )
    ]
    assert places == sorted(places)


def test_what_was_never_checked_is_not_known(past: Past) -> None:
    past.seen(What.VAULT, 1, VAULT, source="GET vaults/{name}")
    parts = Read(report_html(past.report(INTACT))).parts
    assert "No check of the requirements is recorded. Whether they are met is not known." in parts["requirements"]
    assert "Pass" not in parts["requirements"]
    assert "No baseline is recorded" in parts["summary"]
    assert "Adobe's answer is not recorded" in parts["summary"]
    assert "Key: it was never seen, so nothing is known of it." in parts["summary"]


def test_a_requirement_that_the_check_did_not_name_is_not_known(past: Past) -> None:
    every = findings()["findings"]
    past.seen(What.FINDINGS, 1, {"findings": [each for each in every if each["id"] != "K04"]}, source="check")
    text = Read(report_html(past.report(INTACT))).parts["requirements"]
    assert re.search(r"K04 .{20,120} Must Not known The check that is recorded says nothing of it\.", text)


def test_a_requirement_counts_by_the_worst_that_was_said_of_it(past: Past) -> None:
    twice = findings(NOT_WELL.get)["findings"]
    twice.append({"id": "K04", "verdict": "not met", "severity": "blocker", "sentence": "The key is disabled."})
    past.seen(What.FINDINGS, 1, {"findings": twice}, source="check")
    content = past.report(INTACT)
    assert content.requirements.count("Pass") == len(REQUIREMENTS) - 5
    assert content.requirements.count("Fail") == 3


def test_what_was_seen_before_the_last_action_is_not_taken_for_its_effect(past: Past) -> None:
    past.seen(What.VAULT, 2, {"there": False}, source="GET vaults/{name}")
    past.seen(What.FINDINGS, 2, findings(), source="check")
    warning = (
        "That was before the last action ( 2026-11-23 16:20:11, entry 3): what was done since does not show in it."
    )
    assert warning not in Read(report_html(past.report(INTACT))).text
    past.done("vault", "Create the vault", 1, "done", {})
    parts = Read(report_html(past.report(INTACT))).parts
    assert warning in parts["requirements"]
    assert "not found. That was seen before the last action (entry 3)." in parts["summary"]


def test_findings_of_another_version_are_shown_and_never_pass_unread(past: Past) -> None:
    strange = {
        "findings": [{"id": "Z99", "verdict": "splendid", "severity": "?", "sentence": "New rule."}, "no object"]
    }
    past.seen(What.FINDINGS, 1, strange, source="check")
    text = Read(report_html(past.report(INTACT))).parts["requirements"]
    assert "Z99 This version of the program does not know this requirement. Should Not known New rule." in text


def test_nothing_recorded_is_no_statement(past: Past) -> None:
    none = replace(INTACT, state=VerificationState.NO_HISTORY, entries=0, sealed=0, head_at=None)
    parts = Read(report_html(past.report(none))).parts
    assert "Nothing is recorded of this set-up. That says nothing about how it stands." in parts["summary"]
    assert "That does not mean that nothing was done." in parts["timeline"]
    assert "No history" in parts["seal"]
    assert "None in what is recorded" not in parts["summary"]


def test_drift_from_the_baseline_is_told(content: ReportContent) -> None:
    text = Read(report_html(content)).parts["facts"]
    drift = text[text.index("Differences from the baseline") :]
    assert "203.0.113.7/32" in drift
    assert "2026-09-27" in drift
    assert drift.count("20.88.123.53/32") == 2  # before and now; nothing else differs


def test_what_the_vaults_log_said_of_adobes_use_is_in_front(past: Past) -> None:
    write_past(past)
    summary = Read(report_html(past.report(INTACT))).parts["summary"]
    assert "Does Adobe use the key? Not known. The vault's own log was not asked." in summary
    wraps = Uses(NOW - timedelta(hours=5), 40, 170)
    use = KeyUse("kv-mueller-cmk", "aep-cmk", "51f0b2a4", workspace="/x/law-cmk", wraps=wraps)
    past.seen(What.KEY_USE, 0.1, use.value(), source="query")
    parts = Read(report_html(past.report(INTACT))).parts
    assert "Not known. The vault's own log" not in parts["summary"]
    assert re.search(r"Does Adobe use the key\? [A-Z].{20,} 2 hours ago", parts["summary"])
    assert "Use of the key Entry " in parts["facts"]
    assert "/x/law-cmk" in parts["facts"]


def test_the_ids_of_calls_are_listed_for_the_services_logs(content: ReportContent) -> None:
    text = Read(report_html(content)).parts["ids"]
    for number in range(1, 6):
        assert f"5c0c7b5e-000{number}-4c4b-8a8f-00000000000{number}" in text
    assert "Status at Adobe GET /customer/config adobe-completed" in text


def test_it_says_what_the_record_proves_and_what_not(content: ReportContent) -> None:
    altered = replace(
        content, seal=replace(content.seal, state="altered", problems=("Entry 7 was changed.",), unsealed=3)
    )
    text = Read(report_html(altered)).parts["seal"]
    assert "Result: Altered. The history has 27 entries; 27 are sealed, 3 are not." in text
    assert "Entry 7 was changed." in text
    assert "It proves Nobody changed it. It does not prove That it is true." in text
    assert "This file itself is not sealed" in text


def test_a_record_that_cannot_be_verified_is_an_exception(past: Past) -> None:
    write_past(past)
    content = past.report()  # verified without a safe place
    assert content.seal.state == "not verifiable"
    assert content.exceptions[0].startswith("The record: ") or "could not be verified" in content.exceptions[0]
    assert any("could not be verified" in each for each in content.exceptions)


def test_commands_to_look_again_hold_what_was_recorded(content: ReportContent) -> None:
    text = Read(report_html(content)).parts["check"]
    assert "az keyvault show --name kv-mueller-cmk" in text
    assert f"az keyvault key show --id {KEY_IDENTIFIER}" in text
    assert f"--resource-id {VAULT_ID}" in text


def test_a_practice_clouds_report_says_so(tmp_path: Path) -> None:
    past = Past(tmp_path / "records", profile="practice")
    write_past(past)
    content = past.report(INTACT)
    past.records.close()
    assert "PRACTICE" in Read(report_html(content)).text
    assert "PRACTICE" in report_for_paper(content)[0]
    assert "PRACTICE" not in report_html(replace(content, profile="public"))


def test_what_was_written_before_the_organisation_was_known_is_in_it(past: Past) -> None:
    past.organisation = ""
    past.done("vault", "Create the vault of nobody yet", 9, "done", {})
    past.organisation = ORGANISATION
    past.seen(What.VAULT, 1, VAULT)
    assert "Create the vault of nobody yet" in Read(report_html(past.report(INTACT))).parts["actions"]


def test_another_set_up_of_the_same_record_is_not_in_it(past: Past) -> None:
    write_past(past)
    past.organisation = "FFFFFFFFFFFFFFFFFFFFFFFF@AdobeOrg"
    past.done("lock", "Something of somebody else", 1, "done", {})
    past.organisation = ORGANISATION
    assert "somebody else" not in report_html(past.report(INTACT))


def test_a_thousand_actions_are_all_listed(past: Past) -> None:
    for number in range(1000):
        past.done("lock", f"Act number {number}.", 50 - number * 0.04, "done", {})
    text = Read(report_html(past.report(INTACT))).parts
    assert len(re.findall(r"Act number \d+\.", text["actions"])) == 1000
    assert "Only the newest" not in text["actions"]
    assert "1000 actions: 1000 done." in text["summary"]


def test_more_than_can_be_read_is_cut_and_said(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmkwizard.records.report.gathering.MOST_STEPS", 20)
    for number in range(30):
        past.done("lock", f"Act number {number}.", 50 - number, "done", {})
    text = Read(report_html(past.report(INTACT))).parts["actions"]
    assert MOST_STEPS > 1000
    assert re.findall(r"Act number (\d+)\.", text) == [str(number) for number in range(10, 30)]
    assert "Only the newest 20 are listed" in text


# Hostile texts

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover='alert(3)'>"
    "</style><style>*{display:none}</style>{{ 7 * 7 }}{% raw %}&amp;\u202egpj.exe\u2066\x1b[31m\x07\u0000\u200e"
)
SECRET = "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
ALLOWED = {
    *[
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "nav",
        "main",
        "footer",
        "div",
        "h1",
        "h2",
        "h3",
        "p",
    ],
    *[
        "ol",
        "ul",
        "li",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "b",
        "strong",
        "span",
        "br",
        "bdi",
    ],
    *["time", "code", "svg", "g", "line", "text", "path", "circle", "rect", "desc"],
}


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[ReportContent]:
    past = Past(tmp_path / "records", profile=f"p{HOSTILE}", organisation=f"o{HOSTILE}")
    text = f"t{HOSTILE}{SECRET}"
    past.seen(What.DEPLOYMENT, 9, {"vault": text, text: text, "deep": {text: [text, {text: text}]}}, source=text)
    vault = {**VAULT, "id": f"/x/{text}", "location": text, "ip_rules": [text]}
    past.seen(What.VAULT, 8, vault, until=1, source=text, request_id=text)
    past.seen(What.STATUS, 8, {"word": text, "configuration": text}, source=text, request_id=text)
    past.seen(What.KEY, 8, {"identifier": text, "expires": text, "operations": [text]}, source=text)
    past.seen(What.FINDINGS, 8, {"findings": [{"id": text, "verdict": text, "severity": text, "sentence": text}]})
    past.seen(What.REACH, 7, {"service": text, "problem": text, "kind": text}, source=text)
    past.done(text, text, 6, "failed", {text: text, "pack": {"reason": text}}, {text: text, "request_id": text}, text)
    problems = replace(INTACT, problems=(text,), proves=text, does_not_prove=text)
    yield past.report(problems)
    past.records.close()


@pytest.mark.parametrize("paper", [False, True])
def test_hostile_texts_are_shown_and_do_nothing(hostile: ReportContent, *, paper: bool) -> None:
    html = "".join(report_for_paper(hostile)) if paper else report_html(hostile)
    page = Read(html)
    assert page.text.count("<script>alert(1)</script>") > 20, "they are shown"
    assert "{{ 7 * 7 }}{% raw %}&amp;" in page.text
    assert {tag for tag, _ in page.elements} <= ALLOWED
    assert sum(tag == "style" for tag, _ in page.elements) == html.count("<head>") > 0
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src")], (tag, attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", html)
    assert "c2lnbmF0dXJl" not in html


def test_the_drawing_is_sound_xml_with_hostile_texts_in_it(hostile: ReportContent) -> None:
    root = ET.fromstring(timeline_svg(hostile))  # noqa: S314 - of our own making
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "line", "text", "path", "circle", "rect"}
    assert any("<script>" in (element.text or "") for element in root.iter())


def test_the_page_loads_and_runs_nothing(content: ReportContent) -> None:
    html = report_html(content)
    page = Read(html)
    (policy,) = [attributes["content"] for tag, attributes in page.elements if "http-equiv" in attributes]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not [tag for tag, _ in page.elements if tag in ("script", "img", "link", "iframe", "object", "form")]
    assert "url(" not in page.style
    assert "@import" not in page.style


# The timeline


def test_bars_lie_where_their_times_are(content: ReportContent) -> None:
    assert content.first_at is not None
    picture = picture_of(content.lanes, content.first_at, content.made_at)
    lanes = {lane.title: lane for lane in picture.lanes}
    room = RIGHT - LEFT
    (completed,) = [shape for shape in lanes["Status at Adobe"].shapes if shape.words == "COMPLETED"]
    assert completed.x == pytest.approx(LEFT + room * 1.6 / 60, abs=1)
    assert completed.x + completed.width == pytest.approx(LEFT + room * (60 - 0.125) / 60, abs=2)
    assert completed.inside
    (_, later) = sorted(lanes["Vault"].shapes, key=lambda shape: shape.x)
    assert later.x == pytest.approx(LEFT + room * 30 / 60, abs=1)
    assert {shape.shade for shape in lanes["Actions"].shapes if shape.mark} >= {"good", "bad", "open"}
    for lane in picture.lanes:
        for shape in lane.shapes:
            assert LEFT - 7 <= shape.x <= shape.x + shape.width <= RIGHT + 7


def test_words_of_the_drawing_do_not_run_into_each_other(past: Past) -> None:
    for number in range(60):
        past.done("lock", "Lock", 60 - number, ("done", "failed")[number % 2], {})
        past.seen(What.STATUS, 60 - number + 0.001, {"word": ("RUNNING", "COMPLETED")[number % 2], "n": number})
    content = past.report(INTACT)
    assert content.first_at is not None
    for lane in picture_of(content.lanes, content.first_at, NOW).lanes:
        spans = sorted((shape.words_x, shape.words_x + 6 * len(shape.words)) for shape in lane.shapes if shape.words)
        assert all(one[1] <= other[0] for one, other in pairwise(spans)), lane.title


def test_where_entries_are_left_out_the_timeline_counts_them(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cmkwizard.records.report.gathering.MOST_CHANGES", 20)
    past.done("vault", "Create the vault", 60, "done", {})
    for number in range(80):
        past.seen(What.STATUS, 50 - number / 2, {"word": "RUNNING", "number": number}, until=50 - number / 2 - 0.49)
    content = past.report(INTACT)
    (lane,) = [lane for lane in content.lanes if lane.title == "Status at Adobe"]
    assert sum(point.count for point in lane.points) == 80, "none is left out"
    assert max(later.at - one.until for one, later in pairwise(lane.points)) < timedelta(days=1), "no gap"
    assert content.more_changes
    (actions,) = [lane for lane in content.lanes if lane.title == "Actions"]
    assert sum(point.count for point in actions.points) == 1


def test_a_report_right_after_the_first_entry_can_be_drawn(past: Past) -> None:
    past.seen(What.VAULT, 0, VAULT)
    content = replace(past.report(INTACT), made_at=NOW - timedelta(hours=1))  # and the clock was set back
    assert ET.fromstring(timeline_svg(content)).tag.endswith("svg")  # noqa: S314 - of our own making


# What it takes


def test_writing_html_needs_no_qt_no_cloud_and_no_network(tmp_path: Path) -> None:
    past = Past(tmp_path / "records")
    write_past(past)
    past.records.close()
    program = (
        "import sys, socket\n"
        "socket.socket = None\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from cmkwizard.records.folder import Records\n"
        "from cmkwizard.records.report.gathering import evidence_report\n"
        "from cmkwizard.records.report.page import report_html\n"
        "from cmkwizard.records.verification import verify\n"
        "records = Records(Path(sys.argv[1]))\n"
        "now = datetime(2026, 11, 24, 16, 20, tzinfo=UTC)\n"
        f"content = evidence_report(records.history, 'public', {ORGANISATION!r}, now, verify(records, None))\n"
        "print(len(report_html(content)))\n"
        "print([name for name in sys.modules if name.split('.')[0] in "
        "('PySide6', 'azure', 'msal', 'requests', 'keyring')])\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "records")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    size, loaded = run.stdout.splitlines()
    assert int(size) > 20_000
    assert loaded == "[]"
