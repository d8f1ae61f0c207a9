"""Reads the tables of the SMS part of a file: messages, reports, and answers to messages that were sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from channels.contracts.message_channel import ChannelEvent, DeliveryReport, UnknownReport
from channels.contracts.sender import NeedsOperator, PermanentFailure, RetryLater
from channels.declared.files import GatewayFile
from channels.declared.guard import build_guard
from channels.declared.rules import Complaint
from channels.declared.sample_reading import sample_faults
from channels.declared.sample_requests import GatewayRequest, OneSecret, Target, build_request, sample_address
from channels.declared.sms_channel import DeclaredSms, build_sms
from channels.declared.sms_sender import reference_in
from channels.declared.sms_shape import AnswerSample, Sending, SmsPart, SmsReads, SmsSample
from httpclient.json_client import JSON, Answer
from state.interfaces import Inbound

CREDENTIALS: Final = OneSecret("secret-des-exemples-du-fichier")
OUTCOMES: Final = {RetryLater: "again", PermanentFailure: "never", NeedsOperator: "operator"}


def sms_sample_complaints(name: str, file: GatewayFile) -> Iterator[Complaint]:
    """Yield a complaint for each row of the tables that Zin reads differently."""
    part, samples = file.sms, file.samples
    if (samples.sms or samples.answers) and part is None:
        yield ("samples",), "ce fichier n'a pas de partie sms"
        return
    if part and part.addresses and not samples.sms:
        yield ("sms", "addresses"), "il manque samples: avec sms: au moins une requête, pour prouver que Zin la lit"
    if part and part.send and not samples.answers:
        yield ("sms", "send"), "il manque samples: avec answers: au moins une réponse, pour prouver que Zin la lit"
    for place, sample in enumerate(samples.sms):
        found = find_sms_channel(name, part, sample) if part else None
        yield from (
            (("samples", "sms", place), what) for what in sample_faults(found, sample, partial(_differences, sample))
        )
    for place, answer in enumerate(samples.answers):
        if part and part.send:
            yield from ((("samples", "answers", place), what) for what in _answer_faults(part.send, answer))


def find_sms_channel(name: str, part: SmsPart, sample: SmsSample) -> tuple[DeclaredSms, GatewayRequest] | None:
    """Return the channel that a sample goes to, and its request; None if it goes to none of them."""
    if part.verify is None:
        return None
    secrets = CREDENTIALS.secrets(part.verify.path) if part.verify.path else ()
    for channel in build_sms(name, part, build_guard(part.verify, CREDENTIALS, ()), secrets):
        address = channel.address
        to = sample_address(sample, [one.path for one in part.addresses])
        target, content = Target(address.path, address.method, address.content), (sample.headers, sample.body.encode())
        if request := build_request(target, to, content, part.verify, CREDENTIALS):
            return channel, request
    return None


def _differences(sample: SmsSample, events: Sequence[ChannelEvent]) -> Iterator[str]:
    ours, theirs = [_read(one) for one in events], [one for one in sample.reads if one.state != "pending"]
    if ours != theirs:
        yield f"Zin lit {_shown(ours)}, le tableau dit {_shown(theirs)}"


def _read(event: ChannelEvent) -> SmsReads:
    match event:
        case Inbound():
            return SmsReads(message=event.message, number=event.citizen, text=event.text)
        case DeliveryReport():
            return SmsReads(report=event.reference.partition(":")[2], state=event.state)
        case UnknownReport():
            return SmsReads(state="unknown")
    raise AssertionError("a file describes no opt-outs")


def _shown(reads: list[SmsReads]) -> str:
    rows = (one.model_dump(exclude_none=True) for one in reads)
    return " ; ".join(json.dumps(row, ensure_ascii=False) for row in rows) or "rien"


def _answer_faults(sending: Sending, sample: AnswerSample) -> Iterator[str]:
    try:
        value = json.loads(sample.answer) if sample.answer else None
    except ValueError:
        yield "answer n'est pas du JSON"
        return
    answer = Answer(sample.status, JSON, value if isinstance(value, dict) else {}, value=value)
    then, named = "taken", ""
    try:
        named = reference_in(sending, answer)
    except (RetryLater, PermanentFailure, NeedsOperator) as refused:
        then = OUTCOMES[type(refused)]
    if (then, named) != (sample.then, sample.id):
        yield f"Zin comprend then: {then}, id: « {named} » ; le tableau dit then: {sample.then}, id: « {sample.id} »"
