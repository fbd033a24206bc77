"""Offices with their stages, checklists and deadlines, their channels; and the genres."""

from __future__ import annotations

import hashlib
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import clock, web
from editorial.actions import organisation as act
from editorial.actions.organisation import StepData
from editorial.blueprints.admin.house import bp
from editorial.calendar import Times
from editorial.errors import Invalid
from editorial.forms.admin import (
    ChannelForm,
    NewGenreForm,
    NewOfficeForm,
    OfficeForm,
    RulesetForm,
    TimesForm,
    TitledForm,
    plans,
)
from editorial.queries import admin as ask


@bp.get("/offices")
def offices() -> ResponseReturnValue:
    """All offices."""
    return render_template("admin/offices.html", offices=ask.offices())


@bp.route("/offices/new", methods=["GET", "POST"])
def new_office() -> ResponseReturnValue:
    """A new office: closed until it has stages that hold."""
    form = NewOfficeForm()
    if form.validate_on_submit():
        try:
            office = act.create_office(web.actor(), form.slug.data or "", form.name.data or "",
                                       form.name_en.data or "", is_active=False)
            flash(_("The office is made. Give it its stages, and then open it."))
            return redirect(url_for("admin.rules", office_id=office.id))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("admin/office_new.html", form=form), 400 if form.errors else 200


@bp.route("/offices/<int:office_id>", methods=["GET", "POST"])
def office(office_id: int) -> ResponseReturnValue:
    """One office: settings, rules, channels, who works there, what was changed."""
    found = ask.office(office_id)
    form = OfficeForm(obj=found) if request.method == "GET" else OfficeForm()
    if form.validate_on_submit():
        try:
            act.change_office(web.actor(), found, form.seen, name=form.name.data or "", name_en=form.name_en.data or "",
                              shows_reviewers=form.shows_reviewers.data, undo_minutes=form.undo_minutes.data or 0,
                              is_active=form.is_active.data, counts_unproved=form.counts_unproved.data,
                              is_public=form.is_public.data)
            flash(_("Saved."))
            return redirect(url_for("admin.office", office_id=office_id))
        except Invalid as error:
            web.invalid(form, error)
    rulesets, today = ask.rulesets(office_id), clock.now().astimezone(web.zone()).date()
    return render_template(
        "admin/office.html", form=form, office=found, rulesets=rulesets, current=ask.ruleset_on(rulesets, today),
        today=today, people=ask.people_at_office(office_id), times_of=TimesForm.lines,
        record=ask.record_of(f"office:{office_id}")), 400 if form.errors else 200


@bp.route("/offices/<int:office_id>/rules", methods=["GET", "POST"])
def rules(office_id: int) -> ResponseReturnValue:
    """New stages, checklists and deadlines, from a day on: typed, looked at as what changes, and then let hold."""
    found, today = ask.office(office_id), clock.now().astimezone(web.zone()).date()
    known = ask.rulesets(office_id)
    form = RulesetForm() if request.method == "POST" else RulesetForm.showing(ask.ruleset_on(known, today), today)
    changes = None
    if form.validate_on_submit():
        day = form.effective_on.data or today
        before = ask.ruleset_on(known, day)
        steps, times = form.steps_data(found, before), form.times.form.given
        shown, form.seen.data = form.seen.data, _digest(day, steps, times)
        try:
            act.demand_day(day)
            act.demand_change(found, day, steps, times)
            changes = ask.differences(ask.plan_of(before), plans(steps)), form.times.form.changed(before)
            if request.form.get("then") == "hold" and shown == form.seen.data:
                act.create_ruleset(web.actor(), found, day, steps, form.note.data or "", times)
                flash(_("The rules are set."))
                return redirect(url_for("admin.office", office_id=office_id))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("admin/rules.html", form=form, office=found, changes=changes,
                           under_way=ask.under_way(office_id)), 400 if form.errors else 200


def _digest(day: date, steps: list[StepData], times: Times) -> str:
    """What the preview showed: rules that were changed after it are shown again before they hold."""
    return hashlib.sha256(repr((day, steps, times)).encode()).hexdigest()


@bp.route("/offices/<int:office_id>/channels/new", methods=["GET", "POST"])
def new_channel(office_id: int) -> ResponseReturnValue:
    """A new channel of an office."""
    found, form = ask.office(office_id), ChannelForm(data={"is_active": True})
    if form.validate_on_submit():
        try:
            act.create_channel(web.actor(), found, form.data_given)
            return redirect(url_for("admin.office", office_id=office_id, _anchor="channels"))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("admin/titled.html", form=form, office=found), 400 if form.errors else 200


@bp.route("/offices/<int:office_id>/channels/<int:channel_id>", methods=["GET", "POST"])
def channel(office_id: int, channel_id: int) -> ResponseReturnValue:
    """Change a channel."""
    found = ask.channel(office_id, channel_id)
    form = ChannelForm(obj=found) if request.method == "GET" else ChannelForm()
    if form.validate_on_submit():
        try:
            act.change_channel(web.actor(), found, form.data_given)
            return redirect(url_for("admin.office", office_id=office_id, _anchor="channels"))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("admin/titled.html", form=form, office=found.office, thing=found), (
        400 if form.errors else 200)


@bp.get("/genres")
def genres() -> ResponseReturnValue:
    """All genres."""
    return render_template("admin/genres.html", genres=ask.genres())


@bp.route("/genres/new", methods=["GET", "POST"])
def new_genre() -> ResponseReturnValue:
    """A new genre."""
    form = NewGenreForm()
    if form.validate_on_submit():
        try:
            act.create_genre(web.actor(), form.slug.data or "", form.title.data or "", form.title_en.data or "")
            return redirect(url_for("admin.genres"))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("admin/titled.html", form=form), 400 if form.errors else 200


@bp.route("/genres/<int:genre_id>", methods=["GET", "POST"])
def genre(genre_id: int) -> ResponseReturnValue:
    """Change a genre."""
    found = ask.genre(genre_id)
    form = TitledForm(obj=found) if request.method == "GET" else TitledForm()
    if form.validate_on_submit():
        try:
            act.change_genre(web.actor(), found, form.title.data or "", form.title_en.data or "", form.is_active.data)
            return redirect(url_for("admin.genres"))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("admin/titled.html", form=form, thing=found), 400 if form.errors else 200
