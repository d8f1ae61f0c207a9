"""A source over a fake ministry."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from catalog.entries import SOURCES, read_statuses
from catalog.source_files import HttpSourceFile, http_files
from settings import Settings
from sources.declared.http_source import HttpSource
from tests.support.requests_api import TOKEN

MENUS = Path(__file__).parents[2] / "menus"
STATUSES = read_statuses(MENUS / "statuses")
REQUESTS: HttpSourceFile = http_files(SOURCES.read(MENUS / "sources")[0])["requests"]
MINE = {"reference": "ex-000 001", "proof": "0001"}


def settings_for(url: str, tmp_path: Path, **other: str) -> Settings:
    return Settings(
        env="demo",
        data=tmp_path,
        menus=MENUS,
        requests_url=url,
        requests_token=SecretStr(TOKEN),
        **other,  # type: ignore[arg-type]  # only settings that are text
    )


def requests_source(settings: Settings, file: HttpSourceFile = REQUESTS) -> HttpSource:
    """The source that menus/sources/requests.yaml declares."""
    return HttpSource("requests", file, settings, STATUSES)
