"""People and places: one account a name, a role for everybody, a tree of units, numbers given once."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Integer, Select, cast, func, literal, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from editorial.actions.people import login_key
from editorial.invariants.saying import say
from editorial.models import Commission, Counter, Manuscript, Membership, Office, Person, Unit
from editorial.tables.logins import WebSession


def log_in_names_differ(session: Session) -> Iterator[str]:
    """No two log-in names look the same (NFKC and case folding), and each is kept under its key."""
    seen: dict[str, str] = {}
    for login, key in session.execute(select(Person.login, Person.login_key).order_by(Person.id)):
        own = login_key(login)
        if own in seen:
            yield f"the log-in names {seen[own]} and {login} look the same"
        elif own != key:
            yield f"the log-in name {login} is kept under another key"
        seen[own] = login


def only_open_accounts_are_logged_in(session: Session) -> Iterator[str]:
    """A closed account has no session."""
    yield from say(
        session,
        select(Person.login).join(WebSession, WebSession.person_id == Person.id)
        .where(not_(Person.is_active)).distinct(),
        "{0} is logged in with a closed account")


def everybody_has_a_role(session: Session) -> Iterator[str]:
    """Every open account has a role at a unit or office that is open, or in the whole city."""
    role = select(Membership.id).outerjoin(Unit, Unit.id == Membership.unit_id).outerjoin(
        Office, Office.id == Membership.office_id).where(
        Membership.person_id == Person.id, or_(Unit.id.is_(None), Unit.is_active),
        or_(Office.id.is_(None), Office.is_active)).exists()
    yield from say(session, select(Person.login).where(Person.is_active, not_(role)), "{0} has no role")


def units_know_their_place(session: Session) -> Iterator[str]:
    """A unit's path is its parent's path and its own id; a further signature is asked of a unit above."""
    above, further = aliased(Unit), aliased(Unit)
    own = func.coalesce(above.path, "/") + Unit.id.cast(Unit.path.type) + "/"
    yield from say(
        session, select(Unit.name).outerjoin(above, above.id == Unit.parent_id).where(Unit.path != own),
        "the unit {0} does not know its place in the tree")
    yield from say(
        session,
        select(Unit.name, further.name).join(further, further.id == Unit.further_unit_id)
        .where(not_(Unit.path.startswith(further.path))),
        "the unit {0} asks for a signature of {1}, which is not above it")


def numbers_are_given_once(session: Session) -> Iterator[str]:
    """A counter has come at least as far as the codes that it gave."""
    for query in (_last(Manuscript.code, "manuscript", 1), _last(Commission.code, "commission", 2)):
        for name, last in session.execute(query):
            value = session.scalar(select(Counter.value).where(Counter.name == name))
            if value is None or value < last:
                yield f"the counter {name} stands at {value}, its last code is {last}"


def _last(code: InstrumentedAttribute[str], kind: str, start: int) -> Select[str, int]:
    """The last number of each year: of codes such as 2026-000123, whose year begins at the character `start`."""
    year = func.substr(code, start, 4)
    return select(literal(f"{kind}:") + year, func.max(cast(func.substr(code, start + 5), Integer))).group_by(year)
