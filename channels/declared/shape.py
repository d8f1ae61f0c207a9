"""The shape of gateways/NAME.yaml: what a gateway that speaks HTTP sends, and what it wants to read.

There is no expression: a place names where a value stands, `is` lists the texts that it may have, and a template is the
literal form of a body with `{names}` in it. No file has a secret: it names a setting or a file of the server. What the
keys say of one another is checked in channels/declared/checks.py.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from state.yaml_files.strict_model import StrictModel, text_pattern

SETTING: Final = r"^ZIN_GATEWAY_[A-Z0-9_]{1,60}$"
SettingName = Annotated[str, text_pattern(SETTING, "un réglage comme ZIN_GATEWAY_PLAIN_SECRET")]
FileName = Annotated[
    str, text_pattern(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$", "un nom de fichier comme plain.secret, sans dossier")
]
Place = Annotated[
    str,
    text_pattern(
        r"^((header|path|query):[A-Za-z0-9_.-]+|[A-Za-z0-9_@$-]+(\.[A-Za-z0-9_@$-]+)*)$",
        "une place comme sessionId, data.msisdn, query:session ou header:X-Session",
        most=120,
    ),
]
AddressPath = Annotated[
    str,
    text_pattern(
        r"^/(ussd|sms)(/([A-Za-z0-9._-]+|\{[a-z]+\}))+$",
        "une adresse comme /ussd/plain/{secret} : /ussd/ ou /sms/, sans ? ni espace",
        most=200,
    ),
]
HeaderName = Annotated[str, text_pattern(r"^[A-Za-z][A-Za-z0-9-]*$", "un en-tête comme X-Api-Key", most=60)]
Network = Annotated[
    str, text_pattern(r"^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$", "une adresse IP, ou un réseau comme 192.0.2.0/24", most=50)
]
Page = Annotated[str, text_pattern(r"^https?://[!-~]+$", "l'adresse d'une page : https://…", most=300)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]
Form = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Body = Annotated[str, StringConstraints(strip_whitespace=True, max_length=8000)]
Name = Annotated[str, text_pattern(r"^[a-z][a-z0-9_]*$", "un nom en minuscules sans accent ni espace", most=30)]
Content = Literal["json", "form", "xml", "query"]
Method = Literal["GET", "POST", "PUT"]
Values = Annotated[tuple[str, ...], Field(min_length=1)]


class Named(StrictModel):
    """A value that is not in the file: from a setting, or from a file of the server."""

    setting: SettingName | None = None
    file: FileName | None = Field(None, description="un fichier du dossier de ZIN_SECRET_FILES")


class HeaderSecret(Named):
    """A header that holds a secret."""

    name: HeaderName


class Basic(StrictModel):
    """HTTP Basic: both values are named."""

    user: Named
    password: Named


class Signature(Named):
    """A keyed hash (HMAC) in a header, over the whole body or over some values."""

    header: HeaderName
    algorithm: Literal["sha1", "sha256", "sha512"] = "sha256"
    written: Literal["hex", "base64"] = "hex"
    prefix: str = Field("", max_length=20, description="ce qui précède la signature : sha256=")
    of: Literal["body"] | Annotated[tuple[Place, ...], Field(min_length=1)] = Field(
        "body", description="body, ou la liste des places signées, dans l'ordre"
    )
    joined_by: str = Field("", max_length=5, description="ce qui sépare les valeurs signées")


class Verify(StrictModel):
    """How strangers are refused: everything that is written here must be right."""

    path: Named | None = Field(None, description="le secret à la place de {secret} dans l'adresse")
    header: HeaderSecret | None = None
    basic: Basic | None = None
    hmac: Signature | None = None
    addresses: tuple[Network, ...] = Field((), description="adresses IP d'où viennent les requêtes")


class Match(StrictModel):
    """A place, and the texts that it may have; true, false and numbers are written as texts."""

    at: Place
    is_: Values = Field(alias="is")


class Ends(StrictModel):
    """How a request says that a session is over: each list has the values of one kind of end."""

    at: Place
    finished: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


class Screen(StrictModel):
    """The size of a screen, without what the gateway adds: in GSM characters, and in others."""

    septets: Annotated[int, Field(ge=40, le=182)] = 182
    units: Annotated[int, Field(ge=20, le=80)] = 80


class Reply(StrictModel):
    """The literal form of our answers; {screen} stands for the text."""

    type: Literal["json", "xml", "text"] = "json"
    goes_on: Form = Field(description="tant que le citoyen peut répondre")
    ends: Form = Field(description="au dernier écran")
    ended: Form = Field("", description="à la requête qui dit qu'un appel est fini")


class UssdAddress(StrictModel):
    """One address that the gateway calls, and where the parts of its request stand."""

    path: AddressPath
    method: Method = "POST"
    content: Content = Field("json", description="ce qui porte les valeurs : json, form, xml, ou query pour l'adresse")
    session: Place
    number: Place | None = None
    text: Place | None = None
    code: Place | None = None
    network: Place | None = None
    optional: tuple[Literal["code", "text"], ...] = Field((), description="ce qui peut manquer à chaque requête")
    begins: Literal["always"] | Match | None = Field(None, description="comment se reconnaît un nouvel appel")
    ends: Ends | None = None
    only_ends: bool = Field(False, description="toute requête à cette adresse finit un appel")


class UssdPart(StrictModel):
    """USSD through this gateway."""

    code: SettingName = Field(description="le réglage du code servi ; vide, tous")
    verify: Verify
    screen: Screen = Screen()
    inputs: Literal["alone", "joined"] = Field(
        description="joined : chaque requête a toutes les saisies, jointes par *"
    )
    first: Literal["nothing", "code", "inputs"] = Field(
        description="le texte de la première requête : nothing, rien d'utile ; code, le code composé ; inputs, la suite"
    )
    echo: dict[Name, Place] = Field({}, description="ce que la réponse répète : {echo.nom}")
    addresses: tuple[UssdAddress, ...] = Field(min_length=1)
    reply: Reply


class Reads(StrictModel):
    """What a request of the table is read as."""

    session: str
    number: str
    text: str = ""
    code: str = ""
    network: str = ""
    begins: bool = False


class Sample(StrictModel):
    """One request of the table, with made-up numbers: what it shows and the page it is from."""

    what: Line
    source: Page | Literal["invented"] = Field(description="la page, ou invented pour un cas que nous avons écrit")
    to: Annotated[str, StringConstraints(max_length=400)] | None = Field(
        None, description="l'adresse, avec {secret} tel quel, et ce qui suit le ? ; sans elle, la seule du fichier"
    )
    headers: dict[HeaderName, str] = Field({}, description="les en-têtes, sans ceux des secrets")
    body: Body = ""
    refused: Literal["bad_request", "stranger"] | None = None


class UssdSample(Sample):
    """A hop or an end of a call, and what it is read as."""

    reads: Reads | None = None
    ended: Literal["finished", "left", "failed"] | None = None
