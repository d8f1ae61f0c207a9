"""The meaning of an answer of WhatsApp's Cloud API: sent, retry later, permanent failure, or operator needed.

An answer of success that refuses nothing has taken the message, even if it cannot be read: it is not sent again.

An error is identified by its code; the HTTP status is used if there is no code, or one that is not in the tables. The
tables group the codes by the reaction: AGAIN (wait), NEVER (give up), OPERATOR (an operator acts at Meta). Source of
the codes:
developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

from __future__ import annotations

from typing import Final

from channels.contracts.channel import scalar
from channels.contracts.sender import NeedsOperator, PermanentFailure, RetryLater
from channels.whatsapp.events import is_name, reference
from httpclient.json_client import Answer
from state.errors import ZinError

WINDOW_CLOSED: Final = 131047
AGAIN: Final = {
    1: "unknown_error",
    2: "service_down",
    4: "too_many_calls",
    80007: "too_many_calls",
    130429: "too_many",
    131000: "something_went_wrong",
    131016: "overloaded",
    131056: "too_many_to_one",
    131057: "maintenance",
    133004: "server_down",
    133016: "too_many_registrations",
}
PAUSES: Final = {131056: 6.0}  # seconds between two messages to one person
NEVER: Final = {
    130472: "experiment",  # Meta withholds templates from some people, as an experiment without an opt-out
    131008: "refused_parameter",
    131009: "refused_parameter",
    131021: "own_number",
    131026: "undeliverable",
    WINDOW_CLOSED: "window_closed",
    131049: "held_back",  # too many templates to this person; retries make it worse
    131050: "stopped",
    131051: "unsupported",
    131062: "no_phone",  # this template needs a phone number, a BSUID is not enough
    132005: "too_long",  # together with the template's own text
}
OPERATOR: Final = {
    0: "wrong_token",
    3: "no_permission",
    10: "no_permission",
    33: "wrong_phone_id",
    100: "wrong_request",  # most often the phone id
    190: "wrong_token",
    368: "blocked",
    130497: "country_blocked",
    131005: "no_permission",
    131030: "test_number",  # before the app is live, it can only write to numbers entered at Meta
    131031: "account_locked",
    131037: "no_display_name",
    131042: "payment",
    131045: "not_registered",
    131048: "spam_limit",  # too many people blocked the number; ends when its quality improves
    133010: "not_registered",
}
PERMISSIONS: Final = range(200, 300)
TEMPLATES: Final = range(132000, 133000)


def error_code(answer: Answer) -> int | None:
    """The code of the first error, None if there is none."""
    errors = answer.payload.get("errors")
    error = answer.payload.get("error") or (errors[0] if isinstance(errors, list) and errors else None)
    code = scalar(error.get("code")) if isinstance(error, dict) else ""
    return int(code) if len(code) < 10 and code.isascii() and code.isdigit() else None


def reason_of(code: int) -> str:
    """The reason that a code of the tables means, "" for another code."""
    named = AGAIN.get(code) or NEVER.get(code) or OPERATOR.get(code, "")
    if not named and code in TEMPLATES:
        return f"template_{code}"
    return named or ("no_permission" if code in PERMISSIONS else "")


def message_reference(answer: Answer) -> str:
    """The reference of the sent message, "" if Meta names none for a message that it took.

    An error decides, then the id of a message, whatever the HTTP status is; without both the status does. Raises
    RetryLater, PermanentFailure and NeedsOperator.
    """
    if answer.payload.get("error") or answer.payload.get("errors"):
        raise _error(answer)
    messages = answer.payload.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    named = scalar(first.get("id")) if isinstance(first, dict) else ""
    if not named and not answer.is_success:
        raise _error(answer)
    return reference(named) if is_name(named) else ""


def _error(answer: Answer) -> ZinError:
    code = error_code(answer)
    if code in AGAIN:
        return RetryLater(AGAIN[code], answer.retry_after_seconds or PAUSES.get(code, 0.0))
    if code in NEVER:
        return PermanentFailure(NEVER[code])
    if code in OPERATOR:
        return NeedsOperator(OPERATOR[code])
    if code is not None and code in PERMISSIONS:
        return NeedsOperator("no_permission")
    if code is not None and code in TEMPLATES:
        return NeedsOperator(f"template_{code}")
    return _by_status(answer, f"status_{answer.status}" if code is None else f"code_{code}")


def _by_status(answer: Answer, why: str) -> ZinError:
    if answer.status == 429:
        return RetryLater("too_many", answer.retry_after_seconds)
    if answer.status >= 500:
        return RetryLater(why, answer.retry_after_seconds)
    if answer.is_success:
        return RetryLater("refused")
    return NeedsOperator(why)
