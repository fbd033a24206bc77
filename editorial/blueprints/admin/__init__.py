"""The administration: people, units, offices with their rules, genres. For everybody else it does not exist."""

from __future__ import annotations

from editorial.blueprints.admin import offices, people, units
from editorial.blueprints.admin.house import bp

__all__ = ["bp", "offices", "people", "units"]
