"""Why a message failed and what to do about it, in French words for operators.

Every reason that a gateway's module can give stands here (tests/admin/outbox/test_failure_reasons.py reads
them from the modules); docs/passerelles.md says more about those that an operator mends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from channels.africastalking.report_statuses import letters
from channels.whatsapp.error_codes import reason_of


@dataclass(frozen=True, slots=True)
class FailureReason:
    """A reason in words, and what to do about it."""

    words: str
    advice: str


NOTHING: Final = "Rien à faire."
BY_ITSELF: Final = "Rien à faire : Zin réessaie de lui-même."
GIVEN_UP: Final = "Rien à faire : ce message ne part plus."
NETWORK: Final = "Rien à faire. Si ces échecs sont nombreux, écrire à la passerelle."
ITS_STATUS: Final = "Zin réessaie. Si cela dure, lire le site d'état de la passerelle, puis écrire à son assistance."
TO_US: Final = "Écrire à l'équipe de Zin, avec cette raison."
CREDIT: Final = "Créditer le compte chez la passerelle. Les messages partent ensuite d'eux-mêmes."
META_HOLDS: Final = "Ralentir les envois et lire la messagerie d'alerte du compte chez Meta."
META_RIGHTS: Final = "Chez Meta, donner à l'utilisateur système le compte WhatsApp et ses deux droits."
META_NUMBER: Final = "L'administrateur du serveur vérifie ZIN_WHATSAPP_PHONE_ID, puis lance « zin whatsapp check »."
REGISTER: Final = "Inscrire le numéro de l'administration chez Meta (docs/passerelles.md)."
TOKEN: Final = "L'administrateur du serveur refait le jeton chez la passerelle et le met dans les réglages."

OFF: Final = "téléphone éteint ou hors réseau"
REFUSES: Final = "cette personne refuse les messages"
NOT_DELIVERED: Final = "le réseau n'a pas pu remettre le message"
BAD_NUMBER: Final = "ce numéro n'existe pas, ou n'est plus en service"
NO_CREDIT: Final = "plus de crédit chez la passerelle"
NO_ANSWER: Final = "la passerelle n'a pas répondu"
TROUBLE: Final = "la passerelle a un incident"
TOO_LONG: Final = "message trop long"
LIMITED: Final = "la passerelle demande d'aller moins vite"
SHORTEN: Final = "Raccourcir le texte dans les menus."
MALFORMED: Final = "la passerelle n'a pas compris la demande"

_OURS: Final = {
    "": ("sans raison donnée", NETWORK),
    "no_answer": (NO_ANSWER, ITS_STATUS),
    "proxy_407": (
        "le proxy de sortie refuse le mot de passe de Zin",
        "L'administrateur du serveur vérifie HTTPS_PROXY (docs/keeping.md).",
    ),
    "wrong_certificate": (
        "le certificat de la passerelle n'est pas celui qui est attendu",
        "L'administrateur du serveur vérifie l'heure, les autorités connues et le proxy de sortie (docs/keeping.md).",
    ),
    "gateway_down": ("la passerelle est en panne : une autre prend ses messages", BY_ITSELF),
    "no_gateway": (
        "passerelle pas encore réglée : message seulement affiché",
        "L'administrateur du serveur donne à « zin deliver » le compte de cette passerelle.",
    ),
    "no_sender": (
        "passerelle pas réglée dans « zin deliver »",
        "L'administrateur du serveur donne à « zin deliver » le compte de cette passerelle.",
    ),
    "no_turn": ("le rythme permis est atteint : chacun attend son tour", BY_ITSELF),
    "operator": ("annulé par un opérateur", NOTHING),
    "pace_unknown": ("le rythme n'a pas pu être lu : Valkey", "L'administrateur du serveur vérifie Valkey."),
    "paused": ("en pause", "Le bouton « Reprendre » de cette page les fait partir."),
    "restart": ("« zin deliver » redémarrait", BY_ITSELF),
    "stopped": ("cette personne a écrit STOP", "Rien à faire : c'est son choix. START la réinscrit."),
    "withdrawn": ("les résultats ont été retirés", NOTHING),
    "impossible_address": ("adresse impossible", GIVEN_UP),
    "impossible_number": ("numéro impossible", GIVEN_UP),
    "too_long": (TOO_LONG, SHORTEN),
    "too_many": (LIMITED, "Zin réessaie. Si c'est fréquent, baisser le rythme de cette passerelle."),
    "refused": ("la passerelle refuse ce message", TO_US),
    "nobody": ("la passerelle n'a trouvé aucun destinataire", TO_US),
    "wrong_key": (
        "clé refusée par la passerelle",
        "L'administrateur du serveur refait la clé et la met dans les réglages.",
    ),
    "wrong_token": ("jeton refusé par la passerelle", TOKEN),
}
_SMS: Final = {
    "AbsentSubscriber": (OFF, NOTHING),
    "Expired": ("téléphone resté injoignable trop longtemps", NOTHING),
    "Failed": (NOT_DELIVERED, NETWORK),
    "Rejected": ("le réseau a refusé le message", NETWORK),
    "REJECTD": ("le réseau a refusé le message", NETWORK),
    "Deleted": ("le réseau a effacé le message avant de le remettre", NETWORK),
    "Undelivered": (NOT_DELIVERED, NETWORK),
    "Undeliverable": (NOT_DELIVERED, NETWORK),
    "UNDELIV": (NOT_DELIVERED, NETWORK),
    "NotDelivered": (NOT_DELIVERED, NETWORK),
    "DeliveryFailure": (NOT_DELIVERED, NETWORK),
    "DeliveryImpossible": (NOT_DELIVERED, NETWORK),
    "UserInBlacklist": (REFUSES, "Rien à faire : c'est son choix, dit à son opérateur."),
    "DoNotDisturbRejection": (REFUSES, "Rien à faire : c'est son choix, dit à son opérateur."),
    "InvalidPhoneNumber": (BAD_NUMBER, GIVEN_UP),
    "UnsupportedNumberType": ("ce numéro ne peut pas recevoir de SMS", GIVEN_UP),
    "NotNetworkSubscriber": ("ce numéro n'est pas de ce réseau", GIVEN_UP),
    "UserDoesNotExist": (BAD_NUMBER, GIVEN_UP),
    "UserIsInactive": (BAD_NUMBER, GIVEN_UP),
    "UserAccountSuspended": ("la ligne de cette personne est suspendue", GIVEN_UP),
    "UserNotSubscribedToProduct": ("cette personne n'est pas abonnée à ce numéro court", GIVEN_UP),
    "RiskHold": ("la passerelle retient les envois", "Écrire à Africa's Talking : le compte est sous surveillance."),
    "InvalidSenderId": (
        "expéditeur non enregistré",
        "Faire enregistrer l'expéditeur chez Africa's Talking, ou corriger ZIN_AT_SENDER.",
    ),
    "InsufficientBalance": (NO_CREDIT, CREDIT),
    "InsufficientCredit": (NO_CREDIT, CREDIT),
    "InvalidLinkId": (MALFORMED, TO_US),
    "CouldNotRoute": ("la passerelle n'a pas de chemin vers ce réseau", ITS_STATUS),
    "InternalServerError": (TROUBLE, ITS_STATUS),
    "GatewayError": (TROUBLE, ITS_STATUS),
    "RejectedByGateway": ("la passerelle a refusé le message", ITS_STATUS),
}
_WHATSAPP: Final = {
    "unknown_error": (TROUBLE, ITS_STATUS),
    "unknown": ("WhatsApp ne dit pas pourquoi", NETWORK),
    "service_down": (TROUBLE, ITS_STATUS),
    "server_down": (TROUBLE, ITS_STATUS),
    "overloaded": (TROUBLE, ITS_STATUS),
    "something_went_wrong": (TROUBLE, ITS_STATUS),
    "maintenance": ("le numéro de l'administration est en maintenance chez Meta", BY_ITSELF),
    "too_many_calls": (LIMITED, BY_ITSELF),
    "too_many_to_one": ("trop de messages de suite à cette personne", BY_ITSELF),
    "too_many_registrations": (
        "le numéro a été inscrit trop souvent chez Meta",
        "Attendre trois jours, puis l'inscrire.",
    ),
    "experiment": ("Meta ne remet pas d'annonces à cette personne", NOTHING),
    "held_back": ("Meta limite les annonces à cette personne", NOTHING),
    "refused_parameter": (MALFORMED, TO_US),
    "own_number": ("ce numéro est celui de l'administration", NOTHING),
    "undeliverable": ("cette personne n'a pas WhatsApp, ou une version trop ancienne", NOTHING),
    "window_closed": (
        "plus de 24 heures depuis son dernier message",
        "Faire approuver un modèle chez Meta et le nommer dans ZIN_WHATSAPP_TEMPLATE.",
    ),
    "unsupported": ("WhatsApp ne connaît pas cette sorte de message", TO_US),
    "no_phone": ("le modèle demande un numéro que Meta ne donne pas", "Chez Meta, choisir un modèle sans numéro."),
    "no_permission": ("droits manquants chez la passerelle", META_RIGHTS),
    "wrong_phone_id": ("numéro de l'administration inconnu de Meta", META_NUMBER),
    "wrong_request": (MALFORMED, META_NUMBER),
    "blocked": ("Meta a suspendu le compte", META_HOLDS),
    "country_blocked": ("Meta interdit d'écrire à ce pays depuis ce compte", "Écrire à l'assistance de Meta."),
    "test_number": ("numéro d'essai", "Inscrire le destinataire chez Meta, ou passer au vrai numéro."),
    "account_locked": ("Meta a bloqué le compte", META_HOLDS),
    "no_display_name": ("nom affiché pas encore approuvé", "Faire approuver le nom affiché chez Meta."),
    "payment": ("moyen de paiement manquant", "Ajouter un moyen de paiement chez Meta."),
    "not_registered": ("numéro de l'administration pas inscrit", REGISTER),
    "spam_limit": ("trop de personnes ont signalé le numéro", META_HOLDS),
}
_TELEGRAM: Final = {
    "chat_not_found": ("cette conversation n'existe plus", NOTHING),
    "message_too_long": (TOO_LONG, SHORTEN),
}
_REASONS: Final = {letters(why): FailureReason(*said) for why, said in (_OURS | _SMS | _WHATSAPP | _TELEGRAM).items()}
_BLOCKED_BOT: Final = FailureReason("cette personne a bloqué Zin", NOTHING)
_TEMPLATE: Final = FailureReason(
    "Meta refuse le modèle de message",
    "Chez Meta, vérifier que le modèle a ce nom, cette langue et une seule variable, et qu'il est approuvé.",
)
_PROXY: Final = FailureReason(
    "le proxy de sortie n'atteint pas la passerelle",
    "L'administrateur du serveur vérifie le proxy et HTTPS_PROXY (docs/keeping.md).",
)
_TROUBLE: Final = FailureReason(TROUBLE, ITS_STATUS)
_NO_ANSWER: Final = FailureReason(NO_ANSWER, ITS_STATUS)


def describe_failure(gateway: str, why: str) -> FailureReason | None:
    """Return what a reason means for this gateway; None if only the gateway explains it."""
    if gateway == "whatsapp" and why.isdecimal():  # the code of a delivery report
        why = reason_of(int(why)) or why
    if gateway == "telegram" and why == "blocked":
        return _BLOCKED_BOT
    if why.startswith("template_"):
        return _TEMPLATE
    if why.startswith(("status_", "code_")):
        return _TROUBLE
    found = _REASONS.get(letters(why))
    if found is None and why.startswith("proxy_"):
        return _PROXY
    return _NO_ANSWER if found is None and why.endswith("Error") else found  # the type of an error of the connection
