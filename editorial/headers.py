"""The headers of every answer: what a page may do in a browser, and who may keep it.

Layer 0. Pages are for whoever is logged in and kept by nobody; scripts, styles and the pages without log-in may be.
"""

from __future__ import annotations

from flask import Response, request

POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
          "connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
          "frame-ancestors 'none'")

PUBLIC = "public"
"""The blueprint of the pages without log-in."""

PUBLIC_POLICY = ("default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
                 "frame-ancestors 'none'")
"""They run no script and send nothing."""

KEPT_FOR = 60
"""Seconds for which a page without log-in may be kept: so long a retraction may be late."""


def finish(response: Response, secure: bool) -> Response:
    """Put the headers on an answer; `secure` where the house is reached by TLS alone."""
    headers = response.headers
    public = request.blueprint == PUBLIC
    headers.setdefault("Content-Security-Policy", PUBLIC_POLICY if public else POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer" if public else "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static" and response.status_code < 400:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif public and response.status_code < 400:
        headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    else:
        headers["Cache-Control"] = "no-store"
        headers["Vary"] = "Cookie"
    return response
