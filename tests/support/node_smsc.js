// A message centre by the npm package smpp, which is not ours. It prints a line of JSON for its port, for each message
// that it takes, and for each response to what it delivers: one message of a citizen at each bind, a receipt for each message.
// Each line of JSON that it reads is an input of a call, which it delivers; it prints the screens.
"use strict";
const smpp = require("smpp");

const CITIZEN = "2290190000001";
const CODE = "*384*229#";
let last = 0;
let bound = null;

function say(event) {
  process.stdout.write(JSON.stringify(event) + "\n");
}

function deliver(session, what, fields) {
  session.deliver_sm({ source_addr: CITIZEN, destination_addr: "5000", ...fields }, (answer) =>
    say({ delivered: what, status: answer.command_status }),
  );
}

function take(session, pdu) {
  const id = String(++last);
  const { message, udh } = pdu.short_message;
  session.send(pdu.response({ message_id: id }));
  if (pdu.ussd_service_op !== undefined) {
    say({ screen: message, operation: pdu.ussd_service_op, info: pdu.its_session_info.toString("hex") });
    return;
  }
  say({ text: message, coding: pdu.data_coding, header: udh ? Buffer.concat([].concat(udh)).toString("hex") : "" });
  if (pdu.registered_delivery) {
    const text = `id:${id} sub:001 dlvrd:001 submit date:2601010800 done date:2601010801 stat:DELIVRD err:000 text:`;
    deliver(session, "receipt", { esm_class: 4, short_message: text });
  }
}

const server = smpp.createServer((session) => {
  session.on("error", () => session.destroy());
  session.on("bind_transceiver", (pdu) => {
    session.send(pdu.response({ system_id: "node" }));
    bound = session;
    deliver(session, "message", { short_message: "AIDE" });
  });
  session.on("submit_sm", (pdu) => take(session, pdu));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
  });
});
server.listen(0, "127.0.0.1", () => say({ port: server.address().port }));
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { text, operation, info } = JSON.parse(line);
  const call = { ussd_service_op: operation, its_session_info: Buffer.from(info, "hex") };
  deliver(bound, "input", { destination_addr: CODE, short_message: text, ...call });
});
