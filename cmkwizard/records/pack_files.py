"""The way back on the disk: whole, read back, and never in place of something else."""

from __future__ import annotations

from pathlib import Path

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.core.revocation_pack import LARGEST, RevocationPack, read_pack, write_pack
from cmkwizard.records.private_files import read_private, write_private


def load_pack_file(path: Path) -> RevocationPack:
    """Read a pack's file.

    Raises:
        Problem: INVALID, it is none, or it was changed since it was written; STORAGE, it cannot be read.
    """
    try:
        content = read_private(path, LARGEST)
    except Problem as problem:
        raise Problem(problem.kind, problem.message, "Check the path: it has to be the file of the way back.") from None
    if content is None:
        raise Problem(Kind.INVALID, f"There is no file {path}.", "Check the path.")
    return read_pack(content)


def save_pack_file(path: Path, pack: RevocationPack) -> None:
    """Write a pack, and read it back. One for the same assignment is replaced, and nothing else.

    Raises:
        Problem: INVALID, something else is there; STORAGE, it cannot be written, or does not read back as written.
    """
    try:
        _refuse_other(path, pack)
        content = write_pack(pack)
        write_private(path, content)
        back = read_private(path, LARGEST)
        if back != content or read_pack(back) != pack:
            raise Problem(Kind.STORAGE, f"{path} does not read back as it was written.")
    except Problem as problem:
        if problem.kind is not Kind.STORAGE:
            raise
        raise Problem(
            Kind.STORAGE,
            f"{problem.message} Without the way back, nothing is removed.",
            "Choose another file, on a disk that can be written.",
        ) from problem


def _refuse_other(path: Path, pack: RevocationPack) -> None:
    found = read_private(path, LARGEST)
    if found is None:
        return
    try:
        same = read_pack(found).assignment == pack.assignment
    except Problem:
        same = False
    if not same:
        raise Problem(Kind.INVALID, f"{path} exists already, and is not replaced.", "Choose another name.")
