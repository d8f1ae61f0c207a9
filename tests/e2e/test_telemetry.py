"""The traces and metrics of real processes: workers that were forked, `zin deliver` and `zin smpp`."""

from __future__ import annotations

import asyncio
import os
import signal
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database.encryption import Seal
from logs.request_id import begin_request, current_request_id
from tests.support.database import Registry
from tests.support.otlp_receiver import OtlpReceiver, ReceivedSpan, otlp_receiver
from tests.support.patience import PATIENCE
from tests.support.server_process import ZIN, children_of, hop, serving
from tests.support.smpp_process import operator

pytestmark = pytest.mark.slow

SOON = {"OTEL_BSP_SCHEDULE_DELAY": "50", "OTEL_METRIC_EXPORT_INTERVAL": "100"}
GIVEN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CALLERS = [f"+22901900000{number:02}" for number in range(20)]
PRIVATE = (b"0190000001", b"12345", b"EXEMPLE", b"s+229")


@pytest.fixture
def receiver() -> Iterator[OtlpReceiver]:
    with otlp_receiver() as receiver:
        yield receiver


def sms(port: int, text: str, **headers: str) -> None:
    form = {"from": "+2290190000001", "to": "5000", "text": text, "id": "m1"}
    body = urllib.parse.urlencode(form).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/sms/africastalking/demo", body, headers)
    urllib.request.urlopen(asked, timeout=PATIENCE).close()


def answered(receiver: OtlpReceiver) -> int:
    """How many hops by USSD the newest metrics counted."""
    newest = receiver.metric("zin_hop_seconds")[-1:]
    return sum(sum(counts) for one in newest for labels, counts in one.values.items()
               if ("channel", "africastalking_ussd") in labels)  # fmt: skip


def test_message_is_one_trace_from_the_proxy_to_the_gateway(tmp_path: Path, receiver: OtlpReceiver) -> None:
    given = SOON | {"ZIN_OTLP_URL": receiver.url, "ZIN_PROXIES": "127.0.0.1"}
    with serving(tmp_path, **given) as (process, port):
        sms(port, "BAC 12345", traceparent=GIVEN)
        sms(port, "BAC 12345 x" * 50, traceparent=GIVEN[:-1])
        (sent, *_) = receiver.wait_for(lambda: receiver.named("send"))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    traced, own = receiver.named("hop")[:2]
    assert f"00-{traced.trace_id}-{traced.parent_id}-01" == GIVEN
    assert (own.trace_id, own.parent_id) == (own.attributes["zin.request_id"], ""), "its header was not sane"
    assert traced.attributes["zin.channel"] == "africastalking_sms"
    assert traced.attributes["zin.gateway"] == "africastalking"
    assert traced.attributes["zin.outcome"] == "answered"
    below = [one for one in receiver.named("look-up") if one.parent_id == traced.span_id]
    (asked,) = (one for one in below if one.attributes["zin.question"] == "exams.result")
    assert asked.trace_id == traced.trace_id
    assert asked.attributes["zin.outcome"] == "found"
    assert sent.attributes["zin.request_id"] in {one.attributes["zin.request_id"] for one in (traced, own)}
    assert (sent.attributes["zin.gateway"], sent.attributes["zin.outcome"]) == ("sms", "shown")
    assert not [word for word in PRIVATE for body in receiver.raw if word in body]


def test_all_forked_workers_trace_and_one_sends_metrics(tmp_path: Path, receiver: OtlpReceiver) -> None:
    with serving(tmp_path, "--workers", "2", **SOON, ZIN_OTLP_URL=receiver.url) as (process, port):
        for caller in CALLERS:
            hop(port, "", caller)
        receiver.wait_for(lambda: len(receiver.named("hop")) == len(CALLERS))
        receiver.wait_for(lambda: answered(receiver) == len(CALLERS))
        workers = children_of(process.pid, "zin worker")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    hops = receiver.named("hop")
    assert {one.resource["service.name"] for one in hops} == {"zin-serve"}
    assert len({one.trace_id for one in hops}) == len(CALLERS)
    resources = [one.resource for one in hops] + [one.resource for one in receiver.metrics]
    assert len({one["service.instance.id"] for one in resources}) == 1
    memory = receiver.metric("process_resident_memory_bytes")[-1].values
    assert {int(pid) for labels in memory for name, pid in labels if name == "pid"} >= set(workers)
    assert receiver.metric("zin_up")[-1].values == {(("part", "sql"),): 1, (("part", "valkey"),): 1}
    assert not [word for word in PRIVATE for body in receiver.raw if word in body]


def test_spans_that_wait_are_sent_at_the_end(tmp_path: Path, receiver: OtlpReceiver) -> None:
    with serving(tmp_path, ZIN_OTLP_URL=receiver.url) as (process, port):
        hop(port, "")
        assert receiver.spans == []
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    assert [one.name for one in receiver.spans] == ["hop"]
    assert answered(receiver) == 1


async def test_delivery_goes_on_with_the_request(registry: Registry, receiver: OtlpReceiver) -> None:
    begin_request()
    await Outbox(registry.database, Seal(*registry.settings.secrets.rest)).enqueue(
        Message("m1", "sms", "+2290190000001", "un texte", is_awaited=True)
    )
    given = SOON | {"ZIN_OTLP_URL": receiver.url, "ZIN_DATA": str(registry.settings.data)}
    database = registry.settings.database_url.get_secret_value()
    sent = await _deliver(receiver, given | {"ZIN_DATABASE_URL": database})
    assert sent.trace_id == sent.attributes["zin.request_id"] == current_request_id()
    assert sent.resource["service.name"] == "zin-deliver"
    assert receiver.metric("zin_messages_tried")[-1].values[(("gateway", "sms"), ("how", "shown"))] == 1


async def test_smpp_sends_its_spans_too(registry: Registry, tmp_path: Path, receiver: OtlpReceiver) -> None:
    with pytest.MonkeyPatch.context() as environment:
        for name, value in (SOON | {"ZIN_OTLP_URL": receiver.url}).items():
            environment.setenv(name, value)
        async with operator(registry, tmp_path) as played, asyncio.timeout(PATIENCE):
            while "-- Zin est lié sous le nom zin" not in played.said:  # noqa: ASYNC110 - another process binds
                await asyncio.sleep(0.02)
            await played.smsc.type("BAC 12345")
            sent, *_ = await asyncio.to_thread(
                receiver.wait_for, lambda: receiver.named("hop") and receiver.named("send")
            )
    (answer,) = receiver.named("hop")
    assert (answer.attributes["zin.channel"], answer.attributes["zin.outcome"]) == ("exemple_smpp_sms", "answered")
    assert answer.trace_id == sent.trace_id == answer.attributes["zin.request_id"]
    assert (sent.attributes["zin.gateway"], sent.attributes["zin.outcome"]) == ("sms", "sent")
    assert sent.resource["service.name"] == "zin-smpp"


async def _deliver(receiver: OtlpReceiver, given: dict[str, str]) -> ReceivedSpan:
    """Run `zin deliver` until its first span came, then stop it in order."""
    process = await asyncio.create_subprocess_exec(*ZIN, "deliver", env=os.environ | given)
    try:
        sent, *_ = await asyncio.to_thread(receiver.wait_for, lambda: receiver.named("send"))
        return sent
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def test_log_lines_of_a_hop_bear_its_trace(tmp_path: Path, receiver: OtlpReceiver) -> None:
    given = SOON | {"ZIN_OTLP_URL": receiver.url, "ZIN_SOURCE_SECONDS": "1.5", "ZIN_CONNECT_SECONDS": "1"}
    with serving(tmp_path, **given) as (process, port):
        (valkey,) = children_of(process.pid, "valkey-server")
        os.kill(valkey, signal.SIGSTOP)  # so that a hop fails, and says so
        hop(port, "")
        os.kill(valkey, signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        log, _ = process.communicate(timeout=PATIENCE)
    (failed,) = receiver.named("hop")
    (line,) = [line for line in log.splitlines() if "hop without an answer" in line]
    assert failed.attributes["zin.outcome"] == "sorry"
    assert f"trace_id={failed.trace_id}" in line
    assert f"request_id={failed.attributes['zin.request_id']}" in line
