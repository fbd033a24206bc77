"""The Word reader, measured on a corpus of real files beside others, and on damaged ones.

    python -m bench.documents corpus FOLDER     the corpus's own table, then what its counts leave out, and memory
    python -m bench.documents mutations FOLDER  10,000 damaged files: read or refused, nothing else

FOLDER holds ``measure_converter.py``, ``manifest.csv`` and the files. mammoth and pandoc are measured in the same run
where they are installed.
"""

import argparse
import csv
import importlib.util
import random
import resource
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from lxml import etree

from bench import mutations
from editorial.documents import office, read_document
from editorial.documents.docx import read_docx
from editorial.errors import UnreadableDocument

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
MUTATIONS = 10_000
LARGEST = 300_000
SLOW = 20
"""Seconds after which a damaged file counts as one that never ends: the child's limit."""


def convert(data: bytes) -> tuple[str, str, list[str]]:
    """A Word file's HTML, text and warnings, in the shape that `measure_converter.py` asks for."""
    document = read_document(data, "measured.docx")
    return document.html, document.text, [warning.kind for warning in document.warnings]


def convert_without_drawings(data: bytes) -> tuple[str, str, list[str]]:
    """The same where LibreOffice is not installed: the time that files take which have no old drawings."""
    office.program = lambda: None
    return convert(data)


def corpus(folder: Path) -> None:
    """The table, the reader's structure against what Word shows, and the largest child's memory."""
    pandoc = shutil.which("pandoc") or importlib.util.find_spec("pypandoc")
    there = {"mammoth": importlib.util.find_spec("mammoth"), "pandoc": pandoc}
    others = [name for name, found in there.items() if found]
    ours = ["bench.documents:convert", *(["bench.documents:convert_without_drawings"] if office.program() else [])]
    wanted = [part for spec in [*ours, *others] for part in ("--with", spec)]
    subprocess.run([sys.executable, str(folder / "measure_converter.py"), *wanted], check=True)
    print("\n" + "".join(f"{name}: n/a\n" for name in ("mammoth", "pandoc") if name not in others))
    shown, kept = Counter[str](), Counter[str]()
    office.program = lambda: None
    for path in _files(folder):
        data = path.read_bytes()
        html = read_document(data, path.name).html
        has = {"tables": html.count("<table>"), "headings": len(_opened(html, "h")), "list items": html.count("<li>")}
        for kind, count in _shown_structure(data).items():
            shown[kind] += count
            kept[kind] += min(count, has[kind])
    for kind, count in shown.items():
        print(f"{kind} that Word shows: {kept[kind]} of {count}")
    print(f"largest child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10} MiB")


def _opened(html: str, name: str) -> list[str]:
    return [piece for piece in html.split("<") if piece[:1] == name and piece[1:2].isdigit()]


def _shown_structure(data: bytes) -> dict[str, int]:
    """What the body shows: tables with rows that are not deleted, headings with text, other numbered paragraphs.

    Counted from the file's XML by its own properties and the names of styles, not by the reader's rules.
    """
    parts = mutations.members(data)
    if "word/document.xml" not in parts:
        return {}
    body = etree.fromstring(parts["word/document.xml"])
    names = _heading_styles(parts.get("word/styles.xml"))
    found = Counter[str](tables=0, headings=0, **{"list items": 0})
    for element in body.iter(W + "tbl", W + "p"):
        if any(above.tag == FALLBACK for above in element.iterancestors()):
            continue
        if element.tag == W + "tbl":
            rows = element.findall(W + "tr")
            found["tables"] += any(row.find(f"{W}trPr/{W}del") is None for row in rows)
            continue
        says = any((text.text or "").strip() for text in element.iter(W + "t"))
        style, number = (element.find(f"{W}pPr/{W}{path}") for path in ("pStyle", f"numPr/{W}numId"))
        if not says or element.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            continue
        in_outline = _is_level(element.find(f"{W}pPr/{W}outlineLvl"))
        if in_outline or (style is not None and style.get(W + "val") in names):
            found["headings"] += 1
        elif number is not None and number.get(W + "val") != "0":
            found["list items"] += 1
    return found


def _heading_styles(styles: bytes | None) -> set[str | None]:
    """The ids of styles that are called heading or title, have a level in the outline, or build on such a one."""
    all_styles = etree.fromstring(styles).findall(W + "style") if styles else []
    headings: set[str | None] = set()
    for _ in range(len(all_styles)):
        more = {style.get(W + "styleId") for style in all_styles if _is_heading(style, headings)} - headings
        if not more:
            break
        headings |= more
    return headings


def _is_heading(style: etree._Element, headings: set[str | None]) -> bool:
    name, base, level = (style.find(W + path) for path in ("name", "basedOn", f"pPr/{W}outlineLvl"))
    called = str(name.get(W + "val")).lower() if name is not None else ""
    by_base = base is not None and base.get(W + "val") in headings
    return called.startswith(("heading", "title")) or _is_level(level) or by_base


def _is_level(level: etree._Element | None) -> bool:
    return level is not None and level.get(W + "val") in set("012345678")


def mutate(folder: Path, count: int) -> bool:
    """Damages files of the corpus and reads them in limited processes; says how they end. True where none broke."""
    files = [path for path in _files(folder) if path.stat().st_size <= LARGEST]
    ends = Counter[str]()
    broken: list[str] = []
    cases = ((seed, files[seed % len(files)]) for seed in range(count))
    with ProcessPoolExecutor(initializer=_limit) as pool:
        for end, told in pool.map(_one_damaged, cases, chunksize=50):
            ends[end] += 1
            broken += [told] if told else []
    print(f"{count} damaged files: " + ", ".join(f"{end} {number}" for end, number in ends.most_common()))
    print("\n".join(broken[:20]))
    return not broken


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    sys.addaudithook(_no_request)
    signal.signal(signal.SIGALRM, _too_long)


def _too_long(*_: Any) -> None:
    raise TimeoutError


def _no_request(event: str, _: Any) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
        raise PermissionError(event)


def _one_damaged(case: tuple[int, Path]) -> tuple[str, str]:
    """How a damaged file ends, and what broke, if something did."""
    seed, path = case
    source = random.Random(seed)
    data = path.read_bytes()
    data = mutations.by_bytes(source, data) if seed % 2 else mutations.by_xml(source, mutations.members(data))
    signal.alarm(SLOW)
    try:
        read_docx(data)
    except UnreadableDocument as refusal:
        return refusal.reason, ""
    except (MemoryError, RecursionError):
        return "too-complex", ""
    except Exception as error:
        return "broken", f"{seed} {path.name}: {type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
    return "read", ""


def _files(folder: Path) -> Iterator[Path]:
    with (folder / "manifest.csv").open(encoding="utf8", newline="") as listing:
        yield from (folder / row["file"] for row in csv.DictReader(listing))


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=("corpus", "mutations"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=MUTATIONS)
    given = parser.parse_args()
    if given.mode == "mutations":
        return 0 if mutate(given.folder, given.count) else 1
    corpus(given.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
