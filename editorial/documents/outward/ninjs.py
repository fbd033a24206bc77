"""The piece as ninjs 3.1 (IPTC News in JSON)."""

import json
from typing import Any

from editorial.documents.outward.markup import lines, whole, xhtml
from editorial.documents.outward.piece import Line, Outgoing, moment

SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"
URGENCY = {True: 1, False: 5}


def ninjs(piece: Outgoing) -> str:
    """The piece as JSON; its pictures are associated objects, named by their files in the package."""
    markup = xhtml(whole(piece), piece)
    told: dict[str, Any] = {
        "uri": piece.uri,
        "standard": {"name": "ninjs", "version": "3.1", "schema": SCHEMA},
        "type": "text",
        "representationType": "partial" if piece.is_retracted else "full",
        "version": str(piece.version),
        "firstCreated": moment(piece.created_at),
        "versionCreated": moment(piece.updated_at),
        "contentCreated": moment(piece.made_at),
        "pubStatus": piece.status,
        "urgency": URGENCY[piece.urgent],
        "language": "zh-Hans",
        "title": piece.title,
        "headlines": [{"role": "main", "contentType": "text/plain", "value": piece.title}],
        "by": piece.signed,
        "people": [_named(line) for line in piece.signature if line.kind == "person"],
        "organisations": [_named(line) for line in piece.signature if line.kind == "organisation"],
        "infoSources": [{"name": piece.office, "role": "publisher"}],
        "bodies": [
            {"role": "main", "contentType": "text/plain", "charCount": piece.characters,
             "value": lines(piece)},
            {"role": "richtext", "contentType": "application/xhtml+xml", "value": markup},
        ],
        "altIds": [{"role": "code", "value": piece.code}, {"role": "sha256", "value": piece.digest}],
        "associations": [_picture(piece, sha256) for sha256 in piece.shots],
    }
    if piece.embargo:
        told["embargoedUntil"] = moment(piece.embargo)
    if piece.genre:
        told["genres"] = [{"name": piece.genre}]
    if piece.notices:
        told["edNote"] = "\n".join(map(str, piece.notices))
    return json.dumps({name: value for name, value in told.items() if value != []}, ensure_ascii=False, indent=1) + "\n"


def _named(line: Line) -> dict[str, str]:
    return {"name": line.words, "rel": line.label}


def _picture(piece: Outgoing, sha256: str) -> dict[str, Any]:
    shot, file = piece.shots[sha256], piece.file_of(sha256)
    told: dict[str, Any] = {
        "name": file, "rel": "picture", "uri": f"urn:sha256:{sha256}", "type": "picture",
        "renditions": [{"name": "main", "title": file, "contentType": shot.media_type, "width": shot.width,
                        "height": shot.height, "sizeInBytes": len(shot.data)}]}
    if shot.caption:
        told["descriptions"] = [{"role": "caption", "contentType": "text/plain", "value": shot.caption}]
    if shot.credit:
        told["by"] = shot.credit
    return told
