"""The pages, a module per subject. Layer 5: thin."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

MODULES = ("health", "account", "home", "manuscripts", "remarks", "word", "outward", "dossier", "handouts", "writing",
           "arrivals", "signoff", "desk", "interests", "absences", "presence", "office", "reading", "publishing",
           "planning", "proofs", "reprints", "readership", "published", "calls", "commissions", "commentary",
           "overview", "messages", "tour", "public", "admin")


def register(app: Flask) -> None:
    """Register every blueprint with `app`."""
    for name in MODULES:
        app.register_blueprint(import_module(f"editorial.blueprints.{name}").bp)
