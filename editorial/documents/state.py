"""What is known while one Word file is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from editorial.documents.content import Change, Drawing, Picture, Warning
from editorial.documents.lines import Block
from editorial.documents.numbering import Numbering
from editorial.documents.ooxml import Element, W
from editorial.documents.parts import WordFile
from editorial.documents.pictures import View
from editorial.documents.styles import RunLook, Styles

_PLACES = 3
_DETAILS = 5
_MOST_CHANGES = 5_000
_LONGEST = 2_000


@dataclass
class Field:
    """A complex field that is open: its code so far, whether its result has begun, and the link that it makes."""

    code: str = ""
    has_result: bool = False
    href: str | None = None
    check: str = ""


@dataclass
class Passage:
    """The words between the marks of a comment, and the number of the paragraph in which it begins."""

    place: int
    words: str = ""


@dataclass
class _Noted:
    count: int = 0
    places: list[int] = field(default_factory=list)
    details: list[str] = field(default_factory=list)


@dataclass
class State:
    """The file, the part of it that is being read, and what has been found.

    `number` counts the paragraphs of the body that show something, as far as it has been read.
    """

    file: WordFile
    styles: Styles
    numbering: Numbering
    read_blocks: Callable[["State", Iterable[Element]], list[Block]]
    part: str
    pictures: dict[str, Picture] = field(default_factory=dict)
    drawings: dict[str, Drawing] = field(default_factory=dict)
    by_part: dict[tuple[str, View], Picture | Drawing | None] = field(default_factory=dict)
    pixels: int = 0
    fields: list[Field] = field(default_factory=list)
    notes: dict[tuple[str, str], int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    passages: dict[str, Passage] = field(default_factory=dict)
    listening: dict[str, Passage] = field(default_factory=dict)
    paragraph: Element | None = None
    looks: list[RunLook] = field(default_factory=list)
    hidden_frame: bool = False
    unpaired: set[Element] = field(default_factory=set)
    story: str = ""
    number: int = 0
    on_colour: int = 0
    in_table: int = 0
    is_muted: bool = False
    _noted: dict[str, _Noted] = field(default_factory=dict)

    def warn(self, kind: str, detail: str = "") -> None:
        """Notes what is not shown as in Word; not while a story is read that does not go into the text."""
        if self.is_muted:
            return
        noted = self._noted.setdefault(kind, _Noted())
        noted.count += 1
        if not self.story and self.number + 1 not in noted.places:
            noted.places.append(self.number + 1)
        if detail and detail not in noted.details:
            noted.details.append(detail[:_LONGEST])

    def note_drawing(self, drawing: Drawing, name: str) -> None:
        """Notes where a drawing stands, in case that it can't be made into a picture."""
        drawing.count += 1
        if not self.story and self.number + 1 not in drawing.places:
            drawing.places.append(self.number + 1)
        if name and name not in drawing.names:
            drawing.names.append(name)

    def has_warned(self, kind: str) -> bool:
        """Has something of this kind been noted?"""
        return kind in self._noted

    def warnings(self) -> list[Warning]:
        """What has been noted, one of each kind."""
        return [
            Warning(kind, ",".join(map(str, noted.places[:_PLACES])), "、".join(noted.details[:_DETAILS]), noted.count)
            for kind, noted in self._noted.items()
        ]

    def change(self, kind: str, mark: Element, text: str) -> None:
        """Notes a tracked change; one that goes on in the next run of the paragraph is one."""
        made = Change(kind, text[:_LONGEST], mark.get(W + "author") or "", mark.get(W + "date") or "", self.number + 1)
        last = self.changes[-1] if self.changes and not self.is_muted else None
        if last and (last.kind, last.author, last.date, last.place) == (kind, made.author, made.date, made.place):
            self.changes[-1] = Change(kind, (last.text + text)[:_LONGEST], made.author, made.date, made.place)
        elif len(self.changes) < _MOST_CHANGES and not self.is_muted:
            self.changes.append(made)
            self.warn("tracked-changes")

    def hear(self, text: str) -> None:
        """Adds words to the passages of the comments that are open; `listening` holds those."""
        for passage in self.listening.values():
            if len(passage.words) < _LONGEST:
                passage.words += text[: _LONGEST - len(passage.words)]
