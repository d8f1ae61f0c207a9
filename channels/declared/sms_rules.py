"""Rules for the SMS part of a gateway's file: each yields complaints, a place in the file and what to do, in French."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from channels.declared.rules import Complaint, path_complaints, template_complaints, twice, verify_complaints
from channels.declared.sms_shape import Sending, SmsAddress, SmsPart
from channels.declared.templates import PLACEHOLDER
from state.yaml_files.loader import Where
from state.yaml_files.secret_texts import is_secret_name, looks_secret

SEND_NAMES: Final = ("number", "digits", "text", "sender", "id")
IS_SECRET: Final = "cela ressemble à un secret : nommez-le dans secrets:, et écrivez {secret.nom}"


def sms_complaints(name: str, part: SmsPart) -> Iterator[Complaint]:
    """Yield every complaint about the SMS part of a file."""
    if part.verify:
        yield from verify_complaints(part.verify)
    elif part.addresses:
        yield ("addresses",), "il manque verify: à côté de addresses, sans quoi n'importe qui peut écrire à Zin"
    for place, address in enumerate(part.addresses):
        where: Where = ("addresses", place)
        if part.verify:
            yield from path_complaints(where, address.path, f"/sms/{name}", part.verify)
        yield from _address(where, address)
    yield from twice(("addresses",), [one.path for one in part.addresses])
    yield from template_complaints(("answer", "body"), part.answer.type, part.answer.body, ())
    if any(one.report for one in part.addresses) and not part.statuses.delivered:
        yield ("statuses",), "il manque delivered: les états qui disent qu'un message est remis"
    if part.send:
        yield from ((("send", *where), what) for where, what in _sending(part.send))


def _address(where: Where, address: SmsAddress) -> Iterator[Complaint]:
    if not (address.message or address.report):
        yield where, "il manque message: ou report: ce que cette adresse reçoit"
    if address.method == "GET" and address.content != "query":
        yield (*where, "content"), "une requête GET n'a pas de corps : content: query"


def _sending(send: Sending) -> Iterator[Complaint]:
    secrets = [f"secret.{name}" for name in send.secrets]
    if send.content in ("json", "xml"):
        yield from template_complaints(("body",), send.content, send.body, [*SEND_NAMES, *secrets])
        if send.fields:
            yield ("fields",), f"avec content: {send.content}, c'est body qui porte le message"
    elif send.body:
        yield ("body",), f"avec content: {send.content}, ce sont fields qui portent le message"
    for where, text, known in _texts(send, secrets):
        yield from template_complaints(where, "text", text, known)
    yield from _what_is_sent(send)
    yield from _written_secrets(send)
    yield from _refusals(send)
    for name, named in send.secrets.items():
        if bool(named.setting) == bool(named.file):
            yield ("secrets", name), "il faut setting: ou file:, l'un des deux"


def _texts(send: Sending, secrets: list[str]) -> Iterator[tuple[Where, str, list[str]]]:
    """Yield each short text with placeholders, its place, and what it may name."""
    for key, text in send.fields.items():
        yield ("fields", key), text, [*SEND_NAMES, *secrets]
    for key, text in send.headers.items():
        yield ("headers", key), text, [*secrets, *(["token"] if send.token else [])]
    for key, text in send.token.fields.items() if send.token else ():
        yield ("token", "fields", key), text, secrets


def _refusals(send: Sending) -> Iterator[Complaint]:
    for place, refusal in enumerate(send.refusals):
        if refusal.status is None and refusal.at is None:
            yield ("refusals", place), "il faut status: ou at:, sinon toute réponse serait un refus"
        if refusal.is_ and refusal.at is None:
            yield ("refusals", place, "is"), "is: demande at: la place de ce texte dans la réponse"


def _what_is_sent(send: Sending) -> Iterator[Complaint]:
    """The number and the text are sent, and each secret is used."""
    carrier = "body" if send.content in ("json", "xml") else "fields"
    carried = send.body + "\n".join(send.fields.values())
    sent = set(PLACEHOLDER.findall(carried))
    if "text" not in sent:
        yield (carrier,), "il manque {text}, le message"
    if not sent & {"number", "digits"}:
        yield (carrier,), "il manque {number} (+229…) ou {digits} (229…), à qui l'envoyer"
    elsewhere = "\n".join((*send.headers.values(), *(send.token.fields.values() if send.token else ())))
    for name in send.secrets:
        if f"secret.{name}" not in sent | set(PLACEHOLDER.findall(elsewhere)):
            yield ("secrets", name), f"{{secret.{name}}} ne sert nulle part"


def _written_secrets(send: Sending) -> Iterator[Complaint]:
    """No secret stands in the file."""
    for where, text, _ in _texts(send, []):
        literal = PLACEHOLDER.sub("", text)
        if looks_secret(literal) or (is_secret_name(str(where[-1])) and literal == text):
            yield where, IS_SECRET
