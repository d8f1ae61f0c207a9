"""The JSON Schemas of the files of SMPP gateways and of dialects, which editors use."""

from __future__ import annotations

import json

from channels.smpp.smpp_shape import Dialect, SmppFile


def smpp_schema() -> str:
    """Return the text of gateways/smpp.schema.json."""
    return _schema(SmppFile)


def dialect_schema() -> str:
    """Return the text of gateways/dialects/schema.json."""
    return _schema(Dialect)


def _schema(model: type[SmppFile] | type[Dialect]) -> str:
    return json.dumps(model.model_json_schema(), ensure_ascii=False, indent=2) + "\n"
