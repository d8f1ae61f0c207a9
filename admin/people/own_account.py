"""One's own account in the admin site: the password, and the visits that are open."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from accounts.audit import Audit, AuditEvent
from accounts.refusals import AccountRefused
from accounts.sign_in import SignInRefused
from admin.context import ADMIN_CONTEXT
from admin.login import MAX_PASSWORD_CHARACTERS
from admin.people.own_contact import TypedContact, contacts_of, find_contact
from admin.permissions import CurrentUser
from admin.routes import ACCESS, Route
from admin.templating import form, render

HOME: Final = "/bureau/mon-compte"
OTHERS: Final = "autres"  # instead of a digest: every visit but this one
NOT_TWICE: Final = "Les deux nouveaux mots de passe ne sont pas les mêmes."
WRONG_PRESENT: Final = "Le mot de passe actuel n’est pas le bon."
DONE: Final = {
    "mot-de-passe": "Mot de passe changé. Vos autres visites sont terminées.",
    "visites": "C’est terminé.",
    "avis": "C’est noté : vous serez prévenu de ce qui vous attend.",
    "sans-avis": "C’est noté : vous ne serez plus prévenu. Votre adresse et votre numéro sont effacés.",
}


async def show(
    request: web.Request,
    visitor: CurrentUser,
    wrong: str = "",
    status: int = 200,
    typed: TypedContact | None = None,
) -> web.Response:
    """Show one's own account, with the contact as it was typed if it was refused."""
    logins = await request.config_dict[ACCESS].own_logins(request, visitor)
    desk, done = request.config_dict[ADMIN_CONTEXT], DONE.get(request.query.get("fait", ""), "")
    contact = await find_contact(desk, visitor.name)
    shown = {"contact": contact, "typed": typed or TypedContact.of(contact, desk.settings), "logins": logins}
    given = {"wrong": wrong, "done": done, "has_email": desk.settings.smtp is not None}
    return render(request, visitor, "own_account.html", status=status, **shown, **given)


async def change_password(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Change one's own password, which asks for the present one. Other visits end; this one goes on."""
    given = {name: str(value)[:MAX_PASSWORD_CHARACTERS] for name, value in (await form(request)).items()}
    if given.get("new", "") != given.get("again", ""):
        return await show(request, visitor, NOT_TWICE, 422)
    done = _done("mot-de-passe")
    chosen = (given.get("present", ""), given.get("new", ""))
    try:
        await request.config_dict[ACCESS].change_password(request, done, visitor.name, chosen)
    except SignInRefused as wrong:
        message = WRONG_PRESENT if wrong.why == "wrong_password" else str(wrong)
        return await show(request, visitor, message, 422 if wrong.why == "wrong_password" else 503)
    except AccountRefused as refused:
        return await show(request, visitor, str(refused), 422)
    return done


async def end_visits(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """End one of one's own visits, or all but this one."""
    access, ended = request.config_dict[ACCESS], str((await form(request)).get("visit", ""))
    logins = await access.own_logins(request, visitor)
    chosen = [one.digest for one, is_this in logins if ended == one.digest or (ended == OTHERS and not is_this)]
    for one in chosen:
        await access.logins.end(one)
    if chosen:
        event = AuditEvent(visitor.name, "operators visits", visitor.name, {"ended": str(len(chosen))})
        await Audit(request.config_dict[ADMIN_CONTEXT].database).add(event)
    return _done("visites")


async def change_contact(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Change where one is notified, or be notified no more."""
    typed = TypedContact.sent(await form(request))
    try:
        contact = typed.contact(request.config_dict[ADMIN_CONTEXT].settings)
        await contacts_of(request.config_dict[ADMIN_CONTEXT]).change(visitor.name, contact)
    except AccountRefused as refused:
        return await show(request, visitor, str(refused), 422, typed)
    return _done("avis" if contact else "sans-avis")


def _done(what: str) -> web.Response:
    return web.Response(status=303, headers={"Location": f"{HOME}?fait={what}"})


WAYS: Final = (
    Route("GET", "/mon-compte", "own", show),
    Route("POST", "/mon-compte/mot-de-passe", "own", change_password),
    Route("POST", "/mon-compte/avis", "own", change_contact),
    Route("POST", "/mon-compte/visites", "own", end_visits),
)
