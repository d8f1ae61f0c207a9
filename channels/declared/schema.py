"""The JSON Schema of the files of gateways, which editors use: gateways/schema.json."""

from __future__ import annotations

import json

from channels.declared.files import GatewayFile


def gateway_schema() -> str:
    """Return the text of gateways/schema.json."""
    return json.dumps(GatewayFile.model_json_schema(), ensure_ascii=False, indent=2) + "\n"
