"""The texts of letters that hold, the built-in ones, and how one would look. Layer 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from editorial import i18n
from editorial.db import db
from editorial.errors import Invisible
from editorial.tables.letter_texts import DIGEST, FIELDS, TEXT_KINDS, LetterText, Part, filled, in_one_line
from editorial.terms import Duty

LOCALES = ("zh_Hans_CN", "en")
EARLIER = 10


@dataclass(frozen=True)
class Wording:
    """The text of one kind of letter in one language: the house's own, or the built-in one."""

    kind: str
    locale: str
    number: int
    is_own: bool
    subject: str
    body: str
    earlier: Sequence[LetterText] = ()


@dataclass(frozen=True)
class Preview:
    """A letter as it would look."""

    subject: str
    lines: Sequence[Sequence[Part]]


def kind_words(kind: str) -> str:
    """What a kind of letter is called."""
    return {
        "mine": _("What becomes of one’s manuscripts"), "due": _("What waits for somebody"),
        "reminder": _("Reminders and chasers"), "escalation": _("What is late below somebody"),
        "commentary": _("Commentary"), "call": _("Calls for manuscripts"),
        "account": _("Links for passwords, and news of the account"), "trouble": _("Troubles of the program"),
        DIGEST: _("The daily letter: its opening")}[kind]


def built_in(kind: str, locale: str) -> tuple[str, str]:
    """Subject and body that every installation begins with, as a text with fields."""
    named = {key: "{" + (words if locale.startswith("zh") else key) + "}" for key, words in FIELDS.items()}
    with force_locale(locale):
        hello = _("Hello %(name)s,", **named)
        if kind == DIGEST:
            return (_("%(count)s messages, the first: %(title)s", **named),
                    "\n\n".join((hello, _("%(count)s messages came:", **named))))
        if kind in ("account", "trouble"):
            return named["what"], "\n\n".join((hello, named["what"], named["link"]))
        about = "\n".join((_("“%(title)s” %(code)s", **named), named["what"], _("Reason: %(reason)s", **named)))
        return (_("“%(title)s”: %(what)s", **named),
                "\n\n".join((hello, about, _("%(duty)s, by %(due)s", **named), named["link"])))


def own(kind: str, locale: str) -> LetterText | None:
    """The house's own text that holds; None where it is the built-in one."""
    last = db.session.scalar(select(LetterText).where(
        LetterText.kind == kind, LetterText.locale == locale).order_by(LetterText.number.desc()).limit(1))
    return last if last is not None and last.is_own else None


def which_are_own() -> set[tuple[str, str]]:
    """The kinds and languages for which the house has a text of its own."""
    last = select(func.max(LetterText.id)).group_by(LetterText.kind, LetterText.locale)
    return {(text.kind, text.locale) for text in db.session.scalars(
        select(LetterText).where(LetterText.id.in_(last), LetterText.is_own))}


def wording(kind: str, locale: str) -> Wording:
    """The text that holds, and the earlier ones; raises Invisible for a kind or a language that there is not."""
    if kind not in TEXT_KINDS or locale not in LOCALES:
        raise Invisible
    rows = db.session.scalars(select(LetterText).where(LetterText.kind == kind, LetterText.locale == locale).options(
        joinedload(LetterText.made_by)).order_by(LetterText.number.desc()).limit(EARLIER)).all()
    number, last = (rows[0].number, rows[0]) if rows else (0, None)
    subject, body = (last.subject, last.body) if last and last.is_own else built_in(kind, locale)
    return Wording(kind, locale, number, bool(last and last.is_own), subject, body, rows)


def preview(locale: str, subject: str, body: str, site: str, sender: str) -> Preview:
    """How a letter with these words would look, with made-up contents; `sender` is where its link leads."""
    with force_locale(locale):
        values = {"name": _("Shi Min"), "title": _("The reed festival by the river has begun"), "code": "2026-000123",
                  "what": _("It was returned for revision."), "reason": _("Please add where the number comes from."),
                  "duty": i18n.label(Duty.REVISE), "due": _("3 December 18:00"), "link": sender, "site": site,
                  "count": "3"}
    return Preview(in_one_line(filled(subject, values)), filled(body, values))


def field_names(locale: str, kind: str) -> Mapping[str, str]:
    """The fields as somebody who writes in this language names them, and what each is filled with."""
    words = {"name": _("the reader’s name"), "title": _("the manuscript’s title"), "code": _("its number"),
             "what": _("what happened"), "reason": _("the reason, where one was given"),
             "duty": _("what the reader is to do now"), "due": _("by when"), "link": _("the page, as a button"),
             "site": _("the name of this site"), "count": _("how many messages")}
    shown = ("name", "title", "count", "site") if kind == DIGEST else tuple(key for key in words if key != "count")
    return {FIELDS[key] if locale.startswith("zh") else key: words[key] for key in shown}
