"""What is known while one Word file is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from editorial.documents.content import Picture, Warning
from editorial.documents.lines import Block
from editorial.documents.numbering import Numbering
from editorial.documents.ooxml import Element
from editorial.documents.parts import WordFile
from editorial.documents.styles import RunLook, Styles

_MOST_WARNINGS = 200
_PLACE = 30


@dataclass
class Field:
    """A complex field that is open: its code so far, whether its result has begun, and the link that it makes."""

    code: str = ""
    has_result: bool = False
    href: str | None = None
    check: str = ""


@dataclass
class State:
    """The file, the part of it that is being read, and what has been found."""

    file: WordFile
    styles: Styles
    numbering: Numbering
    read_blocks: Callable[["State", Iterable[Element]], list[Block]]
    part: str
    warnings: list[Warning] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)
    by_part: dict[str, Picture | None] = field(default_factory=dict)
    pixels: int = 0
    fields: list[Field] = field(default_factory=list)
    notes: dict[tuple[str, str], int] = field(default_factory=dict)
    paragraph: Element | None = None
    looks: list[RunLook] = field(default_factory=list)
    hidden_frame: bool = False
    unpaired: set[Element] = field(default_factory=set)
    story: str = ""
    on_colour: int = 0
    in_table: int = 0
    inserted: int = 0
    deleted: int = 0

    def warn(self, kind: str, detail: str = "") -> None:
        """Notes what is not shown as in Word, once for each place."""
        warning = Warning(kind, self._place(), detail)
        if warning not in self.warnings and len(self.warnings) < _MOST_WARNINGS:
            self.warnings.append(warning)

    def _place(self) -> str:
        if self.paragraph is None:
            return self.story
        words = "".join(found.text or "" for found in self.paragraph.iter(self.paragraph.tag[:-1] + "t"))
        return words[:_PLACE] or self.story
