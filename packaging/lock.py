"""Write the hash-locked requirement files anew from pyproject.toml (for maintainers: needs `uv` on the path).

python packaging/lock.py [--upgrade]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = Path("packaging") / "requirements"

# One resolution for every operating system and every Python from the oldest on; no address of any index in the files.
COMPILE = [
    *["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"],
    *["--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"],
]
TEST = LOCKS / "test.txt"
# The test lock holds everything and is resolved first; the others may differ from it in nothing.
FILES = {
    TEST: ["pyproject.toml", "--group", "test"],
    LOCKS / "runtime.txt": ["pyproject.toml", "--constraints", str(TEST)],
    LOCKS / "build.txt": ["--group", "build", "--constraints", str(TEST)],
}


def main(arguments: list[str]) -> None:
    """Resolve each file in turn; `--upgrade` asks for the newest of everything, else what is locked stays."""
    for path, sources in FILES.items():
        subprocess.run([*COMPILE, *sources, "--output-file", str(path), *arguments], cwd=ROOT, check=True)
        print(f"{path}: locked")


if __name__ == "__main__":
    main(sys.argv[1:])
