"""What the actions and details of the audit are called in French, for the page and its export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from accounts.audit import AuditEntry
from accounts.refusals import MARK
from reporting.french import format_hour

KINDS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {  # by the name in the page's address
    "comptes": (
        "Comptes et connexions",
        {
            "operators add": "compte ouvert",
            "operators invite": "personne invitée",
            "operators join": "mot de passe choisi par un lien",
            "operators link": "nouveau lien pour un compte",
            "operators role": "rôle changé",
            "operators ministry": "ministère changé",
            "operators factor": "code sur le téléphone",
            "operators code": "code de connexion",
            "operators recovery": "connexion par un code de secours",
            "operators contact": "manière d’être prévenu changée",
            "operators visits": "visites terminées",
            "operators close": "compte fermé",
            "operators password": "mot de passe changé",
            "sign-in": "connexion",
            "sign-in locked": "connexion, bloquée un quart d'heure",
        },
    ),
    "menus": (
        "Menus et services",
        {
            "menus stage": "menus préparés",
            "menus approve": "menus approuvés",
            "menus schedule": "heure donnée aux menus",
            "menus unschedule": "heure des menus retirée",
            "menus publish": "menus publiés",
            "menus rollback": "menus d'avant remis",
            "draft save": "brouillon des menus écrit",
            "draft resolve": "choix fait dans le brouillon",
            "draft discard": "changements du brouillon abandonnés",
            "translation remark": "remarque sur une traduction",
            "journeys record": "parcours enregistré",
            "services import": "services importés dans les fiches",
        },
    ),
    "resultats": (
        "Résultats",
        {
            "results import": "résultats importés",
            "results approve": "résultats approuvés",
            "results publish": "résultats publiés",
            "results withdraw": "résultats retirés",
            "results discard": "fichier de résultats abandonné",
            "results close": "session fermée",
        },
    ),
    "registres": (
        "Registres",
        {
            "registers import": "fichier d'un registre importé",
            "registers undo": "import d'un registre annulé",
            "registers write": "lignes d'un registre écrites",
        },
    ),
    "messages": (
        "Messages",
        {
            "outbox pause": "envoi mis en pause",
            "outbox resume": "envoi repris",
            "outbox cancel": "messages en attente annulés",
            "messages look up": "messages à un numéro recherchés",
            "purposes release": "messages d'un ministère permis",
            "purposes withdraw": "messages d'un ministère arrêtés",
        },
    ),
    "serveur": (
        "Clés, sauvegardes et essais",
        {
            "keys add": "clé d'un ministère faite",
            "keys revoke": "clé d'un ministère retirée",
            "restore": "sauvegarde restaurée",
            "trial real files": "vrais dossiers vus à l'essai",
        },
    ),
}
ACTIONS: Final = {action: words for _, actions in KINDS.values() for action, words in actions.items()}
DETAILS: Final = {
    "added": "ajoutées",
    "address": "adresse (empreinte)",
    "after": "ensuite",
    "at": "pour le",
    "before": "avant",
    "changed": "changées",
    "department": "département",
    "digest": "empreinte",
    "ended": "terminées",
    "files": "fichiers",
    "held_back": "langues retenues",
    "instead_of": "à la place de",
    "left": "codes qui restent",
    "link": "lien fait par",
    "made_at": "faite le",
    "messages": "messages",
    "mode": "sorte",
    "number": "publication n°",
    "parts a day": "SMS par jour",
    "reason": "pourquoi",
    "removed": "supprimées",
    "role": "rôle",
    "ministry": "ministère",
    "rows": "lignes",
    "scopes": "droits",
    "second factor": "code sur le téléphone",
    "seats": "tables vérifiées",
    "sha256": "empreinte du fichier",
    "times": "fois",
    "what": "quoi",
    "why": "pourquoi",
    "zin": "version de Zin",
}
TIMES: Final = frozenset({"at", "made_at"})  # details in Unix seconds


def action_words(action: str) -> str:
    """Return an action in French words for operators; "" if it has none."""
    if not action.startswith(MARK):
        return ACTIONS.get(action, "")
    return f"refusé : {ACTIONS.get(action.removeprefix(MARK), 'demande au bureau')}"


def detail_lines(entry: AuditEntry) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each detail in French; what has no words is shown as it is."""
    for name, value in entry.details.items():
        yield DETAILS.get(name, name), moment(int(value) * 1000) if name in TIMES and _is_number(value) else str(value)


def moment(at: object) -> str:
    """Return day and hour from Unix milliseconds; an invalid value is shown unchanged."""
    try:
        return format_hour(at / 1000)  # type: ignore[operator]  # a hand in the table may have put anything there
    except (TypeError, ValueError, OverflowError, OSError):
        return str(at)


def _is_number(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12
