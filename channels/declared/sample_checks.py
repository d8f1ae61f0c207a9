"""Reads the table of requests of a file as the server would, and says where it reads something else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from channels.declared.files import GatewayFile, find_files
from channels.declared.guard import build_guard
from channels.declared.rules import Complaint
from channels.declared.sample_reading import sample_faults
from channels.declared.sample_requests import GatewayRequest, Target, build_request, sample_address
from channels.declared.shape import Reads, UssdPart, UssdSample
from channels.declared.sms_samples import CREDENTIALS, sms_sample_complaints
from channels.declared.ussd_channel import DeclaredUssd, build_ussd
from settings import Settings
from state.errors import Problem
from state.interfaces import Inbound, SessionEnd
from state.yaml_files.loader import Where


def gateway_problems(settings: Settings) -> Iterator[Problem]:
    """Yield every problem of the files of gateways, and each request that is not read as its table says."""
    for name, file, document in find_files(settings.gateways):
        yield from document.problems
        for where, what in _complaints(name, file) if file else ():
            yield document.problem_at(where, what)


def _complaints(name: str, file: GatewayFile) -> Iterator[Complaint]:
    yield from sms_sample_complaints(name, file)
    if file.ussd and not file.samples.ussd:
        yield ("ussd",), "il manque samples: avec ussd: au moins une requête, pour prouver que Zin la lit"
    for place, sample in enumerate(file.samples.ussd):
        where: Where = ("samples", "ussd", place)
        if file.ussd is None:
            yield where, "ce fichier n'a pas de partie ussd"
        else:
            found = find_channel(sample_channels(name, file.ussd), sample)
            yield from ((where, what) for what in sample_faults(found, sample, partial(_differences, sample)))


def sample_channels(name: str, part: UssdPart) -> tuple[DeclaredUssd, ...]:
    """Return the channels of a file with the secret of its samples."""
    secrets = CREDENTIALS.secrets(part.verify.path) if part.verify.path else ()
    return tuple(build_ussd(name, part, build_guard(part.verify, CREDENTIALS, ()), secrets, ""))


def find_channel(channels: tuple[DeclaredUssd, ...], sample: UssdSample) -> tuple[DeclaredUssd, GatewayRequest] | None:
    """Return the channel that a sample goes to, and its request; None if it goes to none of them."""
    for channel in channels:
        address = channel.address
        target = Target(address.path, address.method, address.content)
        to = sample_address(sample, [one.path for one in channels])
        content = (sample.headers, sample.body.encode())
        if request := build_request(target, to, content, channel.part.verify, CREDENTIALS):
            return channel, request
    return None


def _differences(sample: UssdSample, read: Inbound | SessionEnd) -> Iterator[str]:
    if isinstance(read, SessionEnd):
        if sample.ended != read.status:
            yield f"Zin y lit la fin d'un appel ({read.status}) : écrivez ended: {read.status}, ou corrigez ends"
        return
    if sample.reads is None:
        yield "Zin y lit une saisie : écrivez reads: avec ce qu'il doit lire, ou corrigez ends"
        return
    found = Reads(
        session=read.session,
        number=read.citizen,
        text=read.text,
        code=read.code,
        network=read.network,
        begins=read.begins,
    )
    for key in Reads.model_fields:
        ours, theirs = getattr(found, key), getattr(sample.reads, key)
        if ours != theirs:
            yield f"{key} : Zin lit « {ours} », le tableau dit « {theirs} »"
