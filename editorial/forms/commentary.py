"""The forms of commissions and of commentary. None has a field for who signs a text: nobody is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from editorial import clock
from editorial.actions import commissions
from editorial.actions.commissions import Appearance, Brief, Words
from editorial.actions.texts import LONGEST_TEXT
from editorial.errors import Invalid
from editorial.forms.base import PageForm, aware, length, line, local_time, needed, options, words
from editorial.forms.writing import as_html, as_typed
from editorial.models import Assignment, CommentaryVersion, Person
from editorial.parties import Actor
from editorial.reasons import REASONS
from editorial.terms import AssignmentAction, AssignmentState, Need, State
from editorial.workflow import ASSIGNMENT_TABLE, rows

_l: Any = lazy_gettext

LENGTHS = (100, 20_000)
"""Characters that may be asked for."""


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
    """A commission: a topic, a brief, questions, a length and a date; no field for what to think, nor for words."""

    topic = line(_l("Topic"), 200, needed(), description=_l("What the commentary is to be about, in a line."))
    brief = words(_l("What the piece is about"), 5000, needed(), description=_l(
        "And why commentary on it is wished. What to think of it is for whoever signs the commentary."))
    questions = words(_l("Questions worth asking"), 2000, description=_l(
        "A line each, and open ones: the answers are the commentator's."))
    length = IntegerField(_l("Length in characters, about"), [Optional(), NumberRange(*LENGTHS, _l(
        "A whole number from %(min)s to %(max)s, please."))])
    wished = IntegerField(_l("How many commentaries are wished"), [needed(), NumberRange(1, 50, _l(
        "A whole number from %(min)s to %(max)s, please."))], description=_l(
        "Each by another person, under their own name. You may ask more people than that: everybody may say no."))
    due_at = local_time(_l("To be filed by"), needed())

    def asked(self, zone: ZoneInfo) -> Brief:
        """What is asked, and until when."""
        due_at = aware(self.due_at.data, zone)  # type: ignore[arg-type]
        return Brief(self.topic.data or "", self.brief.data or "", due_at, self.questions.data or "", self.length.data,
                     self.wished.data or 0)


def in_a_week(zone: ZoneInfo) -> datetime:
    """The date that a new commission's form begins with: the evening of the day in a week, in local time."""
    return datetime.combine(clock.now().astimezone(zone).date() + timedelta(days=7), time(18, 0))


NEEDS: Mapping[Need, tuple[str, ...]] = {
    Need.TEXT: ("title", "body", "document", "stands"),
    Need.REASON: ("reason",),
    Need.PUBLICATION: ("channel", "published_at", "address", "knowing"),
}
"""The fields that each need of an assignment's action asks for."""

ONLY_WHERE: Mapping[str, Callable[[Assignment], bool]] = {
    "stands": lambda it: it.state is AssignmentState.RETURNED,
    "knowing": lambda it: it.commission.manuscript.state is State.RETRACTED,
}
"""Fields that are asked for in some cases alone."""


def _needed(reason: str) -> InputRequired:
    return InputRequired(REASONS[reason])


class AssignmentForm(KeptForm):
    """Every field that some action on an assignment asks for; `form_for` leaves those of one action."""

    act = HiddenField()
    title = line(_l("Title"), 200)
    body = TextAreaField(_l("Text"), [length(LONGEST_TEXT)])
    document = FileField(_l("Word file"), description=_l(
        "A .docx from Word or WPS. What was understood is shown before it goes into the text; it is signed by you in "
        "any case."))
    stands = BooleanField(_l("The words stand as they are: file them again unchanged"))
    reason = words(_l("Reason"), 2000, _needed("no-reason"), description=_l("In words. The commentator reads it."))
    channel = line(_l("Where it came out"), 60, needed(), description=_l("The paper, site or programme."))
    published_at = local_time(_l("When it came out"), needed())
    address = line(_l("Address"), 500, _needed("no-address"), description=_l(
        "The full address, beginning with https://."))
    knowing = BooleanField(_l("The piece was retracted; the commentary is out all the same"))

    @property
    def brought(self) -> tuple[str, bytes] | None:
        """The name and the bytes of the Word file that was chosen; None where none was."""
        file = self.document.data if "document" in self else None
        if not file or not file.filename:
            return None
        file.stream.seek(0)
        return file.filename, file.stream.read()

    def words(self) -> Words:
        """The text as typed."""
        return Words(self.title.data or "", as_html(self.body.data or ""))

    def appearance(self, zone: ZoneInfo) -> Appearance:
        """Where and when it came out."""
        return Appearance(self.channel.data or "", aware(self.published_at.data, zone),  # type: ignore[arg-type]
                          self.address.data or "", bool("knowing" in self and self.knowing.data))


def form_for(action: AssignmentAction, assignment: Assignment, **given: Any) -> AssignmentForm:
    """The form of `action` on an assignment. `given` is what it is filled from, as WTForms takes it."""
    form: Any = AssignmentForm(**given)
    needs = {need for row in rows(ASSIGNMENT_TABLE, action) for need in row.needs}
    asked = {"csrf_token", "revision", "act", "tab", "restored", *(
        name for need in needs for name in NEEDS[need] if name not in ONLY_WHERE or ONLY_WHERE[name](assignment))}
    for name in set(form._fields) - asked:
        del form[name]
    for field in form:
        # Saving and filing are two buttons of one form.
        field.id = field.label.field_id = field.name if Need.TEXT in needs else f"{action.value}-{field.name}"
    return form  # type: ignore[no-any-return]


def text_of(version: CommentaryVersion | None) -> dict[str, str]:
    """What the writing form begins with."""
    return holding(Words(version.title, version.html)) if version else {}


def holding(words: Words) -> dict[str, str]:
    """What stands in the writing form once these words have been put into it."""
    return {"title": words.title, "body": as_typed(words.html)}


Do = Callable[[Actor, Assignment, AssignmentForm, ZoneInfo], object]
A = AssignmentAction

DO: Mapping[AssignmentAction, Do] = {
    A.ACCEPT: lambda a, it, f, z: commissions.accept(a, it, f.seen),
    A.DECLINE: lambda a, it, f, z: commissions.decline(a, it, f.seen),
    A.SAVE: lambda a, it, f, z: commissions.save(a, it, f.seen, f.words()),
    A.FILE: lambda a, it, f, z: commissions.file(a, it, f.seen, f.words(), bool("stands" in f and f.stands.data)),
    A.WITHDRAW: lambda a, it, f, z: commissions.withdraw(a, it, f.seen),
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
    A.WITHDRAW: _l("Withdrawn. What you wrote is yours alone again."),
    A.RETURN: _l("Returned. The commentator has been told why."),
    A.APPROVE: _l("Approved. Record here where it comes out."),
    A.PUBLISH: _l("Its publication is recorded."),
    A.EXPIRE: _l("Marked as expired."),
    A.CANCEL: _l("Cancelled. The commentator has been told why."),
}
"""What is said once it is done."""


def do(actor: Actor, action: AssignmentAction, assignment: Assignment, form: AssignmentForm, zone: ZoneInfo) -> None:
    """Do `action` with what stands in `form`, once `demand` lets it pass. Raises Invalid, and what it raises."""
    demand(actor, action, assignment, form)
    DO[action](actor, assignment, form, zone)


def demand(actor: Actor, action: AssignmentAction, assignment: Assignment, form: AssignmentForm) -> None:
    """Raise what `action` raises for who may not, before what is missing in the form; Invalid for that."""
    commissions.begin(actor, action, assignment, form.seen)
    if not form.validate():
        raise Invalid({})
