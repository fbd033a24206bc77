"""Letters: their words, made when they leave and holding what their reader may know then; and the mail server.

A letter goes out at least once. Each attempt has the same Message-ID, so whoever gets it twice has it once.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from flask import Flask, current_app, render_template, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from editorial import access, clock, i18n
from editorial.actions import mailing, people
from editorial.config import Settings
from editorial.db import db
from editorial.jobs.errors import Hopeless
from editorial.models import Person
from editorial.queries import letter_texts, messages
from editorial.queries.messages import Notice
from editorial.tables.jobs import Job
from editorial.tables.letter_texts import filled, in_one_line
from editorial.tables.messages import WAYS, Letter

PATIENCE = 20
"""Seconds that a mail server has for each answer."""
LONGEST = 70
"""Characters of a title, and of what happened, in a subject."""
TURNS = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""The marks of Unicode that set the direction of writing."""
LINKS = {"reset-asked": "reset", "invite-asked": "invite"}
"""The messages whose letters bring a one-time link, and what it is for."""


def settings() -> Settings:
    """The settings of this installation."""
    found: Settings = current_app.extensions["settings"]
    return found


def collect(_job: Job) -> None:
    """Put what is due into letters."""
    mailing.collect(bool(settings().smtp_host))


def send(job: Job) -> None:
    """Write a letter and hand it to the mail server, then note that it left. Nothing is locked while the server thinks.

    Raises Hopeless where the server, or the address, will never take it.
    """
    letter = db.session.get_one(Letter, job.payload["letter"], with_for_update=True)
    letter_id = letter.id
    if letter.sent_at is not None:
        return
    letter.closed_at = letter.closed_at or clock.now()
    letter.failed_at, letter.error = None, ""
    mail = compose(letter)
    db.session.commit()
    if mail is not None:
        deliver(settings(), mail)
        db.session.get_one(Letter, letter_id).sent_at = clock.now()


def given_up(job: Job, reason: str) -> None:
    """A letter will not be tried again."""
    mailing.give_up(job.payload["letter"], reason)


# --- The words ---------------------------------------------------------------------------------------------------


def compose(letter: Letter) -> EmailMessage | None:
    """The letter as it is to leave now; None where nothing is left to tell: it was read, or may not be known any more.

    A one-time link in it is made now, so an older one is void.
    """
    person = letter.person
    if not person.is_active or not person.email:
        return None
    open_ones = [message for message in letter.messages if message.cancelled_at is None and (
        message.read_at is None or message.kind == "account")]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.test_request_context(base_url=settings().base_url), force_locale(person.locale):
        told = messages.notices(access.actor_for(db.session(), person.id, person.name), open_ones)
        return _mail(letter, person, told) if told else None


def _mail(letter: Letter, person: Person, told: Sequence[Notice]) -> EmailMessage:
    links = {notice.id: _link(person, notice) for notice in told}
    why, groups = url_for("account.mail", _external=True), _groups(told)
    first = groups[0][-1]
    given: dict[str, Any] = {"groups": groups, "links": links, "why": why,
             "label": _("Set the password") if told[0].event in LINKS else _("Open it"),
             "opening": [_("Hello %(name)s,", name=person.name)]}
    subject, form = _subject(letter, told, first), "letter"
    text = letter_texts.own("digest" if letter.kind == "digest" else told[0].kind, person.locale)
    if letter.kind == "digest":
        given["opening"] += [ngettext("%(num)d message came:", "%(num)d messages came:", len(told))]
    if text is not None:
        values = _values(person, told, first, links)
        subject, lines = in_one_line(filled(text.subject, values)), filled(text.body, values)
        if letter.kind == "digest":
            given["opening"] = ["".join(words for _key, words in line) for line in lines]
        else:
            given["lines"], form = lines, "own"
    mail = EmailMessage(policy=SMTP)
    sender = settings().mail_from
    try:
        mail["Subject"] = in_order(subject)
        mail["From"] = Address(settings().site_name if i18n.is_chinese() else settings().site_name_en,
                               addr_spec=sender)
        mail["To"] = Address(addr_spec=person.email)
    except ValueError as error:
        raise Hopeless(_("The address can’t be used: %(reason)s", reason=error)) from error
    host = sender.rsplit("@", 1)[1]
    mail["Date"] = clock.now()
    mail["Message-ID"] = f"<{letter.token}@{host}>"
    if letter.kind == "one" and told[0].code:
        thread = f"<{told[0].code.lower()}.thread@{host}>"
        mail["In-Reply-To"], mail["References"] = thread, thread
    if any(len(WAYS[notice.kind]) > 1 for notice in told):
        mail["List-Unsubscribe"] = f"<{why}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(in_order(render_template(f"mail/{form}.txt", **given)))
    mail.add_alternative(in_order(render_template(f"mail/{form}.html", **given)), subtype="html")
    return mail


def _values(person: Person, told: Sequence[Notice], first: Notice, links: Mapping[int, str]) -> dict[str, str]:
    """What the fields of the house's own texts are filled with."""
    return {"name": person.name, "title": first.title or ("" if len(told) == 1 else first.text), "code": first.code,
            "what": first.text, "reason": first.reason, "duty": str(i18n.label(first.duty)) if first.duty else "",
            "due": i18n.when(first.due_at, clock.zone()) if first.due_at else "", "link": links[first.id],
            "site": settings().site_name if i18n.is_chinese() else settings().site_name_en, "count": str(len(told))}


def _subject(letter: Letter, told: Sequence[Notice], first: Notice) -> str:
    title = shorten(first.title)
    if letter.kind == "digest":
        return ngettext("%(num)d message: %(first)s", "%(num)d messages, the first: %(first)s", len(told),
                        first=title or shorten(first.text))
    return _("“%(title)s”: %(text)s", title=title, text=shorten(first.text)) if title else shorten(first.text)


def shorten(words: str) -> str:
    """Words for a subject: one line, and no longer than leaves room for what happened."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST else line[:LONGEST - 1] + "…"


def in_order(words: str) -> str:
    """Without marks that turn the direction of what stands after them: a title could twist the words around it."""
    return words.translate(TURNS)


def _link(person: Person, notice: Notice) -> str:
    if notice.event in LINKS:
        return url_for("account.link", token=people.make_link(None, person, LINKS[notice.event]), _external=True)
    return url_for(notice.endpoint, **notice.values, _external=True) if notice.endpoint else ""


def _groups(told: Sequence[Notice]) -> list[list[Notice]]:
    """What is about the same text together: first what asks something of the reader, the most pressing before all,
    then each in the order in which it was first told of."""
    groups: dict[object, list[Notice]] = {}
    for notice in told:
        groups.setdefault(notice.code or notice.id, []).append(notice)
    return sorted(groups.values(), key=lambda group: (
        group[-1].duty is None, group[-1].due_at.timestamp() if group[-1].duty and group[-1].due_at else 0))


# --- The mail server ---------------------------------------------------------------------------------------------


def deliver(conf: Settings, mail: EmailMessage) -> None:
    """Hand a letter to the mail server. Raises Hopeless for what it refuses for good."""
    with _server(conf) as server:
        try:
            server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            _judge(code, words, error)
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            _judge(error.smtp_code, error.smtp_error, error)
        except smtplib.SMTPNotSupportedError as error:
            raise Hopeless(str(error)) from error


def _judge(code: int, words: bytes | str, error: Exception) -> None:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    if 500 <= code < 600:
        raise Hopeless(f"{code} {said}") from error
    raise ConnectionError(f"{code} {said}") from error


@contextmanager
def _server(conf: Settings) -> Iterator[smtplib.SMTP]:
    """A conversation with the mail server, over TLS as the settings say, logged in where they name an account."""
    context = ssl.create_default_context()
    server = (smtplib.SMTP_SSL(conf.smtp_host, conf.smtp_port, timeout=PATIENCE, context=context)
              if conf.smtp_tls == "tls" else smtplib.SMTP(conf.smtp_host, conf.smtp_port, timeout=PATIENCE))
    try:
        if conf.smtp_tls == "starttls":
            server.starttls(context=context)
        if conf.smtp_user:
            server.login(conf.smtp_user, conf.smtp_password)
        yield server
    finally:
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()
