// What no citizen sees of a screen, beside it.

const $ = (id) => document.getElementById(id);

function milliseconds(value) {
  return `${value.toLocaleString("fr-FR", { maximumFractionDigits: value < 10 ? 1 : 0 })} ms`;
}

export function showMeasures(screen, took, owed) {
  if (!screen) return;
  $("vu-ecran").textContent = screen.screen;
  $("vu-fichier").textContent = screen.file ? `${screen.file}:${screen.line}` : "—";
  $("vu-page").textContent = `${screen.page} sur ${screen.pages}`;
  $("vu-place").textContent = `${screen.used} ${screen.unit} sur ${screen.room}`;
  $("vu-codage").textContent = screen.encoding;
  $("vu-temps").textContent = `${milliseconds(took.round)} aller et retour, dont ${milliseconds(took.server)} chez Zin`;
  $("promis").hidden = owed === 0;
  $("promis").textContent = `${owed} message${owed > 1 ? "s" : ""} partirai${owed > 1 ? "en" : ""}t plus tard, quand il y aura une réponse.`;
  $("jauge").max = screen.room;
  $("jauge").value = screen.used;
}
