"""Connects a bot: registers the address of Zin's webhook at Telegram, then reads the state of the webhook.

It calls setWebhook, getWebhookInfo and getMe, and returns lines to print. An error tells the operator what to do.
Source: core.telegram.org/bots/api#setwebhook and #webhookinfo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from channels.contracts.channel import single_line
from channels.contracts.sender import RetryLater
from channels.telegram.sender import TelegramApi, pause
from channels.telegram.webhook import UPDATES, Telegram
from httpclient.json_client import Answer
from reporting.time_zone import zone
from settings import Settings
from state.errors import ZinError
from state.text.template import format_fact

PORTS: Final = (443, 80, 88, 8443)
CONNECTIONS: Final = 40  # that Telegram may open at once; its default
LONGEST: Final = 200  # characters quoted of a text by Telegram


async def set_webhook(settings: Settings, public: str) -> list[str]:
    """Connect the bot to Zin's public address and return lines that report the state.

    Raises ZinError with one line in French.
    """
    token = settings.telegram_token.get_secret_value()
    if not token:
        raise ZinError("Aucun robot Telegram : mettez dans ZIN_TELEGRAM_TOKEN le jeton que @BotFather vous a donné")
    webhook = {
        "url": _address(public),
        "secret_token": next(iter(settings.secrets.telegram), ""),
        "allowed_updates": UPDATES,
        "max_connections": CONNECTIONS,
    }
    api = TelegramApi(settings)
    try:
        _result(await api.call("setWebhook", webhook), token)
        known = _object(await api.call("getWebhookInfo", {}), token)
        bot = _object(await api.call("getMe", {}), token)
    except RetryLater as error:
        raise ZinError(
            f"Telegram ne répond pas ({error}) : vérifiez que ce serveur a accès à Internet, puis recommencez"
        ) from None
    finally:
        await api.close()
    return list(_lines(bot, known, token))


def _address(public: str) -> str:
    """The webhook's address under a public address. Raises ZinError if Telegram would not accept it."""
    address = public.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        port = 443 if parts.port is None else parts.port
    except ValueError:
        raise ZinError("Adresse publique illisible : écrivez-la comme https://zin.exemple.bj") from None
    plain = not (parts.query or parts.fragment or parts.username is not None or len(address.split()) != 1)
    if parts.scheme != "https" or not parts.hostname or not plain:
        raise ZinError("Adresse publique : Telegram veut https:// puis un nom de domaine, comme https://zin.exemple.bj")
    if port not in PORTS:
        raise ZinError(f"Adresse publique : Telegram n'accepte pas le port {port}, seulement 443, 80, 88 ou 8443")
    return address + Telegram.path


def _result(answer: Answer, token: str) -> Any:
    """The result of a method. Raises ZinError for any failure."""
    if answer.status in (401, 404):
        raise ZinError("Telegram ne reconnaît pas ce robot : vérifiez ZIN_TELEGRAM_TOKEN, que @BotFather vous a donné")
    if answer.status == 429:
        raise ZinError(f"Telegram demande de patienter {pause(answer):.0f} secondes : recommencez ensuite")
    if answer.status == 400:
        raise ZinError(
            f"Telegram refuse : {_quoted(answer.payload.get('description'), token)}."
            " Vérifiez que l'adresse est joignable depuis Internet"
            " avec un certificat valable, et que ZIN_TELEGRAM_SECRET n'a que A-Z, a-z, 0-9, _ et -"
        )
    if answer.payload.get("ok") is not True:
        raise ZinError(
            f"Telegram répond de façon illisible (statut {answer.status}) : recommencez dans quelques minutes ; si cela"
            " dure, vérifiez ZIN_TELEGRAM_URL"
        )
    return answer.payload.get("result")


def _object(answer: Answer, token: str) -> Mapping[str, Any]:
    result = _result(answer, token)
    return result if isinstance(result, dict) else {}


def _lines(bot: Mapping[str, Any], known: Mapping[str, Any], token: str) -> Iterator[str]:
    yield f"Robot : @{bot.get('username', '?')}"
    yield f"Adresse que Telegram appelle : {known.get('url') or 'aucune, recommencez'}"
    yield f"Messages en attente : {known.get('pending_update_count') or 'aucun'}"
    if error := known.get("last_error_message"):
        yield (
            f"Dernière difficulté de Telegram à joindre Zin{_moment(known.get('last_error_date'))} :"
            f" {_quoted(error, token)} ; si elle revient, vérifiez que Zin répond à cette adresse"
        )


def _moment(seconds: object) -> str:
    """A local date and time in French, ", le 24 novembre 2026 à 12 h 03", from Unix seconds; "" if impossible."""
    if not isinstance(seconds, int) or not 0 < seconds < 10**11:
        return ""
    moment = datetime.fromtimestamp(seconds, zone())
    return f", le {format_fact(moment.date().isoformat(), 'date')} à {moment.hour} h {moment:%M}"


def _quoted(words: object, token: str) -> str:
    """Telegram's own text in one line, with the token removed."""
    return f"« {single_line(str(words).replace(token, '…'), LONGEST)} »"
