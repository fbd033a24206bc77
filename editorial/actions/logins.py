"""Getting in and out: log-in with its throttle, sessions, and what people keep about themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, func, or_, select

from editorial import audit, clock
from editorial.actions import people
from editorial.actions.passwords import hash_of, is_outdated, is_right
from editorial.actions.people import end_sessions, login_key, set_password
from editorial.db import db
from editorial.errors import Invalid, Invisible, TooMany
from editorial.models import Person
from editorial.parties import Actor
from editorial.tables.logins import LoginAttempt, WebSession

WINDOW = timedelta(seconds=60)
FOR_ACCOUNT, FROM_ADDRESS = 5, 30
"""How many failures within the window are taken for an account, and from an address."""
MOST_ALIKE = 5
"""Accounts with one mail address that are served at once."""


# --- The throttle -----------------------------------------------------------------------------------------------


def _try(account: str, address: str) -> list[int]:
    """Count an attempt before it is known how it ends, so that many at once can't slip through; gives the rows' ids.

    Commits: attempts are counted across processes, and whatever becomes of the request. Raises TooMany, equally for
    accounts that exist and those that don't; what is refused so is not counted, so that the wait has an end.
    """
    now = clock.now()
    counted = [(_hash(f"account:{account}"), FOR_ACCOUNT), (_hash(f"address:{_network(address)}"), FROM_ADDRESS)]
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - timedelta(days=1)))
    attempts = [LoginAttempt(key=key, at=now) for key, _allowed in counted]
    db.session.add_all(attempts)
    db.session.flush()
    ids = [attempt.id for attempt in attempts]
    db.session.commit()
    for key, allowed in counted:
        recent = db.session.scalar(select(func.count()).select_from(LoginAttempt).where(
            LoginAttempt.key == key, LoginAttempt.at > now - WINDOW))
        if (recent or 0) > allowed:
            _forget(ids)
            db.session.commit()
            raise TooMany("slow-down", int(WINDOW.total_seconds()))
    db.session.commit()
    return ids


def _forget(ids: list[int]) -> None:
    """An attempt that succeeded is no failure."""
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.id.in_(ids)))


def _network(address: str) -> str:
    """Whoever has an IPv6 address has its whole /64 network."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(int(known) >> 64) if isinstance(known, IPv6Address) else str(known)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- In and out -------------------------------------------------------------------------------------------------


def check_login(login: str, password: str, address: str) -> Person:
    """The person whose log-in name and password these are; the answer takes the same time for everybody.

    Raises Invalid("bad-login"), alike for unknown, closed and unfinished accounts and for a wrong password, and TooMany
    after five failures within a minute for an account, or thirty from an address. Commits what it counts and records;
    no transaction is open while the password is compared, which takes a while.
    """
    attempt = _try(login_key(login), address)
    found = db.session.execute(select(Person.id, Person.is_active, Person.password_hash).where(
        Person.login_key == login_key(login))).first()
    db.session.commit()
    kept = found.password_hash if found and found.is_active else None
    if not is_right(kept, password) or found is None:
        audit.record(db.session(), "login-failed", None, subject=f"person:{found.id}" if found else "",
                     data={"address": address})
        db.session.commit()
        raise Invalid({"form": "bad-login"})
    person = db.session.get_one(Person, found.id, populate_existing=True)
    if kept and is_outdated(kept):
        person.password_hash = hash_of(password)
    _forget(attempt)
    audit.record(db.session(), "login", Actor(person.id, person.name), subject=f"person:{person.id}",
                 data={"address": address})
    return person


def ask_for_reset(who: str, address: str) -> None:
    """Ask for a new password for the account with this log-in name, or those with this mail address.

    Gives the same for whatever is typed, by the same work. Raises TooMany as the log-in does, on counts of its own.
    """
    key = login_key(who)
    _try(f"reset:{key}", f"reset:{_network(address)}")
    found: Sequence[int | None] = db.session.scalars(select(Person.id).where(
        or_(Person.login_key == key, func.lower(Person.email) == key), Person.is_active).limit(MOST_ALIKE)).all()
    for person_id in found or [None]:
        people.ask_for_reset(person_id)


def log_out(actor: Actor, token_hash: str) -> None:
    """End one's session at the server: its cookie is worth nothing from now on."""
    db.session.execute(delete(WebSession).where(WebSession.token_hash == token_hash))
    audit.record(db.session(), "logout", actor, subject=f"person:{actor.id}")


def end_session(actor: Actor, session_id: int) -> None:
    """End one of one's own sessions; raises Invisible for one that is not one's own."""
    ended = db.session.execute(delete(WebSession).where(
        WebSession.id == session_id, WebSession.person_id == actor.id).returning(WebSession.id))
    if ended.first() is None:
        raise Invisible
    audit.record(db.session(), "sessions-ended", actor, subject=f"person:{actor.id}", data={"ended": 1})


def end_other_sessions(actor: Actor, but: str) -> None:
    """End all of one's sessions but the one with the hash `but`."""
    audit.record(db.session(), "sessions-ended", actor, subject=f"person:{actor.id}",
                 data={"ended": end_sessions(actor.id, but)})


# --- What people keep about themselves --------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """How somebody reads: language, size of texts in pixels (16, 18, 20), whether in Song."""

    locale: str
    text_size: int
    text_song: bool


def set_reading(actor: Actor, reading: Reading) -> None:
    """Choose one's language and how texts are set."""
    person = db.session.get_one(Person, actor.id)
    person.locale, person.text_size, person.text_song = reading.locale, reading.text_size, reading.text_song
    audit.record(db.session(), "profile", actor, subject=f"person:{actor.id}", data={"locale": reading.locale})


def set_locale(actor: Actor, locale: str) -> None:
    """Switch one's language."""
    person = db.session.get_one(Person, actor.id)
    set_reading(actor, Reading(locale, person.text_size, person.text_song))


def set_contact(actor: Actor, email: str, phone: str, present: str, address: str) -> None:
    """Change where one is reached. Another e-mail address needs the present password (Invalid): resets go there."""
    person = db.session.get_one(Person, actor.id)
    if email != person.email:
        _prove(person, present, address)
    person.email, person.phone = email, phone
    audit.record(db.session(), "profile", actor, subject=f"person:{actor.id}", data={"changed": ["email", "phone"]})


def change_password(actor: Actor, present: str, new: str, address: str, but: str) -> None:
    """Change one's own password; other sessions than that of the hash `but` end.

    Raises Invalid where the present one is not right or the new one is weak, TooMany as the log-in does.
    """
    person = db.session.get_one(Person, actor.id)
    _prove(person, present, address)
    set_password(person, new, but)


def _prove(person: Person, password: str, address: str) -> None:
    attempt = _try(person.login_key, address)
    if not is_right(person.password_hash, password):
        raise Invalid({"present_password": "wrong-password"})
    _forget(attempt)
