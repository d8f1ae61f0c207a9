"""What operators read of the gateways that files describe: what each does, what is missing, which addresses to give."""

from __future__ import annotations

from collections.abc import Iterator

from channels.declared.files import GatewayFile, has_routes
from channels.declared.gateways import DeclaredGateways
from channels.declared.shape import UssdPart
from channels.declared.sms_shape import SmsPart
from settings import Settings
from state.errors import ZinError
from state.yaml_files.loader import did_you_mean


class UnknownGateway(ZinError):
    """No file has this name. The text is French."""


class NotTried(ZinError):
    """A message was not sent for a trial. The text is French."""


def find_gateway(gateways: DeclaredGateways, name: str) -> GatewayFile:
    """Return the file with this name. Raises UnknownGateway, and InvalidMenu for a broken file."""
    known = dict(gateways.files())
    if name not in known:
        where = gateways.settings.gateways
        raise UnknownGateway(f"{where} n'a pas de fichier {name}.yaml{did_you_mean(name, known)}")
    return known[name]


def list_lines(gateways: DeclaredGateways) -> Iterator[str]:
    """Yield one line for each file."""
    sends = sending_name(gateways)
    for name, file in gateways.files():
        parts = []
        if file.ussd:
            parts.append(f"USSD {_state(gateways.lacks(file.ussd.verify))}")
        if file.sms and file.sms.verify:
            parts.append(f"SMS reçus {_state(gateways.lacks(file.sms.verify))}")
        if file.sms and file.sms.send:
            missing = gateways.cannot_send(file.sms.send)
            parts.append(f"envoi {'choisi' if name == sends else 'prêt' if not missing else _state(missing)}")
        yield f"{name} : {file.title} ; {', '.join(parts)}"


def sending_name(gateways: DeclaredGateways) -> str:
    """Return the name of the file that SMS leave by; "" if it is none of them."""
    if gateways.settings.at_username or has_routes(gateways.settings.gateways):
        return ""
    ready = (name for name, file in gateways.files() if file.sms and file.sms.send and can_send(gateways, file.sms))
    return next(ready, "")


def can_send(gateways: DeclaredGateways, part: SmsPart) -> bool:
    """Return whether messages can leave by this gateway."""
    return part.send is not None and not gateways.cannot_send(part.send)


def check_lines(gateways: DeclaredGateways, name: str) -> Iterator[tuple[bool, str]]:
    """Yield what is there and what is missing, each with whether it is in order. Raises UnknownGateway."""
    file, settings = find_gateway(gateways, name), gateways.settings
    if file.ussd:
        yield from _ussd_lines(gateways, file.ussd)
    if file.sms and file.sms.verify:
        missing = gateways.lacks(file.sms.verify)
        yield not missing, f"SMS reçus : {_missing(missing)}"
        for address in file.sms.addresses:
            yield True, f"  {address.method} {_public(address.path)}"
    if file.sms and file.sms.send:
        missing = gateways.cannot_send(file.sms.send)
        yield not missing, f"Envoi de SMS : {_missing(missing)}"
        if not missing:
            yield True, f"  {_leaves_by(gateways, name, settings)}"


def _ussd_lines(gateways: DeclaredGateways, part: UssdPart) -> Iterator[tuple[bool, str]]:
    missing = gateways.lacks(part.verify)
    yield not missing, f"USSD : {_missing(missing)}"
    code = gateways.credentials.plain(part.code)
    yield True, f"  code servi : {code}" if code else f"  code servi : tous ({part.code} est vide)"
    for address in part.addresses:
        yield True, f"  {address.method} {_public(address.path)}"


def _leaves_by(gateways: DeclaredGateways, name: str, settings: Settings) -> str:
    if has_routes(settings.gateways):
        return "les SMS partent comme routes.yaml le dit"
    if settings.at_username:
        return "les SMS partent par Africa's Talking, dont le compte est réglé"
    sends = sending_name(gateways)
    return (
        "les SMS partent par elle" if sends == name else f"les SMS partent par {sends}, premier dans l'ordre des noms"
    )


def _public(path: str) -> str:
    return f"https://VOTRE-ADRESSE{path.replace('{secret}', 'LE-SECRET')}"


def _state(missing: tuple[str, ...]) -> str:
    return "ouvert" if not missing else f"fermé (il manque {', '.join(missing)})"


def _missing(missing: tuple[str, ...]) -> str:
    return "rien ne manque" if not missing else f"il manque {', '.join(missing)}, ou la valeur est trop faible"
