"""What every request goes through: log-in by default, one transaction, one-time keys, headers, and errors as pages.

Layer 4. A view loads through `access`, reads a form, calls one action or query, and renders or redirects.
"""

from __future__ import annotations

import hashlib
import io
import re
import secrets
from datetime import datetime, timedelta
from typing import IO, Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from flask import Flask, Request, Response, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin
from flask_login import current_user as _current_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from werkzeug.exceptions import MethodNotAllowed, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wsgi import FileWrapper

from editorial import access, clock, headers, i18n, logs
from editorial.actions import readings, scratch
from editorial.config import Settings
from editorial.db import db
from editorial.errors import Conflict, Invalid
from editorial.models import FormKey, Person
from editorial.parties import Actor
from editorial.storage import LocalStore
from editorial.tables.logins import WebSession

current_user: Any = _current_user

OPEN = frozenset({"static", "account.login", "account.forgot", "account.link", "account.language", "health.health",
                  "health.metrics", "health.bounces", "messages.feed", "published.feed", "published.commentary_feed"})
"""The endpoints that need no log-in. Everything else does."""

NOT_TYPED = frozenset({"csrf_token", "form_key", "form_page", "revision", "tab", "restored", "arrived", "username",
                       "password", "new_password", "again", "present_password"})


CHOSEN = frozenset({"act", "then", "checklist", "stated", "person", "office", "channel", "genre", "offices", "urgent",
                    "is_original", "unit", "co_authors", "opening", "save", "submit", "upload", "original", "version",
                    "near", "paragraph", "audience", "call", "whom", "units", "last_day"})
"""What is kept of a refused form and offered again, but is nothing to read: ticks and choices."""

LONGEST_READING = timedelta(minutes=2)
"""So long the files of one form are read at most; whoever has not ended by then has been killed."""

PRESET = frozenset({"act", "byline", "unit", "save", "submit", "bring", "version", "near", "paragraph"})
"""What a form holds before anybody has typed: alone it is nothing to keep."""


class Visitor(UserMixin):
    """Whoever is logged in: the person, and the actor that the table of transitions knows."""

    def __init__(self, person: Person, token: str) -> None:
        self.person = person
        self.token = token
        self.id = person.id
        self.name = person.name

    def get_id(self) -> str:
        return self.token

    @property
    def actor(self) -> Actor:
        if "actor" not in g:
            g.actor = access.actor_for(db.session(), self.id, self.name)
        actor: Actor = g.actor
        return actor


def actor() -> Actor:
    """The person of this request, as the table sees them."""
    answer: Actor = current_user.actor
    return answer


def settings() -> Settings:
    """The settings of this installation."""
    answer: Settings = current_app.extensions["settings"]
    return answer


def store() -> LocalStore:
    """The file store of this installation."""
    answer: LocalStore = current_app.extensions["store"]
    return answer


def zone() -> ZoneInfo:
    """The zone in which times are shown and typed."""
    return clock.zone()


class Whole(Request):
    """A request whose files stay in memory, where they are read whole in any case: a full disk stops no upload."""

    def _get_file_stream(self, *_about: Any, **_more: Any) -> IO[bytes]:
        return io.BytesIO()


class EditorialFlask(Flask):
    """Flask, with one transaction a request: committed where the answer is no error, else taken back."""

    request_class = Whole

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view. A form's one-time key that was used already leads to where it led the first time."""
        sent = request.method == "POST" and current_user.is_authenticated
        key = request.form.get("form_key", "")[:64] if sent else ""
        try:
            if key and (place := _use(key)) is not None:
                return redirect(place)
            answer = self.make_response(super().dispatch_request())
            if answer.status_code < 400 and not g.pop("unfinished", False):
                if key:
                    db.session.execute(update(FormKey).where(FormKey.key == key).values(
                        location=answer.headers.get("Location", request.path)[:500]))
                db.session.commit()
            else:
                _take_back(key)
            return answer
        except BaseException:
            _take_back(key)
            raise

    def process_response(self, response: Response) -> Response:
        """Finish the answer; where no log-in is needed it depends on no cookie, and sets none."""
        answer = super().process_response(response)
        if request.blueprint == headers.PUBLIC and answer.status_code < 400:
            answer.headers.pop("Set-Cookie", None)
            answer.headers.pop("Vary", None)
        return answer


def _take_back(key: str) -> None:
    """Undo what a refused request began; the key of a form that was paused is free again."""
    db.session.rollback()
    if g.pop("paused", False):
        db.session.execute(delete(FormKey).where(FormKey.key == key))
        db.session.commit()


def pause_transaction() -> None:
    """End the transaction before something slow that needs none, such as reading a file: nobody waits for its locks.

    The form's one-time key stays used meanwhile; where the form is refused in the end, it is free again.
    """
    g.paused = True
    db.session.commit()


def leave_unfinished() -> None:
    """What this form asked for changes nothing but the form itself: its one-time key is free for the next time."""
    g.unfinished = True


def _use(key: str) -> str | None:
    """Mark a one-time key as used; where it was used before, the place to which it led.

    A key without a place was committed by `pause_transaction`, and what was read then never came to its end so far.
    Raises Conflict while that may still come; later its process must have died, and the form is taken anew.
    """
    try:
        db.session.execute(insert(FormKey).values(key=key, person_id=current_user.id, used_at=clock.now()))
        return None
    except IntegrityError:
        db.session.rollback()
        used = db.session.get_one(FormKey, key)
    if used.person_id != current_user.id:
        return url_for("home.home")
    if not used.location:
        now = clock.now()
        taken = db.session.execute(update(FormKey).where(
            FormKey.key == key, FormKey.used_at < now - LONGEST_READING).values(used_at=now).returning(FormKey.key))
        if taken.first() is None:
            raise Conflict("being-read")
    return used.location or None


def token_hash(token: str) -> str:
    """What the database keeps of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def here() -> str:
    """The hash of this request's session: what tells it from one's other ones."""
    return token_hash(current_user.token)


def address_of(endpoint: str, **values: Any) -> str:
    """The whole address of a page, to hand on: below `base_url`, where that is set."""
    return (settings().base_url or request.url_root.rstrip("/")) + url_for(endpoint, **values)


def begin_session(person: Person) -> Visitor:
    """Log `person` in: a new session at the server, a new cookie, a new CSRF token."""
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(WebSession(token_hash=token_hash(token), person_id=person.id, created_at=now, seen_at=now,
                              address=(request.remote_addr or "")[:60],
                              agent=(request.user_agent.string or "")[:200]))
    db.session.flush()
    return Visitor(person, token)


def sessions_since() -> tuple[datetime, datetime]:
    """A session holds that was used since the first of these times, and began since the second."""
    now, limits = clock.now(), settings()
    return now - timedelta(minutes=limits.session_idle_minutes), now - timedelta(hours=limits.session_hours)


_LOGIN = select(WebSession, Person).join(Person).where(WebSession.token_hash == bindparam("token_hash"))


def _load_visitor(token: str) -> Visitor | None:
    """The person whose session this is; None where it ended, was idle too long, or the person was deactivated."""
    row = db.session.execute(_LOGIN, {"token_hash": token_hash(token)}).first()
    if row is None:
        return None
    login, person = row
    seen_since, begun_since = sessions_since()
    if not person.is_active or login.seen_at < seen_since or login.created_at < begun_since:
        return None
    if clock.now() - login.seen_at > timedelta(minutes=1):
        g.seen = login.id
    return Visitor(person, token)


def safe_next(target: str | None) -> str:
    """`target` where it is a path on our own host, else the home page."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")) and all(c > " " for c in target):
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc and "\\" not in target and "%0" not in target.lower():
            return target
    return url_for("home.home")


class RowId(IntegerConverter):
    """A number in an address: what no row can have is no address."""

    def __init__(self, urls: Map, **bounds: Any) -> None:
        super().__init__(urls, **{"max": 2**31 - 1, **bounds})


def init(app: Flask, conf: Settings) -> None:
    """Wire all of this into `app`."""
    app.url_map.converters["int"] = RowId
    app.extensions["settings"] = conf
    app.extensions["store"] = LocalStore(conf.uploads)
    if conf.trusted_proxies:
        n = conf.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n)  # type: ignore[method-assign]
    logins = LoginManager(app)
    logins.session_protection = None  # type: ignore[assignment]
    logins.user_loader(_load_visitor)
    logs.watch(app)
    CSRFProtect(app).exempt("editorial.blueprints.health.bounces")  # a machine that holds a token, and no cookie
    words = Babel(app, locale_selector=_locale, default_locale=i18n.LOCALES[0],
                  default_translation_directories="translations", default_domain="messages")
    words.domain_instance = i18n.WORDS
    app.before_request(_guard)
    app.after_request(_headers)
    app.teardown_request(_note)


LANGUAGE = "lang"
"""Where the address of a page without log-in names its language."""


def _locale() -> Locale:
    if request and request.blueprint == headers.PUBLIC:  # the same for everybody, and no cookie is looked at
        chosen = request.args.get(LANGUAGE)
        return i18n.locale(chosen if chosen in i18n.LOCALES else i18n.LOCALES[0])
    chosen = current_user.person.locale if current_user.is_authenticated else session.get("locale")
    return i18n.locale(chosen if chosen in i18n.LOCALES else i18n.LOCALES[0])


def _guard() -> ResponseReturnValue | None:
    """Log-in by default; a page that changes nothing begins its transaction as a reader."""
    if isinstance(request.routing_exception, SecurityError):  # for another's host name no address can be built
        return Response(_("The request could not be understood."), 400, mimetype="text/plain")
    if request.method == "TRACE":
        raise MethodNotAllowed
    if request.endpoint in ("static", "health.health"):
        return None
    if request.method in ("GET", "HEAD"):
        db.session.connection(execution_options={"readonly": True})
    if request.endpoint in OPEN or request.blueprint == headers.PUBLIC or current_user.is_authenticated:
        return None
    return _to_login()


def _to_login() -> ResponseReturnValue:
    """An anonymous visitor is asked to log in. What was typed in a session that ended is kept for its person."""
    if request.is_json:
        return {"error": "log-in"}, 401
    if request.method == "POST" and (person_id := _person_of_ended_session()):
        keep_typed(person_id)
    target = request.full_path.rstrip("?") if request.method == "GET" else request.form.get("form_page") or "/"
    return redirect(url_for("account.login", next=target if target != "/" else None))


def _person_of_ended_session() -> int | None:
    """Whose session it was that this browser still holds: idle for too long or too old, not logged out."""
    return db.session.scalar(select(Person.id).join(WebSession, WebSession.person_id == Person.id).where(
        WebSession.token_hash == token_hash(session.get("_user_id", "")), Person.is_active))


def note_reading(manuscript_id: int, version_id: int, earlier_id: int | None, is_due: bool) -> None:
    """Remember, once this page is made, that its reader opened this version, and another one before."""
    g.reading = (actor().id, manuscript_id, version_id, earlier_id, is_due)


def _note(_error: BaseException | None) -> None:
    """Put down, in a transaction of its own, that a session is in use (at most once a minute), and what was opened."""
    seen, reading = g.pop("seen", None), g.pop("reading", None)
    if seen or reading:
        db.session.rollback()
        try:
            with db.engine.begin() as connection:
                if seen:
                    connection.execute(update(WebSession).where(WebSession.id == seen).values(seen_at=clock.now()))
                if reading:
                    readings.note(connection, *reading)
        except DBAPIError:
            current_app.logger.warning("it could not be noted that a session is in use, or what was opened")


def _headers(response: Response) -> Response:
    return headers.finish(response, settings().secure_cookies)


# --- What was typed ----------------------------------------------------------------------------------------------


def typed() -> dict[str, str]:
    """What somebody typed in the form of this request, as texts to show."""
    return {name: "\n".join(values) for name, values in request.form.lists()
            if name not in NOT_TYPED and any(value.strip() for value in values)}


def keep_typed(person_id: int) -> dict[str, str]:
    """Put what a person typed in a refused form where its page offers it again; gives it.

    Where it can't be put there, `g.unkept` is set: the page that comes next must not promise it.
    """
    words = typed()
    if any(re.sub(r"<[^>]*>|\s", "", value) not in ("", "0") for name, value in words.items() if name not in PRESET):
        form, revision = request.form, request.form.get("revision", "")
        fields = {name: values if values[1:] else values[0] for name, values in form.lists() if name not in NOT_TYPED}
        try:
            scratch.keep(person_id, form.get("form_page") or request.path, form.get("tab") or "refused",
                         int(revision) if revision.isdecimal() else 0, fields)
            db.session.commit()
        except (DBAPIError, Invalid):
            db.session.rollback()
            g.unkept = True
    return words


def attachment(data: bytes | IO[bytes], media_type: str, name: str) -> Response:
    """A file to keep, never to show: whatever it holds, it doesn't run here (RFC 6266, RFC 8187)."""
    answer = Response(data if isinstance(data, bytes) else FileWrapper(data, 1 << 16), content_type=media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"file\"; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def invalid(form: Any, error: Invalid) -> None:
    """Take back what a refused action began, and put its reasons beside the fields of `form`."""
    db.session.rollback()
    form.attach(error.fields)


def refuse(error: Invalid) -> None:
    """Take back what a refused action began, and say why on the page that comes next: for forms of one button."""
    db.session.rollback()
    for reason in error.fields.values():
        flash(i18n.reason_text(reason), "error")
