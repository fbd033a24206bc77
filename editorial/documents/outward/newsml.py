"""The piece as a news item of NewsML-G2 2.24 (IPTC), its text as XHTML."""

from xml.sax.saxutils import escape, quoteattr

from editorial.documents.outward.markup import whole, xhtml
from editorial.documents.outward.piece import Outgoing, moment

CATALOG = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_32.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def newsml(piece: Outgoing) -> str:
    """The piece as XML. Its elements stand in the order of the standard's schema."""
    signal = '<signal qcode="sig:correction"/>' if piece.is_corrected and not piece.is_retracted else ""
    return (
        f'{_HEAD}<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid={quoteattr(piece.uri)} '
        f'version="{piece.version}" standard="NewsML-G2" standardversion="2.24" conformance="core" '
        f'xml:lang="zh-Hans">\n<catalogRef href="{CATALOG}"/>\n'
        '<itemMeta>\n<itemClass qcode="ninat:text"/>\n'
        f"<provider><name>{escape(piece.office)}</name></provider>\n"
        f"<versionCreated>{moment(piece.updated_at)}</versionCreated>\n"
        f"<firstCreated>{moment(piece.created_at)}</firstCreated>\n"
        f"{f'<embargoed>{moment(piece.embargo)}</embargoed>' if piece.embargo else ''}"
        f'<pubStatus qcode="stat:{piece.status}"/>\n<title>{escape(piece.title)}</title>\n'
        f"{''.join(f'<edNote>{escape(str(notice))}</edNote>' for notice in piece.notices)}{signal}"
        f"{''.join(_link(piece, sha256) for sha256 in piece.shots)}"
        f"</itemMeta>\n<contentMeta>\n<urgency>{1 if piece.urgent else 5}</urgency>\n"
        f"<contentCreated>{moment(piece.created_at)}</contentCreated>\n"
        f"<contentModified>{moment(piece.made_at)}</contentModified>\n"
        f"{_creators(piece)}"
        f'<altId>{escape(piece.code)}</altId>\n<language tag="zh-Hans"/>\n'
        f"{f'<genre><name>{escape(piece.genre)}</name></genre>' if piece.genre else ''}"
        f"<headline>{escape(piece.title)}</headline>\n<by>{escape(piece.signed)}</by>\n"
        '</contentMeta>\n<contentSet>\n<inlineXML contenttype="application/xhtml+xml">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="zh-Hans">'
        f"<head><title>{escape(piece.title)}</title></head><body><h1>{escape(piece.title)}</h1>"
        f"{xhtml(whole(piece), piece)}</body></html>\n</inlineXML>\n</contentSet>\n</newsItem>\n")


def _creators(piece: Outgoing) -> str:
    """Who wrote it, and for whom: a literal each, since the house has no public list of its people."""
    names = {"organisation": "contributor"}
    return "".join(f"<{name}><name>{escape(line.words)}</name></{name}>\n"
                   for line in piece.signature for name in (names.get(line.kind, "creator"),))


def _link(piece: Outgoing, sha256: str) -> str:
    shot = piece.shots[sha256]
    return (f'<link rel="irel:seeAlso" href={quoteattr(piece.file_of(sha256))} contenttype="{shot.media_type}" '
            f'size="{len(shot.data)}"><title>{escape(shot.line or piece.file_of(sha256))}</title></link>\n')
