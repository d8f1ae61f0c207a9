// The phone simulator: settings, keys, and following what is saved.

import { Refused, ask } from "./gateways.js";
import { Handset, dialled } from "./handset.js";
import { Thread } from "./thread.js";
import { follow } from "./follow.js";
import { showMeasures } from "./measures.js";

const $ = (id) => document.getElementById(id);
const settings = $("reglages").dataset;
const lines = JSON.parse(settings.lines);
const wanted = new URLSearchParams(location.search);
const CALLED = ["africastalking_ussd", "madapi", ...Object.keys(JSON.parse(settings.calls))];

const desk = {
  get line() { return { name: $("ligne").value, code: settings.code, csrf: settings.csrf, ...lines[$("ligne").value] }; },
  get callChannel() { return CALLED.includes($("canal").value) ? $("canal").value : CALLED[0]; },
  get chatChannel() { return CALLED.includes($("canal").value) ? "africastalking_sms" : $("canal").value; },
  phone: {},
  since: 0,
};
let active = null; // what acted last: the handset or the thread
let last = Promise.resolve();

// One thing after the other; what goes wrong is told in one line.
function act(what) {
  last = last.then(async () => {
    document.body.setAttribute("aria-busy", "true");
    try {
      await what();
      tell("erreur", "");
    } catch (wrong) {
      tell("erreur", wrong instanceof Refused ? wrong.message : "La page s'est trompée : rechargez-la.");
      if (!(wrong instanceof Refused)) reportError(wrong);
    } finally {
      document.body.setAttribute("aria-busy", "false");
    }
  });
  return last;
}

function tell(place, words) {
  $(place).textContent = words;
  $(place).hidden = words === "";
}

async function look(channel, took) {
  const told = await ask(desk.line, "ecran", { channel, number: desk.phone.phone, since: desk.since });
  showMeasures(told.screen, took, told.owed);
  thread.take(told.messages);
}

const thread = new Thread(desk, look, (what) => act(async () => { active = thread; await what(); }));
const handset = new Handset(desk, look);

// Begin anew on one channel; more may name a screen to stand on.
async function prepare(channel, more = {}) {
  const told = await ask(desk.line, "appareil", { channel, number: $("numero").value, language: $("langue").value, ...more });
  desk.phone = { phone: told.phone, digits: told.digits, network: $("operateur").value };
  return told;
}

async function restart() {
  handset.forget();
  thread.clear();
  tell("suivi", "");
  thread.tell();
  document.querySelector(".trial").classList.toggle("chatting", !CALLED.includes($("canal").value));
  desk.since = (await prepare(desk.chatChannel)).now;
  await prepare(desk.callChannel);
  active = null;
}

async function jump(screen) {
  active = wanted.has("canal") && !CALLED.includes($("canal").value) ? thread : handset;
  await active.place(screen, prepare);
}

function fillLanguages() {
  const kept = $("langue").value || wanted.get("langue") || "fr";
  const offered = Object.entries(desk.line.languages).map(([code, name]) => new Option(name, code));
  $("langue").replaceChildren(...offered, new Option("Premier appel : à choisir", ""));
  $("langue").value = kept in desk.line.languages ? kept : "fr";
}

function press(key) {
  $("tape").value += key;
}

function send() {
  const typed = $("tape").value;
  $("tape").value = "";
  return act(async () => {
    active = handset;
    await (handset.inCall ? handset.type(typed) : handset.dial(dialled(typed, settings.code)));
  });
}

function hangUp() {
  $("tape").value = "";
  return act(() => handset.hangUp());
}

// Keys of the computer, wherever one stands but in a field.
function onKey(event) {
  if (event.key === "Escape") hangUp();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, a, summary")) return;
  const onButton = event.target.closest("button"); // Enter presses it
  if (onButton && !onButton.closest(".keys")) return;
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
  else if (event.key === "Backspace") $("tape").value = $("tape").value.slice(0, -1);
  else if (event.key === "Enter" && !onButton) send();
  else return;
  event.preventDefault();
}

async function again() {
  if (active === handset && thread.steps.length === 0) thread.clear(); // the same call sends the same messages
  const moved = active ? await active.again(prepare, prepare) : false;
  tell("suivi", moved ? "Menus enregistrés : l'écran est celui de la nouvelle version." : "Menus enregistrés : le prochain appel les montre.");
}

async function record() {
  const steps = handset.placed ? [] : handset.steps.map((step) => step.does);
  const told = await ask(desk.line, "parcours", {
    title: $("titre").value, language: $("langue").value, steps: JSON.stringify(steps),
  });
  $("enregistre").textContent = `Enregistré : ${told.file}`;
  $("titre").value = "";
}

function submitted(form, what) {
  $(form)?.addEventListener("submit", (event) => { event.preventDefault(); what(); });
}

// The mouse leaves the focus where it is: Enter then sends what was typed, and does not press the key again.
for (const keys of document.querySelectorAll(".keys")) keys.addEventListener("mousedown", (event) => event.preventDefault());
for (const key of document.querySelectorAll("[data-key]")) key.addEventListener("click", () => press(key.dataset.key));
$("appeler").addEventListener("click", send);
$("raccrocher").addEventListener("click", hangUp);
$("effacer").addEventListener("click", () => { $("tape").value = $("tape").value.slice(0, -1); });
$("tape").addEventListener("keydown", (event) => { if (event.key === "Enter") send(); });
document.addEventListener("keydown", onKey);
$("operateur").addEventListener("change", () => { $("numero").value = $("operateur").selectedOptions[0].dataset.number; });
$("ligne").addEventListener("change", fillLanguages);
for (const one of ["ligne", "canal", "operateur", "langue", "numero"]) $(one).addEventListener("change", () => act(restart));
submitted("reglages", () => act(restart));
submitted("ecrire", () => {
  const text = $("message").value;
  $("message").value = "";
  act(async () => { active = thread; await thread.write(text); });
});
submitted("enregistrer", () => { $("enregistre").textContent = ""; act(record); });

if (wanted.has("ligne") && wanted.get("ligne") in lines) $("ligne").value = wanted.get("ligne");
if (wanted.has("canal")) $("canal").value = wanted.get("canal");
if (!$("canal").value) $("canal").value = CALLED[0];
fillLanguages();
document.querySelector(".trial").inert = false; // a key pressed before would have been lost
act(restart);
if (wanted.has("ecran")) act(() => jump(wanted.get("ecran")));
follow($("arret"), () => act(again), () => tell("suivi", ""));
