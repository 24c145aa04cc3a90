"""The log: written only when a person asks for it, and never a place where a secret could stay."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

from cmkwizard.core.redact import RedactingFilter
from cmkwizard.records.private_files import claim_private_file, storage_problem

CAPPED = ("msal", "azure", "urllib3", "requests", "keyring", "filelock", "uvicorn", "asyncio")
"""Loggers of libraries that write requests, answers or sign-in codes at their lower levels (MSAL does at DEBUG)."""


def start_logging(path: Path | None, level: str | None) -> RedactingFilter:
    """Write the log to ``path``; with a level and no path, to stderr; with neither, nowhere.

    A line has the time (UTC), the level, where it comes from and the redacted message: nothing else of a record.

    Returns:
        The filter that takes secrets out; tell it the secrets that it cannot know by their look.

    Raises:
        Problem: of kind ``STORAGE``: the file cannot be written, or is a link.
    """
    redacting = RedactingFilter()
    handler: logging.Handler = logging.NullHandler()
    if path is not None:
        claim_private_file(path)
        try:
            handler = logging.FileHandler(path, encoding="utf-8")
        except OSError as error:
            raise storage_problem(path, error) from error
    elif level is not None:
        handler = logging.StreamHandler()
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(redacting)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel((level or "info").upper())
    for name in CAPPED:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.raiseExceptions = False  # a full disk must not print a traceback with what was to be logged
    return redacting


def log_path() -> Path | None:
    """The file that the log is written to now; None when there is none."""
    handlers = (each for each in logging.getLogger().handlers if any(map(_redacts, each.filters)))
    return next((Path(each.baseFilename) for each in handlers if isinstance(each, logging.FileHandler)), None)


def _redacts(each: object) -> bool:
    return isinstance(each, RedactingFilter)


def keep_memory_off_the_disk(*, window: bool) -> None:
    """Have the operating system write no core file of this program, which could hold tokens.

    Args:
        window: the program shows one. Then it stays readable for the desktop's own services, which look a program up
            by its process (portals, accessibility); without a window other programs of this account may not read it.
    """
    if os.name != "posix":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if window:
        return
    import ctypes

    library = ctypes.CDLL(None)
    if hasattr(library, "prctl"):
        library.prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE


def environment_secret() -> str:
    """The Adobe client secret for this run, taken out of the environment: children do not inherit it."""
    return os.environ.pop("CMKWIZARD_ADOBE_CLIENT_SECRET", "")
