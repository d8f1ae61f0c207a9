"""A folder of gateways with one over SMPP whose calls a dialect that ships carries."""

from __future__ import annotations

from pathlib import Path

from channels.smpp.smpp_files import FoundGateway, read_gateways
from channels.smpp.smpp_shape import SmsPart

DIALECTS = Path(__file__).parents[2] / "gateways" / "dialects"
NAME = "exemple-smpp"


def example(folder: Path = DIALECTS.parent) -> FoundGateway:
    """The gateway that ships as an example."""
    (found,) = (one for one in read_gateways(folder) if one.name == NAME)
    return found


def example_sms() -> SmsPart:
    """Its messages."""
    sms = example().file.sms
    assert sms
    return sms


def gateway_folder(folder: Path, dialect: str, changed: tuple[str, str] = ("", ""), more: str = "") -> Path:
    """The folder; in the dialect the first text of `changed` is replaced by the second. more stands behind the dialect
    in the gateway's file.
    """
    (folder / "dialects").mkdir(parents=True)
    text = (DIALECTS / f"{dialect}.yaml").read_text(encoding="utf-8")
    assert changed[0] in text
    (folder / "dialects" / f"{dialect}.yaml").write_text(text.replace(*changed, 1), encoding="utf-8")
    (folder / "essai.yaml").write_text(
        "protocol: smpp\ntitle: Essai\nhost: 127.0.0.1\nsystem_id: zin\npassword: {file: essai}\n"
        f'ussd: {{code: "*384*229#", dialect: {dialect}{more}}}\nsms: {{sender: "5000"}}\n',
        encoding="utf-8",
    )
    return folder
