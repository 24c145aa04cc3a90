"""What is sent to support about one error: words, codes, ids, time and the service's own text, without secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cmkwizard.core.explain import LONGEST, explain
from cmkwizard.core.problems import Problem
from cmkwizard.core.redact import redact
from cmkwizard.core.support_ids import SupportId

_LONGEST_RAW = 20_000


@dataclass(frozen=True)
class SupportCase:
    """One error, whether it happened in this program or was pasted.

    ``raw`` is what the service said; ``codes`` are the service's.
    """

    what: str
    remedy: str
    who: str
    codes: tuple[str, ...] = ()
    ids: tuple[SupportId, ...] = ()
    raw: str = ""
    service: str = ""


def case_of_problem(problem: Problem) -> SupportCase:
    """What happened in this program."""
    reference = problem.reference
    ids = reference.ids
    if reference.request_id and all(each.value != reference.request_id for each in ids):
        ids = (SupportId("Request id", reference.request_id), *ids)
    codes = (reference.code,) if reference.code else ()
    return SupportCase(problem.message, problem.remedy, problem.who, codes, ids, reference.raw, reference.service)


def case_of_text(text: str) -> SupportCase:
    """What a person pasted; of a long text the beginning and the end."""
    explanations = explain(text)
    raw = redact(text[:LONGEST])
    if len(raw) > _LONGEST_RAW:
        raw = f"{raw[: _LONGEST_RAW // 2]}\n…\n{raw[-_LONGEST_RAW // 2 :]}"
    return SupportCase(
        " ".join(each.cause for each in explanations),
        explanations[0].remedy if explanations else "",
        explanations[0].who if explanations else "",
        tuple(each.code for each in explanations if each.code),
        explanations[0].ids if explanations else (),
        raw,
    )


def support_text(case: SupportCase, *, program: str, at: datetime) -> str:
    """The case as text that can be sent: nothing in it looks like a secret.

    Args:
        case: the error.
        program: name, version and system, as one line.
        at: when it happened.
    """
    lines = [("Program", program), ("Time", at.isoformat(timespec="seconds")), ("Service", case.service)]
    lines += [
        ("Code", ", ".join(case.codes)),
        *case.ids,
        ("What", case.what),
        ("To do", case.remedy),
        ("Who", case.who),
    ]
    head = "\n".join(f"{name}: {value}" for name, value in lines if value)
    return redact(f"{head}\n\nThe service's own text:\n{case.raw}\n" if case.raw else f"{head}\n")
