"""Languages: date and number forms, and the words of every enum member, event and reason key.

Layer 1. English msgids; the catalogue in editorial/translations is complete for Simplified Chinese, the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from babel.support import NullTranslations
from flask_babel import Domain, get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from editorial import clock, file_words, terms
from editorial.terms import Action, AssignmentAction, AssignmentState, ChannelKind, Duty, Role, State, Verdict

LOCALES = ("zh_Hans_CN", "en")


class Catalogues(Domain):
    """The words of each language, by the language of the page: one look-up, since a page has hundreds of words."""

    def get_translations(self) -> NullTranslations:
        """The words of the page's language."""
        locale = get_locale()
        found: NullTranslations | None = self.cache.get(locale)
        if found is None:
            found = self.cache[locale] = super().get_translations()  # type: ignore[no-untyped-call]
        return found


WORDS = Catalogues()  # type: ignore[no-untyped-call]


def in_page(words: str, **values: Any) -> Markup:
    """What templates call `_`: the words in the language of the page, with values that are escaped."""
    return Markup(WORDS.get_translations().gettext(words)) % values


def number_in_page(one: str, many: str, num: int, **values: Any) -> Markup:
    """What templates call `ngettext`."""
    return Markup(WORDS.get_translations().ngettext(one, many, num)) % {"num": num, **values}


LABELS: dict[type[Enum], dict[Any, Any]] = {
    State: {
        State.DRAFT: _l("Draft"),
        State.AWAITING_SIGNOFF: _l("Awaiting sign-off"),
        State.IN_REVIEW: _l("In review"),
        State.RETURNED: _l("Returned for revision"),
        State.ACCEPTED: _l("Accepted"),
        State.PUBLISHED: _l("Published"),
        State.REJECTED: _l("Rejected"),
        State.WITHDRAWN: _l("Withdrawn"),
        State.RETRACTED: _l("Retracted"),
    },
    AssignmentState: {
        AssignmentState.OFFERED: _l("Offered"),
        AssignmentState.ACCEPTED: _l("Assignment accepted"),
        AssignmentState.FILED: _l("Filed"),
        AssignmentState.RETURNED: _l("Returned for changes"),
        AssignmentState.APPROVED: _l("Approved"),
        AssignmentState.PUBLISHED: _l("Commentary published"),
        AssignmentState.DECLINED: _l("Declined"),
        AssignmentState.EXPIRED: _l("Expired"),
        AssignmentState.CANCELLED: _l("Cancelled"),
    },
    Action: {
        Action.SAVE: _l("Save"),
        Action.SUBMIT: _l("Submit"),
        Action.SIGN_OFF: _l("Sign off"),
        Action.RECALL: _l("Recall"),
        Action.RETURN: _l("Return for revision"),
        Action.RESUBMIT: _l("Resubmit"),
        Action.CLAIM: _l("Claim"),
        Action.ASSIGN: _l("Assign"),
        Action.RELEASE: _l("Release"),
        Action.EDIT: _l("Edit text"),
        Action.PASS: _l("Pass"),
        Action.REJECT: _l("Reject"),
        Action.APPEAL: _l("Appeal"),
        Action.REOPEN: _l("Grant the appeal"),
        Action.UPHOLD: _l("Dismiss the appeal"),
        Action.TRANSFER: _l("Transfer to another office"),
        Action.SHARE: _l("Share with another office"),
        Action.UNDO: _l("Undo"),
        Action.WITHDRAW: _l("Withdraw"),
        Action.PUBLISH: _l("Record publication"),
        Action.ADD_AUTHOR: _l("Add a co-author"),
        Action.BEGIN_ANEW: _l("Begin anew"),
        Action.REQUEST_CORRECTION: _l("Ask for a correction"),
        Action.DECLINE_CORRECTION: _l("Decline the correction"),
        Action.CORRECT: _l("Correct"),
        Action.RETRACT: _l("Retract"),
    },
    AssignmentAction: {
        AssignmentAction.ACCEPT: _l("Accept"),
        AssignmentAction.DECLINE: _l("Decline"),
        AssignmentAction.SAVE: _l("Save"),
        AssignmentAction.FILE: _l("File"),
        AssignmentAction.WITHDRAW: _l("Withdraw it"),
        AssignmentAction.RETURN: _l("Return for changes"),
        AssignmentAction.APPROVE: _l("Approve"),
        AssignmentAction.PUBLISH: _l("Record where it came out"),
        AssignmentAction.EXPIRE: _l("Mark as expired"),
        AssignmentAction.CANCEL: _l("Cancel"),
    },
    ChannelKind: {
        ChannelKind.PAPER: _l("Newspaper page"),
        ChannelKind.PROGRAMME: _l("Programme on television or radio"),
        ChannelKind.SITE: _l("Site or app"),
        ChannelKind.ACCOUNT: _l("Account on another platform"),
        ChannelKind.PLATFORM: _l("Learning platform"),
    },
    terms.CallState: {
        terms.CallState.OPEN: _l("Taking manuscripts"),
        terms.CallState.CLOSED: _l("Closed"),
        terms.CallState.CANCELLED: _l("Called off"),
    },
    terms.CallAction: {
        terms.CallAction.EXTEND: _l("Set another last day"),
        terms.CallAction.CLOSE: _l("Ask for no more"),
        terms.CallAction.CANCEL: _l("Call it off"),
    },
    Role: {
        Role.CORRESPONDENT: _l("Correspondent"),
        Role.SIGNER: _l("Signer"),
        Role.STAGE_REVIEWER: _l("Stage reviewer"),
        Role.CHIEF_EDITOR: _l("Chief editor"),
        Role.PUBLISHER: _l("Publisher"),
        Role.COMMISSIONER: _l("Commissioner"),
        Role.COMMENTATOR: _l("Commentator"),
        Role.COORDINATOR: _l("Coordinator"),
        Role.ADMINISTRATOR: _l("Administrator"),
        Role.STAFF: _l("Office staff"),
    },
    Verdict: {
        Verdict.PASS: _l("Pass"),
        Verdict.RETURN: _l("Return for revision"),
        Verdict.REJECT: _l("Reject"),
    },
    Duty: {
        Duty.REVISE: _l("To revise"),
        Duty.SIGN: _l("To sign"),
        Duty.CLAIM: _l("To claim"),
        Duty.READ: _l("To read"),
        Duty.PUBLISH: _l("To publish"),
        Duty.HEAR: _l("Appeals to hear"),
        Duty.CORRECT: _l("Corrections asked for"),
        Duty.ANSWER: _l("Offers to answer"),
        Duty.WRITE: _l("Commentary to write"),
        Duty.APPROVE: _l("Commentary to approve"),
        Duty.PLACE: _l("Commentary to publish"),
    },
}

REASONS: dict[str, Any] = {
    # why an action is not open
    "not-found": _l("There is nothing here for you under this address."),
    "wrong-state": _l("This can't be done where the manuscript is now."),
    "not-yours": _l("This is for somebody else to do: your roles don't include it here."),
    "own-work": _l("You wrote this text. Somebody else has to decide on it."),
    "read-elsewhere": _l("You have signed or passed this manuscript already. Every reading needs another person."),
    "interest": _l("You declared an interest in this manuscript. Somebody else has to decide on it."),
    "took-part": _l("You took part in the rejection. Another chief editor has to hear the appeal."),
    "already-assigned": _l("Somebody else has taken this manuscript meanwhile."),
    "not-assigned": _l("Nobody has this manuscript, so there is nobody to release it from."),
    "not-under-review": _l("No stage is reading this manuscript now."),
    "correction-open": _l("A correction is under review. Wait until it is decided."),
    "request-open": _l("A correction has been asked for already; the chief editor has not answered yet."),
    "no-request": _l("No correction is being asked for here."),
    "no-appeal": _l("A rejection can be appealed once, within 30 days, where the office rejected it."),
    "no-open-appeal": _l("No appeal waits here."),
    "corrected": _l("A corrected piece can't be shared: the unit signed the text before the correction."),
    "already-shared": _l("That office has this story already."),
    "hold-over": _l("The time for undoing this decision is over: its messages have left."),
    "stale": _l("The page is out of date: somebody has changed the manuscript since you opened it."),
    "same-text": _l("The text is the same as before, so there is nothing to correct."),
    "bad-span": _l("Give a last day that is not before the first; from today on, and at most a year."),
    "away-already": _l("These days overlap with an absence that is set already."),
    "no-deputy": _l("This person has no role at the same office or in the same unit, so they can't stand in."),
    "deputy-away": _l("This person is away on some of these days."),
    "not-eligible": _l("This person can't read here: they wrote, signed or passed it, or don't work at this stage."),
    "commentary-moved": _l("This assignment is no longer where this can be done. "
                           "Open the page anew to see where it is."),
    "commentary-stale": _l("The page is out of date: this assignment has changed since you opened it."),
    "settled": _l("Somebody has settled this remark already."),
    "not-settled": _l("This remark is open already."),
    "not-overdue": _l("The date has not passed yet. "
                      "An assignment that is no longer wanted can be cancelled, with a reason."),
    "already-offered": _l("One of these people has this commission already."),
    "more-than-people": _l("Not more than the department has commentators: each writes one, under their own name."),
    "unchanged": _l("These are the words that were returned. Change them, or tick that they stand as they are."),
    "piece-retracted": _l("The piece was retracted. Tick that its commentary is out all the same, or cancel it."),
    "not-published": _l("Commentary can be commissioned on published pieces only."),
    "not-commentator": _l("This person is no commentator of your department."),
    "call-ended": _l("This call for manuscripts has ended already."),
    "call-stale": _l("The page is out of date: this call has changed since you opened it."),
    "call-over": _l("This call takes no more manuscripts, or does not ask your unit. Choose another one, or none."),
    "nobody-asked": _l("No correspondent writes for what you chose: nobody would be asked."),
    "list-changed": _l("This list has been changed since you opened it. Open it anew, and put your lines in again."),
    "too-many-lines": _l("At most 40 lines of at most 200 characters, please."),
    "too-many-views": _l("You have saved twenty views already. Take one away first."),
    "not-opened": _l("You have not opened its present text. Open it first."),
    "too-many-picked": _l("So many can't be done at once. Tick fewer."),
    "lost-race": _l("Somebody else acted at the same moment and was first. Go back and look how it is now."),
    # what is missing or wrong in a form
    "incomplete": _l("Some things are missing. They are marked below; what you typed is kept."),
    "missing": _l("Please fill this in."),
    "too-many-exports": _l("You have taken very many files within an hour. Wait a while and try again."),
    "too-many-files": _l("You have brought very many files within an hour. Wait a while and try again; "
                         "what you typed is kept."),
    "too-much-today": _l("You have brought %(brought)d MB within 24 hours, and these are %(now)d MB more; %(most)d MB "
                         "is the most. There is room for them again %(at)s. What you typed is kept."),
    "too-long": _l("This is too long to be kept."),
    "no-title": _l("A title is missing."),
    "no-text": _l("The text is empty."),
    "no-byline": _l("The byline is missing."),
    "no-genre": _l("Choose a genre."),
    "no-office": _l("Choose at least one office."),
    "no-originality": _l("Confirm that the text is original and not sent elsewhere."),
    "no-caption": _l("Each picture needs a caption and a credit."),
    "no-reason": _l("Give the reason in words. The author reads it."),
    "no-summary": _l("Say in a sentence what you changed."),
    "sent-already": _l("The same text has been sent already, as named here. "
                       "Where you mean it, tick that it is to be sent all the same."),
    "no-statement": _l("Tick the statement of responsibility."),
    "no-checklist": _l("Answer every question of the checklist."),
    "no-grounds": _l("Say why you appeal."),
    "no-person": _l("Choose a person."),
    "no-colleague": _l("This person can't join: they don't write for the unit, or have decided on this story."),
    "left-alone": _l("Something would be left with nobody. Name who takes it over, or tick that it is meant."),
    "heir-signs-alone": _l("Who is to take over is the only one who signs for the unit, and nobody signs their own "
                           "text. Name another signer or another heir first, or tick that it is meant."),
    "no-note": _l("Write the note that readers see."),
    "no-audience": _l("Say who is to read it: the author as well, or the office alone."),
    "no-passage": _l("Choose a paragraph of the text."),
    "no-figure": _l("Give at least one figure."),
    "no-proof": _l("Paste the published text, or choose a file of it, or a picture or PDF."),
    "another-text": _l("Nothing of the cleared text, or too little, is in this. Is it the right piece?"),
    "no-difference": _l("Tick the differences that you mean."),
    "difference-settled": _l("Somebody has settled one of these differences already."),
    "no-address": _l("Give the full address of the publication, beginning with http:// or https://."),
    "no-page": _l("Say on which page of the paper it stood."),
    "no-programme": _l("Say in which programme it came, and at which minute."),
    "bad-time": _l("Give a time that is not in the future."),
    "too-early": _l("This is before the text was ready to come out. Look at the date and the year."),
    "past-time": _l("Give a time that is still to come."),
    "duplicate-publication": _l("This publication is recorded already."),
    "login-taken": _l("Another account has this log-in name, or one that looks the same."),
    "weak-password": _l("Choose a longer or less common password: at least 8 characters, "
                        "not a well-known one, without your name or the city's."),
    "wrong-password": _l("The present password is not right."),
    "bad-link": _l("This link has been used or is out of date. Ask your administrator for a new one."),
    "bad-login": _l("The log-in name or the password is not right."),
    "slow-down": _l("Too many attempts. Wait a minute and try again."),
    "bad-login-name": _l("A log-in name has 2 to 60 letters, digits or characters, also . _ - + @, and no spaces."),
    "name-taken": _l("This name is taken, or one that looks the same."),
    "bad-slug": _l("Small letters a to z, digits and single hyphens only, such as evening-news."),
    "not-above": _l("The further signature is given by an active unit above this one."),
    "signs-first": _l("A further signature is asked for only where the unit itself signs."),
    "unit-in-use": _l("This unit is in use: somebody works for it, units below it are active, another unit asks for "
                      "its signature, or its manuscripts are under way."),
    "has-commentators": _l("Somebody commissions or writes commentary for it. Take those roles back first."),
    "office-in-use": _l("This office is in use: somebody works for it, or manuscripts are under way there."),
    "office-without-stages": _l("An office opens only when it has stages that hold today."),
    "no-stages": _l("An office needs at least one stage."),
    "stage-twice": _l("Two stages have the same name."),
    "no-change": _l("Nothing changes: these are the rules that hold on that day. Change something first."),
    "past-day": _l("Choose a day from today on, at most a year ahead."),
    "has-role": _l("This person has this role there already."),
    "no-role": _l("Choose a role that can be given."),
    "no-unit": _l("Choose an active unit."),
    "no-department": _l("Choose a department that may commission commentary: mark the unit as one first."),
    "no-stage": _l("Choose one of the office's stages."),
    "bad-day-line": _l("Give one or more lines, each with a day and whether it is worked: "
                       "2027-02-06 上班, or 2027-02-06 work."),
    "far-day": _l("A day lies more than two years away. Look at the years."),
    "no-choice": _l("Choose one of what is offered."),
    "no-invitation": _l("An invitation goes by mail to whoever has an address and no password yet."),
    "job-moved": _l("This job is being done just now, or is done already."),
    "closed-account": _l("The account is closed. Open it first."),
    "stale-settings": _l("Somebody else has changed this since you opened the page. Open it anew and look before you "
                         "change it again; what you typed is below."),
    "last-administrator": _l("This is the last administrator. Name another one first."),
    "in-the-way": _l("Something still depends on this."),
    # what the house can't do just now
    "store-full": _l("The file can't be stored now: the disk is full. Nothing is lost of what you typed; "
                     "try again later and tell your administrator."),
    "database-full": _l("Nothing can be saved now: the disk of the database is full. Nothing was changed, and nothing "
                        "that was saved before is lost. Try again later and tell your administrator."),
    "being-read": _l("This form was sent already, and what it brought is still being read, or that was broken off. "
                     "Look whether it has arrived before you send it again."),
    "scanner-away": _l("No file can be taken now: the virus scanner does not answer. Nothing is lost of what you "
                       "typed; try again later and tell your administrator."),
    "busy": _l("The database is busy. Nothing was changed; try again in a moment."),
    **file_words.REFUSALS,
}

FIELDS: dict[str, Any] = {
    "title": _l("Title"), "byline": _l("Byline"), "body": _l("Text"), "caption": _l("Caption"), "credit": _l("Credit"),
    "reason": _l("Reason"), "remark": _l("Note for the office"), "summary": _l("What was changed"),
    "grounds": _l("Why the rejection should be looked at again"), "note": _l("Note for readers"),
    "public_reason": _l("Public reason"), "address": _l("Address"), "place": _l("Page or programme"),
    "published_at": _l("When it came out"),
    "headline": _l("Headline as published"), "topic": _l("Topic"), "brief": _l("Brief"),
}
"""The words of the fields in which people type, for the page that shows what is kept of a refused form."""


def field_text(name: str) -> str:
    """The words of a field of a refused form, such as ``reason`` or ``pictures-0-caption``."""
    return str(FIELDS.get(name.rsplit("-", 1)[-1], _l("What you typed")))


def label(member: Enum) -> str:
    """The words of an enum member in the language of the page."""
    return str(LABELS[type(member)][member])


def reason_text(reason: str, **said: object) -> str:
    """The sentence of a reason key, with the numbers that it says."""
    sentence = str(REASONS[reason])
    return sentence % said if said else sentence


def is_chinese() -> bool:
    """Whether the page is in Chinese."""
    return str(get_locale() or LOCALES[0]).startswith("zh")


def title_of(thing: Any) -> str:
    """The name of an office, stage, genre, channel or checklist line in the language of the page."""
    if isinstance(thing, dict):
        return str(thing["text"] if is_chinese() else thing.get("text_en") or thing["text"])
    for chinese, english in (("title", "title_en"), ("name", "name_en")):
        if hasattr(thing, english):
            return str(getattr(thing, chinese) if is_chinese() else getattr(thing, english) or getattr(thing, chinese))
    return str(thing.name)


def when(moment: datetime | None, zone: ZoneInfo) -> str:
    """A time as people say it: 今天 17:00, 昨天 09:30, 11月24日 14:32, with the year where it is another."""
    if moment is None:
        return ""
    local, today = moment.astimezone(zone), clock.now().astimezone(zone).date()
    time = f"{local:%H:%M}"
    match (local.date() - today).days:
        case 0:
            return gettext("today %(time)s", time=time)
        case -1:
            return gettext("yesterday %(time)s", time=time)
        case 1:
            return gettext("tomorrow %(time)s", time=time)
    return f"{day(moment, zone)} {time}"


def day(moment: datetime, zone: ZoneInfo) -> str:
    """A day: 11月24日, or 24 Nov; with the year where it is not this year."""
    local = moment.astimezone(zone)
    this_year = local.year == clock.now().astimezone(zone).year
    if is_chinese():
        return f"{local.month}月{local.day}日" if this_year else f"{local.year}年{local.month}月{local.day}日"
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[local.month - 1]
    return f"{local.day} {month}" if this_year else f"{local.day} {month} {local.year}"


def full_time(moment: datetime | None, zone: ZoneInfo) -> str:
    """The full time with its zone, for hovering and print: 2026-11-24 14:32:05 CST (+08:00)."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()} ({offset[:3]}:{offset[3:]})"


@dataclass(frozen=True)
class Due:
    """A time by which somebody is to act, in words, and whether it is past."""

    text: str
    late: bool


def due(moment: datetime | None, zone: ZoneInfo) -> Due | None:
    """`moment` as a list shows it: 今天 17:00, or 逾期 2 天."""
    if moment is None:
        return None
    late = clock.now() - moment
    if late <= timedelta(0):
        return Due(when(moment, zone), False)
    if late < timedelta(days=1):
        hours = max(1, round(late.total_seconds() / 3600))
        return Due(ngettext("%(num)d hour late", "%(num)d hours late", hours), True)
    return Due(ngettext("%(num)d day late", "%(num)d days late", late.days), True)
