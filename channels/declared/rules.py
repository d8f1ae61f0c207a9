"""Rules for the file of a gateway: each yields complaints, a place in the file and what to do, in French."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from typing import Final

from pydantic import BaseModel

from channels.declared.shape import Named, Place, Reply, UssdAddress, UssdPart, Verify
from channels.declared.templates import NoTemplate, Template
from state.yaml_files.loader import Where, did_you_mean

Complaint = tuple[Where, str]
IN_PATH: Final = re.compile(r"\{([a-z]+)\}")
SECRET: Final = "secret"
BUILT_IN: Final = ("africastalking", "madapi", "sms", "telegram", "whatsapp")
REPLY_NAMES: Final = ("screen", "session", "number", "digits", "code", "network")


def name_taken(name: str) -> Iterator[Complaint]:
    """A file does not have the name of a gateway that Zin knows without a file."""
    if name in BUILT_IN:
        yield (), f"« {name} » est une passerelle que Zin connaît sans fichier : donnez un autre nom à celui-ci"


def ussd_complaints(name: str, part: UssdPart) -> Iterator[Complaint]:
    """Yield every complaint about the USSD part of a file."""
    yield from verify_complaints(part.verify)
    for place, address in enumerate(part.addresses):
        where: Where = ("addresses", place)
        yield from path_complaints(where, address.path, f"/ussd/{name}", part.verify)
        yield from _address(where, address)
        yield from _unknown_parts(where, address.path, _places(address))
    yield from twice(("addresses",), [one.path for one in part.addresses])
    yield from _first(part)
    yield from _reply(part.reply, [*REPLY_NAMES, *(f"echo.{one}" for one in part.echo)])


def verify_complaints(verify: Verify) -> Iterator[Complaint]:
    """Strangers are refused by something, and every secret has one name."""
    if not (verify.path or verify.header or verify.basic or verify.hmac or verify.addresses):
        yield ("verify",), "rien ne refuse les inconnus : il faut path, header, basic, hmac ou addresses"
    for where, named in named_places(verify):
        if bool(named.setting) == bool(named.file):
            yield ("verify", *where), "il faut setting: ou file:, l'un des deux"
    for place, written in enumerate(verify.addresses):
        try:
            ip_network(written, strict=False)
        except ValueError:
            what = f"« {written} » n'est ni une adresse IP, ni un réseau comme 192.0.2.0/24"
            yield ("verify", "addresses", place), what


def path_complaints(where: Where, path: str, start: str, verify: Verify) -> Iterator[Complaint]:
    """An address begins with the name of the file, and has the secret if one is to be there."""
    if path != start and not path.startswith(f"{start}/"):
        yield (*where, "path"), f"l'adresse commence par {start}, du nom du fichier"
    names = IN_PATH.findall(path)
    if verify.path and names.count(SECRET) != 1:
        yield (*where, "path"), f"il manque {{secret}} dans l'adresse, comme {start}/{{secret}}, puisque verify a path"
    if not verify.path and SECRET in names:
        yield (*where, "path"), "{secret} dans l'adresse demande verify: avec path: {setting: …}"


def twice(where: Where, keys: list[str]) -> Iterator[Complaint]:
    """No two addresses are the same."""
    for place, key in enumerate(keys):
        if key in keys[:place]:
            yield (*where, place), f"cette adresse est déjà celle de la ligne {keys.index(key) + 1} de la liste"


def named_places(part: BaseModel, where: Where = ()) -> Iterator[tuple[Where, Named]]:
    """Yield every named value of a part with its place."""
    for key in type(part).model_fields:
        value = getattr(part, key)
        if isinstance(value, Named):
            yield (*where, key), value
        elif isinstance(value, BaseModel):
            yield from named_places(value, (*where, key))


def template_complaints(where: Where, kind: str, written: str, known: Iterable[str]) -> Iterator[Complaint]:
    """A template is of its kind, and names only what there is."""
    try:
        template = Template(kind, written)
    except NoTemplate as wrong:
        yield where, str(wrong)
        return
    for name in sorted(template.names - set(known)):
        yield where, f"« {{{name}}} » n'est pas prévu ici{did_you_mean(name, known)} : {', '.join(known)}"


def _places(address: UssdAddress) -> Iterator[tuple[str, Place]]:
    for key in ("session", "number", "text", "code", "network"):
        if written := getattr(address, key):
            yield key, written


def _unknown_parts(where: Where, path: str, places: Iterable[tuple[str, Place]]) -> Iterator[Complaint]:
    """A place path:NAME stands in the address, and each part of the address is used."""
    names, used = set(IN_PATH.findall(path)) - {SECRET}, set[str]()
    for key, written in places:
        origin, _, name = written.partition(":")
        if origin == "path":
            used.add(name)
            if name not in names:
                what = f"« {written} » : l'adresse n'a pas {{{name}}}{did_you_mean(name, names)}"
                yield (*where, key), what
    for name in sorted(names - used):
        yield (*where, "path"), f"{{{name}}} ne sert à rien : une place l'emploie par path:{name}"


def _address(where: Where, address: UssdAddress) -> Iterator[Complaint]:
    if address.method == "GET" and address.content != "query":
        yield (*where, "content"), "une requête GET n'a pas de corps : content: query"
    if address.only_ends:
        return
    for key in ("number", "text"):
        if getattr(address, key) is None:
            yield where, f"il manque la clé « {key} », sauf avec only_ends: true"


def _first(part: UssdPart) -> Iterator[Complaint]:
    if part.inputs == "joined" and part.first == "code":
        yield ("first",), "avec inputs: joined, first est inputs ou nothing"
    hops = [one for one in part.addresses if not one.only_ends]
    if not hops:
        yield ("addresses",), "aucune adresse ne reçoit de saisie : toutes ont only_ends: true"
    if part.inputs == "alone" and part.first != "inputs" and not any(one.begins for one in hops):
        what = "sans begins: à une adresse, Zin ne reconnaît pas la première requête : ajoutez-le, ou first: inputs"
        yield ("first",), what


def _reply(reply: Reply, known: list[str]) -> Iterator[Complaint]:
    for key in ("goes_on", "ends"):
        written = getattr(reply, key)
        yield from template_complaints(("reply", key), reply.type, written, known)
        if "{screen}" not in written:
            yield ("reply", key), "il manque {screen}, où se met le texte de l'écran"
    yield from template_complaints(("reply", "ended"), reply.type, reply.ended, ())
    if reply.goes_on == reply.ends:
        yield ("reply", "ends"), "goes_on et ends sont pareils : la passerelle ne saurait pas quand l'appel finit"
