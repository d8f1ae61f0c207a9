"""The schemas that editors use are those of the shapes."""

from __future__ import annotations

from channels.smpp.smpp_schema import dialect_schema, smpp_schema
from tests.support.gateway_files import GATEWAYS


def test_committed_schemas_are_those_of_the_shapes() -> None:
    assert (GATEWAYS / "smpp.schema.json").read_text(encoding="utf-8") == smpp_schema()
    assert (GATEWAYS / "dialects" / "schema.json").read_text(encoding="utf-8") == dialect_schema()
