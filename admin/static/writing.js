// A form in which somebody writes: the server shows what is typed while it is typed, and this browser remembers it until
// it is saved, also if the session ends or the connection is lost.
const form = document.querySelector("form[data-typed]");
const WAIT = 150; // milliseconds without a key before the server is asked
const stored = `zin:typed:${location.pathname}`;
const rows = form?.querySelector("[data-rows]");
const said = document.createElement("div"); // what this script has to say, apart from what the server says
let asking = 0;
let waiting;

function typed() {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrf");
  return JSON.stringify(fields);
}

function notice(text, link) {
  const line = document.createElement("p");
  line.className = "notice wait";
  line.setAttribute("role", "status");
  line.append(text);
  if (link) line.append(" ", link);
  said.replaceChildren(line);
}

function remember() {
  try {
    localStorage.setItem(stored, typed());
  } catch {
    // Without storage, the page itself is the only place where the text is.
  }
}

function forget() {
  localStorage.removeItem(stored);
}

function restore() {
  const before = localStorage.getItem(stored);
  if (!before || form.hasAttribute("data-saved")) return forget();
  if (before === typed()) return;
  const fields = JSON.parse(before);
  for (const [name, value] of rows ? [] : fields) {
    const field = form.elements[name];
    if (!field || name === "seen") continue;
    field.value = value;
    if (value) field.closest("details")?.setAttribute("open", "");
  }
  const seen = fields.find(([name]) => name === "seen");
  if (seen) form.elements.seen.value = seen[1];
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "quiet";
  undo.textContent = "L'oublier";
  undo.addEventListener("click", () => {
    forget();
    location.reload();
  });
  notice("Voici ce que vous aviez tapé, et qui n'est pas encore enregistré.", undo);
  if (rows) lay("voir", fields);
  else ask();
}

async function send(action, fields) {
  const body = new URLSearchParams(fields ?? new FormData(form));
  body.set("csrf", form.elements.csrf.value);
  body.set("action", action);
  return fetch(form.getAttribute("action"), { method: "POST", body });
}

function place(page) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const next = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (next && !part.contains(document.activeElement)) part.replaceChildren(...next.childNodes);
  }
  for (const field of form.elements) {
    const next = field.id && page.getElementById(field.id);
    if (next) field.toggleAttribute("aria-invalid", next.hasAttribute("aria-invalid"));
    if (field.hasAttribute("aria-invalid")) field.setAttribute("aria-invalid", "true");
  }
}

async function read(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function ask() {
  const turn = ++asking;
  try {
    const answer = await send("voir");
    const page = await read(answer);
    if (turn === asking && page.querySelector("form[data-typed]")) place(page);
  } catch {
    // No connection: what is typed stays, and saving says so.
  }
}

// The rows of a form that has them are laid out by the server: after a button of a row, and from what was remembered.
async function lay(action, fields) {
  asking += 1;
  try {
    const page = await read(await send(action, fields));
    const next = page.querySelector("[data-rows]");
    if (!next) return away(page);
    rows.replaceChildren(...next.childNodes);
    place(page);
    remember();
    rows.querySelector("[autofocus]")?.focus();
  } catch {
    notice("Pas de connexion : rien n'est perdu, ce que vous avez tapé attend sur cet appareil. Réessayez plus tard.");
  }
}

async function save(event) {
  const action = event.submitter?.value;
  if (rows && action && action !== "enregistrer") {
    event.preventDefault();
    clearTimeout(waiting);
    return lay(action);
  }
  if (action !== "enregistrer") return;
  event.preventDefault();
  clearTimeout(waiting);
  asking += 1;
  remember();
  try {
    const answer = await send("enregistrer");
    const page = await read(answer);
    if (answer.redirected) {
      forget();
      location.assign(answer.url);
    } else if (page.querySelector("form[data-typed]")) {
      said.replaceChildren();
      place(page);
      form.elements.seen.value = page.querySelector("[name=seen]").value;
      form.querySelector("[aria-invalid=true]")?.focus();
    } else {
      away(page);
    }
  } catch {
    notice("Pas de connexion : rien n'est perdu, votre texte attend sur cet appareil. Réessayez plus tard.");
  }
}

function away(page) {
  const link = page.querySelector("a[data-sign-in]");
  const why = page.querySelector("[role=alert]")?.textContent ?? "Zin n'a pas répondu.";
  if (link) notice("Votre session a pris fin. Rien n'est perdu : votre texte attend sur cet appareil.", document.importNode(link, true));
  else notice(`${why} Rien n'est perdu : votre texte attend sur cet appareil.`);
}

if (form) {
  form.prepend(said);
  restore();
  form.addEventListener("input", () => {
    remember();
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  });
  form.addEventListener("submit", save);
  for (const link of document.querySelectorAll("[data-forget]")) link.addEventListener("click", forget);
}
