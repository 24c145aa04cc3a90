"""Fixes of an existing key: one attribute each, changed by the vault itself. No version is ever made or removed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from cmkwizard.core.adobe_needs import KEY_OPERATIONS
from cmkwizard.core.facts import Key
from cmkwizard.core.problems import Kind, Problem
from cmkwizard.journeys.fixes import commands
from cmkwizard.journeys.fixes.reused import read_vault
from cmkwizard.journeys.setup.run import SetupRun
from cmkwizard.journeys.step import Action, ChangingStep, Outcome, Verdict


class KeyChangeFix(ChangingStep[SetupRun]):
    """One attribute of the key's current version is as Adobe needs it."""

    changed: str
    """The field of :class:`Key` that is changed."""
    there: str
    """What is said once it is so."""

    def observe(self, run: SetupRun) -> None:
        """Read the vault and the key's current version, through Resource Manager."""
        read_vault(run)
        vault, name = run.vault, run.choices.key.name
        run.seen.key = run.pace.read(lambda: run.azure.keys.get_key(vault, name))

    def seen(self, run: SetupRun) -> Any:
        """The version and all its attributes."""
        return None if run.seen.key is None else _plain(run.seen.key)

    @abstractmethod
    def change(self, run: SetupRun, key: Key) -> dict[str, Any]:
        """What is to be sent, as arguments of ``KeyChanges.update_key``; empty when it is right. Pure."""

    @abstractmethod
    def describe(self, run: SetupRun, key: Key) -> Action:
        """What has to be done. Pure."""

    def action(self, run: SetupRun) -> Action | None:
        """Change the attribute."""
        key = _there(run)
        return self.describe(run, key) if self.change(run, key) else None

    def confirm(self, run: SetupRun) -> None:
        """See that the vault itself lets the account in, and that the key is as it was a moment ago.

        Raises:
            Problem: what the vault refuses; CONFLICT, the key is not as it was.
        """
        vault, before = run.vault, _there(run)
        run.pace.read(lambda: run.azure.data_plane.get_recovery_level(vault, before.name))
        self.observe(run)
        if run.seen.key != before:
            raise Problem(
                Kind.CONFLICT,
                f"The key {before.name} is being changed by somebody else. Nothing was changed.",
                "Check again, and look at the key before you go on.",
            )
        run.seen.key_before = before

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Send the change."""
        key = _there(run)
        run.azure.key_changes.update_key(run.vault, key, **self.change(run, key))
        self.observe(run)
        return {"identifier": key.identifier, "changed": self.changed}

    def taken(self, run: SetupRun) -> bool:
        """Whether the attribute is as it should be now."""
        return run.seen.key is not None and not self.change(run, run.seen.key)

    def verify(self, run: SetupRun) -> Verdict:
        """Whether it is, and whether all others are as they were before."""
        key, before = run.seen.key, run.seen.key_before
        if key is None or self.change(run, key):
            return Verdict(Outcome.PENDING, f"Azure does not show the change of the key {run.choices.key.name} yet.")
        if before is not None:
            then, now = _plain(before), _plain(key)
            other = sorted(name for name in then if name != self.changed and then[name] != now[name])
            if other:
                return Verdict(
                    Outcome.FAILED,
                    f"The key {key.name} has been changed, and something else of it is not as it was before "
                    f"({', '.join(other)}). Somebody else may have changed it at the same time: look at it.",
                )
        return Verdict(Outcome.DONE, self.there.format(name=key.name))


class EnableKeyFix(KeyChangeFix):
    """The key is enabled."""

    key = "enable-key"
    title = "Key enabled"
    changed = "enabled"
    there = "The key {name} is enabled."

    def change(self, run: SetupRun, key: Key) -> dict[str, Any]:  # noqa: ARG002
        """Enable it."""
        return {} if key.enabled else {"enabled": True}

    def describe(self, run: SetupRun, key: Key) -> Action:
        """Enable it."""
        return Action(
            self.key,
            f"Enable the key {key.name}",
            "The key's current version can be used again. Its dates and what it permits stay as they are.",
            commands.key_set(run.vault, key, "--enabled true"),
            "Disable it again while Adobe does not use it. Later, Adobe takes a disabled key for access withdrawn, and "
            "may then purge your organisation's data.",
            {"vault": run.vault.id, "key": key.name, "enabled": True},
        )


class ActivateKeyFix(KeyChangeFix):
    """The key can be used already.

    Key Vault lets nobody take an activation date away (azure-sdk-for-net, issue 5267): it is moved into the past.
    """

    key = "activate-key"
    title = "Activation date"
    changed = "not_before"
    there = "The key {name} can be used now."

    def change(self, run: SetupRun, key: Key) -> dict[str, Any]:
        """Move the date into the past."""
        now = run.clock()
        if key.not_before is None or key.not_before <= now:
            return {}
        # Yesterday, in whole days: past by every clock, and the same when the preview is shown and when it is done.
        return {"not_before": now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)}

    def describe(self, run: SetupRun, key: Key) -> Action:
        """Move the date into the past."""
        moment = self.change(run, key)["not_before"]
        was = f"{key.not_before:%Y-%m-%d %H:%M} UTC" if key.not_before else "none"
        return Action(
            self.key,
            f"Let the key {key.name} be used from now on",
            f"Its activation date becomes {moment:%Y-%m-%d} (it was {was}): Key Vault lets nobody take such a date "
            "away. Its end date and what it permits stay as they are.",
            commands.key_set(run.vault, key, f"--not-before {moment:%Y-%m-%dT%H:%MZ}"),
            "Set another activation date while Adobe does not use the key. Later, Adobe takes a key that cannot be "
            "used yet for access withdrawn.",
            {"vault": run.vault.id, "key": key.name, "not_before": moment.isoformat()},
        )


class KeyOperationsFix(KeyChangeFix):
    """The key permits what Adobe does with it."""

    key = "key-operations"
    title = "Permitted operations"
    changed = "operations"
    there = "The key {name} permits wrapping and unwrapping."

    def change(self, run: SetupRun, key: Key) -> dict[str, Any]:  # noqa: ARG002
        """Add what is missing; keep the others."""
        missing = _missing(key)
        return {"operations": (*key.operations, *missing)} if missing else {}

    def describe(self, run: SetupRun, key: Key) -> Action:
        """Add what is missing."""
        missing = _missing(key)
        kept = ", ".join(key.operations) or "nothing"
        operations = " ".join((*key.operations, *missing))
        return Action(
            self.key,
            f"Let the key {key.name} be used to {' and '.join(_WORDS[each] for each in missing)}",
            f"The key permits {' and '.join(missing)} as well. What it permits already stays: {kept}.",
            commands.key_set(run.vault, key, f"--ops {operations}"),
            "Take the operations away again while Adobe does not use the key. Later, Adobe takes that for access "
            "withdrawn.",
            {"vault": run.vault.id, "key": key.name, "operations": operations.split()},
        )


class RecoverKeyFix(ChangingStep[SetupRun]):
    """The deleted key is back."""

    key = "recover-key"
    title = "Deleted key"

    def observe(self, run: SetupRun) -> None:
        """Read the vault and the key; where it is absent, ask the vault itself for a deleted one."""
        read_vault(run)
        vault, name = run.vault, run.choices.key.name
        run.seen.key = run.pace.read(lambda: run.azure.keys.get_key(vault, name))
        run.seen.key_deleted = run.seen.key is None and run.pace.read(
            lambda: run.azure.data_plane.deleted_key_exists(vault, name)
        )

    def seen(self, run: SetupRun) -> Any:
        """Whether it is there, or deleted."""
        return [run.vault.id, run.seen.key.identifier if run.seen.key else None, run.seen.key_deleted]

    def action(self, run: SetupRun) -> Action | None:
        """Bring it back."""
        name = run.choices.key.name
        if run.seen.key is not None:
            return None
        if not run.seen.key_deleted:
            raise Problem(Kind.CONFLICT, f"There is no deleted key {name} in the vault.", "Check again.")
        return Action(
            self.key,
            f"Recover the deleted key {name}",
            "The key comes back with all its versions, as it was when it was deleted.",
            commands.key_recover(run.vault, name),
            "Delete it again while Adobe does not use it; it stays recoverable as long as the vault's retention says.",
            {"vault": run.vault.id, "key": name},
        )

    def apply(self, run: SetupRun) -> Mapping[str, Any]:
        """Start the recovery."""
        run.azure.key_changes.begin_recover(run.vault, run.choices.key.name)
        return {"vault": run.vault.id, "key": run.choices.key.name}

    def taken(self, run: SetupRun) -> bool:
        """Whether the key is there again."""
        return run.seen.key is not None

    def verify(self, run: SetupRun) -> Verdict:
        """Whether the key is there again."""
        if run.seen.key is None:
            return Verdict(Outcome.PENDING, f"The vault is recovering the key {run.choices.key.name}.")
        return Verdict(Outcome.DONE, f"The key {run.seen.key.name} is back.")


_WORDS = {"wrapKey": "wrap", "unwrapKey": "unwrap"}


def _missing(key: Key) -> tuple[str, ...]:
    permitted = {each.lower() for each in key.operations}
    return tuple(each for each in KEY_OPERATIONS if each.lower() not in permitted)


def _plain(key: Key) -> dict[str, Any]:
    """The key as plain JSON, with its operations in one order."""
    values = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in asdict(key).items()}
    return {**values, "operations": sorted(key.operations)}


def _there(run: SetupRun) -> Key:
    if run.seen.key is None:
        raise Problem(
            Kind.CONFLICT,
            f"The key {run.choices.key.name} is not there any more, or this account cannot see it.",
            "Check again.",
        )
    return run.seen.key
