// The basic phone: keys, a call, and the same call again when the menus changed.

import { call } from "./gateways.js";
import { sameKey } from "./again.js";

const DIALS = "(appel)";
const $ = (id) => document.getElementById(id);

// What is dialled behind the service code: "*384*500*3*1#" and "3*1" both mean 3, then 1.
export function dialled(typed, code) {
  const bare = code.replace(/^\*|#$/g, "");
  const inside = typed.trim().replace(/^\*/, "").replace(/#$/, "");
  return inside === bare ? "" : inside.startsWith(`${bare}*`) ? inside.slice(bare.length + 1) : inside;
}

export class Handset {
  // desk gives line, phone and callChannel; looked is told each answer.
  constructor(desk, looked) {
    Object.assign(this, { desk, looked, steps: [], placed: "", open: null });
    this.draw("", false);
  }

  get inCall() { return this.open !== null; }

  async dial(inputs) {
    this.open = call(this.desk.line, this.desk.phone, this.desk.callChannel);
    this.channel = this.desk.callChannel;
    this.placed = "";
    await this.send(inputs || null, `${DIALS} ${inputs}`.trim());
  }

  async type(typed) { await this.send(typed, typed); }

  // Begin on a screen: put(session) has the server stand there when this call comes in.
  async place(screen, put) {
    this.open = call(this.desk.line, this.desk.phone, this.desk.callChannel);
    this.channel = this.desk.callChannel;
    this.steps = [];
    await put(this.channel, { screen, call: this.open.session });
    this.placed = screen;
    await this.send(null, DIALS);
  }

  async send(typed, does) {
    const took = await this.open.send(typed);
    this.steps.push({ does, typed, shows: took.text, over: took.over });
    this.draw(took.text, took.over);
    if (took.over) await this.end(true);
    await this.looked(this.channel, took);
  }

  async end(finished) {
    const open = this.open;
    this.open = null;
    this.tell();
    if (open) await open.end(finished);
  }

  async hangUp() {
    if (this.open === null) return;
    await this.end(false);
    this.draw("", false);
  }

  // The last call once more, from its beginning; begin(channel) forgets what came before it.
  async again(begin, put) {
    const start = this.steps.findLastIndex((step) => step.does.startsWith(DIALS));
    if (start < 0 || $("ecran").textContent === "") return false;
    const [first, ...rest] = this.steps.slice(start);
    this.steps = this.steps.slice(0, start);
    await begin(this.desk.callChannel);
    if (this.placed) await this.place(this.placed, put);
    else await this.dial(first.typed ?? "");
    let was = first.shows;
    for (const step of rest) {
      if (this.open === null) break;
      await this.type(sameKey(step.typed, was, this.steps.at(-1).shows));
      was = step.shows;
    }
    return true;
  }

  forget() {
    Object.assign(this, { steps: [], placed: "", open: null });
    this.draw("", false);
  }

  draw(text, over) {
    $("ecran").textContent = text;
    $("ecran").scrollTop = 0;
    $("ecran").classList.toggle("over", over);
    this.tell();
  }

  tell() {
    $("appeler").textContent = this.inCall ? "Envoyer" : "Appeler";
    $("tape").placeholder = this.inCall ? "Votre réponse" : this.desk.line.code;
  }
}
