"""The command line `editorial`: what an operator does from a shell.

Layer 5. A command says in words what it did. It ends with 0; with 1 where something that it looked at is broken;
with 2 and one sentence where it can't do what it was asked to.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from editorial import ROOT, create_app, schema
from editorial.cli.bounce import bounce
from editorial.cli.checks import audit, check
from editorial.cli.convert import convert
from editorial.cli.demo import demo
from editorial.cli.dossier import dossier
from editorial.cli.users import user
from editorial.cli.work import work
from editorial.config import BadSetting, Settings
from editorial.db import db
from editorial.errors import DomainError


class Commands(click.Group):
    """The commands; what an operator can mend is one sentence and exit code 2, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BadSetting as error:
            sentence = str(error)
        except (OperationalError, ProgrammingError) as error:
            sentence = (f"The database is not ready ({str(error.orig).splitlines()[0]}): "
                        "is it running, and did `editorial init` run?")
        except DomainError as error:
            sentence = f"Refused: {error}"
        raise click.exceptions.Exit(_complain(sentence))


def _complain(sentence: str) -> int:
    click.echo(sentence, err=True)
    return 2


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """The editorial platform. Settings come from the environment (see editorial/config.py)."""


@main.command()
def init() -> None:
    """Make the database and the folders, or bring them up to date; safe to run at every start."""
    app = create_app()
    settings: Settings = app.extensions["settings"]
    _make_folders(settings)
    with app.app_context():
        before, newest = schema.revisions(db.engine)
        if before != newest:
            schema.upgrade(db.engine)
    click.echo(f"Database {_shown(settings)}: "
               + (f"up to date ({newest})." if before == newest else
                  f"made ({newest})." if before is None else f"brought from {before} to {newest}."))


def _make_folders(settings: Settings) -> None:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    settings.uploads.mkdir(parents=True, exist_ok=True)


def _shown(settings: Settings) -> str:
    return make_url(settings.database_url).render_as_string(hide_password=True)


@main.command()
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535),
              help="The port on 127.0.0.1.")
def serve(port: int) -> None:
    """Serve the platform by gunicorn, until interrupted."""
    app = create_app()
    _demand_ready(app)
    settings: Settings = app.extensions["settings"]
    click.echo(f"Serving {settings.site_name} at {settings.base_url or f'http://127.0.0.1:{port}'} (Ctrl+C ends it)")
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"),
                              "--bind", f"127.0.0.1:{port}"])


def _demand_ready(app: Flask) -> None:
    """Raises BadSetting where the database is not the one that this program works on."""
    with app.app_context():
        found, newest = schema.revisions(db.engine)
        db.engine.dispose()
    if found != newest:
        raise BadSetting(f"The database is at {found or 'nothing'}, the program needs {newest}: "
                         "run `editorial init` first.")


for command in (bounce, demo, check, audit, convert, dossier, user, work):
    main.add_command(command)
