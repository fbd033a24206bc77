"""What is published, for everybody without log-in, and for search engines: no script, no cookie, nothing is counted."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from editorial import headers, web
from editorial.errors import Invisible
from editorial.queries import public as queries

bp = Blueprint(headers.PUBLIC, __name__)

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


@bp.url_defaults
def keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """From a page in English one goes on in English: the language stands in the address, and in no cookie."""
    if endpoint in (f"{headers.PUBLIC}.pieces", f"{headers.PUBLIC}.piece"):
        values.setdefault(web.LANGUAGE, request.args.get(web.LANGUAGE))


@bp.get("/public")
def pieces() -> ResponseReturnValue:
    """What is out, the newest first."""
    after = request.args.get("after")
    return _kept(render_template("public/pieces.html", out=queries.items(after), after=after))


@bp.get("/public/<code>")
def piece(code: str) -> ResponseReturnValue:
    """A piece as it was cleared, with corrections and the signed commentary on it; or the notice of its retraction."""
    shown = queries.piece(code)
    described = queries.described(shown, web.address_of(".piece", code=code, lang=None))
    return _kept(render_template("public/piece.html", piece=shown, described=described))


@bp.get("/public/<code>/pictures/<sha256>")
def picture(code: str, sha256: str) -> ResponseReturnValue:
    """A picture of a piece."""
    file = queries.picture(code, sha256)
    answer = Response(web.store().read(sha256), content_type=file.media_type)
    answer.headers["Content-Security-Policy"] = f"{headers.PUBLIC_POLICY}; sandbox"
    return _kept(answer)


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """What search engines may read: these pages where there are any, else nothing."""
    try:
        queries.demand_open()
        lines = ["Allow: /public", "Allow: /static/", "Disallow: /", f"Sitemap: {web.address_of('.sitemaps')}"]
    except Invisible:
        lines = ["Disallow: /"]
    return Response("\n".join(["User-agent: *", *lines, ""]), mimetype="text/plain")


@bp.get("/sitemap.xml")
def sitemaps() -> ResponseReturnValue:
    """The parts of the sitemap."""
    parts = [f"<sitemap><loc>{escape(web.address_of('.sitemap', number=number))}</loc></sitemap>"
             for number in range(queries.sitemaps())]
    return _xml("sitemapindex", parts)


@bp.get("/sitemap-<int:number>.xml")
def sitemap(number: int) -> ResponseReturnValue:
    """A part of the sitemap."""
    return _xml("urlset", [
        f"<url><loc>{escape(web.address_of('.piece', code=code))}</loc><lastmod>{at.date().isoformat()}</lastmod></url>"
        for code, at in queries.sitemap(number)])


def _xml(root: str, lines: list[str]) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SITEMAP}">\n' + "\n".join(lines) + f"\n</{root}>\n"
    return _kept(Response(text, mimetype="application/xml"))


def _kept(answer: str | Response) -> Response:
    """The answer with a tag of what is in it: whoever has it is told so, and gets nothing anew."""
    response = answer if isinstance(answer, Response) else Response(answer, mimetype="text/html")
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.errorhandler(Invisible)
def missing(_error: Invisible) -> ResponseReturnValue:
    """What is not out, and what there is not, are the same."""
    return render_template("public/missing.html"), 404
