"""Every refusal and every error as a page: what happened, what is kept, what to do. Layer 4."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from editorial import audit, clock, i18n, web
from editorial.db import db
from editorial.errors import Conflict, DomainError, Invisible, StoreUnavailable, TooMany
from editorial.queries import history
from editorial.storage import FULL


def init(app: Flask) -> None:
    """Register the pages of refusals and errors with `app`."""
    for kind, handler in ((DomainError, _domain_error), (StaleDataError, _lost_race), (IntegrityError, _lost_race),
                          (OperationalError, _busy), (ProgrammingError, _no_table), (OSError, _disk),
                          (CSRFError, _csrf), (HTTPException, _http_error)):
        app.register_error_handler(kind, handler)


def _page(status: int, text: str, kept: dict[str, str] | None = None,
          changes: Sequence[history.Entry] = ()) -> ResponseReturnValue:
    if request.is_json:
        return {"error": text}, status
    back = request.path if request.method == "POST" else None
    if back and status != 413:  # what is too large is not read
        back = request.form.get("form_page") or back
    words = [(i18n.field_text(name), value) for name, value in (kept or {}).items() if name not in web.CHOSEN]
    return render_template("error.html", status=status, text=text, kept=words, changes=changes,
                           back=web.safe_next(back), offered=status != 404 and not g.get("unkept")), status


def _domain_error(error: DomainError) -> ResponseReturnValue:
    """A refusal, as a page that says why, what is kept, and what to do."""
    db.session.rollback()
    if error.status in (403, 404):
        _note_denial(error)
    if isinstance(error, Invisible):
        return _page(404, i18n.reason_text("not-found"), web.typed())
    changes = _changes() if isinstance(error, Conflict) else ()
    kept = _kept()
    if isinstance(error, StoreUnavailable):
        _only_look()
    text = i18n.reason_text(error.reason, **_said(error))
    answer = current_app.make_response(_page(error.status, text, kept, changes))
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _said(error: DomainError) -> dict[str, object]:
    """What the sentence of a refusal has places for: its numbers, and from when on it will not be refused."""
    if not isinstance(error, TooMany) or not error.said:
        return {}
    return {**error.said, "at": i18n.when(clock.now() + timedelta(seconds=error.retry_after), web.zone())}


def _note_denial(error: DomainError) -> None:
    """A refused act is an event of its own: who tried what. A page that is not there for somebody is none."""
    if request.method != "POST" or not web.current_user.is_authenticated:
        return
    try:
        audit.record(db.session(), "denied", web.actor(), subject=request.path[:100], reason=error.reason)
        db.session.commit()
    except DBAPIError:
        db.session.rollback()


def _changes() -> Sequence[history.Entry]:
    """What happened to the manuscript of this request since the page was shown from which it comes."""
    code, revision = (request.view_args or {}).get("code"), request.form.get("revision", "")
    if not code or not web.current_user.is_authenticated:
        return ()
    return history.since(web.actor(), code, int(revision) if revision.isdecimal() else 0)


def _kept() -> dict[str, str]:
    if web.current_user.is_authenticated:
        return web.keep_typed(web.current_user.id)
    g.unkept = True
    return web.typed()


def _lost_race(error: Exception) -> ResponseReturnValue:
    current_app.logger.info("lost race: %s", type(error).__name__)
    return _domain_error(Conflict("lost-race"))


def _busy(error: OperationalError) -> ResponseReturnValue:
    if _lacks(error.orig):
        return _does_not_fit(error)
    current_app.logger.warning("database: %s", _in_short(error.orig))
    _only_look()
    return _domain_error(StoreUnavailable("database-full" if _takes_nothing(error.orig) else "busy"))


def _no_table(error: ProgrammingError) -> ResponseReturnValue:
    """A statement that the database does not understand: its tables are of another version, or it is an error of
    ours."""
    if not _lacks(error.orig):
        raise error
    return _does_not_fit(error)


def _does_not_fit(error: DBAPIError) -> ResponseReturnValue:
    """For nobody in particular: whose session it is can't be looked up in tables that are not there."""
    current_app.logger.error("database does not fit this version, run editorial init: %s", _in_short(error.orig))
    db.session.rollback()
    g._login_user = AnonymousUserMixin()
    g.unkept = True
    return _page(500, _("The database does not fit this version of the program; nothing was changed. "
                        "The operator must run “editorial init”."), web.typed())


def _lacks(error: BaseException | None) -> bool:
    """Whether a table or a column is missing. SQLite has no code for it, only words."""
    words = str(error)
    return getattr(error, "sqlstate", None) in ("42P01", "42703") or (
        isinstance(error, sqlite3.OperationalError) and ("no such" in words or "has no column" in words))


def _in_short(error: BaseException | None) -> str:
    """For the log: what kind, which state, and the first line of what the database says, which quotes no value."""
    state = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or "-"
    return f"{type(error).__name__} {state}: {next(iter(str(error).splitlines()), '')}"


def _disk(error: OSError) -> ResponseReturnValue:
    """A disk on which something is put for a moment, such as what is read in another process, may be full too."""
    if error.errno not in FULL:
        raise error
    return _domain_error(StoreUnavailable("store-full"))


def _takes_nothing(error: BaseException | None) -> bool:
    """Whether the disk under the database is full, or takes nothing for another reason: waiting alone mends nothing."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR) or getattr(error, "sqlstate", None) == "53100"


def _only_look() -> None:
    """From here on this request only reads, and waits for nobody's lock, to show its page.

    Where not even that can be done, the page is for nobody in particular.
    """
    db.session.rollback()
    try:
        db.session.connection(execution_options={"readonly": True})
        if web.current_user.is_authenticated:
            _known = web.actor(), web.current_user.person.locale
    except DBAPIError:
        db.session.rollback()
        g._login_user = AnonymousUserMixin()


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    """A form from an ended session: what was typed is shown, so that nothing is lost."""
    g.unkept = True
    return _page(400, _("This form is from a session that has ended. Log in, open the page anew and send it again; "
                        "what you typed is below."), web.typed())


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and 300 <= error.code < 400:
        return error
    db.session.rollback()
    if error.code == 404:
        return _page(404, i18n.reason_text("not-found"))
    texts = {413: i18n.reason_text("too-large"), 405: _("This address does not take that kind of request."),
             500: _("Something went wrong on our side. It was noted; nothing was half done. Try again, "
                    "and tell your administrator if it happens again.")}
    return _page(error.code or 500, texts.get(error.code or 500, _("The request could not be understood.")),
                 _kept() if error.code != 413 else {})
