"""Accounts: people, their roles, passwords, one-time links, log-in with its throttle, sessions."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import timedelta

import argon2
from sqlalchemy import delete, func, select

from editorial import audit, clock
from editorial.actions.organisation import demand_administrator
from editorial.db import db
from editorial.errors import Invalid, TooMany
from editorial.models import LoginAttempt, Manuscript, Membership, OneTimeLink, Person, WebSession
from editorial.workflow import Actor, Role

HASHER = argon2.PasswordHasher()
LINK_MINUTES = {"invite": 7 * 24 * 60, "reset": 30}
ATTEMPTS, WINDOW = 5, timedelta(seconds=60)
ADDRESS_ATTEMPTS = 30
COMMON = frozenset("""
password 12345678 123456789 1234567890 11111111 88888888 66666666 00000000 87654321 qwertyui qwerty123 abc12345
password1 iloveyou admin123 administrator woaini1314 5201314520 a1234567 aa123456 123123123 147258369 1qaz2wsx
""".split())
CONTEXT = ("武汉", "wuhan", "学习强国", "xuexi", "editorial", "长江日报")


def login_key(login: str) -> str:
    """What makes log-in names the same: NFKC and case folding."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def create_person(actor: Actor | None, login: str, name: str, *, email: str = "", phone: str = "",
                  locale: str = "zh_Hans_CN") -> Person:
    """A new account without a password: its owner sets one by an invitation. Raises Invalid where the log-in is taken."""
    demand_administrator(actor)
    key = login_key(login)
    if db.session.scalar(select(Person.id).where(Person.login_key == key)):
        raise Invalid({"login": "login-taken"})
    person = Person(login=login.strip(), login_key=key, name=name, email=email, phone=phone, locale=locale,
                    created_at=clock.now())
    db.session.add(person)
    db.session.flush()
    audit.record(db.session(), "person-created", actor, subject=f"person:{person.id}", data={"name": name})
    return person


def change_person(actor: Actor | None, person: Person, *, name: str, email: str, phone: str) -> None:
    """Change what is kept of a person. What they signed keeps the name of its time."""
    demand_administrator(actor)
    person.name, person.email, person.phone = name, email, phone
    db.session.flush()
    audit.record(db.session(), "person-changed", actor, subject=f"person:{person.id}", data={"name": name})


def give_role(actor: Actor | None, person: Person, role: Role, *, unit_id: int | None = None,
              office_id: int | None = None, stage_id: int | None = None) -> Membership:
    """Give a role at its place. The database refuses a role at the wrong kind of place."""
    demand_administrator(actor)
    membership = Membership(person_id=person.id, role=role, unit_id=unit_id, office_id=office_id, stage_id=stage_id)
    db.session.add(membership)
    db.session.flush()
    audit.record(db.session(), "role-given", actor, subject=f"person:{person.id}",
                 data={"role": role.value, "unit": unit_id, "office": office_id, "stage": stage_id})
    return membership


def take_role(actor: Actor | None, membership: Membership) -> None:
    """Take a role back: what the person held by it goes to the desk, and their sessions end."""
    demand_administrator(actor)
    if membership.role is Role.ADMINISTRATOR:
        _demand_another_administrator(membership.person_id)
    audit.record(db.session(), "role-taken", actor, subject=f"person:{membership.person_id}",
                 data={"role": membership.role.value, "unit": membership.unit_id, "office": membership.office_id,
                       "stage": membership.stage_id})
    if membership.stage_id is not None:
        _put_back(Manuscript.assignee_id == membership.person_id, Manuscript.stage_id == membership.stage_id)
    end_sessions(membership.person_id)
    db.session.delete(membership)
    db.session.flush()


def _put_back(*where: object) -> None:
    for manuscript in db.session.scalars(select(Manuscript).where(*where)):  # type: ignore[arg-type]
        manuscript.assignee_id = None


def _demand_another_administrator(person_id: int) -> None:
    others = db.session.scalar(select(func.count()).select_from(Membership).join(Person).where(
        Membership.role == Role.ADMINISTRATOR, Membership.person_id != person_id, Person.is_active))
    if not others:
        raise Invalid({"role": "last-administrator"})


def deactivate(actor: Actor | None, person: Person) -> None:
    """Close an account: it can't log in, and what it held goes to the desk. Its work and its name stay."""
    demand_administrator(actor)
    if any(membership.role is Role.ADMINISTRATOR for membership in person.memberships):
        _demand_another_administrator(person.id)
    person.is_active = False
    _put_back(Manuscript.assignee_id == person.id)
    end_sessions(person.id)
    audit.record(db.session(), "person-deactivated", actor, subject=f"person:{person.id}", data={"name": person.name})


def activate(actor: Actor | None, person: Person) -> None:
    """Open a closed account again."""
    demand_administrator(actor)
    person.is_active = True
    audit.record(db.session(), "person-activated", actor, subject=f"person:{person.id}", data={"name": person.name})


def end_sessions(person_id: int, but: str = "") -> None:
    """Log a person out everywhere; `but` is the hash of the one session that goes on."""
    db.session.execute(delete(WebSession).where(WebSession.person_id == person_id, WebSession.token_hash != but))


# --- Passwords and links ----------------------------------------------------------------------------------------


def set_password(person: Person, password: str) -> None:
    """Set a password (argon2id); raises Invalid for a weak one. Other sessions and open links end."""
    demand_strong(person, password)
    person.password_hash = HASHER.hash(password)
    end_sessions(person.id)
    db.session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None)))
    audit.record(db.session(), "password", None, subject=f"person:{person.id}")


def demand_strong(person: Person, password: str) -> None:
    """Raises Invalid for a password that is too short, too long, well known, or made of names that everybody knows."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    names = [word for word in (person.login_key, person.name.casefold(), *CONTEXT) if word]
    if not 8 <= len(password) <= 128 or folded in COMMON or len(set(folded)) < 4 or any(
            word in folded and len(folded) - len(word) < 6 for word in names):
        raise Invalid({"new_password": "weak-password"})


def make_link(actor: Actor | None, person: Person, purpose: str) -> str:
    """A one-time link's token for ``invite`` or ``reset``; a newer one makes the older ones void."""
    demand_administrator(actor)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person.id, OneTimeLink.used_at.is_(None)))
    db.session.add(OneTimeLink(
        token_hash=_hash(token), person_id=person.id, purpose=purpose, created_at=now,
        expires_at=now + timedelta(minutes=LINK_MINUTES[purpose])))
    audit.record(db.session(), "invite" if purpose == "invite" else "reset-link", actor,
                 subject=f"person:{person.id}")
    return token


def person_of_link(token: str) -> OneTimeLink:
    """The open link of this token; raises Invalid("bad-link") for one that is used, old or unknown."""
    link = db.session.scalar(select(OneTimeLink).where(OneTimeLink.token_hash == _hash(token)))
    if link is None or link.used_at is not None or link.expires_at < clock.now() or not link.person.is_active:
        raise Invalid({"link": "bad-link"})
    return link


def use_link(token: str, password: str) -> Person:
    """Set the password by a one-time link, which is used up by it."""
    link = person_of_link(token)
    link.used_at = clock.now()
    db.session.flush()
    set_password(link.person, password)
    return link.person


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- Log-in -----------------------------------------------------------------------------------------------------

_NOBODY = HASHER.hash(secrets.token_hex(16))


def check_login(login: str, password: str, address: str) -> Person | None:
    """The person whose log-in name and password these are, or None; the same time for both.

    Raises TooMany after five failures within a minute for an account, or thirty from an address. The caller commits
    also where the answer is None, so that the failure is counted.
    """
    keys = (_hash("account:" + login_key(login)), _hash("address:" + address))
    now = clock.now()
    for key, allowed in zip(keys, (ATTEMPTS, ADDRESS_ATTEMPTS), strict=True):
        recent = db.session.scalar(select(func.count()).select_from(LoginAttempt).where(
            LoginAttempt.key == key, LoginAttempt.at > now - WINDOW))
        if (recent or 0) >= allowed:
            raise TooMany("slow-down", int(WINDOW.total_seconds()))
    person = db.session.scalar(select(Person).where(Person.login_key == login_key(login)))
    usable = person if person and person.is_active and person.password_hash else None
    try:
        HASHER.verify(usable.password_hash if usable and usable.password_hash else _NOBODY, password)
        right = usable is not None
    except argon2.exceptions.VerificationError:
        right = False
    if not right or usable is None:
        db.session.add_all(LoginAttempt(key=key, at=now) for key in keys)
        db.session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - timedelta(days=1)))
        audit.record(db.session(), "login-failed", None, subject=f"person:{person.id}" if person else "")
        return None
    if usable.password_hash and HASHER.check_needs_rehash(usable.password_hash):
        usable.password_hash = HASHER.hash(password)
    audit.record(db.session(), "login", Actor(usable.id, usable.name), subject=f"person:{usable.id}")
    return usable


def change_password(person: Person, present: str, new: str) -> None:
    """Change one's own password; raises Invalid where the present one is not right or the new one is weak."""
    try:
        HASHER.verify(person.password_hash or _NOBODY, present)
    except argon2.exceptions.VerificationError as error:
        raise Invalid({"present_password": "wrong-password"}) from error
    set_password(person, new)
