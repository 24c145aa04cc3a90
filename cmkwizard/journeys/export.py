"""What is recorded, put into a file for others: for an auditor, for a program, or for a deployment engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cmkwizard.core.problems import Kind, Problem
from cmkwizard.records.private_files import replacing_private

if TYPE_CHECKING:
    from cmkwizard.records.folder import Records
    from cmkwizard.records.history import SetupKey
    from cmkwizard.records.report.content import ReportContent
    from cmkwizard.records.verification import Verification


class ExportFormat(StrEnum):
    """In what form. The values are what the command line calls them."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"
    CSV = "csv"
    AZ = "az"
    BICEP = "bicep"
    TERRAFORM = "terraform"

    @property
    def suffix(self) -> str:
        """How the name of such a file ends, without the dot."""
        return {ExportFormat.AZ: "sh", ExportFormat.TERRAFORM: "tf"}.get(self, self.value)

    @property
    def heading(self) -> str:
        """What it is, for people."""
        return {
            ExportFormat.HTML: "Evidence report (HTML)",
            ExportFormat.PDF: "Evidence report (PDF)",
            ExportFormat.JSON: "Raw records (JSON)",
            ExportFormat.CSV: "Raw records (CSV)",
            ExportFormat.AZ: "Set-up as a script for the Azure CLI",
            ExportFormat.BICEP: "Set-up as Bicep",
            ExportFormat.TERRAFORM: "Set-up as Terraform",
        }[self]


def _go_on() -> None:
    pass


def export(
    records: Records,
    setup: SetupKey | None,
    form: ExportFormat,
    path: Path,
    *,
    now: datetime,
    verify: Callable[[], Verification],
    write_pdf: Callable[[ReportContent, Path], None],
    platform: str = "",
    check: Callable[[], None] = _go_on,
) -> None:
    """Write one file, readable by its owner alone: whole or not at all.

    Args:
        records: where to read. Nothing in them is changed.
        setup: of which set-up; None: of all, which only the raw records can hold.
        form: in what form.
        path: the file. One that is there is replaced.
        now: the time, in UTC.
        verify: checks the history; asked where the form tells of it.
        write_pdf: makes pages of a report. It belongs to the window's room, so it is brought along.
        platform: the base address of Experience Platform, of a practice cloud.
        check: called again and again. What it raises ends the work, and nothing is written.

    Raises:
        Problem: NOT_FOUND, nothing is recorded; INVALID, the records do not hold what the form needs, or the file is
            one of theirs; STORAGE, they cannot be read, or the file cannot be written.
    """
    if path.resolve().parent == records.folder.resolve():
        raise Problem(
            Kind.INVALID,
            f"{path} would lie among the records themselves, where an export could replace one of them.",
            "Choose a file in another folder.",
        )
    if form in (ExportFormat.JSON, ExportFormat.CSV):
        _write(path, _raw(records, setup, form, now, verify), check)
        return
    if setup is None:
        raise Problem(
            Kind.NOT_FOUND,
            "Nothing is recorded of any set-up yet, so there is nothing to export. That says nothing about the clouds.",
            "Set up a key first, or name the folder of the records with --data-dir.",
        )
    if form in (ExportFormat.HTML, ExportFormat.PDF):
        from cmkwizard.records.report.gathering import evidence_report
        from cmkwizard.records.report.page import report_html

        content = evidence_report(records.history, setup.profile, setup.setup, now, verify())
        if form is ExportFormat.PDF:
            write_pdf(content, path)
        else:
            _write(path, [report_html(content)], check)
        return
    from cmkwizard.journeys.as_code.setup_code import CodeFormat, as_code

    _write(path, [as_code(records.history, setup.profile, setup.setup, CodeFormat(form.value), platform)], check)


def _raw(
    records: Records, setup: SetupKey | None, form: ExportFormat, now: datetime, verify: Callable[[], Verification]
) -> Iterable[str]:
    from cmkwizard.records.raw_export import csv_parts, json_parts

    history = records.history if records.recorded else None
    if form is ExportFormat.CSV:
        return csv_parts(history, setup)
    return json_parts(history, setup, verify, made_at=now.isoformat().replace("+00:00", "Z"))


def _write(path: Path, parts: Iterable[str], check: Callable[[], None]) -> None:
    with replacing_private(path) as file:
        for part in parts:
            check()
            file.write(part.encode(errors="replace"))
