"""The signature line 署名、单位、组织单位 of a commentary: who wrote it, for which department, and who commissioned it.

Whatever shows, prints, exports or feeds on the words of a commentary takes the line from here, and none goes without.
No function here takes a name.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from editorial.models import Assignment, CommentaryVersion


@dataclass(frozen=True)
class Signature:
    """Who signs, with the names as they were when the text was written."""

    name: str
    department: str
    commissioned_by: str

    @property
    def digested(self) -> str:
        """The line as the digest of a text covers it."""
        return " · ".join((self.name, self.department, self.commissioned_by))

    @property
    def line(self) -> str:
        """The line as it stands under a text, in the language of whoever reads it."""
        return _("%(name)s · %(department)s · Commissioned by %(commissioner)s", name=self.name,
                 department=self.department, commissioner=self.commissioned_by)


def of(version: CommentaryVersion) -> Signature:
    """The line of a text as it was written: it stays so whatever its author or the departments are called since."""
    return Signature(version.signed_name, version.signed_department, version.commissioned_by)


def today(assignment: Assignment) -> Signature:
    """The line that a text gets which is saved or filed now: the names of the account and the departments."""
    return Signature(assignment.commentator.name, assignment.department.name, assignment.commission.department.name)
