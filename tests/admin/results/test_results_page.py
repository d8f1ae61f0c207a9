"""Exam results on the desk, in a real browser: two people publish, nobody else can, and a phone tells what they did."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Request, expect

from accounts.audit import Audit
from tests.support.browser import Making
from tests.support.results_browser import SET, approve, bring, come, office, publish, until_answered
from tests.support.results_office import SEATS, YEAR, Handed

pytestmark = pytest.mark.browser
WIDTHS = (1200, 390)
DROP = """(bytes) => {
  const held = new DataTransfer();
  held.items.add(new File([Uint8Array.from(bytes, (sign) => sign.charCodeAt(0))], "bac.csv"));
  const place = document.getElementById("original-place");
  place.dispatchEvent(new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize("width", WIDTHS)
async def test_two_people_publish_and_a_phone_reads_it(our_settings: Making, tmp_path: Path, width: int) -> None:
    handed = Handed(tmp_path)
    async with office(our_settings(), width) as desk:
        await come(desk, "ida")
        await desk.sound()
        await bring(desk, handed)
        await expect(desk.page.locator("h1")).to_have_text(f"{SET} : brouillon")
        await expect(desk.page.locator(".report").first).to_contain_text(handed.sha256)
        await expect(desk.page.locator("text=40 lignes, 40 acceptées")).to_be_visible()
        await desk.sound()
        await come(desk, "paul", f"/bureau/resultats/{SET}")
        await expect(desk.page.locator("body")).not_to_contain_text(handed.sha256)
        await desk.sound()
        await approve(desk, handed)
        await desk.sound()
        await desk.page.check("#when-now")
        await desk.page.click(f"text=Publier {SET}")
        await expect(desk.page.locator("main")).to_contain_text("Tous les départements : publié depuis le")
        await desk.sound()
        await until_answered(desk, SEATS[3], "Admis(e)")
        done = [(entry.operator, entry.action) for entry in await Audit(desk.parts.database).last(3)]
        assert done == [("ida", "results import"), ("paul", "results approve"), ("paul", "results publish")]


async def test_browser_computes_checksum_without_sending_the_file(our_settings: Making, tmp_path: Path) -> None:
    handed = Handed(tmp_path)
    async with office(our_settings()) as desk:
        await come(desk, "ida")
        await bring(desk, handed)
        await come(desk, "paul", f"/bureau/resultats/{SET}")
        sent: list[Request] = []

        def note(request: Request) -> None:
            if "/static/" not in request.url:  # what a page looks like may still be on its way
                sent.append(request)

        desk.page.on("request", note)
        await desk.page.set_input_files("#original", handed.path)
        await expect(desk.page.locator("#sha256")).to_have_value(handed.sha256)
        assert sent == []
        await desk.page.fill("#sha256", "")
        await desk.page.evaluate(DROP, handed.path.read_bytes().decode("latin-1"))
        await expect(desk.page.locator("#sha256")).to_have_value(handed.sha256)
        assert sent == []
        await desk.sound()
        await approve(desk, handed)
        (form,) = [request.post_data or "" for request in sent if request.method == "POST"]
        assert handed.sha256 in form
        assert not any(words in form for words in (handed.path.name, "ADMIS", "Centre"))


async def test_checksum_is_typed_without_browser_cryptography(our_settings: Making, tmp_path: Path) -> None:
    handed = Handed(tmp_path)
    async with office(our_settings()) as desk:
        await desk.page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
        await come(desk, "ida")
        await bring(desk, handed)
        await come(desk, "paul", f"/bureau/resultats/{SET}")
        await expect(desk.page.locator("#original")).to_be_hidden()
        await desk.page.fill("#sha256", handed.sha256.upper())
        await desk.sound()


async def test_unauthorised_person_cannot_publish(our_settings: Making, tmp_path: Path) -> None:
    async with office(our_settings()) as desk:
        await desk.go("/bureau/resultats")
        await expect(desk.page.locator("main")).to_contain_text("zin operators add")
        await desk.sound()
        await come(desk, "ida")
        await bring(desk, Handed(tmp_path))
        await expect(desk.page.locator("h1")).to_have_text(f"{SET} : brouillon")
        await expect(desk.page.get_by_role("button", name="Approuver")).to_have_count(0)
        for name in ("vera", "edo"):
            await come(desk, name, f"/bureau/resultats/{SET}")
            await expect(desk.page.get_by_role("alert")).to_contain_text("Il n'y a pas de fichier")
            desk.faults.clear()  # the browser's own word for a page that is not there
            await desk.go("/bureau/resultats")
            await expect(desk.page.locator("main form")).to_have_count(0)
            await desk.sound()


@pytest.mark.parametrize("width", WIDTHS)
async def test_correction_gives_a_reason_and_can_be_withdrawn(our_settings: Making, tmp_path: Path, width: int) -> None:
    async with office(our_settings(), width) as desk:
        (tmp_path / "first").mkdir()
        await publish(desk, Handed(tmp_path / "first"), SET)
        corrected = Handed(tmp_path, {SEATS[12]: "REFUSE"})
        await come(desk, "ida")
        await bring(desk, corrected)
        await expect(desk.page.get_by_label("Ce qui changerait")).to_contain_text("1 : de « Admis(e) » à « Refusé(e) »")
        await come(desk, "paul", f"/bureau/resultats/bac-{YEAR}.2")
        await approve(desk, corrected, f"bac-{YEAR}.2")
        await desk.page.check("#when-now")
        await desk.page.click(f"text=Publier bac-{YEAR}.2")
        await expect(desk.page.get_by_role("alert")).to_contain_text("dites pourquoi")
        await desk.page.fill("#why", "Corrigé après réclamation.")
        await desk.page.click(f"text=Publier bac-{YEAR}.2")
        await expect(desk.page.get_by_role("status")).to_contain_text("jusque-là rien n'est dit")
        await until_answered(desk, SEATS[12], "Refus")
        section = desk.page.locator("section", has=desk.page.get_by_role("heading", name=f"bac-{YEAR}", exact=True))
        withdrawal = section.locator("details").filter(has=desk.page.get_by_text("Retirer", exact=True))
        await withdrawal.locator("summary").click()
        await withdrawal.locator("input[name=why]").fill("Erreur dans la série D")
        await section.get_by_role("button", name=f"Retirer bac-{YEAR}").click()
        await expect(section).to_contain_text("retiré le")
        await until_answered(desk, SEATS[12], "pas encore")
