"""Builds requests exactly as the gateways send them: a USSD hop, an SMS, a WhatsApp notification, a Telegram update.

The fields are those of real requests (tests/data/payloads). Constant parts are built once.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, quote_plus

from loadtest.plan import Keys
from state.country import country

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"


class RequestBuilder:
    """Builds requests for one server with this host; `path` is the prefix of every path."""

    def __init__(self, host: str, path: str, keys: Keys) -> None:
        self._key = keys.whatsapp.encode()
        secret = quote(keys.secret, safe="")
        self._ussd = _head(host, f"{path}/ussd/africastalking/{secret}", FORM)
        self._sms = _head(host, f"{path}/sms/africastalking/{secret}", FORM)
        self._whatsapp = _head(host, f"{path}/whatsapp", JSON)
        self._telegram = _head(host, f"{path}/telegram", JSON, f"X-Telegram-Bot-Api-Secret-Token: {keys.telegram}\r\n")
        self._code, self._phone_id = quote_plus(keys.code), json.dumps(keys.whatsapp_phone_id)
        codes = [code for network in country().numbers.networks for code in network.codes]
        self._network = f"&networkCode={codes[0]}" if codes else ""

    def ussd(self, session: str, phone: str, text: str) -> bytes:
        """Return one hop of a call; `text` has all inputs so far, joined by stars."""
        fields = f"sessionId={session}&serviceCode={self._code}&phoneNumber=%2B{phone}{self._network}"
        return _whole(self._ussd, f"{fields}&text={quote_plus(text)}")

    def sms(self, named: str, phone: str, text: str) -> bytes:
        """Return one incoming SMS."""
        return _whole(self._sms, f"from=%2B{phone}&to=5000&text={quote_plus(text)}&id={named}")

    def whatsapp(self, named: str, phone: str, text: str) -> bytes:
        """Return one incoming text message, signed."""
        written = f'"from":"{phone}","id":"wamid.{named}","timestamp":"{time.time():.0f}","type":"text"'
        message = f'{{{written},"text":{{"body":{json.dumps(text)}}}}}'
        value = f'{{"metadata":{{"phone_number_id":{self._phone_id}}},"messages":[{message}]}}'
        changes = f'[{{"field":"messages","value":{value}}}]'
        body = f'{{"object":"whatsapp_business_account","entry":[{{"changes":{changes}}}]}}'
        signed = hmac.digest(self._key, body.encode(), "sha256").hex()
        return _whole(f"{self._whatsapp}X-Hub-Signature-256: sha256={signed}\r\n", body)

    def telegram(self, update: int, chat: int, text: str) -> bytes:
        """Return one message to the bot."""
        where = f'"chat":{{"id":{chat},"type":"private"}}'
        message = f'{{"message_id":{update},"date":{time.time():.0f},{where},"text":{json.dumps(text)}}}'
        return _whole(self._telegram, f'{{"update_id":{update},"message":{message}}}')

    def compressed(self, body: bytes) -> Iterator[bytes]:
        """Yield a compressed request for each address; no gateway sends one."""
        for head in (self._ussd, self._sms, self._whatsapp, self._telegram):
            yield f"{head}Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    def half(self, place: int) -> bytes:
        """Return a request that stops in its first line, its headers or its body, depending on `place`."""
        whole = self.ussd("ATUid_half", country().numbers.unused_number(0), "1" * 64)
        return whole[: (12, len(self._ussd) - 9, len(whole) - 32)[place % 3]]


def _head(host: str, path: str, content_type: str, more: str = "") -> str:
    return f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {content_type}\r\n{more}"


def _whole(head: str, body: str) -> bytes:
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()
