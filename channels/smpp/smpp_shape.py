"""The form of the files of SMPP gateways and of their USSD dialects. docs/passerelles.md explains them to operators."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from channels.declared.shape import FileName, Named, Title
from channels.smpp.alphabets import Alphabet
from channels.smpp.receipts import ReceiptIds
from smpp.bind_request import MAX_SYSTEM_ID, MAX_SYSTEM_TYPE
from smpp.constants import ITS_SESSION_INFO, USER_MESSAGE_REFERENCE
from state.yaml_files.strict_model import StrictModel, text_pattern

PARAMETERS: Final = {"its_session_info": ITS_SESSION_INFO, "user_message_reference": USER_MESSAGE_REFERENCE}
Page = Annotated[str, text_pattern(r"^https?://[!-~]+$", "l'adresse d'une page", most=300)]
Host = Annotated[str, text_pattern(r"^[A-Za-z0-9.:-]+$", "le nom ou l'adresse d'un serveur", most=255)]
Octet = Annotated[str, text_pattern(r"^0x[0-9a-f]{2}$", "un octet comme 0x01")]
Code = Annotated[str, text_pattern(r"^\*[0-9*]+#$", "un code comme *384*229#", most=32)]
Prefix = Annotated[str, text_pattern(r"^[1-9][0-9]{0,14}$", "des chiffres, indicatif du pays d'abord")]
DialectName = Annotated[str, text_pattern(r"^[a-z][a-z0-9-]*$", "un nom en minuscules", most=40)]
SessionParameter = Annotated[
    str,
    text_pattern(
        r"^(its_session_info|user_message_reference|0x[0-9a-f]{4}|none)$",
        "its_session_info, user_message_reference, none, ou un numéro comme 0x1401",
    ),
]
Ascii = Annotated[str, text_pattern(r"^[ -~]*$", "des lettres sans accent, des chiffres et des signes")]


class Secret(Named):
    """A secret that the file only names: a setting ZIN_GATEWAY_..., or a file in the folder of secrets."""

    @model_validator(mode="after")
    def _one(self) -> Secret:
        if (self.setting is None) == (self.file is None):
            raise ValueError("écrivez setting ou file, un seul des deux")
        return self


class Tls(StrictModel):
    """TLS to the operator; authority is a file in the folder of secrets, by default what the system trusts."""

    authority: FileName | None = None


class Numbering(StrictModel):
    """The type and the numbering plan of addresses (SMPP 3.4, sections 5.2.5 and 5.2.6)."""

    ton: int = Field(0, ge=0, le=6)
    npi: int = Field(0, ge=0, le=18)


class SmsPart(StrictModel):
    """Messages over this bind. prefixes are the first digits of the numbers that it serves, by default all."""

    sender: Annotated[str, text_pattern(r"^[ -~]{1,20}$", "un numéro court ou un nom")]
    long: Literal["udh", "sar", "payload"] = "udh"
    alphabet: Alphabet = "gsm"
    validity_hours: int = Field(24, ge=1, le=72)
    receipt_ids: ReceiptIds = "same"
    prefixes: tuple[Prefix, ...] = ()


class UssdPart(StrictModel):
    """Calls over this bind. push: results and alerts open a call on the phone before they leave as an SMS."""

    code: Code
    dialect: DialectName
    push: bool = False


class SmppFile(StrictModel):
    """One file of gateways/ whose protocol is smpp."""

    protocol: Literal["smpp"]
    title: Title
    host: Host
    port: int = Field(2775, ge=1, le=65535)
    tls: Tls | None = None
    system_id: Annotated[Ascii, StringConstraints(min_length=1, max_length=MAX_SYSTEM_ID)]
    password: Secret
    system_type: Annotated[Ascii, StringConstraints(max_length=MAX_SYSTEM_TYPE)] = ""
    bind: Literal["transceiver", "pair"] = "transceiver"
    source: Numbering = Numbering()
    destination: Numbering = Numbering(ton=1, npi=1)
    window: int = Field(10, ge=1, le=1000)
    per_second: float = Field(20.0, gt=0, le=10_000)
    bind_seconds: float = Field(10.0, ge=1, le=60)
    answer_seconds: float = Field(10.0, ge=1, le=25)
    enquire_seconds: float = Field(30.0, ge=5, le=300)
    sms: SmsPart | None = None
    ussd: UssdPart | None = None

    @model_validator(mode="after")
    def _carries(self) -> SmppFile:
        if self.sms is None and self.ussd is None:
            raise ValueError("écrivez sms, ussd ou les deux")
        if self.sms is None and self.ussd and self.ussd.push:
            raise ValueError("ussd.push demande aussi sms : ce que le téléphone ne prend pas part en SMS")
        return self


class Operations(StrictModel):
    """The values of ussd_service_op: in which a call begins, goes on or is broken off, and out, to ask or to end."""

    begin: tuple[Octet, ...] = ()
    goes_on: tuple[Octet, ...] = Field((), alias="continue")
    abort: tuple[Octet, ...] = ()
    ask: Octet
    end: Octet

    @model_validator(mode="after")
    def _distinct(self) -> Operations:
        every = (*self.begin, *self.goes_on, *self.abort)
        for octet in every:
            if every.count(octet) > 1:
                raise ValueError(f"« {octet} » est écrit deux fois dans begin, continue et abort : une seule suffit")
        return self


class Dialect(StrictModel):
    """How one vendor's centre carries USSD over SMPP. end_bit: the last bit of the session's parameter is the end.

    push is the operation by which Zin opens a call on a phone, None if the centre has no such calls.
    """

    title: Title
    docs: tuple[Page, ...] = Field(min_length=1)
    operations: Operations
    session: SessionParameter = "none"
    end_bit: bool = False
    code: Literal["destination", "text"] = "destination"
    service_type: Annotated[Ascii, StringConstraints(max_length=5)] = ""
    data_coding: int = Field(15, ge=0, le=255)
    push: Octet | None = None

    @property
    def session_parameter(self) -> int | None:
        """Return the number of the parameter that names the session; None for none."""
        if self.session == "none":
            return None
        return PARAMETERS.get(self.session) or int(self.session, 16)
