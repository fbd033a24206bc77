"""The publisher's plan: a calendar by channel and day, and the page on which a manuscript is planned."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import clock, web
from editorial.actions import planning as actions
from editorial.errors import Invalid, Invisible
from editorial.forms.planning import EmbargoForm, SlotForm, TakeOffForm, parse_move
from editorial.queries import planning as queries

bp = Blueprint("planning", __name__)


def _day(text: str) -> date | None:
    """The day of an address; None where it names none that can be meant."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


@bp.get("/planning")
def calendar() -> ResponseReturnValue:
    """An office's plan by month, week or day, of all its channels or one; for publishers what is not planned yet."""
    asked = request.args
    found = queries.calendar(web.actor(), asked.get("office", ""), asked.get("view", ""), _day(asked.get("day", "")),
                             asked.get("channel", ""), asked.get("after"), asked.get("waiting"))
    return render_template("planning/calendar.html", plan=found, today=clock.today(), after=asked.get("after"),
                           waiting=asked.get("waiting"))


@bp.post("/planning/move")
def move() -> ResponseReturnValue:
    """Mean something for another day, by a button of the calendar or by dragging it there."""
    back = web.safe_next(request.form.get("form_page"))
    to = parse_move(request.form.get("to", ""))
    if to is None:
        raise Invisible
    try:
        actions.move_to(web.actor(), queries.slot_of(web.actor(), to[0]), to[1], to[2])
        flash(_("Moved."))
    except Invalid as error:
        web.refuse(error)
    return redirect(back)


@bp.get("/manuscripts/<code>/plan")
def manuscript(code: str) -> ResponseReturnValue:
    """What a manuscript is meant for, and the forms for one more place and for an embargo."""
    day = _day(request.args.get("day", ""))
    return _page(code, form=SlotForm(formdata=None, data={"day": day or clock.today()}))


def _page(code: str, slot_id: int | None = None, **forms: Any) -> str:
    page = queries.page(web.actor(), code, slot_id)
    embargo = page.plan.embargo
    until = embargo.until.astimezone(web.zone()).replace(tzinfo=None) if embargo else None
    held = EmbargoForm(formdata=None, data={"until": until, "reason": embargo.reason if embargo else ""})
    forms = {"form": SlotForm(formdata=None), "embargo": held, "off": TakeOffForm(formdata=None)} | forms
    forms["form"].offer(page.channels)
    return render_template("planning/plan.html", page=page, **forms)


@bp.post("/manuscripts/<code>/plan")
def plan(code: str) -> ResponseReturnValue:
    """Mean it for a day on a channel."""
    form, page = SlotForm(), queries.page(web.actor(), code)
    form.offer(page.channels)
    try:
        if not form.validate():
            raise Invalid({})
        slot = actions.plan(web.actor(), page.manuscript, form.slot)
    except Invalid as error:
        web.invalid(form, error)
        return _page(code, form=form), 400
    flash(_("Planned."))
    return redirect(_to(page.manuscript, slot.day))


def _to(manuscript: Any, day: date) -> str:
    return url_for(".calendar", office=manuscript.office.slug, view="day", day=day)


@bp.post("/manuscripts/<code>/embargo")
def embargo(code: str) -> ResponseReturnValue:
    """Say before when it is not to come out, or lift that."""
    form, page = EmbargoForm(), queries.page(web.actor(), code)
    try:
        if not form.validate():
            raise Invalid({})
        until = form.time(web.zone())
        actions.embargo(web.actor(), page.manuscript, until, form.reason.data or "")
    except Invalid as error:
        web.invalid(form, error)
        return _page(code, embargo=form), 400
    flash(_("The embargo holds.") if until else _("The embargo is lifted."))
    return redirect(url_for(".manuscript", code=code))


@bp.get("/planning/<int:slot_id>")
def slot(slot_id: int) -> ResponseReturnValue:
    """One place in the plan, to change it or to take it off."""
    found = queries.slot_of(web.actor(), slot_id)
    data = {**vars(actions.slot_of(found)), "channel": found.channel_id}
    return _page(found.manuscript.code, slot_id, form=SlotForm(formdata=None, data=data))


@bp.post("/planning/<int:slot_id>")
def change(slot_id: int) -> ResponseReturnValue:
    """Mean it for another channel, day, time or place."""
    form, found = SlotForm(), queries.slot_of(web.actor(), slot_id)
    code, page = found.manuscript.code, queries.page(web.actor(), found.manuscript.code)
    form.offer(page.channels)
    try:
        if not form.validate():
            raise Invalid({})
        actions.move(web.actor(), found, form.seen, form.slot)
    except Invalid as error:
        web.invalid(form, error)
        return _page(code, slot_id, form=form), 400
    flash(_("Moved."))
    return redirect(_to(found.manuscript, found.day))


@bp.post("/planning/<int:slot_id>/take-off")
def take_off(slot_id: int) -> ResponseReturnValue:
    """Take it off the plan."""
    form, found = TakeOffForm(), queries.slot_of(web.actor(), slot_id)
    code = found.manuscript.code
    try:
        if not form.validate():
            raise Invalid({})
        actions.take_off(web.actor(), found, form.seen, form.reason.data or "")
    except Invalid as error:
        web.invalid(form, error)
        return _page(code, slot_id, off=form), 400
    flash(_("Taken off the plan."))
    return redirect(_to(found.manuscript, found.day))
