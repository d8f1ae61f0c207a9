// The gateways of a trial line: each request is made and signed as the real gateway makes and signs it.

const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";

// What went wrong, in words for whoever looks at the page.
export class Refused extends Error {}

async function reach(address, request) {
  try {
    return await fetch(address, request);
  } catch {
    throw new Refused("Le serveur ne répond pas : est-il arrêté ?");
  }
}

export function fresh(prefix) {
  return prefix + crypto.randomUUID().replaceAll("-", "");
}

async function post(line, path, type, body, headers = {}) {
  const began = performance.now();
  const answer = await reach(`/bureau/essai/${line.name}${path}`, {
    method: "POST", body, headers: { "Content-Type": type, "X-Zin-Csrf": line.csrf, ...headers },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Refused(answer.status === 503 ? "Zin n'a pas de réponse en ce moment." : `Refusé (${answer.status}).`);
  const [, server] = /dur=([\d.]+)/.exec(answer.headers.get("Server-Timing") ?? "") ?? [];
  return { text, server: Number(server), round: performance.now() - began };
}

export async function ask(line, what, fields) {
  const answer = await reach(`/bureau/essai/${line.name}/${what}`, {
    method: "POST", body: new URLSearchParams(fields), headers: { "X-Zin-Csrf": line.csrf },
  });
  const told = answer.headers.get("Content-Type")?.startsWith(JSON_TYPE)
    ? await answer.json() : { error: `Refusé (${answer.status}) : rechargez la page.` };
  if (told.error) throw new Refused(told.error);
  return told;
}

// A call through Africa's Talking: every input so far, joined by "*".
function africastalking(line, phone) {
  const call = { session: fresh("ATUid_"), inputs: [], hops: 0, began: Date.now() };
  const path = `/ussd/africastalking/${line.secret}`;
  const head = { sessionId: call.session, serviceCode: line.code, phoneNumber: phone.phone, networkCode: phone.network };
  return {
    session: call.session,
    async send(typed) {
      if (typed !== null) call.inputs.push(typed);
      call.hops += 1;
      const took = await post(line, path, FORM, new URLSearchParams({ ...head, text: call.inputs.join("*") }));
      return { ...took, over: took.text.startsWith("END "), text: took.text.slice(4) };
    },
    async end(finished) {
      const told = {
        ...head, status: finished ? "Success" : "Incomplete", date: new Date().toISOString(), hopsCount: call.hops,
        durationInMillis: Date.now() - call.began, cost: "0.00", input: "", lastAppResponse: "", errorMessage: "",
      };
      await post(line, `${path}/events`, FORM, new URLSearchParams(told));
    },
  };
}

// A call straight from MTN: each request holds one input.
function madapi(line, phone) {
  const session = fresh("");
  const bare = line.code.replace(/^\*|#$/g, "");
  const head = { sessionId: session, serviceCode: line.code, msisdn: phone.digits };
  let begun = false;
  async function say(messageType, ussdString) {
    const took = await post(line, `/ussd/madapi/${line.secret}`, JSON_TYPE, JSON.stringify({ ...head, messageType, ussdString }));
    return { ...took, told: JSON.parse(took.text).data };
  }
  return {
    session,
    async send(typed) {
      const dialled = begun ? typed : `*${bare}${typed ? `*${typed}` : ""}#`;
      const took = await say(begun ? "1" : "0", dialled ?? "");
      begun = true;
      return { ...took, over: !took.told.userInputRequired, text: took.told.inboundResponse };
    },
    async end(finished) { await say(finished ? "2" : "4", ""); },
  };
}

// A call over a gateway that a file describes: the server plays the gateway, from the file's own table.
function described(line, phone, channel) {
  const session = fresh("");
  const inputs = [];
  let begun = false;
  async function step(action, typed) {
    const began = performance.now();
    const fields = { channel, session, action, typed, number: phone.phone, network: phone.network, inputs: JSON.stringify(inputs) };
    return { ...await ask(line, "passerelle", fields), round: performance.now() - began };
  }
  return {
    session,
    async send(typed) {
      const took = await step(begun ? "type" : "dial", typed ?? "");
      if (begun) inputs.push(typed ?? "");
      else if (typed) inputs.push(...typed.split("*"));
      begun = true;
      return took;
    },
    async end(finished) { await step(finished ? "finished" : "left", ""); },
  };
}

export function call(line, phone, channel) {
  const built = { madapi, africastalking_ussd: africastalking };
  return channel in built ? built[channel](line, phone) : described(line, phone, channel);
}

async function signature(secret, body) {
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", bytes.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signed = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes.encode(body)));
  return `sha256=${[...signed].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

// Meta escapes all that is no ASCII before it signs.
function escaped(told) {
  return JSON.stringify(told).replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

async function whatsapp(line, phone, said) {
  const message = { from: phone.digits, id: said.id, timestamp: String(Math.floor(Date.now() / 1000)) };
  if (said.tap) {
    const kind = said.tap.kind;
    Object.assign(message, { type: "interactive", interactive: { type: kind, [kind]: { id: said.tap.sends, title: said.tap.label } } });
  } else Object.assign(message, { type: "text", text: { body: said.text } });
  const value = {
    messaging_product: "whatsapp", metadata: { display_phone_number: phone.digits, phone_number_id: "0" },
    contacts: [{ profile: { name: "Essai" }, wa_id: phone.digits }], messages: [message],
  };
  const body = escaped({ object: "whatsapp_business_account", entry: [{ id: "0", changes: [{ value, field: "messages" }] }] });
  return post(line, "/whatsapp", JSON_TYPE, body, { "X-Hub-Signature-256": await signature(line.secret, body) });
}

async function telegram(line, phone, said) {
  const id = Number(phone.digits);
  const chat = { id, type: "private", first_name: "Essai" };
  const from = { id, is_bot: false, first_name: "Essai", language_code: "fr" };
  const moment = Math.floor(Date.now() / 1000);
  const update = said.tap
    ? { callback_query: { id: fresh(""), from, chat_instance: "1", data: said.tap.sends, message: { message_id: 1, chat, date: moment } } }
    : { message: { message_id: said.number, from, chat, date: moment, text: said.text } };
  return post(line, "/telegram", JSON_TYPE, JSON.stringify({ update_id: said.number, ...update }),
    { "X-Telegram-Bot-Api-Secret-Token": line.secret });
}

async function sms(line, phone, said) {
  const told = { from: phone.phone, to: "5000", text: said.text, id: said.id, date: new Date().toISOString(), linkId: "", networkCode: phone.network };
  return post(line, `/sms/africastalking/${line.secret}`, FORM, new URLSearchParams(told));
}

// What one message is called by the gateway; a name that the server will know it by.
export function named(channel) {
  const number = Math.floor(Date.now() * 100 + Math.random() * 100);
  return { number, id: channel === "telegram" ? String(number) : fresh(channel === "whatsapp" ? "wamid." : "") };
}

export async function message(line, phone, channel, said) {
  const by = { whatsapp, telegram, africastalking_sms: sms }[channel];
  return by(line, phone, said);
}
