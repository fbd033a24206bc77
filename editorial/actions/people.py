"""Accounts: people, their roles, and the one-time links by which they set a password. Log-in is in `logins`."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from editorial import audit, clock, outbox
from editorial.actions import steps
from editorial.actions.organisation import demand_administrator, demand_fresh
from editorial.actions.passwords import demand_strong, hash_of
from editorial.db import db
from editorial.errors import DomainError, Invalid
from editorial.models import Manuscript, Membership, Office, Person, Stage, Unit
from editorial.parties import Actor
from editorial.tables.logins import OneTimeLink, WebSession
from editorial.tables.messages import PrivateAddress
from editorial.terms import Role

LINK_MINUTES = {"invite": 7 * 24 * 60, "reset": 30}
ASKED_AGAIN = timedelta(minutes=15)
LOGIN = re.compile(r"[\w.@+-]{2,60}")
DEPARTMENT_ROLES = (Role.COMMISSIONER, Role.COMMENTATOR)
ROLES_IN_UNITS = (Role.CORRESPONDENT, Role.SIGNER, *DEPARTMENT_ROLES)
ROLES_AT_OFFICES = (Role.STAGE_REVIEWER, Role.CHIEF_EDITOR, Role.PUBLISHER)


def login_key(login: str) -> str:
    """What makes log-in names the same: NFKC and case folding."""
    folded = unicodedata.normalize("NFKC", login.strip()).casefold()
    return unicodedata.normalize("NFKC", folded)


def create_person(actor: Actor | None, login: str, name: str, *, email: str = "", phone: str = "",
                  locale: str = "zh_Hans_CN") -> Person:
    """A new account without a password: its owner sets one by an invitation. Raises Invalid (login)."""
    demand_administrator(actor)
    person = Person(login=_free_login(login, None), login_key=login_key(login), name=name, email=email, phone=phone,
                    locale=locale, created_at=clock.now())
    db.session.add(person)
    db.session.flush()
    audit.record(db.session(), "person-created", actor, subject=f"person:{person.id}",
                 data={"login": person.login, "name": name})
    return person


def change_person(actor: Actor | None, person: Person, revision: int | None, *, login: str, name: str, email: str,
                  phone: str) -> None:
    """Change what is kept of a person. What they signed keeps the name of its time."""
    demand_administrator(actor)
    demand_fresh(person, revision)
    before = {"login": person.login, "name": person.name}
    person.login, person.login_key = _free_login(login, person.id), login_key(login)
    person.name, person.email, person.phone = name, email, phone
    db.session.flush()
    audit.record(db.session(), "person-changed", actor, subject=f"person:{person.id}",
                 data={"login": person.login, "name": name, "was": before})


def _free_login(login: str, own_id: int | None) -> str:
    """`login`, trimmed; raises Invalid for what can't be a log-in name, and where an account looks the same."""
    login = login.strip()
    key = login_key(login)
    if not LOGIN.fullmatch(login) or not LOGIN.fullmatch(key):
        raise Invalid({"login": "bad-login-name"})
    if db.session.scalar(select(Person.id).where(Person.login_key == key, Person.id != (own_id or 0))):
        raise Invalid({"login": "login-taken"})
    return login


# --- Roles ------------------------------------------------------------------------------------------------------


def give_role(actor: Actor | None, person: Person, role: Role, but: str = "", /, *, unit_id: int | None = None,
              office_id: int | None = None, stage_id: int | None = None) -> Membership:
    """Give a role at its place, and end the person's sessions (but the one with the hash `but`).

    Raises Invalid for a role that they have there, and for a place at which this role can't be held.
    """
    demand_administrator(actor)
    _demand_place(role, unit_id, office_id, stage_id)
    if db.session.scalar(select(Membership.id).where(
            Membership.person_id == person.id, Membership.role == role, Membership.unit_id == unit_id,
            Membership.office_id == office_id, Membership.stage_id == stage_id)):
        raise Invalid({"role": "has-role"})
    membership = Membership(person_id=person.id, role=role, unit_id=unit_id, office_id=office_id, stage_id=stage_id)
    db.session.add(membership)
    db.session.flush()
    db.session.expire(person, ["memberships"])
    end_sessions(person.id, but)
    audit.record(db.session(), "role-given", actor, subject=f"person:{person.id}", data=_role_data(membership))
    return membership


def _demand_place(role: Role, unit_id: int | None, office_id: int | None, stage_id: int | None) -> None:
    if role in ROLES_IN_UNITS:
        unit = db.session.get(Unit, unit_id) if unit_id else None
        if unit is None or not unit.is_active or office_id or stage_id:
            raise Invalid({"unit_id": "no-unit"})
        if role in DEPARTMENT_ROLES and not unit.commissions:
            raise Invalid({"unit_id": "no-department"})
    elif role in ROLES_AT_OFFICES:
        office = db.session.get(Office, office_id) if office_id else None
        if office is None or not office.is_active or unit_id:
            raise Invalid({"office_id": "no-office"})
        stage = db.session.get(Stage, stage_id) if stage_id else None
        if (stage.office_id != office.id or role is not Role.STAGE_REVIEWER) if stage else (
                stage_id or role is Role.STAGE_REVIEWER):
            raise Invalid({"stage_id": "no-stage"})
    elif role is Role.STAFF or unit_id or office_id or stage_id:
        raise Invalid({"role": "no-role"})


def take_role(actor: Actor | None, membership: Membership, but: str = "") -> None:
    """Take a role back: what the person held by it goes to the desk, and their sessions end (but that of `but`)."""
    demand_administrator(actor)
    person = membership.person
    if membership.role is Role.ADMINISTRATOR:
        _demand_another_administrator(person.id)
    audit.record(db.session(), "role-taken", actor, subject=f"person:{person.id}", data=_role_data(membership))
    if membership.stage_id is not None:
        put_back(actor, Manuscript.assignee_id == person.id, Manuscript.stage_id == membership.stage_id)
    end_sessions(person.id, but)
    db.session.delete(membership)
    db.session.flush()
    db.session.expire(person, ["memberships"])


def _role_data(membership: Membership) -> dict[str, str | int | None]:
    """What an event says of a role: the ids of its place, and its name at that time."""
    place = [thing.name for thing in (membership.unit, membership.office) if thing]
    place += [membership.stage.title] if membership.stage else []
    return {"role": membership.role.value, "unit": membership.unit_id, "office": membership.office_id,
            "stage": membership.stage_id, "place": " ".join(place)}


def put_back(actor: Actor | None, *where: ColumnElement[bool]) -> None:
    """What somebody can't read any more goes to its desk, where whoever may read it takes it."""
    for manuscript in db.session.scalars(select(Manuscript).where(*where)).all():
        steps.hand(manuscript, None)
        manuscript.updated_at = clock.now()
        audit.record(db.session(), "release", actor, role="administrator", manuscript=manuscript,
                     place=manuscript.named(manuscript.stage).title if manuscript.stage else "",
                     before=manuscript.state.value, after=manuscript.state.value)


def _demand_another_administrator(person_id: int) -> None:
    others = db.session.scalar(select(func.count()).select_from(Membership).join(Person).where(
        Membership.role == Role.ADMINISTRATOR, Membership.person_id != person_id, Person.is_active))
    if not others:
        raise Invalid({"role": "last-administrator"})


# --- Open and closed accounts -----------------------------------------------------------------------------------


def deactivate(actor: Actor | None, person: Person, revision: int | None = None) -> None:
    """Close an account: it can't log in, and what it held goes to the desk. Its work and its name stay."""
    demand_administrator(actor)
    demand_fresh(person, revision)
    if any(membership.role is Role.ADMINISTRATOR for membership in person.memberships):
        _demand_another_administrator(person.id)
    person.is_active = False
    put_back(actor, Manuscript.assignee_id == person.id)
    end_sessions(person.id)
    _void_addresses(person.id)
    _void_links(person.id)
    audit.record(db.session(), "person-deactivated", actor, subject=f"person:{person.id}", data={"name": person.name})


def activate(actor: Actor | None, person: Person, revision: int | None = None) -> None:
    """Open a closed account again."""
    demand_administrator(actor)
    demand_fresh(person, revision)
    person.is_active = True
    audit.record(db.session(), "person-activated", actor, subject=f"person:{person.id}", data={"name": person.name})


def end_sessions(person_id: int, but: str = "") -> int:
    """Log a person out everywhere; `but` is the hash of the one session that goes on. Gives how many ended."""
    ended = db.session.execute(delete(WebSession).where(
        WebSession.person_id == person_id, WebSession.token_hash != but).returning(WebSession.id))
    return len(ended.all())


def log_out_everywhere(actor: Actor | None, person: Person) -> None:
    """End all sessions of somebody, as an administrator."""
    demand_administrator(actor)
    audit.record(db.session(), "sessions-ended", actor, subject=f"person:{person.id}",
                 data={"ended": end_sessions(person.id)})
    _void_addresses(person.id)


def _void_addresses(person_id: int) -> None:
    """Make a person's private addresses void: whoever has them reads on without a log-in."""
    db.session.execute(delete(PrivateAddress).where(PrivateAddress.person_id == person_id))


# --- One-time links ---------------------------------------------------------------------------------------------


def make_link(actor: Actor | None, person: Person, purpose: str) -> str:
    """A one-time link's token for ``invite`` or ``reset``; a newer one makes the older ones void.

    The owner hears of a reset that an administrator makes: whoever has its link can log in as them. The message holds
    no link.
    """
    demand_administrator(actor)
    if not person.is_active:
        raise Invalid({"link": "closed-account"})
    _void_links(person.id)
    note_asked(person, None)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(OneTimeLink(
        token_hash=_hash(token), person_id=person.id, purpose=purpose, created_at=now,
        expires_at=now + timedelta(minutes=LINK_MINUTES[purpose])))
    event = audit.record(db.session(), "invite" if purpose == "invite" else "reset-link", actor,
                         subject=f"person:{person.id}")
    if purpose == "reset" and actor is not None:
        outbox.post(db.session(), event, [person.id], kind="account")
    return token


def link_of(token: str) -> OneTimeLink:
    """The open link of this token; raises DomainError("bad-link") for one that is used, old, void or unknown."""
    link = db.session.scalar(select(OneTimeLink).where(OneTimeLink.token_hash == _hash(token)))
    if link is None or link.used_at is not None or link.expires_at <= clock.now() or not link.person.is_active:
        raise DomainError("bad-link")
    return link


def use_link(token: str, password: str) -> Person:
    """Set the password by a one-time link, which is used up by it."""
    link = link_of(token)
    link.used_at = clock.now()
    db.session.flush()
    set_password(link.person, password)
    return link.person


def set_password(person: Person, password: str, but: str = "") -> None:
    """Set a password; raises Invalid for a weak one. Sessions (but that of the hash `but`), other links and the
    calendar's address end."""
    units = [membership.unit.name for membership in person.memberships if membership.unit]
    demand_strong(password, [person.login, person.name, *units])
    person.password_hash = hash_of(password)
    end_sessions(person.id, but)
    _void_addresses(person.id)
    _void_links(person.id)
    note_asked(person, None)
    audit.record(db.session(), "password", Actor(person.id, person.name), subject=f"person:{person.id}")


def _void_links(person_id: int, *purposes: str) -> None:
    """Make this person's open links void; those for `purposes` alone, where any are named."""
    db.session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None),
                                                 *([OneTimeLink.purpose.in_(purposes)] if purposes else [])))


def note_asked(person: Person, moment: datetime | None) -> None:
    """Since when this person waits for a link. It leaves the revision alone: strangers can ask at any time."""
    db.session.execute(update(Person).where(Person.id == person.id).values(reset_asked_at=moment))
    db.session.expire(person, ["reset_asked_at"])


def ask_for_reset(person_id: int | None) -> None:
    """Somebody has asked for a new password for this account: links for that die, a message with a new one waits.

    Nobody is told whether the account is there. Nor can it be told by the time: for none (None), and for one that was
    asked for within `ASKED_AGAIN`, the database is asked the same, and the event is written, about nobody.
    """
    now = clock.now()
    asked = db.session.execute(update(Person).where(Person.id == (person_id or 0), or_(
        Person.reset_asked_at.is_(None), Person.reset_asked_at <= now - ASKED_AGAIN)).values(
        reset_asked_at=now).returning(Person.id, Person.email)).first()
    _void_links(asked.id if asked else 0, "reset")
    event = audit.record(db.session(), "reset-asked", None, subject=f"person:{asked.id}" if asked else "")
    if asked and asked.email:
        outbox.post(db.session(), event, [asked.id])


def ask_for_invitation(actor: Actor, person: Person) -> None:
    """Have the link by which somebody sets a first password sent by mail; it is made when the letter leaves.

    Raises Invalid for whoever has no address, or a password.
    """
    demand_administrator(actor)
    if not person.is_active or not person.email or person.password_hash:
        raise Invalid({"link": "no-invitation"})
    event = audit.record(db.session(), "invite-asked", actor, subject=f"person:{person.id}")
    outbox.post(db.session(), event, [person.id])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
