"""The forms of commissions and of commentary. None has a field for who signs a text: nobody is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired

from editorial import clock, i18n
from editorial.actions import commissions
from editorial.actions.commissions import Appearance, Brief, Words
from editorial.actions.texts import LONGEST_TEXT
from editorial.errors import Invalid
from editorial.forms.base import PageForm, aware, length, line, local_time, needed, options, words
from editorial.forms.writing import as_html, as_typed
from editorial.models import Assignment, CommentaryVersion, Person
from editorial.parties import Actor
from editorial.terms import AssignmentAction, Need
from editorial.workflow import ASSIGNMENT_TABLE, rows

_l: Any = lazy_gettext


def _id(value: Any) -> int:
    """An id as it was sent; 0, which nothing has, for what is none."""
    return int(value) if str(value).isdecimal() and len(str(value)) < 10 else 0


class KeptForm(PageForm):
    """A form whose text is kept while it is typed."""

    tab = HiddenField(validators=[length(40)])
    restored = HiddenField(validators=[length(20)])

    @property
    def restored_id(self) -> int | None:
        """What was kept and brought back into this form."""
        return _id(self.restored.data) or None


class OfferForm(KeptForm):
    """Whom to ask: people of one's own department, ticked by name."""

    commentators = SelectMultipleField(_l("Commentators"), coerce=_id, validate_choice=False, description=_l(
        "Each is asked by name and may say no without a reason."))

    def offer(self, people: Sequence[Person]) -> None:
        """The people who can be ticked."""
        self.commentators.choices = options((person.id, person.name) for person in people)


class CommissionForm(OfferForm):
    """A commission: a topic, a brief and a date."""

    topic = line(_l("Topic"), 200, needed(), description=_l("What the commentary is to be about, in a line."))
    brief = words(_l("Brief"), 5000, needed(), description=_l(
        "What the piece is about, questions worth asking, the length you have in mind. "
        "What to think of it is for whoever signs the commentary."))
    due_at = local_time(_l("To be filed by"), needed())

    def asked(self, zone: ZoneInfo) -> Brief:
        """What is asked, and until when."""
        return Brief(self.topic.data or "", self.brief.data or "", aware(self.due_at.data, zone))  # type: ignore[arg-type]


def in_a_week(zone: ZoneInfo) -> datetime:
    """The date that a new commission's form begins with: the evening of the day in a week, in local time."""
    return datetime.combine(clock.now().astimezone(zone).date() + timedelta(days=7), time(18, 0))


NEEDS: Mapping[Need, tuple[str, ...]] = {
    Need.TEXT: ("title", "body"),
    Need.REASON: ("reason",),
    Need.PUBLICATION: ("channel", "published_at", "address"),
}
"""The fields that each need of an assignment's action asks for."""


def _needed(reason: str) -> InputRequired:
    return InputRequired(i18n.REASONS[reason])


class AssignmentForm(KeptForm):
    """Every field that some action on an assignment asks for; `form_for` leaves those of one action."""

    act = HiddenField()
    title = line(_l("Title"), 200)
    body = TextAreaField(_l("Text"), [length(LONGEST_TEXT)])
    reason = words(_l("Reason"), 2000, _needed("no-reason"), description=_l("In words. The commentator reads it."))
    channel = line(_l("Where it came out"), 60, needed(), description=_l("The paper, site or programme."))
    published_at = local_time(_l("When it came out"), needed())
    address = line(_l("Address"), 500, _needed("no-address"), description=_l(
        "The full address, beginning with https://."))

    def words(self) -> Words:
        """The text as typed."""
        return Words(self.title.data or "", as_html(self.body.data or ""))

    def appearance(self, zone: ZoneInfo) -> Appearance:
        """Where and when it came out."""
        return Appearance(self.channel.data or "", aware(self.published_at.data, zone),  # type: ignore[arg-type]
                          self.address.data or "")


def form_for(action: AssignmentAction, **given: Any) -> AssignmentForm:
    """The form of `action`. `given` is what it is filled from, as WTForms takes it."""
    form: Any = AssignmentForm(**given)
    needs = {need for row in rows(ASSIGNMENT_TABLE, action) for need in row.needs}
    asked = {"csrf_token", "revision", "act", "tab", "restored", *(name for need in needs for name in NEEDS[need])}
    for name in set(form._fields) - asked:
        del form[name]
    for field in form:
        # Saving and filing are two buttons of one form.
        field.id = field.label.field_id = field.name if Need.TEXT in needs else f"{action.value}-{field.name}"
    return form  # type: ignore[no-any-return]


def text_of(version: CommentaryVersion | None) -> dict[str, str]:
    """What the writing form begins with."""
    return {"title": version.title, "body": as_typed(version.html)} if version else {}


Do = Callable[[Actor, Assignment, AssignmentForm, ZoneInfo], object]
A = AssignmentAction

DO: Mapping[AssignmentAction, Do] = {
    A.ACCEPT: lambda a, it, f, z: commissions.accept(a, it, f.seen),
    A.DECLINE: lambda a, it, f, z: commissions.decline(a, it, f.seen),
    A.SAVE: lambda a, it, f, z: commissions.save(a, it, f.seen, f.words()),
    A.FILE: lambda a, it, f, z: commissions.file(a, it, f.seen, f.words()),
    A.RETURN: lambda a, it, f, z: commissions.return_(a, it, f.seen, f.reason.data or ""),
    A.APPROVE: lambda a, it, f, z: commissions.approve(a, it, f.seen),
    A.PUBLISH: lambda a, it, f, z: commissions.publish(a, it, f.seen, f.appearance(z)),
    A.EXPIRE: lambda a, it, f, z: commissions.expire(a, it, f.seen),
    A.CANCEL: lambda a, it, f, z: commissions.cancel(a, it, f.seen, f.reason.data or ""),
}

DONE: Mapping[AssignmentAction, Any] = {
    A.ACCEPT: _l("Accepted. Write it below."),
    A.DECLINE: _l("Declined."),
    A.SAVE: _l("Saved."),
    A.FILE: _l("Filed, under your name."),
    A.RETURN: _l("Returned. The commentator has been told why."),
    A.APPROVE: _l("Approved. Record here where it comes out."),
    A.PUBLISH: _l("Its publication is recorded."),
    A.EXPIRE: _l("Marked as expired."),
    A.CANCEL: _l("Cancelled. The commentator has been told why."),
}
"""What is said once it is done."""


def do(actor: Actor, action: AssignmentAction, assignment: Assignment, form: AssignmentForm, zone: ZoneInfo) -> None:
    """Do `action` with what stands in `form`; who may not hears that before what is missing in it.

    Raises Invalid, and what the action raises.
    """
    commissions.begin(actor, action, assignment, form.seen)
    if not form.validate():
        raise Invalid({})
    DO[action](actor, assignment, form, zone)
