"""Comments of a Word file, with the passages on which they stand."""

from editorial.documents.content import Remark
from editorial.documents.ooxml import Element, W, is_on_attribute, shown_text
from editorial.documents.state import Passage, State

COMMENT_MARKS = frozenset(W + name for name in ("commentRangeStart", "commentRangeEnd", "commentReference"))
_MOST = 2_000
_LONGEST = 5_000


def mark_passage(state: State, mark: Element) -> None:
    """A mark of a comment in the text: its passage begins or ends here, or the comment stands at this point."""
    key = mark.get(W + "id") or ""
    if mark.tag == W + "commentRangeEnd":
        state.listening.pop(key, None)
    elif key not in state.passages and len(state.passages) < _MOST:
        passage = state.passages[key] = Passage(state.number + 1)
        if mark.tag == W + "commentRangeStart":
            state.listening[key] = passage


def read_remarks(state: State) -> list[Remark]:
    """The comments of the file in the order in which they are in it."""
    comments = [
        comment
        for part in state.file.related(state.file.main, "comments")
        for comment in state.file.xml(part).iter(W + "comment")
    ][:_MOST]
    owners = {paragraph: place for place, comment in enumerate(comments) for paragraph in _paragraphs(comment)}
    answered, settled = _threads(state, owners)
    remarks = []
    for place, comment in enumerate(comments):
        passage = state.passages.get(comment.get(W + "id") or "")
        text = "\n".join(shown_text(paragraph) for paragraph in comment.iter(W + "p")).strip()
        remarks.append(
            Remark(
                text[:_LONGEST],
                comment.get(W + "author") or "",
                comment.get(W + "date") or "",
                passage.words.strip() if passage else "",
                passage.place if passage else 0,
                answered.get(place, -1),
                place in settled,
            )
        )
    return remarks


def _threads(state: State, owners: dict[str, int]) -> tuple[dict[int, int], set[int]]:
    """Which comment answers which, and which are settled: newer Word keeps that beside the comments, by paragraph."""
    answered: dict[int, int] = {}
    settled: set[int] = set()
    for part in state.file.related(state.file.main, "commentsExtended"):
        for about in state.file.xml(part):
            told = {str(name).rsplit("}", 1)[-1]: str(text) for name, text in about.attrib.items()}
            place, parent = owners.get(told.get("paraId", "")), owners.get(told.get("paraIdParent", ""))
            if place is None:
                continue
            if parent is not None and parent != place:
                answered[place] = parent
            if is_on_attribute(told.get("done")):
                settled.add(place)
    return answered, settled


def _paragraphs(comment: Element) -> list[str]:
    """The ids of a comment's paragraphs, which are in a namespace of newer Word."""
    return [
        str(text)
        for paragraph in comment.iter(W + "p")
        for name, text in paragraph.attrib.items()
        if str(name).endswith("}paraId")
    ]
