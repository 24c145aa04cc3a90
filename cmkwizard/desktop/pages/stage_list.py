"""Shows the stages of a model as rows."""

from __future__ import annotations

from cmkwizard.desktop.models.stages import Stage, StageState
from cmkwizard.desktop.widgets.action_list import ActionRow, RowState

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
