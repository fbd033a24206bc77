"""What is out as an Atom feed (RFC 4287), in pages (RFC 5005)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from editorial.documents.outward.markup import whole, xhtml
from editorial.documents.outward.piece import Outgoing, moment


@dataclass(frozen=True)
class Entry:
    """A piece in a feed: when what readers see of it changed last, its page here, and where it is out, by channel.

    `mark` is a word before the title of what was retracted.
    """

    piece: Outgoing
    updated_at: datetime
    page: str
    out: Sequence[tuple[str, str]] = ()
    mark: str = ""


@dataclass(frozen=True)
class Feed:
    """A page of a feed: its own address, that of the first page, and of the next, where there is one."""

    uri: str
    title: str
    author: str
    updated_at: datetime
    entries: Sequence[Entry]
    address: str
    first: str
    next: str = ""


def atom(feed: Feed) -> str:
    """The feed as XML."""
    links = {"self": feed.address, "first": feed.first, "next": feed.next}
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-Hans">\n'
        f"<id>{escape(feed.uri)}</id>\n<title>{escape(feed.title)}</title>\n"
        f"<updated>{moment(feed.updated_at)}</updated>\n<author><name>{escape(feed.author)}</name></author>\n"
        + "".join(_link(kind, address) for kind, address in links.items() if address)
        + "".join(map(_entry, feed.entries)) + "</feed>\n")


def _entry(entry: Entry) -> str:
    piece = entry.piece
    kinds = {"genre": piece.genre, "retracted": entry.mark, "corrected": _corrected(piece)}
    published = f"<published>{moment(piece.published_at)}</published>\n" if piece.published_at else ""
    return (
        f"<entry>\n<id>{escape(piece.uri)}</id>\n"
        f"<title>{escape(f'【{entry.mark}】' if entry.mark else '')}{escape(piece.title)}</title>\n"
        f"<updated>{moment(entry.updated_at)}</updated>\n{published}{_people(piece)}"
        + _link("alternate", entry.page)
        + "".join(_link("related", address, title) for title, address in entry.out)
        + "".join(f"<category term={quoteattr(term)} label={quoteattr(label)}/>\n"
                  for term, label in kinds.items() if label)
        + '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        f"{xhtml(whole(piece), piece, with_pictures=False)}</div></content>\n</entry>\n")


def _corrected(piece: Outgoing) -> str:
    return next((notice.label for notice in piece.notices if notice.kind == "correction"), "")


def _people(piece: Outgoing) -> str:
    """Who wrote it, and for whom."""
    elements: Mapping[str, str] = {"organisation": "contributor"}
    named = [(elements.get(line.kind, "author"), line.words if line.kind != "organisation" else str(line))
             for line in piece.signature]
    return "".join(f"<{element}><name>{escape(name)}</name></{element}>\n" for element, name in named)


def _link(kind: str, address: str, title: str = "") -> str:
    return (f'<link rel="{kind}" href={quoteattr(address)}'
            f"{f' title={quoteattr(title)}' if title else ''}/>\n")
