"""The same messages in the shape of GovStack's Messaging building block, whose interface has the half for e-mail only.

Source: GovStackWorkingGroup/bb-messaging, api/swagger.yaml 0.1.1: sending and status of e-mail, with senderInfo,
recipientInfo, the header requestUid and counts. Here the content is one of menus/messages with its values.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import ConfigDict, Field

from api.message_models import MAX_RECIPIENTS, NewMessage, NewRecipient, Reference, Values
from api.message_operations import MAX_BODY, send_message, status_of
from api.operations import AnswerModel, Call, Operation
from api.request_models import RequestModel

Organisation = Annotated[str, Field(max_length=160)]


class SenderInfo(RequestModel):
    """L'administration qui envoie ; Zin la connaît par la clé, et ne garde rien d'ici."""

    organisation_name: Annotated[Organisation, Field(alias="organisationName", description="son nom")] = ""
    organisation_number: Annotated[Organisation, Field(alias="organisationRegNr", description="son numéro")] = ""
    behalf_name: Annotated[Organisation, Field(alias="onBehalfOfName", description="pour qui elle envoie")] = ""
    behalf_number: Annotated[Organisation, Field(alias="onBehalfOfRegNr", description="le numéro de celle-ci")] = ""


class SmsContent(RequestModel):
    """Le contenu : un modèle de Zin et ses valeurs."""

    template: Annotated[str, Field(max_length=40, description="nom du modèle", examples=["document-pret"])]
    purpose: Annotated[str, Field(max_length=40, description="à quoi il sert", examples=["retrait"])]
    values: Annotated[Values, Field(description="les valeurs qui sont pour tous")]


class SingleSms(RequestModel):
    """Un message à un citoyen."""

    sender: Annotated[SenderInfo, Field(alias="senderInfo", description="qui envoie")] = SenderInfo()
    recipient: Annotated[NewRecipient, Field(alias="recipientInfo", description="le citoyen")]
    content: Annotated[SmsContent, Field(alias="smsContent", description="ce qu'il lit")]


class BatchSms(RequestModel):
    """Un message à une liste."""

    sender: Annotated[SenderInfo, Field(alias="senderInfo", description="qui envoie")] = SenderInfo()
    recipients: Annotated[
        tuple[NewRecipient, ...],
        Field(
            alias="recipientInfo", min_length=1, max_length=MAX_RECIPIENTS, description="les citoyens, 10 000 au plus"
        ),
    ]
    content: Annotated[SmsContent, Field(alias="smsContent", description="ce qu'ils lisent")]


class RequestUid(RequestModel):
    """La référence, dans l'en-tête ou dans l'adresse."""

    request_uid: Annotated[Reference, Field(alias="requestUid")]


class SmsAnswer(AnswerModel):
    """La demande est gardée."""

    response: Annotated[str, Field(description="toujours accepted")]
    request_uid: Annotated[str, Field(alias="requestUid", description="votre référence")]
    model_config = ConfigDict(populate_by_name=True)


class SmsCounts(AnswerModel):
    """Le nombre de citoyens dans chaque état."""

    scheduled: Annotated[int, Field(description="pas encore partis")]
    processing: Annotated[int, Field(description="partis ; l'opérateur n'a pas dit s'ils sont arrivés")]
    deferred: Annotated[int, Field(description="toujours 0 : ce qui attend est dans scheduled")]
    bounced: Annotated[int, Field(description="l'opérateur n'a pas pu les remettre")]
    not_sent: Annotated[int, Field(alias="notSent", description="trop tard, ou le citoyen ne l'a pas demandé")]
    delivered: Annotated[int, Field(description="arrivés")]
    model_config = ConfigDict(populate_by_name=True)


async def send_single(call: Call, body: SingleSms) -> SmsAnswer:
    """Send a message to one citizen. Raises ApiProblem."""
    return await _send(call, (body.recipient,), body.content)


async def send_batch(call: Call, body: BatchSms) -> SmsAnswer:
    """Send a message to a list. Raises ApiProblem."""
    return await _send(call, body.recipients, body.content)


async def count_sms(call: Call, body: None) -> SmsCounts:
    """Return the counts of a message. Raises ApiProblem."""
    counts = (await status_of(call, call.query.request_uid)).counts
    return SmsCounts(
        scheduled=counts.waiting,
        processing=counts.sent,
        deferred=0,
        bounced=counts.failed,
        not_sent=counts.expired + counts.refused,
        delivered=counts.delivered,
    )


async def _send(call: Call, to: tuple[NewRecipient, ...], content: SmsContent) -> SmsAnswer:
    reference = call.headers.request_uid
    message = NewMessage(
        reference=reference, template=content.template, purpose=content.purpose, to=to, values=content.values
    )
    return SmsAnswer(response="accepted", request_uid=(await send_message(call, message)).reference)


OPERATIONS: Final = (
    Operation(
        name="sendSingleSms",
        method="POST",
        path="/send/sms/single",
        summary="Forme GovStack : un message à un citoyen",
        run=send_single,
        answer=SmsAnswer,
        status=202,
        scope="messages",
        body=SingleSms,
        headers=RequestUid,
        problems=("conflict", "over-budget"),
    ),
    Operation(
        name="sendBatchSms",
        method="POST",
        path="/send/sms/batch",
        summary="Forme GovStack : un message à une liste",
        run=send_batch,
        answer=SmsAnswer,
        status=202,
        scope="messages",
        body=BatchSms,
        max_bytes=MAX_BODY,
        headers=RequestUid,
        problems=("conflict", "over-budget"),
    ),
    Operation(
        name="countSms",
        method="GET",
        path="/status/sms",
        summary="Forme GovStack : le nombre de citoyens dans chaque état",
        run=count_sms,
        answer=SmsCounts,
        scope="messages",
        query=RequestUid,
        problems=("not-found",),
    ),
)
