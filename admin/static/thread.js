// The chat: bubbles as each application draws them, with buttons and lists that answer as taps do.

import { Refused, message, named } from "./gateways.js";
import { sameTap } from "./again.js";

const $ = (id) => document.getElementById(id);
const NAMES = { sms: "SMS", whatsapp: "WhatsApp", telegram: "Telegram" };
const GATEWAYS = { africastalking_sms: "sms", whatsapp: "whatsapp", telegram: "telegram" };
const MOST_WAITS = 40;
const WAIT = 100; // milliseconds between two looks for an answer

function element(name, classes, text) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (text !== undefined) made.textContent = text;
  return made;
}

// What a gateway was told, as text and what can be tapped, row by row; kind is the gateway's word for a tap.
function looks(told) {
  if (told.interactive) {
    const { type, body, action } = told.interactive;
    const list = type === "list";
    const rows = list ? action.sections.flatMap((section) => section.rows) : action.buttons.map((one) => one.reply);
    const tap = (row) => ({ kind: list ? "list_reply" : "button_reply", sends: row.id, label: row.title, more: row.description });
    return { text: body.text, opens: list ? action.button : "", rows: rows.map((row) => [tap(row)]) };
  }
  const tap = (one) => ({ kind: "callback", sends: one.callback_data, label: one.text });
  const rows = (told.reply_markup?.inline_keyboard ?? []).map((row) => row.map(tap));
  return { text: told.text?.body ?? told.text, opens: "", rows };
}

export class Thread {
  constructor(desk, look, act) {
    Object.assign(this, { desk, look, act, steps: [], taps: [], keys: new Set() });
  }

  async write(text) { await this.send({ text }); }

  async send(said, name = named(this.desk.chatChannel)) {
    const channel = this.desk.chatChannel;
    this.steps.push(said);
    if (!said.silent) this.mine(said.tap ? said.tap.label : said.text);
    const had = this.keys.size;
    const took = await message(this.desk.line, this.desk.phone, channel, { ...said, ...name });
    const carried = took.text.startsWith("{") ? JSON.parse(took.text) : {};
    if (carried.method === "sendMessage") {
      this.theirs({ gateway: "telegram", looks: carried });
      await this.look(channel, took);
      return;
    }
    for (let waits = 0; waits < MOST_WAITS; waits += 1) {
      await this.look(channel, took);
      if (this.keys.size > had) return;
      await new Promise((done) => setTimeout(done, WAIT));
    }
    throw new Refused("Aucune réponse n'est partie : Zin a peut-être trop tardé.");
  }

  async again(begin, put) {
    const steps = this.steps;
    if (steps.length === 0) return false;
    this.clear();
    await begin(this.desk.chatChannel);
    for (const step of steps) {
      if (step.screen) await this.place(step.screen, put);
      else await this.send(step.tap ? this.tapAgain(step.tap) : step);
    }
    return true;
  }

  tapAgain(tap) {
    const found = sameTap(tap, this.taps);
    return found ? { tap: found } : { text: tap.sends.slice(tap.sends.indexOf(".") + 1) };
  }

  async place(screen, put) {
    const name = named(this.desk.chatChannel);
    await put(this.desk.chatChannel, { screen, message: name.id });
    await this.send({ text: "…", screen, silent: true }, name);
  }

  clear() {
    Object.assign(this, { steps: [], taps: [] });
    $("fil").replaceChildren();
  }

  mine(text) {
    const bubble = element("div", "bubble mine");
    bubble.append(element("span", "head", "Vous"), text);
    this.add(bubble);
  }

  // Messages that left; those seen before are passed over.
  take(messages) {
    for (const one of messages.filter((each) => !this.keys.has(each.key))) {
      this.keys.add(one.key);
      this.theirs(one);
    }
  }

  theirs(one) {
    const bubble = element("div", "bubble");
    bubble.append(element("span", "head", one.gateway === "sms" ? paid(one) : NAMES[one.gateway]));
    if (one.gateway === "sms") for (const part of one.parts) bubble.append(element("span", "part", part));
    else this.taps = this.drawn(bubble, looks(one.looks));
    this.add(bubble);
  }

  drawn(bubble, { text, opens, rows }) {
    bubble.append(text);
    const taps = rows.map((row) => {
      const line = element("div", "taps");
      line.append(...row.map((tap) => this.button(tap)));
      return line;
    });
    if (opens) {
      const list = element("details", "list");
      list.append(element("summary", "", opens), ...taps);
      bubble.append(list);
    } else bubble.append(...taps);
    return rows.flat();
  }

  button(tap) {
    const button = element("button", "", tap.label);
    button.type = "button";
    if (tap.more) button.append(element("small", "", tap.more));
    button.addEventListener("click", () => this.act(() => this.send({ tap })));
    return button;
  }

  add(bubble) {
    $("fil").append(bubble);
    $("fil").scrollTop = $("fil").scrollHeight;
  }

  tell() { $("gateway").textContent = NAMES[GATEWAYS[this.desk.chatChannel]]; }
}

// The parts of an SMS, and what they cost.
function paid(one) {
  const parts = `SMS, ${one.parts.length} partie${one.parts.length > 1 ? "s" : ""} en ${one.encoding}`;
  return one.cost === null ? `${parts}, prix non réglé` : `${parts}, ${one.cost.toLocaleString("fr-FR")} ${one.currency}`;
}
