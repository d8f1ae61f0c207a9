"""The verb `zin health`: asks a server on this machine whether it is ready, for containers without other tools."""

from __future__ import annotations

import sys
import urllib.error
import urllib.request
from typing import Final

import click

import settings
from cli.errors import report_errors

PATIENCE: Final = 4.0  # seconds; /health/ready answers within two
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


@click.command(cls=click.Command)
@click.option("--live", is_flag=True, help="Ask only whether the process runs.")
@report_errors
def health(live: bool) -> None:
    """Ask the server of these settings whether it is ready; exit code 1 and the reason if it is not."""
    found = settings.load()
    host = EVERYWHERE.get(found.host, f"[{found.host}]" if ":" in found.host else found.host)
    address = f"http://{host}:{found.port}/health/{'live' if live else 'ready'}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by a proxy
    try:
        with opener.open(address, timeout=PATIENCE) as answer:
            click.echo(answer.read(200).decode("utf-8", "replace").strip())
    except urllib.error.HTTPError as refused:
        with refused:
            click.echo(refused.read(200).decode("utf-8", "replace").strip(), err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(f"no answer on port {found.port}: {getattr(error, 'reason', error)}", err=True)
        sys.exit(1)
