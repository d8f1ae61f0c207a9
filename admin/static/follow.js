// What is saved in the menu files, told by the server as it happens.

const MOST = 5; // problems listed; mending these often mends the others

function shown(place, problems) {
  const list = document.createElement("ul");
  for (const one of problems.slice(0, MOST)) {
    const item = document.createElement("li");
    item.textContent = `${one.file}:${one.line}:${one.column} : ${one.what}`;
    list.append(item);
  }
  const more = problems.length - MOST;
  const after = more > 0 ? `Et ${more} autre${more > 1 ? "s" : ""}. ` : "";
  place.replaceChildren("Les fichiers enregistrés ont une erreur :", list, `${after}Corrigez puis enregistrez ; en attendant, l'ancienne version continue.`);
  place.hidden = problems.length === 0;
}

// place shows what is to mend; changed is called when new menus were taken up, broken when they could not be.
export function follow(place, changed, broken) {
  let known = null;
  new EventSource("/bureau/suivi").addEventListener("message", (event) => {
    const told = JSON.parse(event.data);
    const same = known === null || (told.turn === known.turn && told.version === known.version);
    known = told;
    shown(place, told.problems);
    if (told.problems.length > 0) broken();
    else if (!same) changed();
  });
}
