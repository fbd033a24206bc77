"""What goes out: a text with its signature line, and what is to be known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from editorial.documents.tokens import text as printable
from editorial.documents.word_out import Shot

ENDINGS = {"image/png": "png", "image/jpeg": "jpeg"}


def moment(at: datetime) -> str:
    """A time as RFC 3339 has it, in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _tidy(words: str) -> str:
    return " ".join(printable(words).split())


@dataclass(frozen=True)
class Line:
    """A part of the signature line: who wrote it, or for whom. `kind` is ``byline``, ``person`` or ``organisation``."""

    label: str
    words: str
    kind: str = "organisation"

    def __str__(self) -> str:
        return f"{self.label}：{self.words}"


@dataclass(frozen=True)
class Notice:
    """What readers are told beside the text: `kind` is ``embargo``, ``correction`` or ``retraction``."""

    kind: str
    at: datetime
    label: str
    words: str

    def __str__(self) -> str:
        return f"{self.label}：{self.words}"


@dataclass(frozen=True)
class Outgoing:
    """A cleared text. It can't be made without its signature line; one that was retracted goes out without its text.

    `uri` is the same for good, `digest` that of the version, `html` as `clean` gives it, `shots` its pictures by
    SHA-256. `office` hands it out, for `channel`, where it may be out already, at `address`.
    """

    uri: str
    code: str
    version: int
    digest: str
    title: str
    html: str
    text: str
    characters: int
    signature: tuple[Line, ...]
    created_at: datetime
    made_at: datetime
    office: str
    channel: str = ""
    genre: str = ""
    urgent: bool = False
    shots: Mapping[str, Shot] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    embargo: datetime | None = None
    published_at: datetime | None = None
    address: str = ""

    def __post_init__(self) -> None:
        lines = tuple(replace(line, words=_tidy(line.words)) for line in self.signature)
        if not lines or not all(line.words for line in lines):
            raise ValueError("a text goes out with its signature line or not at all")
        object.__setattr__(self, "signature", lines)
        object.__setattr__(self, "title", _tidy(self.title))
        if self.is_retracted:
            for name, nothing in (("html", ""), ("text", ""), ("characters", 0), ("shots", {})):
                object.__setattr__(self, name, nothing)

    @property
    def is_retracted(self) -> bool:
        return any(notice.kind == "retraction" for notice in self.notices)

    @property
    def is_corrected(self) -> bool:
        return any(notice.kind == "correction" for notice in self.notices)

    @property
    def status(self) -> str:
        """In the words of ninjs and NewsML-G2: ``canceled`` where it was retracted, else ``usable``, also under an
        embargo."""
        return "canceled" if self.is_retracted else "usable"

    @property
    def updated_at(self) -> datetime:
        """When what readers get of it changed last."""
        return max([self.made_at, *(notice.at for notice in self.notices if notice.kind != "embargo")])

    @property
    def signed(self) -> str:
        """The signature line as one line."""
        return " · ".join(map(str, self.signature))

    def file_of(self, sha256: str) -> str:
        """Where a picture lies in the package."""
        return f"pictures/{sha256}.{ENDINGS[self.shots[sha256].media_type]}"
