"""Says in French why a declared source gave no facts: for `zin check` and `zin sources try`.

The reasons of SourceUnavailable are English, for the log, and hold no value of an answer.
"""

from __future__ import annotations

import re
from typing import Final

REASONS: Final = tuple(
    (re.compile(pattern), french)
    for pattern, french in (
        (r"no answer in time", "pas de réponse à temps"),
        (r"status (\d+)", "aucune ligne de outcomes n'a status: {0}"),
        (r"not as agreed: no outcome fits", "aucune ligne de outcomes ne convient à cette réponse"),
        (r"not as agreed: (\w+)", "le fait « {0} » manque dans cette réponse, ou n'est pas de son genre (kind)"),
        (r"(\w+) has a value that", "« {0} » a une valeur sans texte : ajoutez-la à values, ou à statuses/"),
        (r"an answer that is not JSON", "la réponse n'est pas du JSON (Content-Type)"),
        (r"an answer that is too big", "la réponse est trop grande : 16 Kio au plus"),
        (r"(\S+) is empty", "il manque le réglage {0}"),
        (r"(\S+) is missing", "il manque {0}"),
        (r"TLS files that cannot be used: (.+)", "fichiers TLS inutilisables : {0}"),
        (r"left in peace", "laissée en paix après plusieurs échecs de suite"),
        (r"proxy_407", "le proxy de HTTPS_PROXY refuse le nom ou le mot de passe"),
        (r"proxy_unreachable", "rien ne répond à l'adresse de HTTPS_PROXY"),
        (
            r"proxy_(\d+)",
            "le proxy de HTTPS_PROXY n'atteint pas ce serveur (code {0}) ; le nommer dans NO_PROXY ?",
        ),
        (r"wrong_certificate", "le certificat de ce serveur n'est pas celui attendu : heure, autorité, nom"),
        (r"asks no real system", "une démonstration au secret « demo » n'interroge aucun vrai système"),
    )
)


def reason_in_french(reason: str) -> str:
    """Return the French text of a reason; a connection that failed is named by its error."""
    for pattern, french in REASONS:
        if found := pattern.search(reason):
            return french.format(*found.groups())
    return f"pas de connexion ({reason.rpartition(' ')[2]})"
