"""The shape of menus/sources: one file for each question that an administration's HTTP API answers.

A file either declares the API of one administration, or says which of these files answers by the beginning of a
citizen's reference. No file has a secret: it names a setting or a file of the server. What the keys say of one another
is checked in sources/declared/checks.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, RootModel, StringConstraints, Tag

from catalog.entry_types import Label, Text
from catalog.jmespath_types import JmesPath
from state.interfaces import Form
from state.yaml_files.strict_model import StrictModel, text_pattern
from state.yaml_files.types import Ministry, Name, QuestionName

FOLDER: Final = "sources"
REGISTER: Final = "register"  # in a routing: Zin's own table
MAX_TEXT: Final = 300  # characters of a fact
FOUND, UNKNOWN = "found", "unknown"

SETTING: Final = r"^ZIN_(MINISTRY_[A-Z0-9_]{1,60}|REQUESTS_URL|REQUESTS_TOKEN|XROAD_CLIENT)$"
SettingName = Annotated[str, text_pattern(SETTING, "un réglage comme ZIN_MINISTRY_JUSTICE_TOKEN")]
FileName = Annotated[
    str, text_pattern(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$", "un nom de fichier comme justice.token, sans dossier")
]
Server = Annotated[
    str,
    text_pattern(
        r"^(https?://[A-Za-z0-9.:_\[\]-]+|ZIN_(MINISTRY_[A-Z0-9_]{1,60}|REQUESTS_URL))$",
        "https:// et un nom de machine, sans chemin, ou un réglage comme ZIN_MINISTRY_JUSTICE_URL",
        most=200,
    ),
]
RequestPath = Annotated[
    str, text_pattern(r"^/[!-~]*$", "un chemin comme /requests/{reference} : sans espace ni accent", most=300)
]
HeaderName = Annotated[str, text_pattern(r"^[A-Za-z][A-Za-z0-9-]*$", "un en-tête comme X-Road-Client", most=60)]
HeaderText = Annotated[str, text_pattern(r"^[!-~]([ -~]*[!-~])?$", "un texte sans accent", most=200)]
Prefix = Annotated[str, text_pattern(r"^[A-Z0-9]+$", "des majuscules et des chiffres, comme CJ", most=12)]
SourceName = Annotated[str, text_pattern(r"^[a-z0-9]+(-[a-z0-9]+)*$", "le nom d'un fichier de sources/", most=40)]
JsonText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=16_000)]
OutcomeName = Annotated[str, text_pattern(r"^[a-z][a-z_]*$", "un nom comme found ou unknown", most=20)]
Status = Annotated[int, Field(ge=200, le=599)]
Seconds = Annotated[float, Field(ge=0.1, le=10)]


class Credential(StrictModel):
    """The value of a header that is not in the file: from a setting, or from a file of the server."""

    setting: SettingName | None = None
    file: FileName | None = Field(None, description="un fichier du dossier de ZIN_SECRET_FILES")
    scheme: Literal["Bearer", "Basic"] | None = Field(None, description="ce qui précède la valeur : Bearer")
    optional: bool = Field(False, description="sans valeur, l'en-tête n'est pas envoyé")


Header = Annotated[
    Annotated[Credential, Tag("credential")] | Annotated[HeaderText, Tag("text")],
    Discriminator(lambda value: "credential" if isinstance(value, dict | Credential) else "text"),
]


class MutualTls(StrictModel):
    """Files of the server for TLS: our certificate with its key, and the authority that signed theirs."""

    certificate: FileName | None = None
    key: FileName | None = None
    authority: FileName | None = None


class Request(StrictModel):
    """The HTTP request; `{need}` in path, query, json and form stands for what the citizen typed."""

    server: Server = Field(description="https:// et la machine, ou le réglage qui les donne")
    path: RequestPath
    method: Literal["GET", "POST"]
    headers: dict[HeaderName, Header] = Field(
        {}, description="texte, ou {setting: …} ou {file: …} pour ce qui est secret"
    )
    tls: MutualTls | None = None
    query: dict[str, str] = Field({}, description="ce qui suit le ? de l'adresse")
    json_: dict[str, Any] | None = Field(None, alias="json", description="corps JSON d'un POST")
    form: dict[str, str] | None = Field(None, description="corps de formulaire d'un POST")


class Recognition(StrictModel):
    """How an outcome is recognised: by the HTTP status, and by an expression over the answer that must be true."""

    outcome: OutcomeName
    status: Status = 200
    when: JmesPath | None = None


class DeclaredFact(StrictModel):
    """One fact: where it stands in the answer, and what it must be."""

    from_: JmesPath = Field(alias="from")
    kind: Literal["text", "date", "money", "number", "words"] = "text"
    most: Annotated[int, Field(ge=1, le=MAX_TEXT)] | None = Field(None, description="text : caractères au plus")
    longest: Text | None = Field(None, description="text : la plus longue valeur probable, pour compter les pages")
    format: Literal["yyyy-mm-dd", "dd/mm/yyyy"] = Field("yyyy-mm-dd", description="date : comment l'API l'écrit")
    values: dict[str, Text] | None = Field(None, description="words : ce que le citoyen lit pour chaque valeur")
    of: Literal["statuses.label", "statuses.advice"] | None = Field(
        None, description="words : les textes de statuses/, au lieu de values"
    )
    optional: bool = Field(False, description="peut manquer : rien n'est affiché")


class Breaker(StrictModel):
    """After `failures` failures in a row nothing is asked for `rest_seconds`, then one question as a trial."""

    failures: Annotated[int, Field(ge=1, le=100)] = 5
    rest_seconds: Annotated[float, Field(ge=1, le=600)] = 10


class SourceExample(StrictModel):
    """An exchange with made-up values: what is asked, what the API answers, and what Zin makes of it."""

    ask: dict[Name, str]
    status: Status = 200
    answer: JsonText = Field("", description="le JSON de la réponse, tel quel")
    outcome: OutcomeName
    facts: dict[Name, str] = Field({}, description="ce que Zin doit y lire")


class HttpSourceFile(StrictModel):
    """How the HTTP API of one administration answers a question."""

    title: Label
    administration: Text
    ministry: Ministry = None
    question: QuestionName
    needs: dict[Name, Form] = Field(min_length=1, description="chaque réponse du citoyen, et sa forme")
    guarded: bool = Field(description="la réponse est personnelle, et demande une preuve")
    reference: Name | None = Field(None, description="guarded : la réponse qui dit de qui il s'agit")
    request: Request
    outcomes: tuple[Recognition, ...] = Field(min_length=1, description="la première qui convient décide")
    facts: dict[Name, DeclaredFact] = Field(min_length=1, description="ce que donne « found »")
    patience_seconds: Seconds = 3.0
    cache_seconds: Annotated[float, Field(ge=0, le=300)] = 5.0
    look_again_minutes: Annotated[float, Field(ge=1, le=1440)] = Field(
        10.0, description="entre deux questions pour qui a demandé à être averti des changements"
    )
    breaker: Breaker = Breaker()
    examples: tuple[SourceExample, ...] = Field(min_length=1)


class PrefixRouting(StrictModel):
    """The source that answers, by the beginning of the reference; the longest one that fits decides."""

    prefix: dict[Prefix, SourceName] = Field(
        min_length=1, description=f"CJ: justice ; « {REGISTER} » pour la table de Zin"
    )


class RoutedSourceFile(StrictModel):
    """One question with several sources behind it."""

    title: Label
    ministry: Ministry = None
    question: QuestionName
    by: PrefixRouting


def _shape_of(value: Any) -> str:
    return "routed" if isinstance(value, RoutedSourceFile) or (isinstance(value, dict) and "by" in value) else "http"


class SourceFile(
    RootModel[
        Annotated[
            Annotated[HttpSourceFile, Tag("http")] | Annotated[RoutedSourceFile, Tag("routed")],
            Discriminator(_shape_of),
        ]
    ]
):
    """One file of menus/sources."""


SourceFiles = Mapping[str, SourceFile]


def http_files(files: SourceFiles) -> Mapping[str, HttpSourceFile]:
    """Return the files that declare an API, by name."""
    return {name: one.root for name, one in files.items() if isinstance(one.root, HttpSourceFile)}


def routed_files(files: SourceFiles) -> Mapping[str, RoutedSourceFile]:
    """Return the files that route a question, by name."""
    return {name: one.root for name, one in files.items() if isinstance(one.root, RoutedSourceFile)}
