"""The report's pages: HTML that stands alone in a browser, and the plainer HTML that is set as a PDF."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cmkwizard.core.redact import safe_line
from cmkwizard.records.report.content import ReportContent
from cmkwizard.records.report.picture import Picture, picture_of
from cmkwizard.records.resources import resources

if TYPE_CHECKING:
    import jinja2
    import markupsafe

PICTURE = "\ufffc"
"""Stands in the page for paper where the timeline belongs: an object replacement character."""

_CUT = "<!-- the table goes on -->"
_SLICE = 20
"""So many rows of a table are set at a time: Qt takes the longer for each, the more there are, and lets nothing else of
the program run meanwhile."""
_LONGEST = 4_000
_PARTS = (
    ("summary", "Summary"),
    ("setup", "The set-up"),
    ("timeline", "Timeline"),
    ("actions", "Who did what, and when"),
    ("requirements", "Requirements"),
    ("facts", "Key, vault and access"),
    ("seen", "What was seen, and how it changed"),
    ("ids", "Ids of calls, for the services' own logs"),
    ("seal", "What the record proves"),
    ("check", "How to check this independently"),
    ("words", "Words used"),
)


def report_html(content: ReportContent) -> str:
    """The report as one HTML file: nothing is loaded, nothing runs, and every text in it is shown literally."""
    style = _text("report.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # The one style sheet is named by its digest: a style that a text might smuggle in is not applied.
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return _render("report.html", content, style, policy=policy, parts=_PARTS, paper=False)


def report_for_paper(content: ReportContent) -> list[str]:
    """The same in the HTML that Qt's rich text knows, in pieces: each after the first begins with the same columns, and
    goes on with the table in which the one before it ended. :data:`PICTURE` stands where the timeline belongs."""
    import markupsafe

    style = f"<style>{_text('paper.css')}</style>"
    cut = markupsafe.Markup(_CUT)  # noqa: S704 - of our own
    whole = _render("paper.html", content, "", place_of_picture=PICTURE, cut=cut, paper=True)
    # No text can hold the mark: in every text it would be escaped.
    return [f"<html><head>{style}</head><body>{piece}</body></html>" for piece in whole.split(_CUT)]


def timeline_svg(content: ReportContent) -> str:
    """The timeline as a drawing of its own; empty where there is nothing to draw."""
    picture = _picture(content)
    if picture is None:
        return ""
    return _templates().get_template("timeline.svg").render(picture=picture, described=_described(content))


def _render(template: str, content: ReportContent, style: str, **values: Any) -> str:
    import markupsafe

    return (
        _templates()
        .get_template(template)
        .render(
            report=content,
            style=markupsafe.Markup(style),  # noqa: S704 - a file of our own
            picture=_picture(content),
            described=_described(content),
            **values,
        )
    )


def _picture(content: ReportContent) -> Picture | None:
    return picture_of(content.lanes, content.first_at, content.made_at) if content.first_at else None


def _described(content: ReportContent) -> str:
    counts = ", ".join(f"{lane.title}: {len(lane.points)}" for lane in content.lanes)
    return f"Lanes over time with the number of points in each: {counts}. The same is told in words in part 7."


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    import jinja2  # only when a report is written

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources() / "report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters["utc"] = _utc
    made.filters["row_slices"] = _row_slices
    made.filters["capitalize_first"] = lambda text: f"{text[:1].upper()}{text[1:]}"
    return made


def _shown(value: Any) -> Any:
    """What a text becomes before it is escaped: one line, no secret, no control or direction character."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return value if value == PICTURE else safe_line(str(value), _LONGEST)
    return value


def _row_slices(rows: markupsafe.Markup) -> list[markupsafe.Markup]:
    import markupsafe

    every = str(rows).split("</tr>")[:-1]
    slices = (every[start : start + _SLICE] for start in range(0, len(every), _SLICE))
    return [markupsafe.Markup("".join(f"{row}</tr>" for row in part)) for part in slices]  # noqa: S704 - as it came


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _text(name: str) -> str:
    return (resources() / "report" / name).read_text(encoding="utf-8")
