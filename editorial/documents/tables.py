"""Tables with merged cells."""

from collections.abc import Iterator
from dataclasses import dataclass

from editorial.documents.allowed import MOST_COLUMNS
from editorial.documents.lines import html_of
from editorial.documents.ooxml import MC, Element, W, is_on, number, shown_text, value, words_of
from editorial.documents.package import refuse
from editorial.documents.shapes import chosen
from editorial.documents.state import State
from editorial.documents.styles import is_coloured
from editorial.documents.tokens import tag

_WRAPPERS = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))


@dataclass
class _Cell:
    html: str
    columns: int
    rows: int = 1


def read_table(state: State, table: Element) -> str:
    """A table as HTML. Refuses rows of more cells than the limit."""
    state.in_table += 1
    style = value(table, "tblPr/tblStyle")
    state.on_colour += bool(style)
    rows: list[tuple[bool, list[_Cell]]] = []
    above: dict[int, _Cell] = {}
    for row in _inside(state, table, W + "tr"):
        if (gone := row.find(f"{W}trPr/{W}del")) is not None:
            state.change("removed", gone, words_of(row))
            continue
        if (come := row.find(f"{W}trPr/{W}ins")) is not None:
            state.change("added", come, "")
        is_head = is_on(row.find(f"{W}trPr/{W}tblHeader"))
        rows.append((is_head, _read_row(state, row, above)))
    state.on_colour -= bool(style)
    state.in_table -= 1
    return _written(rows)


def _read_row(state: State, row: Element, above: dict[int, _Cell]) -> list[_Cell]:
    """The cells of one row. `above` holds the cells that the row may go on with, by column, and is renewed."""
    cells: list[_Cell] = []
    open_cells: dict[int, _Cell] = {}
    column = number(value(row, "trPr/gridBefore"), 0)
    if column > 0:
        cells.append(_Cell("", min(column, MOST_COLUMNS)))
    for cell in _inside(state, row, W + "tc"):
        properties = cell.find(W + "tcPr")
        if properties is not None and (gone := properties.find(W + "cellDel")) is not None:
            state.change("removed", gone, words_of(cell))
            continue
        span = max(number(value(properties, "gridSpan"), 1), 1)
        merged = properties.find(W + "vMerge") if properties is not None else None
        goes_on = merged is not None and merged.get(W + "val") != "restart"
        sideways = value(properties, "hMerge") if properties is not None else None
        if column + span > MOST_COLUMNS:
            refuse("too-complex", f"a table row of {column + span} cells")
        html = _read_cell(state, cell, properties)
        if goes_on and column in above and above[column].columns == span:
            above[column].rows += 1
            above[column].html += _merged_away(state, cell, html)
            open_cells[column] = above[column]
        elif sideways == "continue" and cells:
            cells[-1].columns += span
            cells[-1].html += _merged_away(state, cell, html)
        else:
            cells.append(_Cell(html, span))
            if merged is not None:
                open_cells[column] = cells[-1]
        column += span
    above.clear()
    above.update(open_cells)
    return cells


def _read_cell(state: State, cell: Element, properties: Element | None) -> str:
    coloured = is_coloured(properties.find(W + "shd") if properties is not None else None)
    state.on_colour += coloured
    html = html_of(state.read_blocks(state, cell))
    state.on_colour -= coloured
    only = html.removeprefix("<p>").removesuffix("</p>")
    return only if html.startswith("<p>") and "<p>" not in only and "</p>" not in only else html


def _merged_away(state: State, cell: Element, html: str) -> str:
    """The text of a cell that Word does not show, as it is merged into another."""
    if not shown_text(cell).strip():
        return ""
    state.warn("hidden-text", shown_text(cell)[:50])
    return f"<mark>{html}</mark>"


def _inside(state: State, parent: Element, name: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also those in controls and insertions."""
    for child in parent:
        if child.tag == name:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(state, child, name)
        elif child.tag == MC + "AlternateContent":
            for one in chosen(state, child):
                if one.tag == name:
                    yield one


def _written(rows: list[tuple[bool, list[_Cell]]]) -> str:
    heads = 0
    while heads < len(rows) and rows[heads][0]:
        heads += 1
    heads = 0 if heads == len(rows) else heads
    out = ["<table>"]
    for part, name, some in (("thead", "th", rows[:heads]), ("tbody", "td", rows[heads:])):
        if some:
            out.append(f"<{part}>")
            for _, cells in some:
                out.append("<tr>")
                for cell in cells:
                    spans = {"colspan": cell.columns, "rowspan": cell.rows}
                    kept = {key: str(span) for key, span in spans.items() if span > 1}
                    out.append(f"{tag(name, kept)}{cell.html}</{name}>")
                out.append("</tr>")
            out.append(f"</{part}>")
    out.append("</table>")
    return "".join(out)
