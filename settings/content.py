"""The folders of menus and words, and what feeds the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, cast, get_args

from pydantic import Field, SecretStr

from settings.addresses import Address
from settings.environment import Environment

ChangeKind = Literal["menus", "prices", "verdicts", "words"]
NOBODY: Final = "none"
CHANGE_KINDS: Final[tuple[ChangeKind, ...]] = get_args(ChangeKind)


class ContentSettings(Environment):
    """The folders of menus and words, and what feeds the answers."""

    menus: Path = Field(Path("menus"), description="folder of the menu files; in production of the next version")
    gateways: Path = Field(Path("gateways"), description="folder of the files that describe gateways over HTTP")
    locales: Path = Field(Path("locales"), description="folder of the languages; in production of the next version")
    journeys: Path = Field(Path("tests/journeys"), description="folder of the calls written down, to compare with")
    draft_languages: str = Field(
        "", description="languages offered in production without a speaker's review, e.g. fon,yo"
    )
    requests_url: Address = Field(Address(), description="the ministry's requests API; empty: the local registry")
    requests_token: SecretStr = Field(SecretStr(""), description="bearer token for the requests API")
    xroad_client: str = Field("", description="X-Road-Client header for the requests API, e.g. BJ/GOV/0001/zin")
    secret_files: Path = Field(
        Path("secrets"),
        description="folder of the tokens, certificates and keys that files in menus/sources and gateways name",
    )
    approved_changes: str = Field(
        "prices,verdicts",
        description="changes that another account approves before publication: menus, prices, verdicts, words, or none",
    )
    inbox: str = Field("", description="folder whose files are imported into registers; empty: none")

    @property
    def drafts(self) -> frozenset[str] | None:
        """Return the languages that are offered without a review; None in demo, where all are offered."""
        named = frozenset(filter(None, self.draft_languages.replace(" ", "").split(",")))
        return None if self.env == "demo" else named

    @property
    def approved_kinds(self) -> frozenset[ChangeKind]:
        """Return the kinds of changes that another account approves; none in demo, where there is one person.

        Raises ValueError for an unknown kind.
        """
        named = frozenset(filter(None, self.approved_changes.replace(" ", "").split(",")))
        if unknown := named - {*CHANGE_KINDS, NOBODY}:
            known = ", ".join(CHANGE_KINDS)
            raise ValueError(f"approved_changes: {known}, with commas between them, or {NOBODY}; not {min(unknown)}")
        return frozenset() if self.env == "demo" else cast("frozenset[ChangeKind]", named - {NOBODY})
