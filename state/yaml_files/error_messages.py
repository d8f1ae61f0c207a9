"""French texts for errors of pydantic and YAML; the loader adds the place."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

PYDANTIC_MESSAGES: Mapping[str, str] = {
    "string_type": "ici il faut un texte",
    "string_too_long": "texte trop long : {max_length} caractères au plus",
    "string_too_short": "ce texte ne peut pas être vide",
    "too_short": "il en faut au moins {min_length}",
    "too_long": "il y en a trop : {max_length} au plus",
    "list_type": "ici il faut une liste : une ligne « - » pour chaque élément",
    "tuple_type": "ici il faut une liste : une ligne « - » pour chaque élément",
    "dict_type": "ici il faut des clés, sous la forme « clé: valeur »",
    "model_type": "ici il faut des clés, sous la forme « clé: valeur »",
    "model_attributes_type": "ici il faut des clés, sous la forme « clé: valeur »",
    "int_parsing": "ici il faut un nombre entier, pas « {input} »",
    "bool_parsing": "ici il faut true (oui) ou false (non), pas « {input} »",
    "literal_error": "« {input} » n'est pas prévu ici ; choisissez {expected}",
    "greater_than_equal": "le plus petit nombre permis est {ge}",
    "less_than_equal": "le plus grand nombre permis est {le}",
    "date_from_datetime_parsing": "« {input} » n'est pas une date AAAA-MM-JJ",
    "url_parsing": "« {input} » n'est pas une adresse",
}

RESERVED_AND = "le signe & est réservé ; mettez le texte entre guillemets"
RESERVED_MARK = "le signe ! est réservé ; mettez le texte entre guillemets"

YAML_SAID: Mapping[str, str] = {
    "mapping values are not allowed": "un « : » de trop, ou sans espace derrière ; mettez le texte entre guillemets",
    "mapping keys are not allowed": "une accolade ou un « ? » qui n'est pas fermé ; mettez le texte entre guillemets",
    "block sequence entries are not allowed": "un tiret au début du texte ; mettez le texte entre guillemets",
    "did not find expected key": "alignement ou guillemets à revoir à cette ligne ou juste avant",
    "could not find expected ':'": "il manque un « : » après la clé",
    "tab character": "une tabulation ; mettez des espaces",
    "found character '\\t'": "une tabulation ; mettez des espaces",
    "found character that cannot start": "une tabulation ou un signe réservé ; mettez des espaces ou des guillemets",
    "found unexpected end of stream": "un guillemet n'est pas refermé",
    "did not find expected '-' indicator": "la liste n'est pas alignée",
    "did not find expected ',' or": "il manque une virgule ou l'accolade de fin",
    "found undefined alias": "le signe * est réservé ; mettez le texte entre guillemets",
    "scanning an alias": "le signe * est réservé ; mettez le texte entre guillemets",
    "scanning an anchor": RESERVED_AND,
    "a tag": RESERVED_MARK,
    "undefined tag handle": RESERVED_MARK,
    "directive": "le signe % est réservé ; mettez le texte entre guillemets",
    "incompatible YAML document": "le signe % est réservé ; mettez le texte entre guillemets",
    "a block scalar": "derrière | ou >, passez à la ligne ; ou mettez le texte entre guillemets",
    "a quoted scalar": "une barre \\ entre guillemets : doublez-la ; une ligne « --- » n'y a pas sa place",
    "another document": "une ligne « --- » de trop : un fichier n'a qu'une partie",
    "<document start>": "un texte qui n'est ni une clé, ni un élément de liste ; revoyez l'alignement",
    "expected node content": "il manque un texte ici, ou un signe réservé commence le texte ; mettez des guillemets",
    "unexpected ':'": "un « : » de trop, ou sans espace derrière ; mettez le texte entre guillemets",
}


def in_french(error: yaml.MarkedYAMLError) -> str:
    """Return the French text of a YAML error, or YAML's own text if there is none."""
    english_text = " ".join(filter(None, (error.problem, error.context)))
    return next((french for english, french in YAML_SAID.items() if english in english_text), english_text)
