"""People: search, create, change; roles; ways in; closed accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import web
from editorial.actions import authors
from editorial.actions import people as act
from editorial.blueprints.admin.house import bp
from editorial.errors import Invalid
from editorial.forms.admin import (
    LeavingForm,
    PersonForm,
    PlaceRoleForm,
    UnitRoleForm,
    in_words,
    place_options,
    unit_options,
)
from editorial.forms.base import PageForm
from editorial.queries import admin as ask
from editorial.queries import leaving, mailing
from editorial.terms import Role

ONLY = ("", "open", "new", "asked", "closed")


@bp.get("/people")
def people() -> ResponseReturnValue:
    """Everybody, by log-in name; searched and filtered."""
    q, only = request.args.get("q", "").strip()[:100], request.args.get("only", "")
    only = only if only in ONLY else ""
    page = ask.people(q, only, request.args.get("after"))
    following = url_for("admin.people", q=q or None, only=only or None, after=page.next) if page.next else None
    return render_template("admin/people.html", page=page, q=q, only=only, following=following, in_words=in_words)


@bp.route("/people/new", methods=["GET", "POST"])
def new_person() -> ResponseReturnValue:
    """A new account; roles and the invitation follow on its page."""
    form = PersonForm()
    if form.validate_on_submit():
        try:
            person = act.create_person(web.actor(), form.login.data or "", form.name.data or "",
                                       email=form.email.data or "", phone=form.phone.data or "")
            flash(_("The account is made. Give it a role, and then make the invitation."))
            return redirect(url_for("admin.person", person_id=person.id))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("admin/person_new.html", form=form), 400 if form.errors else 200


@bp.get("/people/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    """One account: who it is, roles, how they get in, what was changed."""
    return _person(person_id)


def _person(person_id: int, status: int = 200, *, form: PersonForm | None = None, in_unit: UnitRoleForm | None = None,
            elsewhere: PlaceRoleForm | None = None, closing: LeavingForm | None = None) -> ResponseReturnValue:
    """The page of an account, with the one form on it that was refused."""
    found, left = ask.person(person_id), leaving.left_by(ask.person(person_id))
    shown = session.pop("shown_link", None) if status == 200 else None
    return render_template(
        "admin/person.html", person=found, form=form or PersonForm(formdata=None, obj=found),
        in_unit=in_unit or _unit_form(formdata=None), elsewhere=elsewhere or _place_form(formdata=None),
        left=left, closing=closing or _leaving_form(left, formdata=None),
        standing=ask.standing(person_id, *web.sessions_since()), record=ask.record_of(f"person:{person_id}"),
        link=shown if shown and shown["person"] == person_id else None, in_words=in_words,
        letter=mailing.last_letter(person_id), by_mail=bool(web.settings().smtp_host)), status


def _unit_form(**given: Any) -> UnitRoleForm:
    form = UnitRoleForm(**given)
    form.unit_id.choices = unit_options(ask.tree(active_only=True), none=_("Choose …"))
    return form


def _leaving_form(left: leaving.Left, **given: Any) -> LeavingForm:
    form = LeavingForm(**given)
    form.offer(left.heirs)
    return form


def _place_form(**given: Any) -> PlaceRoleForm:
    form = PlaceRoleForm(**given)
    form.place.choices = place_options(ask.offices())
    return form


@bp.post("/people/<int:person_id>/change")
def change_person(person_id: int) -> ResponseReturnValue:
    """Change name, log-in name, e-mail, telephone."""
    found, form = ask.person(person_id), PersonForm()
    if form.validate():
        try:
            act.change_person(web.actor(), found, form.seen, login=form.login.data or "", name=form.name.data or "",
                              email=form.email.data or "", phone=form.phone.data or "")
            flash(_("Saved."))
            return redirect(url_for("admin.person", person_id=person_id))
        except Invalid as error:
            web.invalid(form, error)
    return _person(person_id, 400, form=form)


@bp.post("/people/<int:person_id>/roles/in-unit")
def give_unit_role(person_id: int) -> ResponseReturnValue:
    """Give a role in a unit."""
    found, form = ask.person(person_id), _unit_form()
    if form.validate():
        try:
            act.give_role(web.actor(), found, Role(form.role.data), web.here(), unit_id=form.unit_id.data)
            return redirect(url_for("admin.person", person_id=person_id, _anchor="roles"))
        except Invalid as error:
            web.invalid(form, error)
    return _person(person_id, 400, in_unit=form)


@bp.post("/people/<int:person_id>/roles/elsewhere")
def give_place_role(person_id: int) -> ResponseReturnValue:
    """Give a role at an office, at one of its stages, or for the whole city."""
    found, form = ask.person(person_id), _place_form()
    if form.validate():
        role, office_id, stage_id = form.chosen
        try:
            act.give_role(web.actor(), found, role, web.here(), office_id=office_id, stage_id=stage_id)
            return redirect(url_for("admin.person", person_id=person_id, _anchor="roles"))
        except Invalid as error:
            web.invalid(form, error)
    return _person(person_id, 400, elsewhere=form)


def _do(person_id: int, change: Callable[[], object]) -> ResponseReturnValue:
    """Do what a form of one button asks; where it is refused, the page says why."""
    try:
        change()
    except Invalid as error:
        web.refuse(error)
    return redirect(url_for("admin.person", person_id=person_id))


@bp.post("/people/<int:person_id>/roles/<int:membership_id>/take")
def take_role(person_id: int, membership_id: int) -> ResponseReturnValue:
    """Take a role back."""
    return _do(person_id, lambda: act.take_role(web.actor(), ask.membership(person_id, membership_id), web.here()))


@bp.post("/people/<int:person_id>/deactivate")
def deactivate(person_id: int) -> ResponseReturnValue:
    """Close an account, and hand over what it leaves."""
    found = ask.person(person_id)
    form = _leaving_form(leaving.left_by(found))
    try:
        if form.validate():
            authors.close_account(web.actor(), found, form.seen, form.named, bool(form.agreed.data))
            return redirect(url_for("admin.person", person_id=person_id))
    except Invalid as error:
        web.invalid(form, error)
    return _person(person_id, 400, closing=form)


@bp.post("/people/<int:person_id>/activate")
def activate(person_id: int) -> ResponseReturnValue:
    """Open a closed account."""
    found = ask.person(person_id)
    return _do(person_id, lambda: act.activate(web.actor(), found, PageForm().seen))


@bp.post("/people/<int:person_id>/log-out")
def log_out_everywhere(person_id: int) -> ResponseReturnValue:
    """End all sessions of somebody."""
    found = ask.person(person_id)
    return _do(person_id, lambda: act.log_out_everywhere(web.actor(), found))


@bp.post("/people/<int:person_id>/link")
def make_link(person_id: int) -> ResponseReturnValue:
    """Make a one-time link: an invitation where there is no password yet, else a reset. It is shown once."""
    found = ask.person(person_id)
    purpose = "reset" if found.password_hash else "invite"

    def make() -> None:
        token = act.make_link(web.actor(), found, purpose)
        session["shown_link"] = {"person": person_id, "url": web.address_of("account.link", token=token)}

    return _do(person_id, make)


@bp.post("/people/<int:person_id>/invitation")
def send_invitation(person_id: int) -> ResponseReturnValue:
    """Send the link by which somebody sets a first password by mail."""
    found = ask.person(person_id)

    def send() -> None:
        act.ask_for_invitation(web.actor(), found)
        flash(_("The invitation leaves in a moment."))

    return _do(person_id, send)
