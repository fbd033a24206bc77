"""What reading a document gives."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Warning:
    """Something that the text does not show as Word does.

    `kind` is a key of the interface (``hidden-text``, ``image-dropped`` …), `place` says where (the first words of
    the paragraph, or a story such as ``header``; empty for the whole file), `detail` what, in words of the file.
    """

    kind: str
    place: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture as this program wrote it anew: without metadata, at most 1600 pixels wide; `sha256` of `data`."""

    sha256: str
    media_type: str
    data: bytes
    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True)
class Document:
    """A document's text as clean HTML and as plain text, with what the file suggests as title and byline.

    `html` refers to pictures as ``pictures/<sha256>``; each of them is in `pictures` once.
    """

    html: str
    text: str
    title: str
    byline: str
    warnings: tuple[Warning, ...]
    pictures: tuple[Picture, ...]
