"""A piece in the words of schema.org, for search engines: as data, to be written as JSON-LD."""

from collections.abc import Sequence
from typing import Any

from editorial.documents.outward.piece import Outgoing, moment


def linked(piece: Outgoing, address: str, commentary: Sequence[Outgoing] = ()) -> dict[str, Any]:
    """The piece at `address`, with its signed commentary, which stands on the same page. A piece that was retracted has
    nothing to say here: raises ValueError."""
    if piece.is_retracted:
        raise ValueError("what was retracted is no article")
    article = _article("NewsArticle", piece) | {"@id": address, "url": address}
    article["publisher"] = _organisation(piece.office)
    return {"@context": "https://schema.org", "@graph": [
        article, *(_article("OpinionNewsArticle", one) | {"about": {"@id": address}, "url": one.address}
                   for one in commentary)]}


def _article(kind: str, piece: Outgoing) -> dict[str, Any]:
    """With everything that its signature line says, and what readers were told to be wrong."""
    people = [line.words for line in piece.signature if line.kind == "person"]
    places = [line.words for line in piece.signature if line.kind == "organisation"]
    corrections = [{"@type": "CorrectionComment", "text": str(notice), "datePublished": moment(notice.at)}
                   for notice in piece.notices if notice.kind == "correction"]
    told: dict[str, Any] = {
        "@type": kind,
        "headline": piece.title,
        "identifier": piece.uri,
        "inLanguage": "zh-Hans",
        "datePublished": moment(piece.published_at) if piece.published_at else None,
        "dateModified": moment(max(filter(None, (piece.published_at, *(one.at for one in piece.notices)))))
        if piece.published_at else None,
        "author": [{"@type": "Person", "name": name, "affiliation": _organisation(places[0])} for name in people]
        or _organisation(places[0]),
        "sourceOrganization": [_organisation(name) for name in places[1:]],
        "creditText": piece.signed,
        "correction": corrections,
    }
    return {name: value for name, value in told.items() if value}


def _organisation(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name}
