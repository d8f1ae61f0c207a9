"""What a ministry's system sends to have a message sent, and what it reads of it.

The docstrings of the models are in French, because they stand in the OpenAPI document.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from api.key_format import Mode
from api.operations import AnswerModel
from api.request_models import RequestModel
from state.country import country

MAX_RECIPIENTS: Final = 10_000
PHONE_NUMBER: Final = re.compile(r"(\+|00)?\d{8,15}")


def _trial_number(schema: dict[str, Any]) -> None:
    """Add the example when the document is written: the country is active by then."""
    schema["examples"] = [country().trial_number]


def _no_number(reference: str) -> str:
    if PHONE_NUMBER.fullmatch(reference):
        raise ValueError("une référence est dans des adresses et des journaux : ce n'est jamais un numéro de téléphone")
    return reference


Reference = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$",
        description="votre propre référence, une par message : la même requête, renvoyée, n'envoie rien de plus",
        examples=["dossier-2026-00417.pret"],
    ),
    AfterValidator(_no_number),
]
Values = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=300)]],
    Field(max_length=20, default_factory=dict),
]


class NewRecipient(RequestModel):
    """Un citoyen."""

    phone: Annotated[str, Field(min_length=6, max_length=64, description="son numéro", json_schema_extra=_trial_number)]
    values: Annotated[Values, Field(description="les valeurs qui ne sont que pour lui")]


class NewMessage(RequestModel):
    """Un message à un citoyen ou à une liste."""

    reference: Reference
    template: Annotated[str, Field(max_length=40, description="nom du modèle", examples=["document-pret"])]
    purpose: Annotated[str, Field(max_length=40, description="à quoi il sert", examples=["retrait"])]
    to: Annotated[
        tuple[NewRecipient, ...],
        Field(min_length=1, max_length=MAX_RECIPIENTS, description="les citoyens, 10 000 au plus"),
    ]
    values: Annotated[Values, Field(description="les valeurs qui sont pour tous")]
    send_at: Annotated[AwareDatetime | None, Field(description="quand l'envoyer ; sinon tout de suite")] = None
    expires_at: Annotated[
        AwareDatetime | None, Field(description="après quoi il ne part plus ; sinon un jour après send_at")
    ] = None


class MessageReceipt(AnswerModel):
    """Un message que Zin a gardé pour l'envoyer."""

    id: Annotated[str, Field(description="nom du message chez Zin")]
    reference: Annotated[str, Field(description="votre référence")]
    mode: Annotated[Mode, Field(description="live, ou test : rien ne part")]
    template: Annotated[str, Field(description="nom du modèle")]
    purpose: Annotated[str, Field(description="à quoi il sert")]
    recipients: Annotated[int, Field(description="nombre de citoyens")]
    parts: Annotated[int, Field(description="parties de SMS comptées dans le budget du jour, au plus long")]
    created_at: Annotated[AwareDatetime, Field(description="quand Zin l'a reçu")]
    send_at: Annotated[AwareDatetime, Field(description="quand il part")]
    expires_at: Annotated[AwareDatetime, Field(description="après quoi il ne part plus")]


class Counts(AnswerModel):
    """Où en sont les citoyens d'un message."""

    waiting: Annotated[int, Field(description="pas encore partis")]
    sent: Annotated[int, Field(description="partis ; l'opérateur n'a pas dit s'ils sont arrivés")]
    delivered: Annotated[int, Field(description="arrivés")]
    failed: Annotated[int, Field(description="l'opérateur n'a pas pu les remettre")]
    expired: Annotated[int, Field(description="trop tard pour partir")]
    refused: Annotated[int, Field(description="n'ont pas demandé ce message, ou ont écrit STOP")]


class MessageStatus(MessageReceipt):
    """Un message et où il en est."""

    counts: Annotated[Counts, Field(description="le nombre de citoyens dans chaque état")]


class ReferenceQuery(RequestModel):
    """La référence dans une adresse."""

    reference: Reference


Count = Literal["waiting", "sent", "delivered", "failed", "expired", "refused"]
