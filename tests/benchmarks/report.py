"""One line a measurement: the number, its baseline of the same run, the ratio, and the aim."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """``ours`` against ``baseline``, both in the unit that ``what`` names."""

    what: str
    ours: float
    baseline: float
    against: str
    aim: str

    def __str__(self) -> str:
        ratio = self.ours / self.baseline
        return f"{self.what}: {self.ours:.1f} / {self.baseline:.1f} ({self.against}) = {ratio:.2f}  (aim {self.aim})"


def report(line: object) -> None:
    """Print a line of the report; pytest shows it with ``-s``."""
    print(f"\nbenchmark: {line}", flush=True)
