"""Who one is: log-in and log-out, one-time links, the language, one's own account."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user

from editorial import web
from editorial.actions import logins
from editorial.errors import Invalid, TooMany
from editorial.forms.account import LanguageForm, LoginForm
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
    status = 400 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            person = logins.check_login(form.login.data or "", form.password.data or "", _address())
            login_user(web.begin_session(person))
            return redirect(target)
        except Invalid as error:
            web.invalid(form, error)
        except TooMany as error:
            form.attach({"form": error.reason})
            status = error.status
    return render_template("account/login.html", form=form, target=target), status


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    """End this session, here and at the server; the language stays."""
    logins.log_out(web.actor(), web.token_hash(current_user.token))
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


@bp.get("/account")
def settings() -> ResponseReturnValue:
    """One's own account."""
    return render_template("account/settings.html")
