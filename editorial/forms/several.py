"""One act on several manuscripts: each under its own rules, by the same action as alone; what came of it for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, ValidationError

from editorial import audit, i18n
from editorial.db import db
from editorial.errors import Conflict, Invalid, Invisible, Refused
from editorial.forms import acting
from editorial.forms.base import Form, words
from editorial.models import Manuscript
from editorial.parties import DECIDES, Actor, Transition
from editorial.queries import knowing, manuscripts
from editorial.terms import Action

_l: Any = lazy_gettext

MOST = 50
TOGETHER = (Action.CLAIM, Action.ASSIGN, Action.RELEASE, Action.RETURN, Action.SIGN_OFF)
"""What is done to several at once. A pass is none of these: it answers for one text.

A signature is one for those alone of which the signer opened the present version."""

PROPOSED_AS = {Action.RETURN: Action.PROPOSE_RETURN}
"""What is done in its place where the chief editor confirms what a stage decides."""


class SeveralForm(Form):
    """The manuscripts that were ticked, each with the revision that its row showed, and what is to be done to them."""

    act = HiddenField()
    picked = SelectMultipleField(choices=[], validate_choice=False)
    person = SelectField(_l("Person"), coerce=int, choices=[], validate_choice=False)
    opening = SelectField(_l("Begin the reason with"), choices=[], validate_choice=False)
    reason = words(_l("The same reason for all"), 2000, description=_l("In words. Each author reads it."))

    stated = BooleanField(
        _l("Who reports is responsible: I have read each of these, and I answer for them for my unit."))

    def validate_act(self, field: Any) -> None:
        if field.data not in TOGETHER:
            raise Invisible

    def validate_picked(self, field: Any) -> None:
        if len(field.data) > MOST:
            raise ValidationError(i18n.reason_text("too-many-picked"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether what is to be done can be begun; a return has its reason, a signature its statement."""
        acting.join_opening(self)
        found = super().validate(extra_validators)
        if self.act.data == Action.RETURN and not self.reason.data:
            self.attach({"reason": "no-reason"})
        if self.act.data == Action.SIGN_OFF and not self.stated.data:
            self.attach({"stated": "no-statement"})
        return found and not self.reason.errors and not self.stated.errors

    @property
    def action(self) -> Action:
        """What is to be done."""
        return Action(self.act.data or "")

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Code and revision of each manuscript that was ticked, once."""
        ticked = dict.fromkeys(self.picked.data or ())
        return [(code, seen) for code, _at, seen in (one.partition("@") for one in ticked)]

    @property
    def codes(self) -> list[str]:
        """The codes of what was ticked."""
        return [code for code, _seen in self.chosen]


def do_each(actor: Actor, form: SeveralForm, zone: ZoneInfo) -> Sequence[tuple[str, str, str]]:
    """Do it to each; gives for each its code, the key of the reason why it was not done (empty where it was), and what
    was done.

    One that is refused leaves nothing behind, and the others stand. All are locked first, in order: whoever acts on one
    of them holds its row and then waits for the record's chain, never the other way round.
    """
    db.session.execute(select(Manuscript.id).where(Manuscript.code.in_(form.codes)).order_by(Manuscript.id)
                       .with_for_update())
    return [(code, *_do(actor, form, code, seen, zone)) for code, seen in form.chosen]


def _row(actor: Actor, code: str, action: Action, seen: int | None) -> tuple[Manuscript, Transition]:
    """As `manuscripts.for_action`; where the stage only proposes, the row by which that is proposed."""
    try:
        return manuscripts.for_action(actor, code, action, seen)
    except Conflict as refused:
        if refused.reason != DECIDES.reason or action not in PROPOSED_AS:
            raise
    return manuscripts.for_action(actor, code, PROPOSED_AS[action], seen)


def _do(actor: Actor, form: SeveralForm, code: str, seen: str, zone: ZoneInfo) -> tuple[str, str]:
    alone = acting.ActionForm(meta={"csrf": False}, formdata=MultiDict(
        {"revision": seen, "person": str(form.person.data or 0), "reason": form.reason.data or "",
         "stated": "y" if form.stated.data else ""}))
    try:
        with db.session.begin_nested():
            found, row = _row(actor, code, form.action, alone.seen)
            if row.action is Action.SIGN_OFF and not knowing.with_present_text_opened(actor, [found.id]):
                raise Conflict("not-opened")
            acting.DO[row.action](actor, found, alone, zone)
            return "", row.action.value
    except Refused as refused:
        audit.record(db.session(), "denied", actor, subject=f"/manuscripts/{code}/{form.action.value}"[:100],
                     reason=refused.reason)
        return refused.reason, ""
    except (Conflict, Invisible) as refused:
        return refused.reason, ""
    except Invalid as refused:
        return next(iter(refused.fields.values())), ""
    except (StaleDataError, IntegrityError):
        return "lost-race", ""
