"""What operators read of the SMPP gateways: where each binds, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from channels.smpp.smpp_files import FoundGateway
from channels.smpp.smpp_gateways import SmppGateways


def smpp_list_lines(gateways: SmppGateways) -> Iterator[str]:
    """Yield one line for each file."""
    for found in gateways.all():
        missing = gateways.lacks(found.file)
        state = f"fermé (il manque {', '.join(missing)})" if missing else "ouvert par zin smpp"
        yield f"{found.name} : {found.file.title} ; SMPP {state}"


def smpp_check_lines(gateways: SmppGateways, found: FoundGateway, *, leaves: bool) -> Iterator[tuple[bool, str]]:
    """Yield what is there and what is missing, each with whether it is in order. leaves: SMS leave by SMPP."""
    file, missing = found.file, gateways.lacks(found.file)
    yield not missing, "SMPP : " + (f"il manque {', '.join(missing)}" if missing else "rien ne manque")
    secured = "avec TLS" if file.tls else "sans TLS : il faut un tunnel jusqu'à l'opérateur"
    yield True, f"  liaison à {file.host}:{file.port}, {secured}"
    yield True, f"  fenêtre de {file.window}, {file.per_second:g} messages par seconde au plus"
    if file.ussd and found.dialect:
        yield True, f"  les appels de {file.ussd.code} arrivent par zin smpp, dans le dialecte {found.dialect.title}"
    if file.sms:
        where = "partent par zin smpp" if leaves else "partent par une autre passerelle"
        yield True, f"  les SMS {where} ; ceux des citoyens arrivent par zin smpp"
