"""How the time to explain a text grows with it: ten times the text, and no more than ten times the time."""

from __future__ import annotations

import statistics
import time

import pytest

from cmkwizard.core.explain import explain
from tests.benchmarks.report import Ratio, report
from tests.catalogue_cases import pasted

RUNS = 5
SHORT, LONG = 100_000, 1_000_000
AIM = "<= 10: linear, and far less than 1 s"
TEXTS = {
    "a log of every error there is": "\n".join(pasted().values()) + "\n",
    "what looks like the start of a token": "eyJ-",
    "what looks like the start of an address": "a.",
    "names of secrets without values": "client_secret = ",
    "labels without ids": "correlation id: request id: timestamp: ",
    "quoted lines": "> \n",
    "every word that is looked for": "token @ vault policyassignment address action code: http ",
}


def milliseconds(text: str) -> float:
    took = []
    for _ in range(RUNS):
        started = time.perf_counter()
        explain(text)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


@pytest.mark.benchmark
def test_a_long_text() -> None:
    for what, unit in TEXTS.items():
        whole = unit * (LONG // len(unit) + 1)
        ours, baseline = milliseconds(whole[:LONG]), milliseconds(whole[:SHORT])
        report(Ratio(f"ms to explain a megabyte of {what}", ours, baseline, "a tenth of it", AIM))
