"""The whole chain with real Word files: brought by upload, submitted, signed, read three times, published."""

from __future__ import annotations

import csv
from io import BytesIO
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from editorial import documents
from editorial.actions import manuscripts, publishing, reviewing
from editorial.actions.publishing import Placement
from editorial.actions.texts import PictureLine, Text
from editorial.db import db
from editorial.models import Channel, Manuscript
from editorial.terms import State
from tests import cast, corpus
from tests.client import Visitor


def _chinese_files() -> list[Path]:
    """A dozen of the corpus with a text of an article's length."""
    with (corpus.FOLDER / "corpus" / "manifest.csv").open(encoding="utf-8") as listed:
        rows = [row for row in csv.DictReader(listed) if 100 <= int(row["cjk_chars"]) <= 8_000]
    return [corpus.FOLDER / "corpus" / row["file"] for row in rows][:12]


@corpus.needed
def test_real_word_files_go_the_whole_way_and_what_comes_out_is_what_was_read(app: Flask, database_url: str) -> None:
    """Half of them on each database."""
    files = _chinese_files()
    assert len(files) == 12
    for path in files[database_url.startswith("sqlite")::2]:
        author = Visitor(app, "cor_a1")
        author.get("/manuscripts/new")
        brought = {**author.fields(author.form_with("title", "body")),
                   "document": FileStorage(BytesIO(path.read_bytes()), filename=path.name)}
        author.post("/manuscripts/new", brought, status=200, content_type="multipart/form-data")
        code = author.url.split("/")[2]
        original = author.find("//a[contains(@href, '/original/')]")[0].get("href")
        assert author.client.get(original).data == path.read_bytes(), path.name
        _complete(code)
        document = documents.read_document(path.read_bytes(), path.name)
        manuscript = db.session.scalars(select(Manuscript).where(Manuscript.code == code)).one()
        _publish(manuscript)
        assert manuscript.cleared_version is not None
        assert manuscript.state is State.PUBLISHED
        read = "".join(document.text.split())
        out = "".join((manuscript.cleared_version.title + manuscript.cleared_version.text).split())
        assert len(read) - 200 <= len(out) <= len(read) + 200, path.name
        db.session.commit()


def _complete(code: str) -> None:
    """What an author adds to what came from the file: genre, office, captions, the statement."""
    manuscript = db.session.scalars(select(Manuscript).where(Manuscript.code == code)).one()
    version = manuscript.version
    assert version is not None
    lines = [PictureLine(picture["sha256"], "图片说明", "通讯员 摄") for picture in version.pictures]
    text = Text(version.title or "题目", version.byline or "通讯员", version.html, lines, version.original_sha256)
    manuscripts.save(cast.actor("cor_a1"), manuscript, None, text, manuscripts.Particulars(
        1, [cast.office("n").id], is_original=True))
    manuscripts.submit(cast.actor("cor_a1"), manuscript, None)


def _publish(manuscript: Manuscript) -> None:
    reviewing.sign_off(cast.actor("sig_a"), manuscript, None, True)
    cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    channel = db.session.scalars(select(Channel.id).where(Channel.office_id == manuscript.office_id)).first()
    assert channel is not None
    publishing.publish(cast.actor("pub_n"), manuscript, None, Placement(
        channel, manuscript.updated_at, f"https://news.example/{manuscript.code}"))
