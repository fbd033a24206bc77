"""The pieces from which a text is put together: lines of formatted text, and blocks."""

from dataclasses import dataclass, field

from editorial.documents.numbering import Label
from editorial.documents.tokens import tag, written

_BLANK = " \t\n\xa0\u3000"


@dataclass
class Line:
    """The text of one paragraph with its formats, and the blocks (text boxes, nested paragraphs) that hang on it."""

    runs: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    after: list["Block"] = field(default_factory=list)

    def add(self, html: str, formats: tuple[str, ...] = ()) -> None:
        """Appends HTML inside the given start tags, outermost first."""
        if self.runs and self.runs[-1][0] == formats:
            self.runs[-1] = (formats, self.runs[-1][1] + html)
        else:
            self.runs.append((formats, html))

    def add_text(self, text: str, formats: tuple[str, ...] = ()) -> None:
        """Appends text."""
        self.add(written(text), formats)

    def html(self) -> str:
        """The line as HTML, each format opened as rarely as possible."""
        out: list[str] = []
        open_tags: list[str] = []
        begun = False
        for formats, html in self.runs:
            if not begun:  # an indent by spaces is the page's business
                html = html.lstrip(_BLANK)
            if not html:
                continue
            begun = True
            common = 0
            while common < min(len(open_tags), len(formats)) and open_tags[common] == formats[common]:
                common += 1
            while len(open_tags) > common:
                out.append(f"</{_name(open_tags.pop())}>")
            for start in formats[common:]:
                out.append(start)
                open_tags.append(start)
            out.append(html)
        out.extend(f"</{_name(start)}>" for start in reversed(open_tags))
        return "".join(out)

    def unbold(self) -> None:
        """Takes bold from the whole line."""
        self.runs = [(tuple(start for start in formats if start != "<strong>"), html) for formats, html in self.runs]

    def is_empty(self) -> bool:
        """Is there nothing to see in it?"""
        return not any(html.strip(_BLANK) for _, html in self.runs)


def _name(start: str) -> str:
    return start[1:-1].split(" ")[0]


def start_tags(names: tuple[str, ...], href: str | None, hidden: bool) -> tuple[str, ...]:
    """The start tags of a run: its link, the mark of hidden text, its formats."""
    link = (tag("a", {"href": href}),) if href else ()
    mark = ("<mark>",) if hidden else ()
    return link + mark + tuple(f"<{name}>" for name in names)


@dataclass(frozen=True)
class Look:
    """How a whole paragraph looks, for those that are headings by look only; `size` in half-points."""

    centred: bool
    size: int
    fonts: frozenset[str]
    bold: bool


@dataclass
class Block:
    """A paragraph, with `level` where it is a heading and `label` where it is numbered; or a finished block."""

    line: Line = field(default_factory=Line)
    level: int | None = None
    label: Label | None = None
    look: Look | None = None
    style: str = ""
    finished: str = ""

    @property
    def text(self) -> str:
        """The text of a paragraph as HTML, its label in it where a list does not show that."""
        html = self.line.html()
        label = self.label
        if label is None or not label.text or (label.kind == "ol" and self.level is None):
            return html
        gap = "" if label.text[-1] in "、．）。" else " "
        return written(label.text) + gap + html


def html_of(blocks: list[Block]) -> str:
    """Blocks as HTML, numbered ones in lists."""
    out: list[str] = []
    lists: list[tuple[int, str, str]] = []  # level, element, id of the list

    def close_to(level: int) -> None:
        while lists and lists[-1][0] >= level:
            out.append(f"</li></{lists.pop()[1]}>")

    for block in blocks:
        label = block.label
        if block.finished:
            close_to(0)
            out.append(block.finished)
        elif block.level is not None or label is None or label.kind == "text":
            if block.line.is_empty() and label is None:
                continue
            close_to(0)
            name = "p" if block.level is None else f"h{min(block.level, 3) + 1}"
            out.append(f"<{name}>{block.text}</{name}>")
        else:
            element = "ol" if label.kind == "ol" else "ul"
            close_to(label.level + 1)
            if lists and lists[-1][0] == label.level:
                if lists[-1][1:] == (element, label.list_id):
                    out.append("</li><li>")
                else:
                    close_to(label.level)
            if not lists or lists[-1][0] < label.level:
                start = {"start": str(label.number)} if element == "ol" and label.number != 1 else {}
                out.append(tag(element, start) + "<li>")
                lists.append((label.level, element, label.list_id))
            out.append(block.text)
    close_to(0)
    return "".join(out)
