"""Home: where to start or continue, and the last known state, told from the records alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cmkwizard.core.cancel import Cancel
from cmkwizard.core.problems import Problem
from cmkwizard.core.status import SENTENCES, Status, parse_status
from cmkwizard.desktop.models.duration import moment
from cmkwizard.desktop.models.history_setups import KnownSetup, known_setups, last_words
from cmkwizard.desktop.page import Journey
from cmkwizard.desktop.page_model import PageModel
from cmkwizard.desktop.tasks import Task, Tasks

if TYPE_CHECKING:
    from cmkwizard.desktop.models.services import Services

CHECK = "check"


@dataclass(frozen=True)
class LastKnown:
    """What the records say about the set-up; empty texts for what was never seen."""

    status: Status | None = None
    word: str = ""
    seen_at: datetime | None = None
    vault: str = ""
    key: str = ""
    organisation: str = ""
    others: tuple[str, ...] = ()
    """What was last seen of each of the other set-ups, in a line."""
    kept: tuple[str, ...] = ()
    """The organisations whose choices were put aside."""
    removal: str = ""
    """How the newest removal of Adobe's access ended, where the role was not given back since; empty: there is none."""
    removal_words: str = ""
    """The same in sentences, with what to do."""

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Label and value of what is known beside the status."""
        pairs = (("Vault", self.vault), ("Key", self.key), ("Organisation", self.organisation))
        return tuple(pair for pair in pairs if pair[1])


class HomeModel(PageModel):
    """The first page. It reads the records only, so it works without a network and before anybody signs in."""

    id = "home"
    title = "Your key for Adobe Experience Platform"
    purpose = "Put a key that your company owns, in your own Azure Key Vault, under the data that Adobe stores for you."

    def __init__(self, services: Services, tasks: Tasks, journey: Journey, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._tasks = tasks
        self._journey = journey
        self._reading: Task | None = None
        self.last = LastKnown()
        self.records_problem = ""
        self.next_text = ""
        journey.changed.connect(self.changed)

    def enter(self) -> None:
        """Read the records anew, off the GUI thread."""
        if self._reading is not None:  # of before: two readings may end in another order than they began
            self._reading.cancel()
        self._reading = self._tasks.run(self._read, done=self._show, failed=self._failed)

    @property
    def begun(self) -> bool:
        """Whether a set-up has been started and can be continued."""
        return self._journey.resume_page() != self._journey.steps()[0].id

    @property
    def start_text(self) -> str:
        """The button that begins or continues the set-up."""
        return "Continue &set-up" if self.begun else "&Set up"

    @property
    def start_words(self) -> str:
        """What the button leads to."""
        if not self.begun:
            return (
                f"{len(self._journey.steps())} short steps: sign in, choose or create the vault and the key, "
                "let Adobe in, submit. You see every change before it is made, and nothing is changed until you say so."
            )
        page = self._journey.resume_page()
        titles = [step.title for step in self._journey.steps() if step.id == page]
        return f"Continue at “{''.join(titles)}”. What you chose is still there; what has been done is looked up again."

    @property
    def check_words(self) -> str:
        """What a check is, and what it lacks before it can begin."""
        what = "Reads vault, key, rights, network and Adobe, and says what would stand in the way. Nothing is changed."
        page = self._journey.way_to(CHECK)
        if page == CHECK:
            return what
        title = next((step.title for step in self._journey.steps() if step.id == page), "")
        return f"{what} First comes “{title}”: the check needs to know what it is about."

    @property
    def check_text(self) -> str:
        """The button that leads to the check, or to what it lacks."""
        return "Chec&k" if self._journey.way_to(CHECK) == CHECK else "Go on to the chec&k"

    @property
    def status_title(self) -> str:
        """The last known state in a word or two."""
        if self.last.removal:
            return self.last.removal
        if self.last.status is None:
            return "Nothing has been submitted yet"
        return f"Last known state: {self.last.word or self.last.status.value}"

    @property
    def status_words(self) -> str:
        """The last known state in a sentence, with its age."""
        if self.records_problem:
            return self.records_problem
        if self.last.removal:
            return self.last.removal_words
        if self.last.status is None:
            return "When a key has been submitted to Adobe, its last known state is shown here, also without a network."
        seen = f" Seen {moment(self.last.seen_at)}." if self.last.seen_at else ""
        return SENTENCES[self.last.status] + seen

    @property
    def can_review(self) -> bool:
        """Whether the status page can be opened."""
        return any(step.id == "status" and step.reachable for step in self._journey.steps())

    def start(self) -> None:
        """Begin, or continue where the set-up was left."""
        self.page_chosen.emit(self._journey.resume_page())

    @property
    def kept_words(self) -> str:
        """Whose choices were put aside, and how they are taken up again; empty: nobody's."""
        if not self.last.kept:
            return ""
        return f"Kept for later: {', '.join(self.last.kept)}. “Review how things stood” brings one back."

    @property
    def can_begin_another(self) -> bool:
        """Whether there is an organisation from which another one can be told apart."""
        return bool(self._journey.organisation)

    def begin_another(self) -> None:
        """Keep what was chosen for its organisation, and begin anew."""
        if self.can_begin_another:
            self._journey.exchange("", self._not_exchanged)

    def _not_exchanged(self, problem: Problem) -> None:
        self.error = problem

    def check(self) -> None:
        """Show the page "Check", or the one that it lacks."""
        self.page_chosen.emit(self._journey.way_to(CHECK))

    def review(self) -> None:
        """Show the status page."""
        if self.can_review:
            self.page_chosen.emit("status")

    def look_back(self) -> None:
        """Show how things stood, from the records alone."""
        self.page_chosen.emit("history")

    def share(self) -> None:
        """Show the page on which a set-up is shared between three people."""
        self.page_chosen.emit("hand-off")

    def repair(self) -> None:
        """Show the page on which the causes of an alert of Adobe are put right."""
        self.page_chosen.emit("repair")

    def revoke(self) -> None:
        """Show the page on which taking Adobe's access away begins."""
        self.page_chosen.emit("revoke")

    def give_back(self) -> None:
        """Show what was taken away, and the way back."""
        self.page_chosen.emit("after")

    def retry(self) -> None:
        """Look whether the records are free by now."""
        self.enter()

    def _read(self, _cancel: Cancel) -> tuple[LastKnown, Problem | None]:
        records_problem = self._services.check_records()
        return self._last_known(), records_problem or self._policy_problem()

    def _policy_problem(self) -> Problem | None:
        """Why nothing can be set up: the organisation's policy cannot be read."""
        try:
            self._services.policy  # noqa: B018 - read for what it raises
        except Problem as problem:
            return problem
        return None

    def _last_known(self) -> LastKnown:
        from cmkwizard.core.history import What

        services, observations = self._services, self._services.observations
        name, now = services.profile.name, services.clock()
        draft = services.drafts.load(name)
        own = draft.choices.adobe.organisation if draft else ""
        status = observations.latest(name, What.STATUS, own or None)
        deployment = observations.latest(name, What.DEPLOYMENT, own or None)
        known = deployment.value if deployment else {}
        shown = own or str((status.value if status else known).get("organisation", ""))
        others = [each for each in known_setups(services) if each.setup and not each.same(KnownSetup(name, shown))]
        return LastKnown(
            parse_status(str(status.value.get("word", ""))) if status else None,
            str(status.value.get("word", "")) if status else "",
            status.until if status else None,
            str(known.get("vault", "")),
            str(known.get("key", "")),
            shown,
            last_words(services, others, now),
            services.drafts.aside(name),
            *_removal(services, shown),
        )

    def _show(self, read: tuple[LastKnown, Problem | None]) -> None:
        self.last, self.error = read
        self.records_problem = ""
        self.changed.emit()

    def _failed(self, problem: Problem) -> None:
        self.records_problem = f"{problem.message} {problem.remedy}".strip()
        self.changed.emit()


def _removal(services: Services, organisation: str) -> tuple[str, str]:
    """An organisation's newest removal of Adobe's access, as long as it stands: in a few words, and in sentences.

    Nothing is looked up for it but the records: they say what was done here, not how it stands now.
    """
    name = services.profile.name  # a long journal is not read for it
    if not services.recorded or not services.records.history.page(name, kinds=("intent",), whats=("revocation",)):
        return "", ""  # what it takes to tell more is loaded for those alone who need it
    from cmkwizard.core.after import both_times
    from cmkwizard.desktop.models.revocation_work import last_removal

    last = last_removal(services, organisation)
    if last is None or last.recorded.removal.organisation != organisation:
        return "", ""
    if last.given_back_at is not None or last.recorded.removal.outcome == "still there":
        return "", ""
    removal = last.recorded.removal
    known = removal.outcome == "removed"
    title = "Adobe's access was taken away" if known else "Adobe's access may have been taken away"
    return title, (
        f"The removal was sent at {both_times(removal.sent_at)}, for the organisation {removal.organisation}, and as "
        "far as this computer has recorded, the role was not given back. Adobe may purge the organisation's data. What "
        "is expected when, what to tell Adobe and the way back: “After access was taken away…”."
    )
