"""What is sent to support: everything that helps, and no secret."""

from __future__ import annotations

import logging
import stat
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cmkwizard import __version__
from cmkwizard.core.problems import Kind, Problem, Reference
from cmkwizard.core.support_case import SupportCase, case_of_problem, case_of_text
from cmkwizard.core.support_ids import SupportId
from cmkwizard.records.log_file import log_path, start_logging
from cmkwizard.records.support_bundle import LARGEST_LOG, save_support_bundle, text_for_support

AT = datetime(2026, 11, 24, 10, 11, 12, tzinfo=UTC)
CANARY = "canary-7Qx81Zm-canary"
CORRELATION = "0d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a02"
REFUSED = Problem(
    Kind.PERMISSION,
    "This account may not do that here.",
    "Have the role assigned.",
    who="an owner of the subscription",
    reference=Reference(
        "Azure Resource Manager",
        "AuthorizationFailed",
        "request-7",
        f"The client said client_secret={CANARY}",
        (SupportId("Correlation id", CORRELATION),),
    ),
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """A log as --log-file starts it."""
    path = tmp_path / "cmkwizard.log"
    before = list(logging.getLogger().handlers)
    level, raising = logging.getLogger().level, logging.raiseExceptions
    start_logging(path, "info")
    yield path
    for handler in set(logging.getLogger().handlers) - set(before):
        logging.getLogger().removeHandler(handler)
        handler.close()
    logging.getLogger().setLevel(level)
    logging.raiseExceptions = raising


def texts(bundle: Path) -> dict[str, str]:
    with zipfile.ZipFile(bundle) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name).decode() for name in opened.namelist()}


def test_the_text_has_version_time_code_ids_and_the_services_own_words() -> None:
    text = text_for_support(case_of_problem(REFUSED), AT)
    for part in (
        f"Program: cmkwizard {__version__}, Python ",
        "Time: 2026-11-24T10:11:12+00:00",
        "Service: Azure Resource Manager",
        "Code: AuthorizationFailed",
        "Request id: request-7",
        f"Correlation id: {CORRELATION}",
        "What: This account may not do that here.",
        "Who: an owner of the subscription",
        "The service's own text:\nThe client said client_secret=(removed)",
    ):
        assert part in text
    assert CANARY not in text


def test_a_pasted_text_has_its_codes_and_ids() -> None:
    pasted = f"AADSTS53003: Access was blocked. Correlation ID: {CORRELATION}\nAuthorization: Bearer {CANARY}"
    text = text_for_support(case_of_text(pasted), AT)
    assert "Code: AADSTS53003\n" in text
    assert f"Correlation id: {CORRELATION}" in text
    assert "AADSTS53003: Access was blocked." in text
    assert CANARY not in text


def test_a_huge_pasted_text_is_cut_in_the_middle() -> None:
    text = text_for_support(case_of_text(f"first AADSTS53003 {'x ' * 200_000} last ScopeLocked"), AT)
    assert len(text) < 30_000
    assert "first" in text
    assert "last ScopeLocked" in text


def test_the_bundle_holds_the_text_and_the_redacted_log(tmp_path: Path, log: Path) -> None:
    logging.getLogger("cmkwizard").info("asked with client_secret=%s", CANARY)
    with log.open("a") as file:
        file.write(f"written by somebody else: password={CANARY}\n")
    assert log_path() == log
    bundle = tmp_path / "support.zip"
    save_support_bundle(bundle, case_of_problem(REFUSED), AT, log_path())
    found = texts(bundle)
    assert set(found) == {"support.txt", "log.txt"}
    assert found["support.txt"] == text_for_support(case_of_problem(REFUSED), AT)
    assert "cmkwizard: asked with client_secret=(removed)" in found["log.txt"]
    assert CANARY not in "".join(found.values())
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600


def test_without_a_log_the_bundle_holds_the_text_alone(tmp_path: Path) -> None:
    assert log_path() is None
    save_support_bundle(tmp_path / "support.zip", case_of_problem(REFUSED), AT, log_path())
    assert set(texts(tmp_path / "support.zip")) == {"support.txt"}


def test_of_a_long_log_the_end_is_taken_from_a_whole_line_on(tmp_path: Path) -> None:
    log = tmp_path / "long.log"
    log.write_text("".join(f"line {n} {'.' * 90}\n" for n in range(LARGEST_LOG // 50)))
    save_support_bundle(tmp_path / "support.zip", SupportCase("a", "b", "you"), AT, log)
    lines = texts(tmp_path / "support.zip")["log.txt"].splitlines()
    assert lines[0].startswith("line ")
    assert lines[-1].startswith(f"line {LARGEST_LOG // 50 - 1} ")
    assert sum(map(len, lines)) <= LARGEST_LOG


def test_a_bundle_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        save_support_bundle(tmp_path / "nowhere" / "s.zip", SupportCase("a", "b", "you"), AT, None)
    assert caught.value.kind is Kind.STORAGE
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        save_support_bundle(tmp_path / "s.zip", SupportCase("a", "b", "you"), AT, tmp_path / "gone.log")
    assert "gone.log" in caught.value.message
