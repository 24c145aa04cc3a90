"""The tour as a program of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

PAGES = ["home", "before", "azure", "adobe", "vault", "key", "check"]
PAGES += ["review", "create", "consent", "submit", "status"]


def tour(scenario: str, *arguments: str, **environment: str) -> tuple[int, list[dict[str, object]], str]:
    """Run the tour; answer its exit status, its lines and its errors."""
    run = subprocess.run(
        [sys.executable, "-m", "cmkwizard", "--practice", scenario, "--tour", *arguments],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
    )
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()], run.stderr


@pytest.mark.slow
def test_the_tour_completes_and_pictures_every_page(tmp_path: Path) -> None:
    status, lines, errors = tour("happy", "--screenshots", str(tmp_path / "pictures"))
    assert status == 0, errors
    assert [line["page"] for line in lines[:-1]] == PAGES
    assert {line["outcome"] for line in lines[:-1]} == {"done"}
    last = lines[-1]
    assert last["result"] == "COMPLETED"
    assert str(last["key_identifier"]).startswith("https://kv-contoso-adobe.vault.localhost:")
    assert last["configuration"] == "kv-contoso-adobe-adobe-cmk"
    assert isinstance(last["requests"], int)
    assert last["requests"] > 20
    assert isinstance(last["stall_ms"], float)
    pictures = sorted((tmp_path / "pictures").glob("*.png"))
    names = {picture.stem.partition("-")[2].partition("-")[0] for picture in pictures}
    assert names == set(PAGES)
    for picture in pictures:
        image = QImage(str(picture))
        assert (image.width(), image.height()) == (1080, 720)
        colours = {image.pixel(x, y) for x in range(0, 1080, 7) for y in range(0, 720, 7)}
        assert len(colours) > 20, f"{picture.name} is empty"


@pytest.mark.slow
def test_a_tour_that_does_not_complete_says_why() -> None:
    status, lines, errors = tour("job-fails")
    assert (status, lines[-1]["result"]) == (1, "FAILED")
    said = [line for line in errors.splitlines() if line.startswith(("error: ", "do: "))]
    assert said[0].startswith("error: The tour ended on the page “status”: FAILED Adobe could not use the key.")
    assert said[1].startswith("do: ")
