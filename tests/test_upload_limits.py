"""How much anybody may bring, and who looks at it first."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from editorial import clock, i18n
from editorial.actions import uploads
from editorial.db import db
from tests.client import Visitor
from tests.conftest import make_app
from tests.test_uploads import _bring, _only, _rows, _stored, file, picture, word


def test_a_body_over_the_limit_gets_a_page_that_says_so_and_the_form_works_again(
        database_url: str, tmp_path: Path) -> None:
    """F03, F04: 413, with and without a Content-Length."""
    app = make_app(database_url, tmp_path, upload_mib=1)
    with app.app_context():
        author = Visitor(app, "cor_a1")
        author.get("/manuscripts/new")
        form = author.form_with("title", "body")
        author.send(form, {"title": "太大", "document": file(b"x" * (3 << 20), "a.docx")}, 413)
        with app.test_request_context():
            assert i18n.reason_text("too-large") in author.text
        author.get("/manuscripts/new")
        author.send(author.form_with("title", "body"), {"title": "小的", "body": "正文"}, button="save")
        assert _only().title == "小的"
        db.session.remove()
        db.engine.dispose()


def test_who_brings_files_without_end_has_to_wait_and_loses_nothing(
        app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """F11, I07."""
    monkeypatch.setattr(uploads, "MOST_AN_HOUR", 2)
    author = Visitor(app, "cor_a1")
    for number in range(2):
        _bring(author, "/manuscripts/new", document=file(word(f"第{number}份。"), "a.docx"))
    _bring(author, "/manuscripts/new", 429, title="第三份", document=file(word("第三份。"), "a.docx"))
    assert author.answer is not None and 0 < int(author.answer.headers["Retry-After"]) <= 3601
    assert _rows()[0] == 2
    author.get("/manuscripts/new")
    assert "第三份" in author.text
    _bring(Visitor(app, "cor_a2"), "/manuscripts/new", document=file(word("别人的。"), "a.docx"))


def test_who_brings_more_than_a_day_allows_is_told_how_much_and_until_when(database_url: str, tmp_path: Path) -> None:
    """F11: it frees up by itself, what was typed stays, and others are not concerned."""
    app, start = make_app(database_url, tmp_path, upload_daily_mib=1), clock.now()
    out = BytesIO()
    Image.frombytes("RGB", (400, 400), os.urandom(480_000)).save(out, "PNG")
    noise = out.getvalue()  # about as much again as it is kept
    with app.app_context():
        with clock.at(start):
            author = Visitor(app, "cor_a1")
            _bring(author, "/manuscripts/new", document=file(word("一。", pictures=(noise,)), "a.docx"))
            _bring(author, "/manuscripts/new", 429, title="第二份", photos=[file(noise, "二.png")])
            assert "最多 1 MB" in author.text and "明天" in author.text
            assert author.answer is not None and author.answer.headers["Retry-After"] == str(24 * 60 * 60 + 1)
            author.get("/manuscripts/new")
            assert "第二份" in author.text
            _bring(Visitor(app, "cor_a2"), "/manuscripts/new", title="别人的", photos=[file(noise, "二.png")])
        with clock.at(start + timedelta(hours=24, seconds=1)):
            _bring(Visitor(app, "cor_a1"), "/manuscripts/new", title="第二份", photos=[file(noise, "二.png")])
        db.session.remove()
        db.engine.dispose()


SCANNER = """#!/bin/sh
# As clamdscan: 1 where the file on standard input holds what anybody may use to try a scanner, 2 for its own trouble.
grep -aq "SCANNER-IN-TROUBLE" "$1" && exit 2
grep -aq 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE' - && exit 1
exit 0
"""


def test_the_virus_scanner_is_asked_before_a_file_is_opened_and_without_it_no_file_is_taken(
        database_url: str, tmp_path: Path) -> None:
    """F18, ASVS 5.4.3: a real process, which finds something, is well, breaks down, and is gone."""
    scanner, notes = tmp_path / "scanner", tmp_path / "notes"
    scanner.write_text(SCANNER)
    scanner.chmod(0o755)
    notes.write_text("")
    app = make_app(database_url, tmp_path, virus_scanner=(str(scanner), str(notes)))
    with app.app_context():
        author = Visitor(app, "cor_a1")
        bad = picture() + b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
        with app.test_request_context():
            found, away = i18n.reason_text("virus"), i18n.reason_text("scanner-away")
        _bring(author, "/manuscripts/new", 400, title="打好的", photos=[file(picture(), "好.png"), file(bad, "坏.png")])
        assert f"坏.png: {found}" in author.text and author.fields(author.form_with("title"))["title"] == "打好的"
        notes.write_text("SCANNER-IN-TROUBLE")
        _bring(author, "/manuscripts/new", 503, title="打好的", photos=[file(picture(), "好.png")])
        assert away in author.text and "打好的" in author.text
        notes.write_text("")
        scanner.chmod(0o644)
        _bring(author, "/manuscripts/new", 503, document=file(word("好。"), "好.docx"))
        assert (_rows(), _stored(app)) == ((0, 0, 0, 0), set())
        db.session.rollback()
        scanner.chmod(0o755)
        _bring(author, "/manuscripts/new", document=file(word("好。"), "好.docx"))
        assert _rows()[0] == 1
        db.session.remove()
        db.engine.dispose()
