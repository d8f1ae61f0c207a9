"""Rules for the request of a declared source: each yields complaints, a place in the file and a French text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from catalog.source_files import Credential, HttpSourceFile
from sources.declared.placeholders import PLACEHOLDER, names_in, texts_of
from state.yaml_files.loader import Where, did_you_mean
from state.yaml_files.secret_texts import is_secret_name, looks_secret

Complaint = tuple[Where, str]
BRACE: Final = re.compile(r"[{}]")
IS_SECRET: Final = (
    "cela ressemble à un secret : mettez-le dans un réglage (setting: ZIN_MINISTRY_…) ou un fichier (file: …)"
)


def unknown_placeholder(file: HttpSourceFile) -> Iterator[Complaint]:
    """Every placeholder is a need, or a part of a proof; braces have no other use."""
    for where, text in texts_of(file.request):
        for name in names_in(text):
            need, _, part = name.partition(".")
            if need not in file.needs:
                yield ("request", *where), f"« {{{name}}} » n'est pas dans needs{did_you_mean(need, file.needs)}"
            elif part and file.needs[need] != "proof":
                yield ("request", *where), f"« {{{name}}} » : seule une réponse de forme proof a une partie « {part} »"
            elif part and where == ("path",):
                yield ("request", *where), f"« {{{name}}} » peut être vide : mettez-le dans query, json ou form"
        if BRACE.search(PLACEHOLDER.sub("", text)):
            yield ("request", *where), f"« {text} » : entre accolades il faut un nom de needs, comme {{reference}}"


def need_unsent(file: HttpSourceFile) -> Iterator[Complaint]:
    """Every need is sent: an answer that the API never sees cannot be checked by it."""
    sent = {name.partition(".")[0] for _, text in texts_of(file.request) for name in names_in(text)}
    for need in file.needs:
        if need not in sent:
            what = f"la requête n'envoie pas « {need} » : mettez {{{need}}} dans path, query, json ou form"
            yield ("needs", need), what


def body_misplaced(file: HttpSourceFile) -> Iterator[Complaint]:
    """A GET has no body, and a POST has one form of it."""
    request = file.request
    if request.json_ is not None and request.form is not None:
        yield ("request", "form"), "json et form à la fois : gardez-en un seul"
    for name, body in (("json", request.json_), ("form", request.form)):
        if request.method == "GET" and body is not None:
            yield ("request", name), "une requête GET n'a pas de corps : employez query, ou method: POST"


def credential_unclear(file: HttpSourceFile) -> Iterator[Complaint]:
    """A credential comes from one place; a key of TLS goes with its certificate."""
    for name, value in file.request.headers.items():
        if isinstance(value, Credential) and bool(value.setting) == bool(value.file):
            yield ("request", "headers", name), "il faut setting: ou file:, l'un des deux"
    tls = file.request.tls
    if tls and bool(tls.certificate) != bool(tls.key):
        yield ("request", "tls"), "certificate et key vont ensemble"


def secret_written(file: HttpSourceFile) -> Iterator[Complaint]:
    """No secret stands in the file, which is published, compared and shown."""
    for name, value in file.request.headers.items():
        if isinstance(value, str) and (is_secret_name(name) or looks_secret(value)):
            yield ("request", "headers", name), IS_SECRET
    for where, text in texts_of(file.request):
        literal = PLACEHOLDER.sub("", text)
        named = literal == text and is_secret_name(str(where[-1])) and where[0] != "path"
        if named or looks_secret(literal):
            yield ("request", *where), IS_SECRET


REQUEST_RULES: Final = (
    unknown_placeholder,
    need_unsent,
    body_misplaced,
    credential_unclear,
    secret_written,
)
