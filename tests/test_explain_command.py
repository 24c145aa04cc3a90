"""``cmkwizard explain`` as a person or a script meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.test_command_line import HEAVY

TRACE = "7d1c5f2e-0b3a-4c55-9a6d-1f0e8c2b4a01"
LOADED = """
import sys
from cmkwizard.__main__ import main
code = main(sys.argv[1:])
sys.stderr.write(" ".join({name.partition(".")[0] for name in sys.modules}))
sys.exit(code)
"""


def explained(text: str, *more: str, stdin: bytes = b"", start: tuple[str, ...] = ("-m", "cmkwizard")) -> Any:
    command = [sys.executable, *start, "explain", text, *more]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120)


def test_a_known_error_is_explained_without_loading_qt_or_an_sdk() -> None:
    done = explained(f"AADSTS53003: blocked. Trace ID: {TRACE}", start=("-c", LOADED))
    assert done.returncode == 0
    text = done.stdout.decode()
    assert text.startswith("AADSTS53003: A Conditional Access policy of your organisation refused the sign-in.\n")
    assert "\nWho can do it: an Entra administrator\n" in text
    assert f"  Trace id: {TRACE}\n" in text
    loaded = set(done.stderr.decode().split())
    assert "cmkwizard" in loaded
    assert loaded.isdisjoint({*HEAVY, "ssl", "sqlite3"})


def test_an_unknown_error_ends_with_one() -> None:
    done = explained("It does not work.")
    assert done.returncode == 1
    assert done.stdout.decode().startswith("This program does not know this error.\n")


def test_json_has_every_part() -> None:
    done = explained(f"(ScopeLocked) locked. Correlation ID: {TRACE}", "--json")
    content = json.loads(done.stdout)
    assert content["recognised"] is True
    (found,) = content["explanations"]
    assert set(found) == {"code", "known", "cause", "remedy", "who", "source"}
    assert (found["code"], found["known"], found["who"]) == ("ScopeLocked", True, "an owner of the subscription")
    assert content["ids"] == [{"name": "Correlation id", "value": TRACE}]
    unknown = json.loads(explained("BrandNewError", "--json").stdout)
    assert unknown["recognised"] is False
    assert unknown["explanations"][0]["code"] == "BrandNewError"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_dash_reads_what_is_sent_in(encoding: str) -> None:
    done = explained("-", stdin="Übersicht\n(AuthorizationFailed) The client…".encode(encoding, "ignore"))
    assert (done.returncode, done.stdout.decode()[:20]) == (0, "AuthorizationFailed:")


@pytest.mark.parametrize(("text", "stdin"), [("", b""), ("  \n", b""), ("-", b"\n")])
def test_no_text_is_wrong_usage(text: str, stdin: bytes) -> None:
    done = explained(text, stdin=stdin)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("error: There is no text to explain.\ndo: ")


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_console_that_lacks_a_letter_shows_the_rest(more: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = explained('(RequestDisallowedByPolicy) {"policyDefinitionDisplayName": "Zulässige Orte"}', *more)
    assert done.returncode == 0
    assert "Zul?ssige Orte" in done.stdout.decode("ascii")


def test_an_endless_stream_is_read_no_further_than_needed() -> None:
    done = explained("-", stdin=b"ScopeLocked " + b"all is well " * 500_000)
    assert done.returncode == 0
