"""Answers as a reader sees them: a page's spaces beside French signs do not break, which no reader notices."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer


class PageText(ClientResponse):
    """A response whose text has plain spaces; tests/admin/test_typography.py looks at the others."""

    async def text(self, encoding: str | None = None, errors: str = "strict") -> str:
        return (await super().text(encoding, errors)).replace("\u00a0", " ")


def reader(app: web.Application) -> TestClient[Any, Any]:
    """A client of this application that reads pages."""
    return TestClient(TestServer(app), response_class=PageText)
