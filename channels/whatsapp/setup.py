"""Checks the setup of WhatsApp: each setting, Meta's data on our number, and the remaining steps at Meta.

It returns lines to print, without a token or a secret. Source: developers.facebook.com/documentation/
business-messaging/whatsapp/business-phone-numbers/phone-numbers
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import SecretStr

from channels.contracts.channel import single_line
from channels.contracts.sender import RetryLater
from channels.whatsapp.error_codes import OPERATOR, PERMISSIONS, error_code
from channels.whatsapp.sender import WhatsappApi
from channels.whatsapp.webhook import Whatsapp
from httpclient.json_client import Answer
from settings import Settings

FIELDS: Final = "display_phone_number,verified_name,quality_rating"
QUALITY: Final = {"GREEN": "bonne", "YELLOW": "moyenne", "RED": "mauvaise"}
WANTED: Final = {
    "whatsapp_token": "le jeton d'accès permanent d'un utilisateur système de votre compte Meta",
    "whatsapp_app_secret": "la clé secrète de l'application (chez Meta : Paramètres, Général)",
    "whatsapp_verify_token": "un mot long de votre choix, que Meta vous demandera aussi",
    "whatsapp_phone_id": "l'identifiant du numéro (chez Meta : WhatsApp, Configuration de l'API), et non le numéro",
}
SAMPLE: Final = "demo"  # value of the secrets in a demonstration
LONGEST: Final = 60  # characters quoted of a text by Meta


async def check(settings: Settings) -> list[str]:
    """Check the connection to WhatsApp and return lines to print: its state, and what to do."""
    lines = [_setting(settings, name) for name in WANTED]
    lines.append(_template(settings.whatsapp_template))
    if settings.whatsapp_token.get_secret_value() and settings.whatsapp_phone_id:
        lines.append(await _number(settings))
    else:
        lines.append("Numéro : pas encore vérifié ; donnez d'abord ZIN_WHATSAPP_TOKEN et ZIN_WHATSAPP_PHONE_ID")
    return [*lines, *_reminders()]


def _setting(settings: Settings, name: str) -> str:
    setting = getattr(settings, name)
    value = setting.get_secret_value() if isinstance(setting, SecretStr) else setting
    shown = f"ZIN_{name.upper()}"
    if not value:
        return f"{shown} : manque ; mettez-y {WANTED[name]}"
    if value == SAMPLE:
        return f"{shown} : vaut encore « {SAMPLE} » ; mettez-y {WANTED[name]}"
    if name == "whatsapp_phone_id" and not (value.isascii() and value.isdigit()):
        return f"{shown} : ne doit avoir que des chiffres ; mettez-y {WANTED[name]}"
    return f"{shown} : présent"


def _template(setting: str) -> str:
    name, _, language = setting.partition("/")
    if not setting:
        return (
            "ZIN_WHATSAPP_TEMPLATE : aucun ; 24 heures après le dernier message d'un citoyen, rien ne peut plus lui"
            " être envoyé. Faites approuver un modèle chez Meta, puis mettez ici son nom et sa langue : zin_info/fr"
        )
    if not name or not language:
        return "ZIN_WHATSAPP_TEMPLATE : mal écrit ; il faut le nom du modèle, une barre et sa langue, comme zin_info/fr"
    return f"ZIN_WHATSAPP_TEMPLATE : le modèle {name}, en {language}"


async def _number(settings: Settings) -> str:
    api = WhatsappApi(settings)
    try:
        answer = await api.number(FIELDS)
    except RetryLater as error:
        return f"Numéro : Meta ne répond pas ({error}) ; vérifiez que ce serveur a accès à Internet, puis recommencez"
    finally:
        await api.close()
    number = answer.payload.get("display_phone_number")
    if answer.status != 200 or not isinstance(number, str):
        return f"Numéro : {_wrong(answer)}"
    quality = QUALITY.get(str(answer.payload.get("quality_rating")), "pas encore connue")
    name = single_line(answer.payload.get("verified_name") or "sans nom", LONGEST)
    return f"Numéro : {single_line(number, LONGEST)} (« {name} ») répond ; qualité : {quality}"


def _wrong(answer: Answer) -> str:
    """Describe the error and what to do, if Meta did not return the number."""
    code = error_code(answer)
    reason = OPERATOR.get(code, "") if code is not None else ""
    if reason == "wrong_token" or answer.status == 401:
        return "Meta refuse le jeton ; créez-en un nouveau et mettez-le dans ZIN_WHATSAPP_TOKEN"
    if reason == "no_permission" or code in PERMISSIONS or answer.status == 403:
        return (
            "le jeton n'a pas le droit de s'en servir ; donnez à son utilisateur ce compte WhatsApp, et les droits"
            " whatsapp_business_messaging et whatsapp_business_management"
        )
    if reason in ("wrong_request", "wrong_phone_id") or answer.status == 404:
        return f"Meta ne connaît pas cet identifiant ; mettez dans ZIN_WHATSAPP_PHONE_ID {WANTED['whatsapp_phone_id']}"
    error = f"statut {answer.status}" if code is None else f"erreur {code}"
    return (
        f"réponse inattendue de Meta ({error}) ; recommencez dans quelques minutes, et si cela dure vérifiez"
        " ZIN_WHATSAPP_URL"
    )


def _reminders() -> Iterator[str]:
    yield (
        "Chez Meta, WhatsApp, Configuration, Webhook : entrez l'adresse https://votre-domaine"
        f"{Whatsapp.path} et le mot de ZIN_WHATSAPP_VERIFY_TOKEN"
    )
    yield "Au même endroit, abonnez-vous au champ « messages », à lui seul"
