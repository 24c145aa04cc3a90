"""Steps that run while one watches: which rows they are and how each stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from cmkwizard.desktop.models.duration import duration

if TYPE_CHECKING:
    from cmkwizard.journeys.plan import Plan
    from cmkwizard.journeys.step import StepEvent


NOTHING_DONE = "Nothing has been done so far."


class StageState(StrEnum):
    """How a step stands for the person who watches."""

    TO_DO = "to do"
    THERE = "there"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Stage:
    """One step."""

    key: str
    title: str
    state: StageState = StageState.TO_DO
    detail: str = ""
    seconds: float = 0.0

    @property
    def note(self) -> str:
        """How long it took or has been going on, where that is worth a word."""
        return duration(timedelta(seconds=self.seconds)) if self.seconds >= 1 else ""


class Stages:
    """The steps of one page in their order."""

    def __init__(self, steps: Iterable[tuple[str, str]]) -> None:
        self.rows: list[Stage] = [Stage(key, title) for key, title in steps]

    def follow(self, plan: Plan | None) -> None:
        """Take titles and effects from the plan; what it leaves out is there already."""
        planned = {action.step: action for action in plan.actions} if plan else {}
        for n, row in enumerate(self.rows):
            action = planned.get(row.key)
            if action is not None:
                self.rows[n] = Stage(row.key, action.title, StageState.TO_DO, action.changes)
            elif plan is not None:
                self.rows[n] = Stage(row.key, row.title, StageState.THERE)

    def take(self, event: StepEvent) -> None:
        """Show what happened to a step."""
        state = {
            "done": StageState.DONE,
            "pending": StageState.RUNNING,
            "skipped": StageState.THERE,
            "failed": StageState.FAILED,
            "blocked": StageState.FAILED,
        }[event.outcome]
        self.rows = [
            Stage(row.key, row.title, state, event.detail, event.ms / 1000) if row.key == event.step else row
            for row in self.rows
        ]

    def tick(self, seconds: float) -> None:
        """Let the step that runs be ``seconds`` older."""
        self.rows = [
            replace(row, seconds=row.seconds + seconds) if row.state is StageState.RUNNING else row for row in self.rows
        ]

    def state(self, key: str) -> StageState:
        """How a step stands."""
        return next(row.state for row in self.rows if row.key == key)

    def stop(self, state: StageState, detail: str) -> None:
        """Say of what was running how it ended."""
        self.rows = [
            Stage(row.key, row.title, state, detail) if row.state is StageState.RUNNING else row for row in self.rows
        ]

    @property
    def all_there(self) -> bool:
        """Whether nothing is left to do."""
        return all(row.state in (StageState.DONE, StageState.THERE) for row in self.rows)

    @property
    def done_text(self) -> str:
        """Which steps of this run are done, in a sentence."""
        done = [row.title for row in self.rows if row.state is StageState.DONE]
        return f"Done so far: {', '.join(done)}." if done else NOTHING_DONE
