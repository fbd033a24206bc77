"""An editorial workflow server: from a unit's manuscript to its proved publication and signed commentary.

`create_app` only wires; see docs/architecture.md for where things are.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from editorial.config import Settings, read

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """The application, with `settings` or those of the environment. Raises config.BadSetting."""
    from editorial import blueprints, clock, pages, refusals, web
    from editorial.db import db

    conf = settings or read()
    clock.live_in(conf.timezone)
    app = web.EditorialFlask("editorial", template_folder=str(ROOT / "templates"), static_folder="static/dist",
                             static_url_path="/static")
    app.config.update(
        SECRET_KEY=conf.secret_key,
        SQLALCHEMY_DATABASE_URI=conf.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": not conf.database_url.startswith("sqlite"),
            "hide_parameters": True},
        SESSION_COOKIE_NAME="__Host-editorial" if conf.secure_cookies else "editorial",
        SESSION_COOKIE_SECURE=conf.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=(conf.upload_mib + 1) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_TIMEZONE=conf.timezone,
    )
    if conf.base_url and not conf.demo:
        app.config["TRUSTED_HOSTS"] = [conf.base_url.split("//", 1)[1].split(":")[0].split("/")[0]]
    db.init_app(app)
    web.init(app, conf)
    refusals.init(app)
    pages.init(app)
    blueprints.register(app)
    return app
