"""`editorial check` and `editorial audit verify`: is what the database holds true?"""

from __future__ import annotations

from collections.abc import Iterable

import click

from editorial import audit as record
from editorial import create_app
from editorial.db import db


@click.group()
def audit() -> None:
    """The record of what happened."""


@audit.command()
def verify() -> None:
    """Walk the record from its beginning; end with 1 where an event was changed, is missing or was put in."""
    with create_app().app_context():
        broken = _print(record.verify(db.session()))
    if broken:
        raise click.exceptions.Exit(1)
    click.echo("The record is whole.")


def _print(sentences: Iterable[str]) -> int:
    count = 0
    for sentence in sentences:
        click.echo(sentence)
        count += 1
    return count
