"""What a page can't be faster than, to compare ours with; served by gunicorn as ours is.

``bench.floors:floor()``: Flask, Jinja and sqlite3 doing the one indexed query that a page needs, and nothing else.
``bench.floors:stack()``: the same through Flask-SQLAlchemy, Flask-Login and CSRF protection.
FLOOR_DATABASE is a copy of the database, which `prepare` made.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, render_template_string
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, login_required, login_user
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect, generate_csrf
from rapidfuzz.distance import Levenshtein
from sqlalchemy import event, text

QUEUE = """SELECT m.code, m.title, m.urgent, m.due_at, u.name AS unit, p.name AS assignee
    FROM manuscripts m JOIN units u ON u.id = m.unit_id LEFT JOIN people p ON p.id = m.assignee_id
    WHERE m.office_id = 1 AND m.state = 'in_review' AND m.stage_id = 1
    ORDER BY m.urgent DESC, m.due_at, m.id LIMIT 25"""
ITEM = """SELECT m.code, m.state, m.due_at, v.title, v.byline, v.html, u.name AS unit
    FROM manuscripts m JOIN versions v ON v.id = m.version_id JOIN units u ON u.id = m.unit_id WHERE m.code = :code"""
TWO = """SELECT v.text FROM versions v JOIN manuscripts m ON m.id = v.manuscript_id
    WHERE m.code = :code ORDER BY v.number LIMIT 2"""
DECIDE = ("INSERT INTO floor_decisions (manuscript_id, person_id, verdict, at) VALUES (:id, 1, 'pass', :at)",
          "UPDATE floor_manuscripts SET revision = revision + 1, updated_at = :at WHERE id = :id")

FRAME = "<!doctype html><html lang=zh><meta charset=utf-8><title>{% block t %}x{% endblock %}</title><body>"
QUEUE_PAGE = FRAME + """<h1>等我审的</h1><table>{% for row in rows %}<tr><td><a href="/item/{{ row.code }}">
{{ row.title }}</a></td><td>{{ row.unit }}</td><td>{{ row.assignee or '' }}</td><td>{{ row.due_at or '' }}</td></tr>
{% endfor %}</table>"""
ITEM_PAGE = FRAME + "<h1>{{ row.title }}</h1><p>{{ row.byline }} {{ row.unit }} {{ row.state }}</p>{{ row.html|safe }}"
DIFFERENCE_PAGE = FRAME + """<h1>改了什么</h1><p>{% for kind, words in parts %}
{%- if kind == 'insert' %}<ins>{{ words }}</ins>{% elif kind == 'delete' %}<del>{{ words }}</del>
{%- else %}{{ words }}{% endif %}{% endfor %}</p>"""

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")


def prepare(database: Path, copy: Path) -> None:
    """A copy of `database`, with two tables of its own to write into."""
    with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    with sqlite3.connect(copy) as target:
        target.executescript("""
            CREATE TABLE floor_manuscripts (id INTEGER PRIMARY KEY, revision INTEGER, updated_at TEXT);
            INSERT INTO floor_manuscripts SELECT id, revision, updated_at FROM manuscripts;
            CREATE TABLE floor_decisions (id INTEGER PRIMARY KEY, manuscript_id INTEGER, person_id INTEGER,
                                          verdict TEXT, at TEXT);
            CREATE INDEX floor_decisions_manuscript ON floor_decisions (manuscript_id);""")


def difference(first: str, second: str) -> list[tuple[str, str]]:
    """The parts of two texts, by character."""
    return [(part.tag, second[part.dest_start:part.dest_end] if part.tag != "delete"
             else first[part.src_start:part.src_end]) for part in Levenshtein.opcodes(first, second)]


def floor() -> Flask:
    """Flask, Jinja and sqlite3 alone."""
    app, local = Flask("floor"), threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(os.environ["FLOOR_DATABASE"], isolation_level=None)
            local.connection.row_factory = sqlite3.Row
            for pragma in PRAGMAS:
                local.connection.execute(f"PRAGMA {pragma}")
        made: sqlite3.Connection = local.connection
        return made

    @app.get("/queue")
    def queue() -> str:
        return render_template_string(QUEUE_PAGE, rows=connection().execute(QUEUE).fetchall())

    @app.get("/item/<code>")
    def item(code: str) -> str:
        return render_template_string(ITEM_PAGE, row=connection().execute(ITEM, {"code": code}).fetchone())

    @app.get("/difference/<code>")
    def compare(code: str) -> str:
        first, second = [row["text"] for row in connection().execute(TWO, {"code": code})]
        return render_template_string(DIFFERENCE_PAGE, parts=difference(first, second))

    @app.post("/decide/<int:number>")
    def decide(number: int) -> ResponseReturnValue:
        connection().execute("BEGIN IMMEDIATE")
        for statement in DECIDE:
            connection().execute(statement, {"id": number, "at": time.time()})
        connection().execute("COMMIT")
        return redirect("/queue")

    @app.get("/enter")
    def enter() -> str:
        return ""

    return app


def stack() -> Flask:
    """The same through the packages that ours is built on."""
    app = Flask("stack")
    app.config.update(SECRET_KEY="k" * 40, SQLALCHEMY_DATABASE_URI=f"sqlite:///{os.environ['FLOOR_DATABASE']}",
                      WTF_CSRF_TIME_LIMIT=None)
    db = SQLAlchemy(app)
    CSRFProtect(app)
    logins = LoginManager(app)

    class Someone(UserMixin):
        def __init__(self, id: int) -> None:
            self.id = id

    @logins.user_loader  # type: ignore[untyped-decorator]
    def load(number: str) -> Someone | None:
        found = db.session.execute(text("SELECT id, name FROM people WHERE id = :id"), {"id": int(number)}).first()
        return Someone(found.id) if found else None

    with app.app_context():
        @event.listens_for(db.engine, "connect")
        def prepare_connection(made: Any, _record: Any) -> None:
            made.isolation_level = None
            for pragma in PRAGMAS:
                made.execute(f"PRAGMA {pragma}")

        @event.listens_for(db.engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN")

    @app.get("/queue")
    @login_required  # type: ignore[untyped-decorator]
    def queue() -> str:
        return render_template_string(QUEUE_PAGE, rows=db.session.execute(text(QUEUE)).all())

    @app.get("/item/<code>")
    @login_required  # type: ignore[untyped-decorator]
    def item(code: str) -> str:
        return render_template_string(ITEM_PAGE, row=db.session.execute(text(ITEM), {"code": code}).one())

    @app.get("/difference/<code>")
    @login_required  # type: ignore[untyped-decorator]
    def compare(code: str) -> str:
        first, second = db.session.scalars(text(TWO), {"code": code}).all()
        return render_template_string(DIFFERENCE_PAGE, parts=difference(first, second))

    @app.post("/decide/<int:number>")
    @login_required  # type: ignore[untyped-decorator]
    def decide(number: int) -> ResponseReturnValue:
        db.session.rollback()
        db.session.connection().exec_driver_sql("COMMIT")
        db.session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        for statement in DECIDE:
            db.session.execute(text(statement), {"id": number, "at": time.time()})
        db.session.commit()
        return redirect("/queue")

    @app.get("/enter")
    def enter() -> Response:
        login_user(Someone(1))
        return Response(f'<input name="csrf_token" value="{generate_csrf()}">')

    return app
