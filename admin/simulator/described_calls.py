"""Calls of the simulator over gateways that files describe: the server plays the gateway, from the file's own table.

The page sends what was typed; the request of the gateway is built here, read by the same webhook as the gateway's, and
the screen is read from the reply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import orjson

from admin.simulator.operator_ports import SandboxUser
from admin.simulator.sandbox import Sandbox
from admin.simulator.smpp_calls import play_smpp
from channels.contracts.phone_numbers import normalize_number
from channels.declared.files import GatewayFile
from channels.declared.gateways import channel_name
from channels.declared.sample_requests import GatewayRequest, Target
from channels.declared.trial_call import NoSample, TrialCall, offered_code
from state.errors import BadRequest

MAX_INPUTS: Final = 200


def offered(line: Sandbox) -> Mapping[str, str]:
    """Return the titles of the gateways that a sandbox can play, by the name of their channel."""
    titles = {channel: file.title for channel, file in _files(line)}
    titles |= {channel: gateway.file.title for channel, gateway in line.smpp.items()}
    return {channel: f"USSD ({title})" for channel, title in titles.items()}


async def play(line: Sandbox, fields: Mapping[str, str], trier: SandboxUser, code: str) -> Mapping[str, str | bool]:
    """Play one step of a call: dial, type, or the end. Raises BadRequest and KeyError for what the page never sends."""
    if gateway := line.smpp.get(fields["channel"]):
        return await play_smpp(line, gateway, fields, trier)
    file = dict(_files(line)).get(fields["channel"])
    if file is None or file.ussd is None:
        raise BadRequest("no such channel")
    credentials, inputs = line.declared.credentials, _inputs(fields.get("inputs", "[]"))
    served, number = offered_code(credentials.plain(file.ussd.code), code), normalize_number(fields["number"])
    session, network = fields["session"], fields.get("network", "")
    call = TrialCall(file.ussd, file.samples.ussd, credentials, session, number, served, network, inputs)
    request = _request(call, fields["action"], fields.get("typed", ""))
    if request is None:
        return {"text": "", "over": True}
    answer = await line.respond(_path(file, request), request.read, trier)
    if fields["action"] in ("finished", "left"):
        return {"text": "", "over": True}
    try:
        shown = call.read(answer.body)
    except NoSample:
        raise BadRequest("refused") from None
    return {"text": shown.text, "over": shown.is_over}


def _inputs(written: str) -> list[str]:
    """Return the inputs of the call so far. Raises BadRequest."""
    try:
        inputs = orjson.loads(written)
    except orjson.JSONDecodeError:
        raise BadRequest("inputs are no JSON") from None
    if not isinstance(inputs, list) or len(inputs) > MAX_INPUTS or not all(isinstance(one, str) for one in inputs):
        raise BadRequest("inputs are no list of texts")
    return inputs


def _files(line: Sandbox) -> Iterator[tuple[str, GatewayFile]]:
    for name, file in line.declared.files():
        if file.ussd and not line.declared.lacks(file.ussd.verify):
            yield channel_name(name, "ussd"), file


def _request(call: TrialCall, action: str, typed: str) -> GatewayRequest | None:
    match action:
        case "dial":
            return call.dial(typed)
        case "type":
            return call.type(typed)
        case "finished" | "left":
            return call.hang_up(finished=action == "finished")
    raise BadRequest("no such action")


def _path(file: GatewayFile, request: GatewayRequest) -> str:
    """Return the path of the address that a request goes to."""
    assert file.ussd, "calls need the part ussd"
    to = request.url.partition("?")[0]
    return next(
        one.path
        for one in file.ussd.addresses
        if one.method == request.method and Target(one.path, one.method, one.content).parts(to) is not None
    )
