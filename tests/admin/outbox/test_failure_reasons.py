"""Every reason that a message can fail for has French words, and says what to do about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from admin.outbox.failure_reasons import describe_failure
from channels.africastalking import report_statuses
from channels.africastalking import sender as africastalking
from channels.telegram import sender as telegram
from channels.whatsapp import error_codes

ERRORS = {"PermanentFailure", "RetryLater", "NeedsOperator", "Suppressed"}
OURS = ["operator", "withdrawn", "paused", "stopped", ""]
CONNECTION = ["ClientConnectorError", "TimeoutError", "ServerDisconnectedError", "ValueError"]
ON_THE_WAY = ["proxy_407", "proxy_502", "proxy_unreachable", "wrong_certificate"]


def raised_in(folder: Path) -> Iterator[str]:
    """Yield the reasons that stand as a text in a call of an error."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS and node.args:
                texts = (one for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant))
                yield from (one.value for one in texts if isinstance(one.value, str) and one.value)


def reasons() -> list[tuple[str, str]]:
    sms = [*africastalking.NEVER.values(), *africastalking.OPERATOR.values(), *africastalking.AGAIN.values()]
    sms += [*report_statuses.FAILED.split(), *raised_in(Path("channels/africastalking"))]
    codes = [*error_codes.AGAIN, *error_codes.NEVER, *error_codes.OPERATOR, 200, 132001]
    whatsapp = [*map(str, codes), *map(error_codes.reason_of, codes), *raised_in(Path("channels/whatsapp"))]
    own = [*OURS, *CONNECTION, *ON_THE_WAY, *raised_in(Path("channels/workers")), *raised_in(Path("channels/outbox"))]
    chat = [*telegram.NEVER.values(), *raised_in(Path("channels/telegram"))]
    by_gateway = {"sms": sms + own, "whatsapp": whatsapp + own, "telegram": chat + own}
    return sorted({(gateway, why) for gateway, found in by_gateway.items() for why in found})


@pytest.mark.parametrize(("gateway", "why"), reasons())
def test_each_reason_has_words_and_advice(gateway: str, why: str) -> None:
    found = describe_failure(gateway, why)
    assert found is not None
    assert found.words
    assert found.advice.endswith((".", ")."))


def test_unknown_words_of_a_gateway_stay_its_own() -> None:
    assert describe_failure("sms", "Barred by the moon") is None
    assert describe_failure("whatsapp", "999999") is None


@pytest.mark.parametrize(
    ("gateway", "words"), [("telegram", "cette personne a bloqué Zin"), ("whatsapp", "Meta a suspendu le compte")]
)
def test_same_word_of_two_gateways_differs(gateway: str, words: str) -> None:
    found = describe_failure(gateway, "blocked")
    assert found is not None
    assert found.words == words


def test_status_in_another_spelling_is_known() -> None:
    assert describe_failure("sms", "ABSENT_SUBSCRIBER") == describe_failure("sms", "AbsentSubscriber")
