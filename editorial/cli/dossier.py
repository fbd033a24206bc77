"""`editorial dossier`: the archive of manuscripts as files that can be read and checked without this program."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from editorial import create_app
from editorial.actions import exports
from editorial.cli.progress import Progress
from editorial.config import BadSetting, Settings
from editorial.db import db
from editorial.dossier import arrive, gather, packing, verify
from editorial.errors import DomainError
from editorial.queries import archive
from editorial.storage import LocalStore

FILE = click.Path(exists=True, dir_okay=False)


@click.group()
def dossier() -> None:
    """Dossiers 稿件档案: everything about one manuscript in one ZIP."""


@dossier.command()
@click.option("--number", "codes", multiple=True, metavar="CODE", help="The manuscript's number, such as 2026-000123.")
@click.option("--all", "everything", is_flag=True, help="Each manuscript that was submitted.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="With --all: those of which the record tells since.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), show_default=True,
              help="The folder for the files.")
def export(codes: tuple[str, ...], everything: bool, since: datetime | None, folder: Path) -> None:
    """Write full dossiers, each as CODE.zip. A dossier holds what nobody sees who works here: keep it accordingly."""
    if bool(codes) == everything or (since and not everything):
        raise BadSetting("Name manuscripts by --number, or take --all of them (with --since, those of late).")
    app = create_app()
    settings: Settings = app.extensions["settings"]
    folder.mkdir(parents=True, exist_ok=True)
    with app.app_context():
        wanted = list(codes) or archive.submitted(since.replace(tzinfo=UTC) if since else None)
        progress, broken = Progress("Writing dossiers", len(wanted)), 0
        for done, code in enumerate(wanted):
            progress(done, code)
            try:
                _export(code, folder, app.extensions["store"], settings.site_name)
            except DomainError as error:
                click.echo(f"{code}: {_why(error)}", err=True)
                broken += 1
        progress.end(len(wanted))
    click.echo(f"{len(wanted) - broken:,} dossiers in {folder}.")
    if broken:
        raise click.exceptions.Exit(1)


def _export(code: str, folder: Path, store: LocalStore, site: str) -> None:
    """One dossier, with its event in the record; what others wrote meanwhile is not in it."""
    manuscript = archive.manuscript(code)
    gathered = gather.everything(manuscript)
    packed = packing.write_file(folder / f"{code}.zip", gathered, store, site)
    exports.record_dossier(manuscript, packed.seal, gathered.extent)
    db.session.commit()
    db.session.expunge_all()


def _why(error: DomainError) -> str:
    return {"not-found": "there is no such manuscript", "file-lost": f"file {error.detail} is not in the store",
            "wrong-state": "its authors have not submitted it: a draft is theirs alone"}.get(error.reason, str(error))


@dossier.command("verify")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--record", is_flag=True, help="Also ask this installation's record whether it wrote them.")
def verify_(files: tuple[str, ...], record: bool) -> None:
    """Check dossiers, as the script inside them does; end with 1 where something does not hold."""
    code = verify.main(list(files))
    if record and not code:
        with create_app().app_context():
            for path in files:
                for sentence in archive.strange(verify.Dossier(path)):
                    click.echo(f"{path}: {sentence}")
                    code = 1
        if not code:
            click.echo("The record of this installation knows them.")
    if code:
        raise click.exceptions.Exit(code)


@dossier.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE)
def import_(files: tuple[str, ...]) -> None:
    """Take full dossiers into an empty installation, all of them or none.

    People come as closed accounts without a password, units and offices closed.
    """
    app = create_app()
    progress = Progress("Taking dossiers in", 2 * len(files))
    with app.app_context():
        arrived = arrive.take_in(db.session(), app.extensions["store"], files, progress)
        db.session.commit()
    progress.end(2 * len(files))
    click.echo(f"{len(arrived):,} manuscripts taken in: {arrived[0].code} to {arrived[-1].code}.")
