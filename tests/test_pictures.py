"""Pictures come in two sizes: as they are read, and small for where they are chosen."""

from __future__ import annotations

from io import BytesIO

from flask import Flask
from PIL import Image
from sqlalchemy import select

from editorial.db import db
from editorial.models import File
from tests import cast
from tests.client import Visitor
from tests.test_uploads import _bring, _only, _stored, file, picture


def test_a_wide_picture_comes_small_to_the_form_and_whole_to_the_text(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    code = cast.draft().code
    _bring(author, f"/manuscripts/{code}/edit",
           photos=[file(picture(size=(2400, 1200)), "a.png"), file(picture(), "b.png")])
    version = _only().version
    assert version is not None
    wide, narrow = (line["sha256"] for line in version.pictures)
    assert author.find(f"//img[@src='/manuscripts/{code}/pictures/{wide}?small=1']")
    sizes = {}
    for sha256 in (wide, narrow):
        for address in (sha256, f"{sha256}?small=1"):
            answer = author.client.get(f"/manuscripts/{code}/pictures/{address}")
            with Image.open(BytesIO(answer.data)) as opened:
                sizes[address] = opened.size
    assert list(sizes.values()) == [(1600, 800), (320, 160), (60, 40), (60, 40)]
    assert _stored(app) == set(db.session.scalars(select(File.sha256)))
