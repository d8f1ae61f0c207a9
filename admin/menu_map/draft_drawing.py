"""The drawing of one journey as the draft has it: which of its screens are new or changed."""

from __future__ import annotations

from typing import Final

from admin.menu_map.colors import Aspect, Mark
from admin.menu_map.graph import journey_chart, only_visible
from admin.menu_map.map_page import Drawing, draw_chart
from admin.visible_files import VisibleFiles
from state.menu.versions import MenuVersion

IN_DRAFT: Final = Aspect(
    "brouillon", "Brouillon", {"some": "nouveau, ou changé dans le brouillon", "none": "comme les citoyens l'ont"}
)


def draw_draft(edition: MenuVersion, in_service: MenuVersion, journey: str, visible: VisibleFiles) -> Drawing:
    """Draw a journey of an edition beside the one in service, without screens of journeys that may not be seen."""

    def mark(name: str) -> Mark:
        before = in_service.journeys.screens.get(name)
        if before is None:
            return Mark("some", "nouveau")
        return Mark("none", "inchangé") if before == edition.journeys.screens[name] else Mark("some", "changé")

    return draw_chart(only_visible(journey_chart(edition, journey), visible.has_journey), mark, IN_DRAFT)
