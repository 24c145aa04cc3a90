"""The pages of the set-up in their order, as the shell asks for them. A page's module loads when it is first shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cmkwizard.core.problems import Problem
from cmkwizard.core.status import Status
from cmkwizard.desktop.models.services import Services
from cmkwizard.desktop.models.setup import SetupState
from cmkwizard.desktop.open_address import open_address
from cmkwizard.desktop.page import Page
from cmkwizard.desktop.page_model import BannerModel, RailStep, StepState
from cmkwizard.desktop.pages.revocation_catalogue import revocation_builders
from cmkwizard.desktop.tasks import Tasks
from cmkwizard.journeys.pages import PAGES, PageNode, Progress, next_page, previous_page, reachable, resume_page, way_to

_NODES = PAGES[1:]
"""The steps of the rail: home is none."""
FIRST_PARTS = (
    "models.known_facts", "widgets.address_link", "widgets.field", "widgets.action_list", "widgets.finding_item",
    "widgets.finding_list", "models.azure", "pages.azure", "models.adobe", "pages.adobe",
)  # fmt: skip
"""The modules of the pages that are shown next; they need the table of requirements."""
_LATER_PARTS = (
    "models.listing", "models.restrictions", "models.vault_lists", "models.vault_options", "models.stages",
    "models.fixing", "models.second_names", "models.running", "models.key_use", "widgets.row_model",
    "widgets.row_view", "widgets.filter_list", "widgets.options", "widgets.typed_confirmation", "widgets.text_box",
    "pages.picker", "pages.existing_vault", "pages.stage_list", "pages.fix_view",
)  # fmt: skip
LATER_PARTS = (*_LATER_PARTS, *(f"{room}.{node.id}" for node in _NODES for room in ("models", "pages")))
"""The modules of the others: first what several or large ones are made of, so that each is a short stop of its own."""


class SetupPages(QObject):
    """The set-up as a journey of the shell.

    Signals:
        changed: the state or the reachability of a step is new.
        restarted: it is about another organisation now.
    """

    changed = Signal()
    restarted = Signal()

    def __init__(self, services: Services, tasks: Tasks, banner: BannerModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setup = SetupState(services, tasks, banner, self)
        self.setup.changed.connect(self.changed)
        self.setup.exchanged.connect(self._restart)
        QTimer.singleShot(0, self.setup.load)
        self._open = services.opener or open_address
        self._builders: dict[str, Callable[[], Page]] = {
            "before": self._before,
            "azure": self._azure,
            "adobe": self._adobe,
            "vault": self._vault,
            "key": self._key,
            "check": self._check,
            "review": self._review,
            "create": self._create,
            "consent": self._consent,
            "analytics": self._analytics,
            "submit": self._submit,
            "status": self._status,
            "hand-off": self._hand_off,
            "repair": self._repair,
            "history": self._history,
            **revocation_builders(self.setup),
        }

    @property
    def organisation(self) -> str:
        """The organisation that was chosen."""
        return self.setup.choices.adobe.organisation

    def exchange(self, organisation: str, failed: Callable[[Problem], None]) -> None:
        """Go on with another organisation's draft."""
        self.setup.exchange(organisation, failed)

    @property
    def remark(self) -> str:
        """That the choices could not be saved, where that is so."""
        problem = self.setup.draft.problem
        if problem is None:
            return ""
        what = "Not saved: the next start will not know your latest choices."
        return f"{what} {problem.message} {problem.remedy}".strip()

    def steps(self) -> Sequence[RailStep]:
        """The rail's steps in order."""
        progress = self.setup.progress()
        nodes = [node for node in _NODES if node.present(progress)]
        furthest = next((n for n, node in enumerate(nodes) if node.id == self.setup.page), 0)
        return [
            RailStep(node.id, node.title, _state(node, progress, n, furthest), reachable(node.id, progress))
            for n, node in enumerate(nodes)
        ]

    def resume_page(self) -> str:
        """Where the set-up goes on; until the sign-ins are taken up, where it was left."""
        if not self.setup.restored:
            return self.setup.page or _NODES[0].id
        page = resume_page(self.setup.progress())
        return _NODES[0].id if page == "home" else page

    def way_to(self, page: str) -> str:
        """The page, or what it lacks; until the sign-ins are taken up, as far as the choices tell."""
        progress = self.setup.progress()
        if not self.setup.restored and progress.choices.azure.tenant:
            progress = replace(progress, signed_in=True, adobe_ready=True)
        return way_to(page, progress)

    def page_after(self, page: str) -> str | None:
        """Where Next leads."""
        return next_page(page, self.setup.progress())

    def page_before(self, page: str) -> str | None:
        """Where Back leads."""
        return previous_page(page, self.setup.progress())

    def build(self, page: str) -> Page:
        """Make a page with its model."""
        made = self._builders[page]()
        made.model.setParent(self)
        return made

    @Slot()
    def _restart(self) -> None:
        self._builders.update(revocation_builders(self.setup))  # they share what was found for the other one
        self.restarted.emit()

    def _before(self) -> Page:
        from cmkwizard.desktop.models.before import BeforeModel
        from cmkwizard.desktop.pages.before import BeforePage

        return BeforePage(BeforeModel(self.setup))

    def _azure(self) -> Page:
        from cmkwizard.desktop.models.azure import AzureModel
        from cmkwizard.desktop.pages.azure import AzurePage

        return AzurePage(AzureModel(self.setup, self._open))

    def _adobe(self) -> Page:
        from cmkwizard.desktop.models.adobe import AdobeModel
        from cmkwizard.desktop.pages.adobe import AdobePage

        return AdobePage(AdobeModel(self.setup))

    def _vault(self) -> Page:
        from cmkwizard.desktop.models.vault import VaultModel
        from cmkwizard.desktop.pages.vault import VaultPage

        return VaultPage(VaultModel(self.setup))

    def _key(self) -> Page:
        from cmkwizard.desktop.models.key import KeyModel
        from cmkwizard.desktop.pages.key import KeyPage

        return KeyPage(KeyModel(self.setup))

    def _check(self) -> Page:
        from cmkwizard.desktop.models.check import CheckModel
        from cmkwizard.desktop.pages.check import CheckPage

        return CheckPage(CheckModel(self.setup))

    def _review(self) -> Page:
        from cmkwizard.desktop.models.review import ReviewModel
        from cmkwizard.desktop.pages.review import ReviewPage

        return ReviewPage(ReviewModel(self.setup))

    def _create(self) -> Page:
        from cmkwizard.desktop.models.create import CreateModel
        from cmkwizard.desktop.pages.create import CreatePage

        return CreatePage(CreateModel(self.setup))

    def _consent(self) -> Page:
        from cmkwizard.desktop.models.consent import ConsentModel
        from cmkwizard.desktop.pages.consent import ConsentPage

        return ConsentPage(ConsentModel(self.setup, self._open))

    def _analytics(self) -> Page:
        from cmkwizard.desktop.models.analytics import AnalyticsModel
        from cmkwizard.desktop.pages.analytics import AnalyticsPage

        return AnalyticsPage(AnalyticsModel(self.setup))

    def _submit(self) -> Page:
        from cmkwizard.desktop.models.submit import SubmitModel
        from cmkwizard.desktop.pages.submit import SubmitPage

        return SubmitPage(SubmitModel(self.setup))

    def _status(self) -> Page:
        from cmkwizard.desktop.models.status import StatusModel
        from cmkwizard.desktop.pages.status import StatusPage

        return StatusPage(StatusModel(self.setup))

    def _hand_off(self) -> Page:
        from cmkwizard.desktop.models.hand_off import HandOffModel
        from cmkwizard.desktop.pages.hand_off import HandOffPage

        return HandOffPage(HandOffModel(self.setup))

    def _repair(self) -> Page:
        from cmkwizard.desktop.models.repair import RepairModel
        from cmkwizard.desktop.pages.repair import RepairPage

        return RepairPage(RepairModel(self.setup))

    def _history(self) -> Page:
        from cmkwizard.desktop.models.history import HistoryModel
        from cmkwizard.desktop.pages.history import HistoryPage

        return HistoryPage(HistoryModel(self.setup))


def _state(node: PageNode, progress: Progress, place: int, furthest: int) -> StepState:
    """Done only with what lies before it; what fell back behind the person needs attention."""
    if node.id == "status":
        if progress.status is Status.FAILED:
            return StepState.ATTENTION
        return StepState.DONE if progress.status is Status.COMPLETED else StepState.TO_DO
    if node.complete(progress) and reachable(node.id, progress):
        return StepState.DONE if place or furthest else StepState.TO_DO
    return StepState.ATTENTION if place < furthest else StepState.TO_DO


def load_parts(parts: Sequence[str]) -> Iterator[None]:
    """Load modules of the window one after the other, one at each step: showing their pages then takes no import.

    On the GUI thread, like everything that makes Qt classes: while a worker makes one, PySide's bookkeeping of classes
    must not be asked from elsewhere, and Qt asks it at any time (seen with PySide6 6.11: it dies in
    ``MetaObjectBuilder::update``).
    """
    for part in parts:
        import_module(f"cmkwizard.desktop.{part}")
        yield
