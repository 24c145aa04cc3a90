"""``cmkwizard explain``: what stands behind a pasted error text or code. Reads nothing but the text."""

from __future__ import annotations

import codecs
import json
import sys
from typing import TextIO

from cmkwizard.command_line.opening import WrongUsage
from cmkwizard.command_line.options import DONE, FAILED
from cmkwizard.core.explain import LONGEST, Explanation, as_text, explain, recognised

FROM_STDIN = "-"
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def run_explain(text: str, as_json: bool, out: TextIO) -> int:
    """Explain ``text`` (``-``: what comes in on standard input) on ``out``.

    Returns:
        0 something in it was recognised · 1 nothing was.

    Raises:
        WrongUsage: there is no text.
    """
    explanations = explain(_from_stdin() if text == FROM_STDIN else text)
    if not explanations:
        raise WrongUsage("There is no text to explain.", "Give the error's text or code, or - and send it in.")
    shown = _as_json(explanations) if as_json else as_text(explanations)
    encoding = out.encoding or "utf-8"  # a console that lacks a letter of a policy's name shows the rest
    out.write(f"{shown}\n".encode(encoding, "replace").decode(encoding))
    return DONE if recognised(explanations) else FAILED


def _as_json(explanations: tuple[Explanation, ...]) -> str:
    content = {
        "recognised": recognised(explanations),
        "explanations": [
            {
                "code": each.code,
                "known": each.known,
                "cause": each.cause,
                "remedy": each.remedy,
                "who": each.who,
                "source": each.source,
            }
            for each in explanations
        ],
        "ids": [{"name": name, "value": value} for name, value in explanations[0].ids],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _from_stdin() -> str:
    content = sys.stdin.buffer.read(4 * LONGEST)
    # What PowerShell redirects is UTF-16 with a mark; what else comes is taken for UTF-8 as far as it is.
    return content.decode("utf-16" if content.startswith(_MARKS) else "utf-8", "replace")
