"""What templates know: filters, the navigation, assets, one-time keys. Layer 4."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError

from editorial import documents, file_words, i18n, signature, web
from editorial.db import db
from editorial.queries import messages
from editorial.terms import Role

TABLE = re.compile("<table(?: [^>]*)?>")
PICTURE = re.compile(r'<img src="pictures/([0-9a-f]{64})"((?: [a-z]+="[^"]*")*)>')


@dataclass(frozen=True)
class NavigationItem:
    """A line of the navigation."""

    label: str
    url: str
    active: bool


NAVIGATION: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("home.home", "Home", frozenset()),
    ("manuscripts.mine", "My manuscripts", frozenset({Role.CORRESPONDENT})),
    ("signoff.to_sign", "To sign", frozenset({Role.SIGNER})),
    ("desk.desk", "Desk", frozenset({Role.STAGE_REVIEWER})),
    ("office.offices", "Office", frozenset({Role.CHIEF_EDITOR})),
    ("publishing.publishing", "Publishing", frozenset({Role.PUBLISHER})),
    ("planning.calendar", "Plan", frozenset({Role.PUBLISHER, Role.CHIEF_EDITOR})),
    ("published.published", "Published pieces", frozenset()),
    ("calls.calls", "Calls", frozenset({Role.CORRESPONDENT, Role.SIGNER, Role.CHIEF_EDITOR, Role.COORDINATOR})),
    ("commissions.commissions", "Commissions", frozenset({Role.COMMISSIONER})),
    ("commentary.mine", "My commentary", frozenset({Role.COMMENTATOR})),
    ("overview.submitted", "Everything submitted", frozenset({Role.COORDINATOR})),
    ("admin.index", "Administration", frozenset({Role.ADMINISTRATOR})),
)
"""Page, words, and the roles of which one is needed (none: everybody)."""


def navigation() -> list[NavigationItem]:
    """The pages that the person of this request has a reason to open."""
    words = {"Home": _("Home"), "My manuscripts": _("My manuscripts"), "To sign": _("To sign"), "Desk": _("Desk"),
             "Office": _("Office"), "Publishing": _("Publishing"), "Plan": _("Plan"),
             "Published pieces": _("Published pieces"), "Calls": _("Calls"),
             "Commissions": _("Commissions"), "My commentary": _("My commentary"),
             "Everything submitted": _("Everything submitted"), "Administration": _("Administration")}
    held = set(web.actor().grants)
    return [
        NavigationItem(words[label], url_for(endpoint), request.endpoint == endpoint)
        for endpoint, label, roles in NAVIGATION if not roles or roles & held
    ]


def unread_messages() -> int:
    """How many messages wait unread for the person of this request: one query, for the head of the page."""
    try:
        return messages.unread(web.actor())
    except DBAPIError:  # on the page that says that the database is not there
        db.session.rollback()
        return 0


@cache
def _manifest(folder: str) -> dict[str, str]:
    path = Path(folder) / "manifest.json"
    names: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return names


def show_html(
    html: str, code: str, pictures: Sequence[Mapping[str, str]] = (),
    passages: Sequence[tuple[int, documents.Passage]] | None = None, endpoint: str = "manuscripts.picture",
) -> Markup:
    """Stored text, safe to show: it passed `documents.clean` on its way in. Pictures get their address at `endpoint`,
    and under it their caption and credit; where there are `passages`, even none, paragraphs get addresses, and they are
    marked.

    The one place where text from people becomes markup.
    """
    base = url_for(endpoint, code=code, sha256="0" * 64).removesuffix("0" * 64)
    lines = {line["sha256"]: line for line in pictures}
    if passages is not None:
        html = documents.marked(html, passages)
    html = PICTURE.sub(lambda match: f'<img src="{base}{match[1]}"{match[2]}>{_under(lines.get(match[1], {}))}', html)
    return Markup(_scrolling(html))


def _scrolling(html: str) -> str:
    """Each table in a frame that scrolls where the table is wider than the page, by the keyboard, too."""
    number = count(1)
    frame = Markup('<div class="wide" role="region" tabindex="0" aria-label="{}">')
    html = TABLE.sub(lambda match: frame.format(_("Table %(number)s", number=next(number))) + Markup(match[0]), html)
    return html.replace("</table>", "</table></div>")


def _under(line: Mapping[str, str]) -> Markup:
    words = [line.get("caption", ""), _("Credit: %(name)s", name=line["credit"]) if line.get("credit") else ""]
    told = Markup(" ").join(Markup("<span>{}</span>").format(text) for text in words if text)
    return Markup('<span class="caption">{}</span>').format(told) if told else Markup()


BROWSERS = (("MicroMessenger", "WeChat"), ("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
            ("Safari/", "Safari"))
SYSTEMS = (("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
           ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))


def device(agent: str) -> str:
    """A browser's own long name in two words that people know, such as "Firefox, Windows"."""
    names = [next((name for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names)) or _("an unknown device")


def init(app: Flask) -> None:
    """Register filters and globals with `app`."""

    def asset(name: str) -> str:
        return url_for("static", filename=_manifest(app.static_folder or "").get(name, name))

    def when(moment: datetime | None) -> str:
        return i18n.when(moment, web.zone())

    def full_time(moment: datetime | None) -> str:
        return i18n.full_time(moment, web.zone())

    def dated(moment: datetime) -> str:
        return i18n.dated(moment, web.zone())

    def bare_time(moment: datetime | None) -> str:
        return f"{moment.astimezone(web.zone()):%Y-%m-%d %H:%M:%S}" if moment else ""

    def due(moment: datetime | None) -> i18n.Due | None:
        return i18n.due(moment, web.zone())

    def day(moment: datetime | None) -> str:
        return i18n.day(moment, web.zone()) if moment else ""

    def date_of(value: date) -> str:
        return i18n.day(datetime.combine(value, time(), web.zone()), web.zone())

    def shift(value: date, days: int) -> date:
        return value + timedelta(days=days)

    def number(value: int) -> str:
        return f"{value:,}"

    filters: dict[str, Any] = {
        "when": when, "full_time": full_time, "bare_time": bare_time, "dated": dated,
        "due": due, "day": day, "number": number, "label": i18n.label,
        "title_of": i18n.title_of, "reason": i18n.reason_text, "warning": file_words.warning_text,
        "show_html": show_html, "signature": signature.of,
        "device": device, "date": date_of, "shift": shift, "cells": documents.cells, "foldable": documents.foldable,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(_=i18n.in_page, ngettext=i18n.number_in_page, asset=asset, navigation=navigation,
                                 unread_messages=unread_messages, address_of=web.address_of,
                                 form_key=lambda: secrets.token_urlsafe(24))
    app.jinja_env.tests["words"] = lambda value: isinstance(value, str | LazyString)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def site() -> dict[str, Any]:
        conf = web.settings()
        name = conf.site_name if i18n.is_chinese() else conf.site_name_en
        return {"site": {"name": name, "accent": conf.site_accent, "demo": conf.demo},
                "locale": str(get_locale() or i18n.LOCALES[0]),
                "current_user": current_user}
