"""`editorial bounce`: what the mail server does with mail that comes back."""

from __future__ import annotations

import sys

import click

from editorial import create_app
from editorial.actions import bounces
from editorial.db import db


@click.command()
def bounce() -> None:
    """Read a returned mail on the standard input, and put down that its letter did not arrive.

    Meant for the mail server: an alias of MAIL_FROM hands such mail on. Whatever is no notice of ours is passed over.
    """
    mail = sys.stdin.buffer.read(bounces.MOST_BYTES)
    with create_app().app_context():
        name = bounces.take(mail)
        db.session.commit()
    click.echo(f"A letter to {name} came back." if name else "No letter of ours is named: nothing was changed.")
