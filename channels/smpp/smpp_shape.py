"""The form of the files of SMPP gateways. docs/passerelles.md explains them to operators."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from channels.declared.shape import FileName, Named, Title
from channels.smpp.alphabets import Alphabet
from channels.smpp.receipts import ReceiptIds
from smpp.bind_request import MAX_SYSTEM_ID, MAX_SYSTEM_TYPE
from state.yaml_files.strict_model import StrictModel, text_pattern

Host = Annotated[str, text_pattern(r"^[A-Za-z0-9.:-]+$", "le nom ou l'adresse d'un serveur", most=255)]
Prefix = Annotated[str, text_pattern(r"^[1-9][0-9]{0,14}$", "des chiffres, indicatif du pays d'abord")]
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
    answer_seconds: float = Field(10.0, ge=1, le=25)
    enquire_seconds: float = Field(30.0, ge=5, le=300)
    sms: SmsPart
