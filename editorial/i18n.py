"""Languages: date and number forms, and the words of every enum member, event and reason key.

Layer 1. English msgids; the catalogue in editorial/translations is complete for Simplified Chinese, the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.support import NullTranslations
from flask_babel import Domain, get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from editorial import clock, terms
from editorial.reasons import REASONS
from editorial.terms import Action, AssignmentAction, AssignmentState, ChannelKind, Duty, Role, State, Verdict

LOCALES = ("zh_Hans_CN", "en")


@cache
def locale(name: str) -> Locale:
    """The same object each time: the words of a page are looked up by it, and to compare two takes longer than that."""
    return Locale.parse(name)


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
        AssignmentState.WITHDRAWN: _l("Withdrawn"),
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
        Action.PROPOSE_PASS: _l("Propose to pass"),
        Action.PROPOSE_RETURN: _l("Propose to return"),
        Action.PROPOSE_REJECT: _l("Propose to reject"),
        Action.CONFIRM: _l("Confirm the proposal"),
        Action.SEND_BACK: _l("Send back to the reader"),
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
        Duty.CONFIRM: _l("Proposals to confirm"),
        Duty.PUBLISH: _l("To publish"),
        Duty.HEAR: _l("Appeals to hear"),
        Duty.CORRECT: _l("Corrections asked for"),
        Duty.ANSWER: _l("Offers to answer"),
        Duty.WRITE: _l("Commentary to write"),
        Duty.APPROVE: _l("Commentary to approve"),
        Duty.PLACE: _l("Commentary to publish"),
    },
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


def dated(moment: datetime, zone: ZoneInfo) -> str:
    """A time for a page that others keep, which today or this year would turn false on: 2026年11月24日 14:32."""
    return f"{day(moment, zone, year=True)} {moment.astimezone(zone):%H:%M}"


def day(moment: datetime, zone: ZoneInfo, *, year: bool = False) -> str:
    """A day: 11月24日, or 24 Nov; with the year where it is not this year, and where `year` asks for it."""
    local = moment.astimezone(zone)
    this_year = not year and local.year == clock.now().astimezone(zone).year
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
