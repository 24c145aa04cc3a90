"""Requests for a revocation on the disk: whole, read back, and never in place of something else."""

from __future__ import annotations

from pathlib import Path

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.revocation_request import LARGEST, RevocationRequest, read_request, write_request
from cmkwizard.records.private_files import read_private, write_private


def load_request_file(path: Path) -> RevocationRequest:
    """Read a request file.

    Raises:
        Problem: INVALID, it is none, or it was changed since it was written; STORAGE, it cannot be read.
    """
    try:
        content = read_private(path, LARGEST)
    except Problem as problem:
        raise Problem(problem.kind, problem.message, "Check the path: it has to be a request file.") from problem
    if content is None:
        raise Problem(Kind.INVALID, f"There is no file {path}.", "Check the path.")
    return read_request(content)


def save_request_file(path: Path, request: RevocationRequest) -> None:
    """Write a new request file, and read it back.

    Raises:
        Problem: INVALID, something is there already; STORAGE, it cannot be written, or does not read back as written.
    """
    if read_private(path, LARGEST) is not None:
        raise Problem(Kind.INVALID, f"{path} exists already, and is not replaced.", "Choose another name.")
    write_private(path, write_request(request))
    if load_request_file(path) != request:
        raise Problem(Kind.STORAGE, f"{path} does not read back as it was written.", "Choose another disk.")
