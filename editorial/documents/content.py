"""What reading a document gives."""

from dataclasses import dataclass, field

BYLINE_STYLE = "署名"
"""The name of the byline's style in files that this program hands out."""


@dataclass(frozen=True)
class Warning:
    """Something that the text does not show as Word does: one for each kind, however often it happens.

    `kind` is a key of the interface (``hidden-text``, ``image-dropped`` …), `place` the numbers of the first paragraphs
    near which it is, with commas (``3,8``; empty for the file as a whole), `detail` what, in words of the file, and
    `count` how often.
    """

    kind: str
    place: str = ""
    detail: str = ""
    count: int = 1


@dataclass(frozen=True)
class Picture:
    """A picture as this program wrote it anew: without metadata, at most 1600 pixels wide; `sha256` of `data`.

    `source` is the digest of what lay in the file: of one that this program once handed out, the picture's own.
    `thumbnail` is the same at most 320 pixels wide, empty where the picture is no wider; `alt`, `caption` and `credit`
    are what the file says about it: its description, the line under it, and whose it is.
    """

    sha256: str
    media_type: str
    data: bytes
    width: int
    height: int
    alt: str = ""
    caption: str = ""
    credit: str = ""
    thumbnail: bytes = b""
    source: str = ""


@dataclass
class Drawing:
    """A drawing of Windows (`kind` ``emf`` or ``wmf``), to be made into a picture by LibreOffice.

    The text refers to it by the digest of its bytes until then; `places`, `names` and `count` are for the warning.
    """

    sha256: str
    kind: str
    data: bytes
    places: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    count: int = 0


@dataclass(frozen=True)
class Change:
    """A tracked change, which the text shows as accepted.

    `kind` is ``added``, ``removed``, ``moved-here`` or ``moved-away``; in `text` a paragraph's end is ``\\n``;
    `place` is the number of the paragraph; `date` as the file has it (ISO 8601, usually in the writer's own time).
    """

    kind: str
    text: str
    author: str
    date: str
    place: int


@dataclass(frozen=True)
class Remark:
    """A comment of the file: `passage` is what it stands on (empty where that is a point), `place` the number of the
    paragraph.

    `answers` is the place in the tuple of remarks of the one that it answers, -1 for none.
    """

    text: str
    author: str
    date: str
    passage: str
    place: int
    answers: int = -1
    settled: bool = False


@dataclass(frozen=True)
class Document:
    """A document's text as clean HTML and as plain text, with what the file suggests as title and byline.

    `html` refers to pictures as ``pictures/<sha256>``; each of them is in `pictures` once. `changes` and `remarks` are
    data about the text: they carry names, and are no part of it.
    """

    html: str
    text: str
    title: str
    byline: str
    warnings: tuple[Warning, ...]
    pictures: tuple[Picture, ...]
    changes: tuple[Change, ...] = ()
    remarks: tuple[Remark, ...] = ()
