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
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import fmean
from typing import Any

from bench import mutations, shown
from editorial.documents import office, read_document
from editorial.documents.docx import read_docx
from editorial.errors import UnreadableDocument

MUTATIONS = 10_000
LOW = 0.99
LARGEST = 300_000
SLOW = 20
"""Seconds after which a damaged file counts as one that never ends: the child's limit."""


def convert(data: bytes) -> tuple[str, str, list[str]]:
    """A Word file's HTML, text and warnings, in the shape that `measure_converter.py` asks for."""
    document = read_document(data, "measured.docx")
    kinds = [warning.kind for warning in document.warnings for _ in range(warning.count)]
    return document.html, document.text, kinds


def convert_without_drawings(data: bytes) -> tuple[str, str, list[str]]:
    """The same where LibreOffice is not installed: the time that files take which have no old drawings."""
    office.program = lambda: None
    return convert(data)


def corpus(folder: Path) -> None:
    """The corpus's table, then text and structure against what Word shows, and the largest child's memory."""
    pandoc = shutil.which("pandoc") or importlib.util.find_spec("pypandoc")
    there = {"mammoth": importlib.util.find_spec("mammoth"), "pandoc": pandoc}
    others = [name for name, found in there.items() if found]
    ours = ["bench.documents:convert", *(["bench.documents:convert_without_drawings"] if office.program() else [])]
    wanted = [part for spec in [*ours, *others] for part in ("--with", spec)]
    subprocess.run([sys.executable, str(folder / "measure_converter.py"), *wanted], check=True)
    print("\n" + "".join(f"{name}: n/a\n" for name in ("mammoth", "pandoc") if name not in others))
    office.program = lambda: None
    sys.path.insert(0, str(folder))
    adapter = importlib.import_module("measure_converter").adapter
    for name in ("ours", *others):
        _against_word(folder, name, convert if name == "ours" else adapter(name))
    print(f"largest child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10} MiB")


def _against_word(folder: Path, name: str, converter: Callable[[bytes], tuple[str, str, list[str]]]) -> None:
    """One line: means over the files of the text's recall and precision; sums of what is kept of the structure.

    Precision asks LibreOffice and pandoc too, who show numbers of lists and what drawings say.
    """
    recalls, precisions = [], []
    shows, kept = Counter[str](), Counter[str]()
    for path in _files(folder):
        data = path.read_bytes()
        try:
            html, _, warnings = converter(data)
        except Exception as error:
            print(f"{name} fails on {path.name}: {type(error).__name__}")
            continue
        has, said = shown.structure_of_html(html), shown.pairs(shown.lines_of_html(html))
        has["pictures"] += warnings.count("drawing-dropped")
        for kind, count in shown.structure(data).items():
            shows[kind] += count
            kept[kind] += min(count, has[kind])
        word = shown.pairs(shown.lines_of_word(data))
        known = word | shown.pairs(_reference(folder, path, "text", ".txt"))
        known |= shown.pairs(_reference(folder, path, "pandoc", ".html"))
        recalls += [(said & word).total() / word.total()] if word else []
        precisions += [(said & known).total() / said.total()] if said else []
    parts = ", ".join(f"{kind} {kept[kind]}/{count}" for kind, count in shows.items() if kind)
    low = sum(recall < LOW for recall in recalls)
    print(
        f"{name} against what Word shows: recall {fmean(recalls):.2%} ({low} files under {LOW:.0%}), "
        f"precision {fmean(precisions):.2%}, {parts}",
        flush=True,
    )


def _reference(folder: Path, path: Path, kind: str, ending: str) -> list[str]:
    """The lines of another program's reading of a file, where the corpus has one."""
    found = folder / "reference" / kind / path.relative_to(folder / "docx").with_suffix(ending)
    text = found.read_text("utf8", "replace") if found.exists() else ""
    return shown.lines_of_html(text) if ending == ".html" else text.replace("\t", "\n").split("\n")


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
