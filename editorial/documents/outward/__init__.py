"""A cleared text as it leaves the house: Word, HTML, plain text, ninjs and NewsML-G2 with its pictures, in one ZIP.

Knows no database and no language: the words around a text come with it. The same input gives the same bytes.
"""

import hashlib
import json
from dataclasses import dataclass

from editorial.documents.archive import archive
from editorial.documents.outward.atom import Entry, Feed, atom
from editorial.documents.outward.linked import linked
from editorial.documents.outward.markup import lines, page, unsigned
from editorial.documents.outward.newsml import newsml
from editorial.documents.outward.ninjs import ninjs
from editorial.documents.outward.piece import Line, Notice, Outgoing, moment
from editorial.documents.word_out import Content, Properties, word

__all__ = ["Entry", "Feed", "Line", "Notice", "Outgoing", "Package", "atom", "bundle", "linked"]

TYPES = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "html": "text/html",
         "txt": "text/plain", "json": "application/json", "xml": "application/xml", "png": "image/png",
         "jpeg": "image/jpeg"}


@dataclass(frozen=True)
class Package:
    """A package: its bytes, their SHA-256, and the name that holds it."""

    name: str
    data: bytes
    sha256: str


def bundle(piece: Outgoing) -> Package:
    """The piece in every form, its pictures, and a manifest with the SHA-256 of each file. Named by its own SHA-256."""
    members = {
        "text.docx": word(Content(piece.title, piece.signed, unsigned(piece), piece.shots),
                          Properties(piece.made_at, f"{piece.code} v{piece.version}")),
        "text.html": page(piece).encode(),
        "text.txt": f"{piece.title}\n{lines(piece)}\n".encode(),
        "ninjs.json": ninjs(piece).encode(),
        "newsml-g2.xml": newsml(piece).encode(),
        **{piece.file_of(sha256): shot.data for sha256, shot in piece.shots.items()},
    }
    manifest = json.dumps(_manifest(piece, members), ensure_ascii=False, indent=1) + "\n"
    data = archive({**members, "manifest.json": manifest.encode()})
    sha256 = hashlib.sha256(data).hexdigest()
    return Package(f"{piece.code}-{sha256}.zip", data, sha256)


def _manifest(piece: Outgoing, members: dict[str, bytes]) -> dict[str, object]:
    under = {piece.file_of(sha256): {"caption": shot.caption, "credit": shot.credit}
             for sha256, shot in piece.shots.items()}
    told = {
        "uri": piece.uri, "code": piece.code, "version": piece.version, "text_sha256": piece.digest,
        "status": piece.status, "title": piece.title,
        "signature": [{"label": line.label, "value": line.words} for line in piece.signature],
        "office": piece.office, "channel": piece.channel,
        "embargoed_until": moment(piece.embargo) if piece.embargo else None,
        "published": moment(piece.published_at) if piece.published_at else None, "address": piece.address or None,
        "notices": [{"kind": notice.kind, "at": moment(notice.at), "words": notice.words}
                    for notice in piece.notices],
        "files": [{"name": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data),
                   "media_type": TYPES[name.rpartition(".")[2]], **under.get(name, {})}
                  for name, data in members.items()],
    }
    return {name: value for name, value in told.items() if value not in (None, "")}
