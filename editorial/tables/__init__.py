"""The tables of rooms beyond the main job, one module a room; the main job's own stand in `models`.

Above `models`, below everything that uses them. Whoever makes the whole schema imports all of it from here.
"""

from editorial.tables import (
    absences,
    arrivals,
    calls,
    commentary,
    delivery,
    desk,
    handouts,
    imported,
    interests,
    jobs,
    letter_texts,
    logins,
    messages,
    planning,
    presence,
    proposals,
    publication,
    reading,
    remarks,
)

__all__ = ["absences", "arrivals", "calls", "commentary", "delivery", "desk", "handouts", "imported", "interests",
           "jobs", "letter_texts", "logins", "messages", "planning", "presence", "proposals", "publication", "reading",
           "remarks"]
