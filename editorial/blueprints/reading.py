"""Real reading: what is noted of the reading behind a decision, for whoever took it and for the chief editor."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.queries import patterns
from editorial.queries.patterns import Wanted

bp = Blueprint("reading", __name__)


@bp.get("/reading")
def mine() -> ResponseReturnValue:
    """What is noted of my own readings."""
    return render_template("reading/figures.html", figures=patterns.figures(web.actor(), None, Wanted.of(request.args)))


@bp.get("/reading/decisions")
def my_decisions() -> ResponseReturnValue:
    """The decisions behind one of my figures."""
    page = patterns.listed(web.actor(), None, Wanted.of(request.args), request.args.get("after"))
    return render_template("reading/decisions.html", page=page)


@bp.get("/offices/<slug>/reading")
def office(slug: str) -> ResponseReturnValue:
    """The same for an office's stages, for its chief editors."""
    here = patterns.chiefs_office(web.actor(), slug)
    return render_template("reading/figures.html", figures=patterns.figures(web.actor(), here, Wanted.of(request.args)))


@bp.get("/offices/<slug>/reading/decisions")
def decisions(slug: str) -> ResponseReturnValue:
    """The decisions behind a figure of an office."""
    here = patterns.chiefs_office(web.actor(), slug)
    page = patterns.listed(web.actor(), here, Wanted.of(request.args), request.args.get("after"))
    return render_template("reading/decisions.html", page=page)
