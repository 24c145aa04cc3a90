"""Create: the vault and the key come into being while one watches."""

from __future__ import annotations

from cmkwizard.desktop.models.running import RunningModel

STEPS = (
    ("provider", "Key Vault in the subscription"),
    ("group", "Resource group"),
    ("vault", "Vault"),
    ("key", "Key"),
)


class CreateModel(RunningModel):
    """Runs provider, resource group, vault and key. Where all are there, it only says so."""

    id = "create"
    steps = STEPS
    start_text = "Create &now"
    busy_text = "Creating what is missing…"

    @property
    def summary(self) -> str:
        """How it stands, in a sentence."""
        if self.over:
            return "Vault and key are ready."
        if self.busy is not None:
            return "This takes about a minute. You may watch, or stop: what is done stays done."
        return "Nothing is changed until you press “Create now”."

    def begin(self) -> None:
        """Show the steps; nothing has to run when the plan found them all there."""
        super().begin()
        run = self.setup.run
        if self.stages.all_there and not self.over and run is not None:
            self.over = True
            self.setup.observed(vault=run.seen.vault, key=run.seen.key)
            self._check()
