"""The shape of the SMS part of a gateway's file: what comes in, and how a message goes out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from channels.declared.shape import (
    AddressPath,
    Basic,
    Body,
    Content,
    Form,
    HeaderName,
    Line,
    Match,
    Method,
    Name,
    Named,
    Page,
    Place,
    Sample,
    SettingName,
    Values,
    Verify,
)
from state.yaml_files.strict_model import StrictModel, text_pattern

Server = Annotated[
    str,
    text_pattern(
        r"^(https?://[A-Za-z0-9.:_\[\]-]+|ZIN_GATEWAY_[A-Z0-9_]{1,60})$",
        "https:// et un nom de machine, sans chemin, ou un réglage comme ZIN_GATEWAY_PLAIN_URL",
        most=200,
    ),
]
RequestPath = Annotated[str, text_pattern(r"^/[!-~]*$", "un chemin comme /v1/sms/send, sans espace", most=300)]
HeaderText = Annotated[str, text_pattern(r"^[!-~]([ -~]*[!-~])?$", "un texte sans accent", most=200)]
FieldText = Annotated[str, StringConstraints(max_length=300)]
HttpStatus = Annotated[int, Field(ge=200, le=599)]
Then = Literal["again", "never", "operator"]


class MessagePlaces(StrictModel):
    """Where the parts of a citizen's message stand."""

    id: Place = Field(description="ce qui distingue deux messages d'un même citoyen")
    number: Place
    text: Place
    network: Place | None = None
    date: Place | None = None
    when: Match | None = Field(None, description="à quoi se reconnaît un message, si un accusé a les mêmes places")


class ReportPlaces(StrictModel):
    """Where the parts of a delivery report stand."""

    id: Place
    status: Place
    reason: Place | None = None
    when: Match | None = Field(None, description="à quoi se reconnaît un accusé, si un message a les mêmes places")


class SmsAddress(StrictModel):
    """One address that the gateway calls, for messages, delivery reports or both."""

    path: AddressPath
    method: Method = "POST"
    content: Content = "json"
    each: Place | None = Field(None, description="la liste, si une requête porte plusieurs messages ou accusés")
    message: MessagePlaces | None = None
    report: ReportPlaces | None = None


class Statuses(StrictModel):
    """What each status of a report means; case is ignored."""

    delivered: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()


class Acknowledgement(StrictModel):
    """What the gateway reads when a request arrived."""

    type: Literal["text", "json", "xml"] = "text"
    body: Form = "OK"


class AccessToken(StrictModel):
    """The call that gives the token for others: {token} stands for it in headers."""

    path: RequestPath
    fields: dict[str, FieldText] = Field(description="le formulaire, avec {secret.nom}")
    at: Place = Field(description="où est le jeton dans la réponse")
    seconds: Place | None = Field(None, description="où est sa durée")


class Refusal(StrictModel):
    """An answer that refuses a message, and what follows; the first that fits decides."""

    status: HttpStatus | None = None
    at: Place | None = None
    is_: Values | None = Field(None, alias="is")
    then: Then = Field(description="again, à refaire ; never, jamais ; operator, un opérateur doit agir")


class Sending(StrictModel):
    """The request that sends one message, and how its answer is understood."""

    server: Server
    path: RequestPath
    method: Literal["GET", "POST"] = "POST"
    secrets: dict[Name, Named] = Field({}, description="chaque secret, employé par {secret.nom}")
    basic: Basic | None = None
    token: AccessToken | None = None
    headers: dict[HeaderName, HeaderText] = Field({}, description="avec {secret.nom} ou {token}")
    sender: SettingName | None = Field(None, description="le réglage de l'expéditeur, {sender}")
    content: Content = "json"
    body: Form = Field("", description="json, xml : le corps")
    fields: dict[str, FieldText] = Field({}, description="form, query : les champs")
    id: Place | None = Field(None, description="où est l'identifiant du message dans la réponse")
    refusals: tuple[Refusal, ...] = Field((), description="sans ligne : 429 et 5xx à refaire, le reste à un opérateur")


class SmsPart(StrictModel):
    """SMS through this gateway."""

    verify: Verify | None = None
    addresses: tuple[SmsAddress, ...] = ()
    statuses: Statuses = Statuses()
    answer: Acknowledgement = Acknowledgement()
    send: Sending | None = None


class SmsReads(StrictModel):
    """What one message or report of a request is read as."""

    message: str | None = None
    number: str | None = None
    text: str | None = None
    report: str | None = None
    state: Literal["delivered", "failed", "pending", "unknown"] | None = None


class SmsSample(Sample):
    """A request with messages or reports, and what they are read as; a report that is pending is read as nothing."""

    reads: tuple[SmsReads, ...] = ()


class AnswerSample(StrictModel):
    """An answer to a message that was sent, and what follows."""

    what: Line
    source: Page | Literal["invented"]
    status: HttpStatus = 200
    answer: Body = ""
    then: Literal["taken", "again", "never", "operator"]
    id: str = ""
