"""The administration: people, units, offices with their rules, genres, working days, jobs, the texts of letters.

For everybody else it does not exist.
"""

from __future__ import annotations

from editorial.blueprints.admin import calendar, jobs, letters, offices, people, units
from editorial.blueprints.admin.house import bp

__all__ = ["bp", "calendar", "jobs", "letters", "offices", "people", "units"]
