"""Whom the administration is for, and its first page."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.errors import Invisible
from editorial.queries import admin as ask
from editorial.terms import Role

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.before_request
def administrators_only() -> None:
    """404 for everybody else, as for an address that leads nowhere."""
    if web.current_user.is_authenticated and Role.ADMINISTRATOR not in web.actor().grants:
        raise Invisible


@bp.get("/")
def index() -> ResponseReturnValue:
    """Where everything is kept."""
    return render_template("admin/index.html", house=ask.overview())
