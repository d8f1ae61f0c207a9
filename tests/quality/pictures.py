"""`make pictures`: the pictures of the guides in docs/, taken anew.

Most show the admin site after some made-up calls. Those named `etape-…` show a step of docs/operateur.md: they are
taken while the guide is followed, in production, with its accounts.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.async_api import FloatRect, Page, expect

from authoring.translating.texts import text_id
from logs.suppression import suppress_logs
from runtime.delivery import run_delivery
from settings import Settings
from tests.support.browser import LiveDesk, chromium, live_desk
from tests.support.citizens_of_pictures import call
from tests.support.guide_reader import ROOT, clone
from tests.support.operator_walk import walk
from tests.support.patience import PATIENCE
from tests.support.valkey import Server

IMAGES: Final = ROOT / "docs" / "images"
WIDTH, HEIGHT, STEP_HEIGHT = 1200, 940, 780  # at most
EDITS: Final = (("Résultats d'examens", "Résultats des examens"), ("label: Aide,", "label: Aide et questions,"))


@dataclass(frozen=True, slots=True)
class Scene:
    """The desk, and the menus that it serves."""

    desk: LiveDesk
    menus: Path

    async def press(self, name: str) -> None:
        await self.desk.page.get_by_role("button", name=name, exact=True).first.click()

    async def shows(self, text: str) -> None:
        await expect(self.desk.page.get_by_text(text).first).to_be_visible()

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.menus / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


async def result(scene: Scene) -> None:
    """A call to a result, which is then wanted as a message."""
    await scene.desk.page.fill("#tape", "3*1*12346")
    await scene.press("Appeler")
    await scene.shows("Recevoir par message")
    await scene.desk.page.fill("#tape", "3")
    await scene.press("Envoyer")
    await scene.shows("prix non réglé")


async def fault(scene: Scene) -> None:
    """A choice that leads nowhere, while somebody tries the menus."""
    await scene.press("Appeler")
    await scene.shows("Services publics")
    scene.edit("home.yaml", "to: exams}", "to: examens}")
    await scene.shows("vouliez-vous dire")


async def mended(scene: Scene) -> None:
    lookout = scene.desk.parts.change_feed
    turn = lookout.revision
    scene.edit("home.yaml", "to: examens}", "to: exams}")
    await asyncio.wait_for(lookout.after(turn), PATIENCE)
    await scene.desk.page.reload()


async def comparison(scene: Scene) -> None:
    for old, new in EDITS:
        scene.edit("home.yaml", old, new)
    await scene.desk.page.reload()
    await scene.press("Préparer ces fichiers")
    await scene.shows("Textes changés")


async def publication(scene: Scene) -> None:
    await scene.desk.page.get_by_role("link", name="Comparer et publier").first.click()
    await scene.desk.page.get_by_label("Pourquoi").fill("mots plus clairs")
    await scene.press("Publier cette version")
    await scene.shows("C'est fait")


async def writing(scene: Scene) -> None:
    """A text is changed, and the phone beside it follows."""
    await scene.desk.page.get_by_label("Ce que dit l'écran").fill("Sur tous les écrans, tapez LANGUE pour changer.")
    await scene.shows("tapez LANGUE pour changer.")


async def translating(scene: Scene) -> None:
    await scene.desk.page.get_by_label("En Fɔngbe").fill("Tɛ́nkpɔ́n ɖě ?")
    await scene.shows("Tenkpon de ?")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, by the name of its file: where it is taken, and what is done there before."""

    name: str
    path: str
    act: Callable[[Scene], Awaitable[None]] | None = None
    height: int = HEIGHT


PICTURES: Final = (
    Picture("simulateur", "/bureau/", result),
    Picture("faute", "/bureau/", fault),
    Picture("plan", "/bureau/plan", mended, height=700),
    Picture("comparaison", "/bureau/menus", comparison),
    Picture("menus", "/bureau/menus", publication),
    Picture("accueil", "/bureau/accueil", height=700),
    Picture("ecran", "/bureau/ecran/help.languages", writing, height=800),
    Picture("services", "/bureau/services", height=700),
    Picture("service", "/bureau/services/casier-judiciaire-b3", height=600),
    Picture("traduction", f"/bureau/traduire/fon/{text_id('Quel examen ?', '')}", translating, height=650),
    Picture("chiffres", "/bureau/chiffres"),
    Picture("mois", "/bureau/chiffres/mois"),
    Picture("resultats", "/bureau/resultats"),
    Picture("messages", "/bureau/messages"),
    Picture("journal", "/bureau/journal"),
    Picture("connexion", "/bureau/connexion"),
)


async def keep(page: Page, path: Path, height: int) -> None:
    """What stands on the page, down to its end or this height, with no button under the mouse."""
    await page.mouse.move(0, 0)
    end = await page.evaluate("document.querySelector('main').getBoundingClientRect().bottom")
    size = FloatRect(x=0, y=0, width=WIDTH, height=min(end + 8, height))
    await page.screenshot(path=path, animations="disabled", clip=size)


async def take(folder: Path) -> list[str]:
    """Take every picture, on this clone; gives the addresses at which there was no page."""
    missing = []
    settings = Settings(data=folder / "var", menus=folder / "menus", locales=folder / "locales")
    async with AsyncExitStack() as open_:
        browser = await open_.enter_async_context(chromium())
        desk = await open_.enter_async_context(live_desk(settings, browser, WIDTH, HEIGHT))
        await open_.enter_async_context(run_delivery(settings, desk.parts, lambda _: None))
        await call(desk)
        for picture in PICTURES:
            answer = await desk.page.goto(desk.url(picture.path))
            if not answer or not answer.ok:
                missing.append(picture.path)
                continue
            if picture.act:
                await picture.act(Scene(desk, settings.menus))
            await keep(desk.page, IMAGES / f"{picture.name}.png", picture.height)
    return missing


async def take_steps(folder: Path, valkey: str) -> None:
    """Take the pictures of the operators' guide, while it is followed."""

    async def taken(page: Page, name: str) -> None:
        await keep(page, IMAGES / f"{name}.png", STEP_HEIGHT)

    async with chromium() as browser:
        await walk(folder, browser, valkey, taken)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with suppress_logs(), TemporaryDirectory(prefix="zin-") as folder:
        missing = asyncio.run(take(clone(Path(folder))))
    with suppress_logs(), TemporaryDirectory(prefix="zin-") as folder, TemporaryDirectory(prefix="zin-") as beside:
        valkey = Server(Path(beside))
        valkey.start()
        try:
            asyncio.run(take_steps(Path(folder), valkey.url))
        finally:
            valkey.kill()
    for path in sorted(IMAGES.glob("*.png")):
        sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes\n")
    if missing:
        sys.exit(f"no page at {', '.join(missing)}")


if __name__ == "__main__":
    main()
