"""`editorial user`: the first accounts, and links for those who can't get in. The rest is done on the pages."""

from __future__ import annotations

import click
from flask import Flask, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from editorial import create_app
from editorial.actions import people
from editorial.config import BadSetting, Settings
from editorial.db import db
from editorial.errors import Invalid
from editorial.models import Membership, Office, Person, Stage, Unit
from editorial.terms import Role

PLACES = {Role.STAGE_REVIEWER: ("office", "stage"), Role.CHIEF_EDITOR: ("office",), Role.PUBLISHER: ("office",),
          Role.COORDINATOR: (), Role.ADMINISTRATOR: ()}
"""What says where a role is held; the roles that are not named here are held in a unit."""
GIVEN = [role.value for role in Role if role is not Role.STAFF]


@click.group()
def user() -> None:
    """Accounts: create them, make links to get in, list them."""


@user.command()
@click.argument("login")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(GIVEN), help="The first role; more are given on the pages.")
@click.option("--unit", default="", help="The name of the unit, for roles in a unit.")
@click.option("--office", default="", help="The short name of the office, for its reviewers, chiefs and publishers.")
@click.option("--stage", default="", help="The short name of the stage, for its reviewers.")
def create(login: str, name: str, role: str, **places: str) -> None:
    """Make an account for NAME with the log-in name LOGIN and a role; print the link to set its password."""
    app = create_app()
    with app.app_context():
        try:
            person = people.create_person(None, login, name)
        except Invalid as error:
            raise BadSetting(f"There is an account {login!r} already.") from error
        place = _place(Role(role), places)
        people.give_role(None, person, Role(role), unit_id=place.get("unit_id"), office_id=place.get("office_id"),
                         stage_id=place.get("stage_id"))
        _print_link(app, person, "invite")
        db.session.commit()


def _place(role: Role, given: dict[str, str]) -> dict[str, int]:
    needed = PLACES.get(role, ("unit",))
    for name in needed:
        if not given[name]:
            raise BadSetting(f"The role {role.value} needs --{name}.")
    place: dict[str, int] = {}
    if "unit" in needed:
        place["unit_id"] = _found(db.session.scalar(select(Unit.id).where(Unit.name == given["unit"])), given["unit"])
    if "office" in needed:
        office = db.session.scalar(select(Office.id).where(Office.slug == given["office"]))
        place["office_id"] = _found(office, given["office"])
    if "stage" in needed:
        stage = db.session.scalar(select(Stage.id).where(
            Stage.slug == given["stage"], Stage.office_id == place["office_id"]))
        place["stage_id"] = _found(stage, given["stage"])
    return place


def _found(row_id: int | None, name: str) -> int:
    if row_id is None:
        raise BadSetting(f"There is no {name!r}.")
    return row_id


@user.command()
@click.argument("login")
def invite(login: str) -> None:
    """Print a new invitation: a link that works once, for a week, to set the first password."""
    _link(login, "invite")


@user.command()
@click.argument("login")
def reset(login: str) -> None:
    """Print a link that works once, for half an hour, to set a new password."""
    _link(login, "reset")


def _link(login: str, purpose: str) -> None:
    app = create_app()
    with app.app_context():
        person = db.session.scalar(select(Person).where(Person.login_key == people.login_key(login)))
        if person is None or not person.is_active:
            raise BadSetting(f"There is no open account {login!r}.")
        _print_link(app, person, purpose)
        db.session.commit()


def _print_link(app: Flask, person: Person, purpose: str) -> None:
    settings: Settings = app.extensions["settings"]
    token = people.make_link(None, person, purpose)
    with app.test_request_context(base_url=settings.base_url or "http://127.0.0.1:8000"):
        click.echo(url_for("account.link", token=token, _external=True))


@user.command("list")
def list_() -> None:
    """Print every account: log-in name, name, open or closed, roles."""
    with create_app().app_context():
        query = select(Person).order_by(Person.login_key).options(selectinload(Person.memberships).options(
            selectinload(Membership.unit), selectinload(Membership.office), selectinload(Membership.stage)))
        for person in db.session.scalars(query):
            roles = ", ".join(_said(membership) for membership in person.memberships)
            click.echo(f"{person.login}\t{person.name}\t{'open' if person.is_active else 'closed'}\t{roles}")


def _said(membership: Membership) -> str:
    places = (membership.unit, membership.office)
    names = [place.name for place in places if place] + ([membership.stage.title] if membership.stage else [])
    return " ".join([membership.role.value, *names])
