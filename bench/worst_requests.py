"""Requests of each channel for bench/worst_text.py, with any text."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
Brought = tuple[str, bytes, Mapping[str, str]]  # a path, a body and headers


def ussd(number: int, message: int, text: str) -> Brought:
    """Return a hop of Africa's Talking."""
    fields = {"sessionId": f"s{number}-{message}", "serviceCode": "*384#", "phoneNumber": f"+22901{number:08}"}
    return "/ussd/africastalking/demo", urlencode({**fields, "text": text}).encode(), {"Content-Type": FORM}


def madapi(number: int, message: int, text: str) -> Brought:
    """Return a hop of MTN's MADAPI."""
    fields = {"sessionId": f"s{number}", "messageType": "1" if message else "0", "serviceCode": "*384#"}
    typed = text if message else f"*384*{text}#"
    body = {**fields, "msisdn": f"22901{number:08}", "ussdString": typed}
    return "/ussd/madapi/demo", json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": JSON}


def sms(number: int, message: int, text: str) -> Brought:
    """Return an SMS of Africa's Talking."""
    fields = {"id": f"m{number}-{message}", "from": f"+22901{number:08}", "to": "5000", "text": text}
    return "/sms/africastalking/demo", urlencode(fields).encode(), {"Content-Type": FORM}


def whatsapp(number: int, message: int, text: str) -> Brought:
    """Return a WhatsApp message, signed."""
    message_fields = {"from": f"22901{number:08}", "id": f"wamid.{number}-{message}", "timestamp": f"{time.time():.0f}",
            "type": "text", "text": {"body": text}}  # fmt: skip
    value = {"metadata": {"phone_number_id": "1"}, "messages": [message_fields]}
    changes = [{"field": "messages", "value": value}]
    raw = json.dumps({"object": "whatsapp_business_account", "entry": [{"changes": changes}]}).encode()
    signed = "sha256=" + hmac.digest(b"demo", raw, "sha256").hex()
    return "/whatsapp", raw, {"Content-Type": JSON, "X-Hub-Signature-256": signed}


def telegram(number: int, message: int, text: str) -> Brought:
    """Return a Telegram update."""
    chat = {"id": number, "type": "private"}
    update = {"update_id": number * 10 + message, "message": {"date": round(time.time()), "chat": chat, "text": text}}
    headers = {"Content-Type": JSON, "X-Telegram-Bot-Api-Secret-Token": "demo"}
    return "/telegram", json.dumps(update, ensure_ascii=False).encode(), headers
