"""What operators read of the SMPP gateways: where each binds, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from channels.smpp.smpp_gateways import SmppGateways
from channels.smpp.smpp_shape import SmppFile


def smpp_list_lines(gateways: SmppGateways) -> Iterator[str]:
    """Yield one line for each file."""
    for name, file in gateways.files():
        missing = gateways.lacks(file)
        state = f"fermé (il manque {', '.join(missing)})" if missing else "ouvert par zin smpp"
        yield f"{name} : {file.title} ; SMPP {state}"


def smpp_check_lines(gateways: SmppGateways, file: SmppFile, *, leaves: bool) -> Iterator[tuple[bool, str]]:
    """Yield what is there and what is missing, each with whether it is in order. leaves: SMS leave by SMPP."""
    missing = gateways.lacks(file)
    yield not missing, "SMPP : " + (f"il manque {', '.join(missing)}" if missing else "rien ne manque")
    secured = "avec TLS" if file.tls else "sans TLS : il faut un tunnel jusqu'à l'opérateur"
    yield True, f"  liaison à {file.host}:{file.port}, {secured}"
    yield True, f"  fenêtre de {file.window}, {file.per_second:g} messages par seconde au plus"
    where = "partent par zin smpp" if leaves else "partent par une autre passerelle"
    yield True, f"  les SMS {where} ; ceux des citoyens arrivent par zin smpp"
