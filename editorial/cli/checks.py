"""`editorial check` and `editorial audit verify`: is what the database holds true?"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import click
from sqlalchemy import func, select

from editorial import audit as record
from editorial import create_app, invariants
from editorial.cli.progress import Progress
from editorial.db import db
from editorial.models import Event


@click.command()
def check() -> None:
    """Check everything that must be true of the database and the files; end with 1 where something is broken.

    Prints a line for each broken thing. Changes nothing, and may run while people work.
    """
    progress, looked_at = Progress("Checking", len(invariants.ALL) + 1), itertools.count()
    app = create_app()
    with app.app_context():
        _read_only()
        broken = _print(invariants.broken(
            db.session(), app.extensions["store"], lambda name: progress(next(looked_at), name)))
        progress.end(next(looked_at))
        for notice in invariants.notices(db.session()):
            click.echo(notice, err=True)
    if broken:
        raise click.exceptions.Exit(1)
    click.echo("Everything holds.")


@click.group()
def audit() -> None:
    """The record of what happened."""


@audit.command()
def verify() -> None:
    """Walk the record from its beginning; end with 1 where an event was changed, is missing or was put in."""
    with create_app().app_context():
        _read_only()
        broken = _print(record.verify(db.session()))
        came = db.session.scalar(select(func.min(Event.seq)).where(Event.kind == record.ARRIVAL))
    if broken:
        raise click.exceptions.Exit(1)
    click.echo("The record is whole." if came is None else
               f"The record is whole. It began with dossiers: before event {came} it has other manuscripts' gaps.")


def _read_only() -> None:
    """See the database as it is at one moment, and keep nobody from writing meanwhile."""
    options = {"readonly": True} if db.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    db.session.connection(execution_options=options)


def _print(sentences: Iterable[str]) -> int:
    count = 0
    for sentence in sentences:
        click.echo(sentence)
        count += 1
    return count
