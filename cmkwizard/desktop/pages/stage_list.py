"""Shows the stages of a model as rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cmkwizard.desktop.models.stages import Stage, StageState
from cmkwizard.desktop.widgets.action_list import ActionRow, RowState

if TYPE_CHECKING:
    from cmkwizard.journeys.step import Action

_STATES = {
    StageState.TO_DO: RowState.TO_DO,
    StageState.THERE: RowState.THERE,
    StageState.RUNNING: RowState.RUNNING,
    StageState.DONE: RowState.DONE,
    StageState.FAILED: RowState.FAILED,
}


def stage_rows(stages: list[Stage]) -> list[ActionRow]:
    """The rows for an action list."""
    return [ActionRow(stage.key, stage.title, _STATES[stage.state], stage.detail, note=stage.note) for stage in stages]


def planned_rows(stages: list[Stage], actions: Iterable[Action], *, sent: bool) -> list[ActionRow]:
    """The rows with what each will change and how it can be undone; once ``sent``, how far each is."""
    planned = {action.step: action for action in actions}
    rows = []
    for stage in stages:
        action = planned.get(stage.key)
        state = RowState.PLANNED if stage.state is StageState.TO_DO else _STATES[stage.state]
        detail = stage.detail if action is None or sent else f"{action.changes}\nUndo: {action.undo}"
        rows.append(ActionRow(stage.key, stage.title, state, detail, action.command if action else "", stage.note))
    return rows
