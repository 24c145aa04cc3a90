"""Plan files of a shared set-up on the disk: whole or not at all, and nothing of others is ever replaced."""

from __future__ import annotations

from pathlib import Path

from cmkwizard.core.hand_off import HandOff, write
from cmkwizard.core.hand_off_reading import LARGEST, read
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.private_files import read_private, write_private


def load_plan_file(path: Path) -> HandOff:
    """Read a plan file.

    Raises:
        Problem: INVALID, it is none, or it was changed since it was written; STORAGE, it cannot be read.
    """
    try:
        content = read_private(path, LARGEST)
    except Problem as problem:
        raise Problem(problem.kind, problem.message, "Check the path: it has to be a plan file.") from problem
    if content is None:
        raise Problem(Kind.INVALID, f"There is no file {path}.", "Check the path.")
    return read(content)


def save_plan_file(path: Path, hand_off: HandOff, before: HandOff | None = None) -> Path:
    """Write a plan file in place of ``before``, or where nothing is; answers where it is now.

    Where the file is not as it was read (somebody else's program has written it meanwhile), it is left alone and this
    one is put beside it.

    Raises:
        Problem: INVALID, a new one would replace something; STORAGE, it cannot be written. What was there is unchanged.
    """
    try:
        found = read_private(path, LARGEST)
        if found is not None and before is None:
            raise Problem(Kind.INVALID, f"{path} exists already, and is not replaced.", "Choose another name.")
        if found is not None and before is not None and found != write(before):
            # Its name says what is in it: where there is such a file, it is this one.
            path = path.with_name(f"{path.stem}-{hand_off.fingerprint.replace(' ', '')[:16]}{path.suffix}")
        write_private(path, write(hand_off))
    except Problem as problem:
        if problem.kind is not Kind.STORAGE:
            raise
        raise Problem(
            Kind.STORAGE,
            f"{problem.message} What was done in the clouds stays done, and has no receipt in the file.",
            "Put the plan file where it can be written, and carry out the same part again: nothing is done twice.",
        ) from problem
    return path
