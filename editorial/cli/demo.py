"""`editorial demo`: the demonstration city, and stories in bulk for measurements."""

from __future__ import annotations

import unicodedata

import click
from flask_babel import force_locale

from editorial import create_app, i18n
from editorial.cli.progress import Progress
from editorial.config import BadSetting
from editorial.db import db
from editorial.demo import PASSWORD, generate, is_empty, load, log_ins


@click.command()
@click.option("--once", is_flag=True, help="Where there are people already, load nothing.")
@click.option("--manuscripts", "stories", default=0, type=click.IntRange(0, 5_000_000), metavar="N",
              help="Add N generated stories, for measurements.")
@click.option("--waiting", type=click.IntRange(min=0), metavar="W",
              help="Of those N, W wait at the first office's first stage, and no other waits to be read.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same stories.")
def demo(once: bool, stories: int, waiting: int | None, seed: int) -> None:
    """Load the demonstration city into an empty database, and print its log-ins."""
    with create_app().app_context():
        if is_empty():
            progress = Progress("Loading the demonstration city")
            progress.end(load(progress))
            db.session.commit()
        elif not (once or stories):
            raise BadSetting("The database is not empty: the demonstration city goes into an empty one only.")
        if stories:
            _generate(stories, seed, waiting)
        _print_log_ins()


def _generate(stories: int, seed: int, waiting: int | None) -> None:
    if not log_ins():
        raise BadSetting("Stories are generated in the demonstration city only, and this database is another one.")
    progress = Progress("Generating stories", stories)
    made = generate(stories, seed, progress, waiting)
    progress.end(stories)
    click.echo(f"{stories:,} stories, {made:,} manuscripts.")


def _print_log_ins() -> None:
    with force_locale(i18n.LOCALES[0]):
        rows = [(f"{i18n.label(role)} {role.value}", login, where) for role, login, where in log_ins()]
    if not rows:
        return
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    click.echo("演示账号 · Demonstration log-ins")
    for row in rows:
        click.echo("  " + "  ".join(cell + " " * (width - _width(cell))
                                    for cell, width in zip(row, widths, strict=True)).rstrip())
    click.echo("其余账号 · All others: editorial user list")
    click.echo(f"密码都是 · The password of all: {PASSWORD}")


def _width(text: str) -> int:
    """The columns that `text` takes on a terminal: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
