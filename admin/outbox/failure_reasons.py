"""Why a message failed, in French words for operators; docs/passerelles.md says what to do about each reason."""

from __future__ import annotations

from typing import Final

REASON_LABELS: Final = {
    "": "sans raison donnée",
    "AbsentSubscriber": "téléphone éteint ou hors réseau",
    "DeliveryFailure": "le réseau n'a pas pu remettre le message",
    "Expired": "téléphone resté injoignable trop longtemps",
    "InsufficientBalance": "plus de crédit chez la passerelle",
    "InvalidSenderId": "expéditeur non enregistré",
    "RiskHold": "la passerelle retient les envois",
    "UserInBlacklist": "cette personne refuse les messages",
    "DoNotDisturbRejection": "cette personne refuse les messages",
    "blocked": "cette personne a bloqué Zin",
    "impossible_address": "adresse impossible",
    "impossible_number": "numéro impossible",
    "no_answer": "la passerelle n'a pas répondu",
    "no_gateway": "passerelle pas encore réglée : message seulement affiché",
    "no_permission": "droits manquants chez la passerelle",
    "no_sender": "passerelle pas réglée dans « zin deliver »",
    "no_turn": "le rythme permis est atteint : chacun attend son tour",
    "not_registered": "numéro de l'administration pas inscrit",
    "operator": "annulé par un opérateur",
    "pace_unknown": "le rythme n'a pas pu être lu : Valkey",
    "paused": "en pause",
    "payment": "moyen de paiement manquant",
    "stopped": "cette personne a écrit STOP",
    "too_long": "message trop long",
    "too_many": "la passerelle demande d'aller moins vite",
    "window_closed": "plus de 24 heures depuis son dernier message",
    "withdrawn": "les résultats ont été retirés",
    "wrong_key": "clé refusée par la passerelle",
    "wrong_token": "jeton refusé par la passerelle",
}


def describe_failure(why: str) -> str:
    """Return the words for a reason; "" if only its gateway explains it."""
    return REASON_LABELS.get(why, "")
