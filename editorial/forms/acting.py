"""From a row of the table to a form, and from the form to the action: one way for everything done to a manuscript."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from editorial import i18n
from editorial.actions import authors, manuscripts, proposing, publishing, readings, reviewing
from editorial.actions.publishing import Placement
from editorial.errors import Invalid, Invisible
from editorial.forms.base import PageForm, aware, line, local_time, needed, whole, words
from editorial.models import Manuscript
from editorial.parties import Actor, Transition
from editorial.queries import twins
from editorial.queries.manuscripts import Options
from editorial.reasons import REASONS
from editorial.terms import Action, Need

NEEDS: Mapping[Need, tuple[str, ...]] = {
    Need.REASON: ("reason",),
    Need.SUMMARY: ("summary",),
    Need.STATEMENT: ("stated",),
    Need.CHECKLIST: ("checklist", "remark"),
    Need.GROUNDS: ("grounds",),
    Need.PERSON: ("person",),
    Need.COLLEAGUE: ("colleague",),
    Need.OFFICE: ("office",),
    Need.PUBLICATION: ("channel", "published_at", "place", "address", "headline", "early"),
    Need.PUBLIC_REASON: ("public_reason",),
    Need.COMPLETE: ("again",),
}
"""The fields that each need asks for. What needs a text is done on the writing page."""

ON_THE_WRITING_PAGE = Need.TEXT
ON_REFUSAL = ("again", "early")
"""Ticks by which somebody insists: asked for once the program has said what stands against it."""

_l: Any = lazy_gettext


def _needed(reason: str) -> InputRequired:
    return InputRequired(REASONS[reason])


class ActionForm(PageForm):
    """Every field that some action asks for; `form_for` leaves those of one row."""

    act = HiddenField()
    front = HiddenField()  # for how many seconds the page was in front; empty where no script counts
    opening = SelectField(_l("Begin the reason with"), choices=[])
    reason = words(_l("Reason"), 2000, _needed("no-reason"), description=_l("In words. The author reads it."))
    summary = words(_l("What was changed"), 500, _needed("no-summary"),
                    description=_l("In a sentence, for whoever reads it next."))
    stated = BooleanField(_l("Who reports is responsible: I have read this version, and I answer for it for my unit."),
                          [_needed("no-statement")],
                          description=_l("The signature counts at every office to which this same text was sent."))
    again = BooleanField(_l("Send it all the same"))
    checklist = SelectMultipleField(_l("Checklist"), [_needed("no-checklist")], choices=[])
    remark = words(_l("Note for the office"), 2000, description=_l("Seen by the office's staff alone."))
    grounds = words(_l("Why the rejection should be looked at again"), 2000, _needed("no-grounds"),
                    description=_l("The chief editor reads it. An appeal can be made once."))
    person = SelectField(_l("Person"), [_needed("no-person")], coerce=int, choices=[])
    colleague = SelectField(_l("Colleague"), [_needed("no-person")], coerce=int, choices=[], description=_l(
        "A correspondent of the same unit. They see and revise it as you do, and can't be taken out again."))
    office = SelectField(_l("Office"), [_needed("no-office")], coerce=int, choices=[])
    channel = SelectField(_l("Channel"), [needed()], coerce=int, choices=[])
    published_at = local_time(_l("When it came out"), needed())
    place = line(_l("Page or programme"), 100, description=_l(
        "Of a paper its page, such as A3; on air the programme and the minute, such as News at seven, 19:05."))
    address = line(_l("Address"), 500, description=_l(
        "Of what is on the web: the full address, beginning with https://. In print and on air it may be left empty."))
    headline = line(_l("Headline as published"), 200, description=_l("Only where it differs from the title here."))
    early = BooleanField(_l("It came out before its embargo ended"))
    public_reason = words(_l("Public reason"), 2000, _needed("no-reason"), description=_l("Every reader sees it."))

    def answers(self) -> dict[str, str]:
        """The ticked lines of the checklist."""
        return dict.fromkeys(self.checklist.data or [], "yes")

    def placement(self, zone: ZoneInfo) -> Placement:
        """Where and when it came out."""
        assert self.published_at.data is not None
        return Placement(self.channel.data, aware(self.published_at.data, zone), self.address.data or "",
                         self.place.data or "", self.headline.data or "", bool(self.early.data))


def join_opening(form: Any) -> None:
    """Put the chosen opening before what was typed: from here on the reason is one text."""
    if "opening" in form and form.opening.data:
        form.reason.data = "\n".join(filter(None, [form.opening.data, form.reason.data]))
        form.reason.raw_data = [form.reason.data]


def form_for(row: Transition, options: Options, **given: Any) -> ActionForm:
    """The form of `row`, with what `options` offers. `given` is what it is filled from, as WTForms takes it."""
    form: Any = ActionForm(**given)
    asked = {"csrf_token", "revision", "act", *_openings(row, options),
             *(["front"] if row.action in (Action.SIGN_OFF, Action.CONFIRM, *reviewing.VERDICTS) else []),
             *(name for need in row.needs for name in NEEDS.get(need, ()))}
    for name in set(form._fields) - asked:
        del form[name]
    for name, offered in (("person", options.people), ("colleague", options.colleagues), ("office", options.offices),
                          ("channel", options.channels)):
        if name in form:
            form[name].choices = [(str(key), label) for key, label in offered]
    if "opening" in form:
        form.opening.choices = {"": [("", "—")]} | {
            title: [(one, one) for one in lines] for title, lines in options.openings}
    if "checklist" in form:
        form.checklist.choices = [(question["key"], question["key"]) for question in options.checklist]
    for field in form:
        if field.name == "checklist":  # its macro gives its own
            continue
        field.id = field.label.field_id = f"{row.action.value}-{field.name}"
    return form  # type: ignore[no-any-return]


OPENED = frozenset({Action.RETURN, Action.REJECT, Action.PROPOSE_RETURN, Action.PROPOSE_REJECT})


def _openings(row: Transition, options: Options) -> tuple[str, ...]:
    """The field for a reason that was written down before, where there is one to choose."""
    return ("opening",) if row.action in OPENED and options.openings else ()


def _reason(form: ActionForm) -> str:
    """The reason, where the row asks for one."""
    return (form.reason.data or "") if "reason" in form else ""


Do = Callable[[Actor, Manuscript, ActionForm, ZoneInfo], object]

DO: Mapping[Action, Do] = {
    Action.SUBMIT: lambda a, m, f, z: manuscripts.submit(a, m, f.seen),
    Action.SIGN_OFF: lambda a, m, f, z: reviewing.sign_off(a, m, f.seen, bool(f.stated.data)),
    Action.RECALL: lambda a, m, f, z: manuscripts.recall(a, m, f.seen),
    Action.RETURN: lambda a, m, f, z: reviewing.return_(a, m, f.seen, f.reason.data or ""),
    Action.REJECT: lambda a, m, f, z: reviewing.reject(a, m, f.seen, f.reason.data or ""),
    Action.RESUBMIT: lambda a, m, f, z: manuscripts.resubmit(a, m, f.seen, f.summary.data or ""),
    Action.CLAIM: lambda a, m, f, z: reviewing.claim(a, m, f.seen),
    Action.ASSIGN: lambda a, m, f, z: reviewing.assign(a, m, f.seen, f.person.data),
    Action.RELEASE: lambda a, m, f, z: reviewing.release(a, m, f.seen),
    Action.PASS: lambda a, m, f, z: reviewing.pass_(a, m, f.seen, f.answers(), f.remark.data or ""),
    Action.APPEAL: lambda a, m, f, z: manuscripts.appeal(a, m, f.seen, f.grounds.data or ""),
    Action.REOPEN: lambda a, m, f, z: publishing.reopen(a, m, f.seen, f.reason.data or ""),
    Action.UPHOLD: lambda a, m, f, z: publishing.uphold(a, m, f.seen, f.reason.data or ""),
    Action.TRANSFER: lambda a, m, f, z: reviewing.transfer(a, m, f.seen, f.office.data, f.reason.data or ""),
    Action.SHARE: lambda a, m, f, z: manuscripts.share(a, m, f.seen, f.office.data),
    Action.UNDO: lambda a, m, f, z: reviewing.undo(a, m, f.seen),
    Action.WITHDRAW: lambda a, m, f, z: manuscripts.withdraw(a, m, f.seen, _reason(f)),
    Action.PUBLISH: lambda a, m, f, z: publishing.publish(a, m, f.seen, f.placement(z)),
    Action.ADD_AUTHOR: lambda a, m, f, z: authors.add_author(a, m, f.seen, f.colleague.data),
    Action.BEGIN_ANEW: lambda a, m, f, z: manuscripts.begin_anew(a, m, f.seen),
    Action.REQUEST_CORRECTION: lambda a, m, f, z: manuscripts.request_correction(a, m, f.seen, f.reason.data or ""),
    Action.DECLINE_CORRECTION: lambda a, m, f, z: publishing.decline_correction(a, m, f.seen, f.reason.data or ""),
    Action.RETRACT: lambda a, m, f, z: publishing.retract(a, m, f.seen, f.public_reason.data or ""),
    Action.PROPOSE_PASS: lambda a, m, f, z: proposing.propose(
        a, Action.PROPOSE_PASS, m, f.seen, f.remark.data or "", f.answers()),
    Action.PROPOSE_RETURN: lambda a, m, f, z: proposing.propose(a, Action.PROPOSE_RETURN, m, f.seen, _reason(f)),
    Action.PROPOSE_REJECT: lambda a, m, f, z: proposing.propose(a, Action.PROPOSE_REJECT, m, f.seen, _reason(f)),
    Action.CONFIRM: lambda a, m, f, z: proposing.confirm(a, m, f.seen),
    Action.SEND_BACK: lambda a, m, f, z: proposing.send_back(a, m, f.seen, _reason(f)),
}
"""What each form does. Save, edit and correct need a text: they stand on the writing page."""

def do(actor: Actor, row: Transition, manuscript: Manuscript, form: ActionForm, zone: ZoneInfo) -> object:
    """Do the action of `row` with what stands in `form`; gives what it made. Raises Invalid, and as the action.

    A text that was sent already is sent where its sender was told so.
    """
    if row.action not in DO:
        raise Invisible
    join_opening(form)
    if not form.validate():
        raise Invalid({})
    if "front" in form and manuscript.version is not None:
        readings.credit(actor, manuscript, manuscript.version.number, whole(form.front.data))
    made = DO[row.action](actor, manuscript, form, zone)
    if Need.COMPLETE in row.needs:
        twins.demand_told(actor, manuscript, bool(form.again.data))
    return made


WORDS = ("reason", "summary", "remark", "grounds", "address", "place", "headline", "public_reason", "body")
"""The fields in which people write."""


def words_of(typed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What somebody wrote, with the names of the fields: for a page on which that act can't be done any more."""
    return [(i18n.field_text(name), typed[name]) for name in WORDS if typed.get(name)]


BUTTONS: Mapping[Action, Any] = {
    Action.SAVE: _l("Go on writing"),
    Action.SUBMIT: _l("Submit"),
    Action.SIGN_OFF: _l("Sign off"),
    Action.RECALL: _l("Recall to the draft"),
    Action.RETURN: _l("Return and tell the author"),
    Action.REJECT: _l("Reject and tell the author"),
    Action.RESUBMIT: _l("Resubmit"),
    Action.CLAIM: _l("Claim"),
    Action.ASSIGN: _l("Assign"),
    Action.RELEASE: _l("Put back on the desk"),
    Action.EDIT: _l("Edit the text"),
    Action.PASS: _l("Pass"),
    Action.APPEAL: _l("Send the appeal"),
    Action.REOPEN: _l("Grant the appeal"),
    Action.UPHOLD: _l("Dismiss the appeal"),
    Action.TRANSFER: _l("Transfer and tell the author"),
    Action.SHARE: _l("Share"),
    Action.UNDO: _l("Undo"),
    Action.WITHDRAW: _l("Withdraw for good"),
    Action.PUBLISH: _l("Record publication"),
    Action.ADD_AUTHOR: _l("Add as co-author"),
    Action.BEGIN_ANEW: _l("Begin a new draft with this text"),
    Action.REQUEST_CORRECTION: _l("Ask the chief editor"),
    Action.DECLINE_CORRECTION: _l("Decline and tell the author"),
    Action.CORRECT: _l("Write a correction"),
    Action.RETRACT: _l("Retract in public"),
    Action.PROPOSE_PASS: _l("Propose to pass"),
    Action.PROPOSE_RETURN: _l("Propose to return"),
    Action.PROPOSE_REJECT: _l("Propose to reject"),
    Action.CONFIRM: _l("Confirm the proposal"),
    Action.SEND_BACK: _l("Send back to the reader"),
}
"""What the button of each action says: what it does."""

WARNINGS: Mapping[Action, Any] = {
    Action.WITHDRAW: _l("This can't be undone: the manuscript is closed for everybody but its authors."),
    Action.TRANSFER: _l("This can't be undone here: the manuscript leaves this office, and the other one begins anew."),
    Action.SHARE: _l("This can't be undone: the other office reads the story as a manuscript of its own."),
    Action.PUBLISH: _l("This can't be undone: everybody with an account then reads the piece. "
                       "Errors are put right by a correction."),
    Action.RETRACT: _l("This can't be undone: readers see the reason in place of the text."),
    Action.REOPEN: _l("This can't be undone: the stage that rejected it reads it again."),
    Action.UPHOLD: _l("This can't be undone: the author has no second appeal."),
    Action.APPEAL: _l("A rejection can be appealed once."),
}
"""What can't be undone says so before."""

DONE: Mapping[Action, Any] = {
    Action.SUBMIT: _l("Submitted."),
    Action.SIGN_OFF: _l("Signed."),
    Action.RECALL: _l("Recalled: it is your draft again."),
    Action.RETURN: _l("Returned. The author is told the reason."),
    Action.REJECT: _l("Rejected. The author is told the reason."),
    Action.RESUBMIT: _l("Resubmitted."),
    Action.CLAIM: _l("It is yours to read now."),
    Action.ASSIGN: _l("Assigned."),
    Action.RELEASE: _l("Back on the desk."),
    Action.PASS: _l("Passed."),
    Action.APPEAL: _l("The chief editor has your appeal."),
    Action.REOPEN: _l("The appeal is granted; it is read again."),
    Action.UPHOLD: _l("The appeal is dismissed; the author is told why."),
    Action.TRANSFER: _l("Transferred. The author is told why."),
    Action.SHARE: _l("Shared: the other office has the story as well."),
    Action.UNDO: _l("Undone. The record keeps both."),
    Action.WITHDRAW: _l("Withdrawn."),
    Action.PUBLISH: _l("The publication is recorded."),
    Action.ADD_AUTHOR: _l("They write with you now. See that the byline names them."),
    Action.BEGIN_ANEW: _l("A new draft with the same text and pictures. The closed manuscript stays as it is."),
    Action.REQUEST_CORRECTION: _l("The chief editor has your request."),
    Action.DECLINE_CORRECTION: _l("Declined; the author is told why."),
    Action.RETRACT: _l("Retracted. Readers see the reason."),
    Action.PROPOSE_PASS: _l("Proposed. The chief editor is told."),
    Action.PROPOSE_RETURN: _l("Proposed. The chief editor is told."),
    Action.PROPOSE_REJECT: _l("Proposed. The chief editor is told."),
    Action.CONFIRM: _l("Confirmed: the decision holds."),
    Action.SEND_BACK: _l("Sent back. Its reader is told why."),
}
"""What is said when it is done."""


@dataclass(frozen=True)
class Offer:
    """An action that the reader of a page can do now. `form` is None for what is done on the writing page.

    `main` marks the one that is theirs now; `open` that its form stands open: it is the main one, or was refused.
    """

    action: Action
    form: ActionForm | None
    button: str
    warning: str
    main: bool
    fields: tuple[str, ...]
    open: bool


def offers(rows: Iterable[Transition], options: Options, posted: ActionForm | None = None,
           typed: Mapping[str, Any] | None = None, begin: Mapping[str, Any] | None = None, ready: bool = True,
           ) -> list[Offer]:
    """What can be done by `rows`, the main one first, each with its form.

    `posted` is the form that was refused just now, `typed` what was typed in one that was refused earlier (its `act`
    says which), `begin` values to begin with, `ready` that nothing is left to write before it is sent. What has
    nothing to choose from is left out.
    """
    rows, found = list(rows), []
    main = main_row(rows, ready)
    for row in rows:
        refused = posted is not None and posted.act.data == row.action
        kept = MultiDict(typed) if typed and typed.get("act") == row.action else None
        form = posted if refused else None
        if form is None and ON_THE_WRITING_PAGE not in row.needs:
            form = form_for(row, options, formdata=kept, data=begin)
        if form is None or _can_choose(form):
            fields = (*_openings(row, options), *(
                name for need in row.needs for name in NEEDS.get(need, ()) if name not in ON_REFUSAL or refused))
            found.append(Offer(row.action, form, str(BUTTONS[row.action]), str(WARNINGS.get(row.action, "")),
                               row is main, fields, row is main or refused or kept is not None))
    return sorted(found, key=lambda offer: not offer.main)


def _can_choose(form: Any) -> bool:
    return all(form[name].choices for name in ("person", "colleague", "office", "channel") if name in form)


def main_row(rows: Iterable[Transition], ready: bool = True) -> Transition | None:
    """The row that is somebody's to do now: what it waits for, else what its author does next.

    While something is left to write (not `ready`) that is to go on writing, not to send it.
    """
    due = [row for row in rows if ready or Need.COMPLETE not in row.needs]
    own = [row for row in due if row.action in (Action.SUBMIT, Action.SAVE)]
    return next((row for row in due if row.duty), own[-1] if own else None)
