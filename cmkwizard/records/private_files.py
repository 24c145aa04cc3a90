"""Files that only their owner can read: the mode is set before anything is written, and no link is followed."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cmkwizard.core.problems import Kind, Problem

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_CLOSE_ON_EXEC = getattr(os, "O_CLOEXEC", 0)
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
"""Opening a named pipe would wait for somebody who writes to it."""
_POSIX = os.name == "posix"
"""Elsewhere the folder below the person's profile carries the access list, and modes mean nothing."""


def storage_problem(path: Path, error: OSError) -> Problem:
    """Say what an operating system error on ``path`` means, as a :class:`Problem` of kind ``STORAGE``."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Problem(
            Kind.STORAGE, f"{path} cannot be written: the disk is full.", "Make room on the disk, then try again."
        )
    if error.errno == errno.EROFS:
        return Problem(
            Kind.STORAGE,
            f"{path} cannot be written: its disk is read-only.",
            "Choose a folder that can be written, with --data-dir.",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return Problem(
            Kind.STORAGE,
            f"{path} cannot be opened: this account may not.",
            "Give your account the right to read and write it, or choose another folder with --data-dir.",
        )
    if error.errno == errno.ELOOP:
        return link_problem(path)
    return Problem(
        Kind.STORAGE,
        f"{path} cannot be used: {error.strerror or error.__class__.__name__}.",
        "Check the disk, or choose another folder with --data-dir.",
    )


def link_problem(path: Path) -> Problem:
    """The refusal of a symbolic link where a file or folder of our own is expected."""
    return Problem(
        Kind.STORAGE,
        f"{path} is a symbolic link. The records are kept in real files only, so that nobody can lead them elsewhere.",
        "Remove the link, or choose another folder with --data-dir.",
    )


def make_private_folder(folder: Path) -> None:
    """Make ``folder`` readable by its owner alone, with its parents where they are missing.

    A folder that holds other things and that others may read is refused instead of closed to them.

    Raises:
        Problem: it cannot be made, is a link or not a folder, belongs to somebody else, or is shared.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except FileExistsError:
        if folder.is_symlink():
            raise link_problem(folder) from None
        raise Problem(Kind.STORAGE, f"{folder} is not a folder.", "Choose a folder, with --data-dir.") from None
    except OSError as error:
        raise storage_problem(folder, error) from error
    if stat.S_ISLNK(found.st_mode):
        raise link_problem(folder)
    if not _POSIX:
        return
    if found.st_uid != os.geteuid():
        raise Problem(
            Kind.STORAGE,
            f"{folder} belongs to another account of this computer.",
            "Choose a folder of your own, with --data-dir.",
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        _close_to_others(folder)


def _close_to_others(folder: Path) -> None:
    try:
        foreign = next((entry.name for entry in folder.iterdir() if entry.name not in OWN_NAMES), None)
        if foreign is not None and not any((folder / name).exists() for name in OWN_NAMES):
            raise Problem(
                Kind.STORAGE,
                f"{folder} holds other things ({foreign}) and other accounts can read it.",
                "Choose an empty folder, or one that does not exist yet, with --data-dir.",
            )
        folder.chmod(0o700)
    except OSError as error:
        raise storage_problem(folder, error) from error


OWN_NAMES = frozenset({"records.sqlite", "settings.toml", "writer.lock"})
"""What a folder of ours holds."""


def claim_private_file(path: Path) -> None:
    """Make an empty file that only its owner can read, or check that the one that is there is such a file.

    Raises:
        Problem: it is a link, not a regular file, or cannot be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _NOFOLLOW | _CLOSE_ON_EXEC, 0o600)
    except OSError as error:
        raise storage_problem(path, error) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Problem(
                Kind.STORAGE, f"{path} is not a file.", "Remove it, or choose another folder with --data-dir."
            )
        if _POSIX:
            os.fchmod(descriptor, 0o600)
    except OSError as error:
        raise storage_problem(path, error) from error
    finally:
        os.close(descriptor)


def read_private(path: Path, limit: int = 5_000_000) -> bytes | None:
    """The content of ``path``, or None when there is no such file.

    Raises:
        Problem: it is a link or no file, larger than ``limit`` bytes, or cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _NOFOLLOW | _CLOSE_ON_EXEC | _NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_problem(path, error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Problem(Kind.STORAGE, f"{path} is not a file.", "Remove it, or choose another folder with --data-dir.")
    with os.fdopen(descriptor, "rb") as file:
        try:
            content = file.read(limit + 1)
        except OSError as error:
            raise storage_problem(path, error) from error
    if len(content) > limit:
        raise Problem(Kind.STORAGE, f"{path} is larger than this program ever writes it.", "Remove the file.")
    return content


def write_private(path: Path, content: bytes) -> None:
    """Put ``content`` in place of ``path``: whole or not at all, on the disk when this returns, mode 0600.

    Raises:
        Problem: it cannot be written; what was there is unchanged.
    """
    with replacing_private(path) as file:
        file.write(content)


@contextlib.contextmanager
def replacing_private(path: Path) -> Iterator[BinaryIO]:
    """As :func:`write_private`, for what is written bit by bit: it is in place once the block has ended well.

    Raises:
        Problem: it cannot be written; what was there is unchanged, as after any error inside the block.
    """
    draft = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _CLOSE_ON_EXEC
        with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _settle(path.parent)
    except OSError as error:
        raise storage_problem(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def remove_private(path: Path) -> None:
    """Remove ``path`` if it is there.

    Raises:
        Problem: it is there and cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_problem(path, error) from error


def _settle(folder: Path) -> None:
    """Have the renaming itself on the disk too. Windows has no such call; NTFS keeps a journal of its own."""
    if not _POSIX:
        return
    descriptor = os.open(folder, os.O_RDONLY | _CLOSE_ON_EXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
