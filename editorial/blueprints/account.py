"""Who one is: log-in and log-out, one-time links, the language, one's own account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from editorial import web
from editorial.actions import logins, people
from editorial.actions import mailing as act_mailing
from editorial.actions.logins import Reading
from editorial.config import DEMO_PASSWORD
from editorial.errors import Invalid, TooMany
from editorial.forms.account import (
    ChangePasswordForm,
    ContactForm,
    ForgotForm,
    LanguageForm,
    LoginForm,
    NewPasswordForm,
    ReadingForm,
)
from editorial.forms.mailing import MailForm
from editorial.queries import accounts, feeds, mailing
from editorial.terms import Role
from editorial.web import current_user

bp = Blueprint("account", __name__)


def _address() -> str:
    return request.remote_addr or ""


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Ask for name and password; lead to where the person wanted to go."""
    target = web.safe_next(request.values.get("next"))
    if current_user.is_authenticated:
        return redirect(target)
    form = LoginForm()
    status, more = 400 if form.is_submitted() else 200, {}
    if form.validate_on_submit():
        try:
            person = logins.check_login(form.login.data or "", form.password.data or "", _address())
            login_user(web.begin_session(person))
            return redirect(target)
        except Invalid as error:
            web.invalid(form, error)
        except TooMany as error:
            form.attach({"form": error.reason})
            status, more = error.status, {"Retry-After": str(error.retry_after)}
    cast = accounts.one_can_be() if web.settings().demo else []
    return render_template("account/login.html", form=form, target=target, cast=cast, key=DEMO_PASSWORD), status, more


@bp.route("/login/forgot", methods=["GET", "POST"])
def forgot() -> ResponseReturnValue:
    """Ask for a link to set a new password. The answer is the same whether there is such an account or not."""
    form = ForgotForm()
    status, more = 400 if form.is_submitted() else 200, {}
    if form.validate_on_submit():
        try:
            logins.ask_for_reset(form.who.data or "", _address())
            flash(_("If there is such an account, a link is on its way, and the administrator sees that you asked."))
            return redirect(url_for("account.forgot"))
        except TooMany as error:
            form.attach({"form": error.reason})
            status, more = error.status, {"Retry-After": str(error.retry_after)}
    return render_template("account/forgot.html", form=form), status, more


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    """End this session, here and at the server; the language stays."""
    logins.log_out(web.actor(), web.here())
    locale = current_user.person.locale
    logout_user()
    session.clear()
    session["locale"] = locale
    answer = redirect(url_for("account.login"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Switch the language: of the account where one is logged in, and of this browser."""
    form = LanguageForm()
    if form.validate():
        session["locale"] = form.locale.data
        if current_user.is_authenticated:
            logins.set_locale(web.actor(), form.locale.data)
    return redirect(web.safe_next(request.form.get("next")))


@bp.route("/link/<token>", methods=["GET", "POST"])
def link(token: str) -> ResponseReturnValue:
    """Set a password by a one-time link: an invitation, or a reset."""
    found = people.link_of(token)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            people.use_link(token, form.new_password.data or "")
            flash(_("The password is set. Log in with it."))
            return redirect(url_for("account.login"))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("account/link.html", form=form, link=found), 400 if form.errors else 200


@bp.get("/account")
def settings() -> ResponseReturnValue:
    """One's own account: who one is, how one reads, where one is logged in."""
    person = current_user.person
    face = "song" if person.text_song else "sans"
    return _settings(ReadingForm(formdata=None, obj=person, text_face=face))


def _settings(form: ReadingForm, status: int = 200) -> ResponseReturnValue:
    person = current_user.person
    return render_template(
        "account/settings.html", form=form, person=person, letter=mailing.last_letter(person.id),
        roles_held=accounts.memberships(person.id),
        sessions=accounts.sessions(person.id, *web.sessions_since()), present=web.here()), status


@bp.post("/account/reading")
def reading() -> ResponseReturnValue:
    """Choose language, size and face; what this browser had chosen for itself gives way."""
    form = ReadingForm()
    if not form.validate():
        return _settings(form, 400)
    logins.set_reading(web.actor(), Reading(form.locale.data, form.text_size.data, form.text_face.data == "song"))
    answer = redirect(url_for("account.settings"))
    for name in ("face", "size"):
        answer.delete_cookie(name)
    return answer


@bp.route("/account/contact", methods=["GET", "POST"])
def contact() -> ResponseReturnValue:
    """Change where one is reached."""
    form = ContactForm(obj=current_user.person)
    if form.validate_on_submit():
        try:
            logins.set_contact(web.actor(), form.email.data or "", form.phone.data or "",
                               form.present_password.data or "", _address())
            flash(_("Saved."))
            return redirect(url_for("account.settings"))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("account/contact.html", form=form), 400 if form.errors else 200


@bp.route("/account/mail", methods=["GET", "POST"])
def mail() -> ResponseReturnValue:
    """Choose what comes by mail, and when."""
    me = web.actor()
    form = MailForm(data={**mailing.choices(me.id), "hour": mailing.digest_hour(me.id)})
    if form.validate_on_submit():
        act_mailing.choose(me, form.ways, form.hour.data)
        flash(_("Saved."))
        return redirect(url_for("account.settings"))
    shown = {"feed": session.pop("shown_feed", None), "published": _feeds(session.pop("shown_published", ""))}
    return render_template(
        "account/mail.html", form=form, by_mail=bool(web.settings().smtp_host),
        administrator=Role.ADMINISTRATOR in me.grants, **shown), 400 if form.errors else 200


@bp.post("/account/calendar")
def make_feed() -> ResponseReturnValue:
    """A new private address for one's calendar; it is shown once, and the older one is void."""
    session["shown_feed"] = web.address_of(
        "messages.feed", token=act_mailing.make_address(web.actor(), "calendar"))
    return redirect(url_for("account.mail", _anchor="calendar"))


def _feeds(token: str) -> list[tuple[str, str]]:
    """What a new private address for feeds opens: each feed with its address."""
    return [(title, web.address_of(endpoint, token=token, **values))
            for title, endpoint, values in feeds.offered()] if token else []


@bp.post("/account/published")
def make_published_feed() -> ResponseReturnValue:
    """A new private address for one's feed reader; it is shown once, and the older one is void."""
    session["shown_published"] = act_mailing.make_address(web.actor(), "published")
    return redirect(url_for("account.mail", _anchor="published"))


@bp.route("/account/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """Change one's password; the other sessions end."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            logins.change_password(web.actor(), form.present_password.data or "", form.new_password.data or "",
                                   _address(), web.here())
            flash(_("The password is changed. All other sessions have ended."))
            return redirect(url_for("account.settings"))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("account/password.html", form=form), 400 if form.errors else 200


@bp.post("/account/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    """Log out elsewhere: there."""
    logins.end_session(web.actor(), session_id)
    return redirect(url_for("account.settings"))


@bp.post("/account/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    """Log out everywhere else."""
    logins.end_other_sessions(web.actor(), web.here())
    return redirect(url_for("account.settings"))
