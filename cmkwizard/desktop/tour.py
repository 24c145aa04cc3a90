"""The window walks the set-up by itself: it presses its own buttons and types into its own fields.

One JSON object a page on stdout, the result last.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from cmkwizard.core.redact import one_line
from cmkwizard.desktop.hand import NotShown
from cmkwizard.desktop.heartbeat import Heartbeat
from cmkwizard.desktop.pictures import Pictures
from cmkwizard.desktop.shell import Shell
from cmkwizard.desktop.way import Stuck, Way

if TYPE_CHECKING:
    from cmkwizard.desktop.models.services import Services

LOOK_MS = 15
DEADLINE_S = 90.0
"""For one page. The practice clock runs fast: what takes longer is stuck."""
_EXITS = {"COMPLETED": 0, "PENDING": 3}


class Tour(QObject):
    """Walks from home to the end of the set-up. It ends with 0 (completed), 3 (a person is needed) or 1.

    Args:
        shell: the shell in its window, with its home page.
        services: counts the requests.
        screenshots: where pictures of every page and of some states are saved.
        out: gets the lines.
        deadline_s: how long one page may take.
        look: is called with page and state instead of taking pictures.
        finish: is called at the end with the exit status.
    """

    def __init__(
        self,
        shell: Shell,
        services: Services,
        screenshots: Path | None = None,
        *,
        out: TextIO | None = None,
        deadline_s: float = DEADLINE_S,
        look: Callable[[str, str], None] | None = None,
        finish: Callable[[int], None] = QApplication.exit,
    ) -> None:
        super().__init__(shell)
        self._shell = shell
        self._services = services
        self._finish = finish
        self._out = out or sys.stdout
        self._deadline_s = deadline_s
        self._heartbeat = Heartbeat(self)
        self._way = Way(shell, look or Pictures(shell, screenshots, self._heartbeat.skip).take)
        self._steps = self._walk()
        self._condition: Callable[[], bool] = lambda: True
        self._began = self._page_began = time.monotonic()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    @Slot()
    def start(self) -> None:
        """Begin to walk."""
        self._began = self._page_began = time.monotonic()
        self._heartbeat.start()
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        try:
            self._way.check_errors()
            if self._condition():
                self._condition = next(self._steps)
            elif time.monotonic() - self._page_began > self._deadline_s:
                self._way.look("stuck")
                raise Stuck("pending", f"The page has not come to its end in {self._deadline_s:.0f} s.")
        except StopIteration as ended:
            self._end(str(ended.value), self._way.status_sentence)
        except Stuck as stuck:
            self._line(self._shell.page_id, stuck.outcome, stuck.detail)
            self._end(stuck.outcome.upper(), stuck.detail)
        except NotShown as absent:
            self._line(self._shell.page_id, "failed", str(absent))
            self._end("FAILED", str(absent))

    def _walk(self) -> Generator[Callable[[], bool], None, str]:
        """One page after the other, whichever the window shows; answers the word of the result."""
        while True:
            page = self._shell.page_id
            self._page_began = time.monotonic()
            detail = yield from self._way.pages[page]()
            if page == "status":
                outcome = "done" if detail == "COMPLETED" else "failed"
                self._line(page, outcome, self._way.status_sentence)
                return detail
            yield lambda shown=page: self._shell.page_id != shown  # type: ignore[misc]
            self._line(page, "done", detail)

    def _line(self, page: str, outcome: str, detail: str) -> None:
        ms = round((time.monotonic() - self._page_began) * 1000)
        self._print({"page": page, "outcome": outcome, "ms": ms, "detail": detail})

    def _end(self, result: str, why: str) -> None:
        self._timer.stop()
        self._print(
            {
                "result": result,
                "configuration": self._way.configuration,
                "key_identifier": self._way.key_identifier,
                "requests": self._services.guard.requests,
                "ms": round((time.monotonic() - self._began) * 1000),
                "stall_ms": round(self._heartbeat.longest_ms, 1),
            }
        )
        if result != "COMPLETED" and sys.stderr is not None:
            page = self._shell.page_id
            sys.stderr.write(f"error: The tour ended on the page “{page}”: {one_line(why)}\n")
            sys.stderr.write("do: Open the window without --tour on the same scenario, and go on by hand.\n")
        self._finish(_EXITS.get(result, 1))

    def _print(self, line: dict[str, object]) -> None:
        self._out.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._out.flush()
