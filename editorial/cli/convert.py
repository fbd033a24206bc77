"""`editorial convert`: a Word file as clean HTML."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from editorial import documents, file_words, i18n
from editorial.errors import UnreadableDocument


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def convert(file: Path) -> None:
    """Print a Word file (.docx, and .doc, .wps, .rtf, .odt where LibreOffice is) as clean HTML; warnings go to standard
    error.

    Ends with 2 and one sentence where the file is refused. Needs no settings and no database.
    """
    try:
        document = documents.read_document(file.read_bytes(), file.name)
    except UnreadableDocument as refusal:
        click.echo(f"{file.name}: {i18n.reason_text(refusal.reason)}", err=True)
        raise click.exceptions.Exit(2) from refusal
    for warning in document.warnings:
        click.echo(file_words.warning_text(asdict(warning)), err=True)
    click.echo(document.html)
