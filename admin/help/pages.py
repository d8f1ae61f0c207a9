"""What each page is for, in the words that stand beside it and in docs/operateur.md.

A page is found by the beginning of its address, so that a screen has the help of screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class PageHelp:
    """The help of the pages whose address begins so; words are names of admin/glossary/words.py."""

    address: str
    title: str
    text: str
    words: tuple[str, ...] = ()


PAGES: Final = (
    PageHelp(
        "/bureau/accueil",
        "Accueil",
        "Ce qui attend quelqu'un : d'abord ce que votre rôle vous permet de faire, puis ce qui attend d'autres "
        "personnes. « Pour commencer » mène à ce que l'on fait le plus. Chaque ligne mène à la page où cela se fait.",
    ),
    PageHelp(
        "/bureau/plan",
        "Plan",
        "Tous les parcours, et où ils mènent. Une couleur dit ce qui est à corriger ou à traduire. Cliquez sur "
        "un parcours, puis sur un écran, pour le lire, l'essayer ou le changer.",
        ("parcours", "ecran"),
    ),
    PageHelp(
        "/bureau/ecran",
        "Écran",
        "Un écran tel qu'il se montre, sur chaque canal et dans chaque langue. Ce que vous tapez se voit à côté "
        "avant d'être enregistré ; « Enregistrer dans le brouillon » ne change rien pour les citoyens.",
        ("ecran", "canal", "septet", "codage", "brouillon"),
    ),
    PageHelp(
        "/bureau/services",
        "Services",
        "Ce que les citoyens lisent de chaque démarche : prix, délai, pièces, guichet. Chaque renseignement dit "
        "d'où vous le savez et à quelle date. Laissez vide ce que vous ne savez pas : le citoyen lit alors « à "
        "confirmer ».",
        ("brouillon",),
    ),
    PageHelp(
        "/bureau/traduire",
        "Traduire",
        "Les textes de chaque langue : ce qui manque, ce qui est à relire, les plus vus d'abord. Qui a traduit "
        "un texte ne le relit pas : une autre personne le fait.",
        ("brouillon",),
    ),
    PageHelp(
        "/bureau/brouillon",
        "Brouillon",
        "Tout ce qui est écrit et pas encore publié, fichier par fichier. « Préparer ce brouillon » en fait une "
        "version, qui se compare puis se publie. Ce que vous ne voulez plus s'abandonne ici.",
        ("brouillon", "version"),
    ),
    PageHelp(
        "/bureau/fichiers",
        "Fichiers",
        "Pour qui préfère un autre programme : recevez les fichiers d'une version, changez-les, et apportez-les au "
        "brouillon. Zin compare d'abord ; rien n'est pris avant que vous l'ayez lu.",
        ("version", "brouillon"),
    ),
    PageHelp(
        "/bureau/yaml",
        "Fichier en YAML",
        "Un fichier du brouillon, tel qu'il est écrit. Chaque faute a sa ligne ; les formulaires du plan et des "
        "services changent les mêmes fichiers.",
        ("brouillon",),
    ),
    PageHelp(
        "/bureau/menus",
        "Menus",
        "La version que reçoivent les citoyens, ce qui est préparé, et l'historique. Comparer montre ce qu'un "
        "citoyen remarquerait. Publier et revenir à la version d'avant prennent une seconde.",
        ("version", "publication"),
    ),
    PageHelp(
        "/bureau/chiffres",
        "Chiffres",
        "Combien de personnes, par où, pour quoi, et où elles s'arrêtent. Rien n'y désigne quelqu'un.",
        ("canal", "parcours"),
    ),
    PageHelp(
        "/bureau/resultats",
        "Résultats",
        "Les résultats d'examens : une personne importe le fichier, une autre l'approuve, puis il est publié, "
        "tout de suite ou à une heure. Des résultats publiés se retirent aussitôt en cas d'erreur.",
        ("empreinte", "publication"),
    ),
    PageHelp(
        "/bureau/registres",
        "Registres",
        "Les listes que tiennent les administrations, importées d'un fichier ou envoyées par leur système. "
        "Chaque importation dit ce qui est nouveau, changé ou refusé, et peut être défaite.",
        ("registre", "source"),
    ),
    PageHelp(
        "/bureau/messages",
        "Messages",
        "Ce qui attend, ce qui part, ce qui échoue, par canal, et les passerelles. Une pause arrête les envois "
        "sans rien perdre : ils reprennent où ils en étaient.",
        ("passerelle", "canal"),
    ),
    PageHelp(
        "/bureau/journal",
        "Journal",
        "Ce que chaque personne a fait, avec l'heure, ce qui était avant et après. Il se cherche, s'exporte et "
        "se vérifie : une ligne changée ou enlevée se voit.",
        ("journal", "empreinte"),
    ),
    PageHelp(
        "/bureau/comptes",
        "Comptes",
        "Les personnes et leurs rôles. Inviter donne un lien qui sert une fois. Un compte fermé ne se rouvre pas.",
    ),
    PageHelp(
        "/bureau/mon-compte",
        "Mon compte",
        "Votre mot de passe, le code sur votre téléphone, où Zin vous prévient de ce qui vous attend, et vos visites "
        "ouvertes, que vous pouvez terminer : par exemple celle d'un ordinateur perdu.",
    ),
    PageHelp(
        "/bureau/",
        "Essayer",
        "Un téléphone d'essai, qui parle à Zin comme le ferait un opérateur. Choisissez le canal, la langue, et "
        "la version : celle en service, ou celle qui est préparée. Rien de ce que vous y faites n'atteint un "
        "citoyen ni les chiffres.",
        ("canal", "version", "septet", "codage", "ecran"),
    ),
)


def help_of(path: str) -> PageHelp | None:
    """Return the help of the page at this path, None where there is none."""
    for page in PAGES[:-1]:
        if path == page.address or path.startswith(f"{page.address}/"):
            return page
    return PAGES[-1] if path == PAGES[-1].address else None
