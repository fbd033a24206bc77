"""The texts of letters: the house's own or the built-in ones, with a preview."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import web
from editorial.actions import letter_texts as act
from editorial.blueprints.admin.house import bp
from editorial.errors import Invalid
from editorial.forms.base import PageForm
from editorial.forms.letter_texts import LetterTextForm
from editorial.queries import letter_texts as ask


@bp.get("/letters")
def letters() -> ResponseReturnValue:
    """Each kind of letter in each language, and whether its text is the house's own."""
    return render_template("admin/letters.html", own=ask.which_are_own(), ask=ask)


def _site(locale: str) -> str:
    return web.settings().site_name if locale.startswith("zh") else web.settings().site_name_en


@bp.route("/letters/<kind>/<locale>", methods=["GET", "POST"])
def letter(kind: str, locale: str) -> ResponseReturnValue:
    """One text: look at it, try another, write it."""
    found = ask.wording(kind, locale)
    form = LetterTextForm(subject=found.subject, body=found.body, revision=found.number)
    subject, body = form.subject.data or "", form.body.data or ""
    if form.validate_on_submit():
        try:
            act.check(kind, subject, body)
            if not form.look.data:
                act.write(web.actor(), kind, locale, form.seen, subject, body)
                flash(_("Letters have these words from now on."))
                return redirect(url_for("admin.letter", kind=kind, locale=locale))
        except Invalid as error:
            web.invalid(form, error)
    shown = ask.preview(locale, subject, body, _site(locale), web.address_of("home.home"))
    return render_template(
        "admin/letter.html", found=found, form=form, kind_words=ask.kind_words(kind),
        names=ask.field_names(locale, kind), shown=shown), 400 if form.errors else 200


@bp.post("/letters/<kind>/<locale>/built-in")
def letter_back(kind: str, locale: str) -> ResponseReturnValue:
    """Back to the built-in text."""
    act.go_back(web.actor(), ask.wording(kind, locale).kind, locale, PageForm().seen)
    flash(_("Letters have the built-in words again."))
    return redirect(url_for("admin.letter", kind=kind, locale=locale))
