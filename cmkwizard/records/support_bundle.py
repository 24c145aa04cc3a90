"""The support bundle: one file with the text for support and, where a log is kept, its end. Secrets are taken out."""

from __future__ import annotations

import io
import os
import platform
import zipfile
from datetime import datetime
from pathlib import Path

from cmkwizard import __version__
from cmkwizard.core.problems import Problem
from cmkwizard.core.redact import redact
from cmkwizard.core.support_case import SupportCase, support_text
from cmkwizard.records.private_files import storage_problem, write_private

LARGEST_LOG = 2_000_000
"""Bytes of the log's end that are taken along."""


def program_line() -> str:
    """Which program this is, and what it runs on."""
    return f"cmkwizard {__version__}, Python {platform.python_version()}, {platform.system()} {platform.release()}"


def text_for_support(case: SupportCase, at: datetime) -> str:
    """The text for support, as it is copied and as it lies in the bundle."""
    return support_text(case, program=program_line(), at=at)


def save_support_bundle(path: Path, case: SupportCase, at: datetime, log_file: Path | None) -> None:
    """Write the bundle to ``path``, readable by its owner alone: a ZIP of ``support.txt`` and ``log.txt``.

    Args:
        path: where to; what is there is replaced.
        case: the error.
        at: when it happened.
        log_file: the log that this program writes; None: there is none.

    Raises:
        Problem: of kind ``STORAGE``: the log cannot be read, or the bundle cannot be written.
    """
    texts = {"support.txt": text_for_support(case, at)}
    if log_file is not None:
        texts["log.txt"] = redact(_end_of(log_file))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in texts.items():
            bundle.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), text, zipfile.ZIP_DEFLATED)
    try:
        write_private(path, content.getvalue())
    except Problem as problem:
        raise Problem(problem.kind, problem.message, "Choose another place for the bundle.") from problem


def _end_of(log_file: Path) -> str:
    try:
        with log_file.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LARGEST_LOG))
            content = file.read()
    except OSError as error:
        raise storage_problem(log_file, error) from error
    text = content.decode("utf-8", "replace")
    return text if size <= LARGEST_LOG else text.partition("\n")[2]
