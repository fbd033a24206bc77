"""Pictures in Word files that are cut or turned there."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from editorial.documents import read_document
from tests.data.word import p, with_file


def four_colours(kind: str = "PNG", **more: Any) -> bytes:
    """Red and green over blue and white, each 8 × 8."""
    image = Image.new("RGB", (16, 16), "white")
    for colour, place in (("red", (0, 0)), ("lime", (8, 0)), ("blue", (0, 8))):
        image.paste(colour, (*place, place[0] + 8, place[1] + 8))
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def pic(cut: str = "", form: str = "") -> str:
    """A paragraph with a picture as Word writes it, cut and turned."""
    fill = f"<pic:blipFill><a:blip r:embed='rX'/>{cut}</pic:blipFill>"
    return (
        f"<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic>{fill}<pic:spPr>{form}</pic:spPr></pic:pic>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


VML = "<w:p><w:r><w:pict><v:shape>{}</v:shape></w:pict></w:r></w:p>"
VML_CUT = VML.format("<v:imagedata r:id='rX' cropleft='32768f' croptop='.5'/>")


@pytest.mark.parametrize(
    ("body", "size", "corners"),
    [
        (pic(), (16, 16), "rgbw"),
        (pic("<a:srcRect l='50000'/>"), (8, 16), "ggww"),
        (pic("<a:srcRect t='50%' r='-5000'/>"), (16, 8), "bwbw"),
        (pic("<a:srcRect l='60000' r='60000'/>"), (16, 16), "rgbw"),
        (pic(form="<a:xfrm rot='5400000'/>"), (16, 16), "brwg"),
        (pic(form="<a:xfrm rot='-5400000'/>"), (16, 16), "gwrb"),
        (pic(form="<a:xfrm flipH='1'/>"), (16, 16), "grwb"),
        (pic("<a:srcRect b='50000'/>", "<a:xfrm rot='10800000' flipV='1'/>"), (16, 8), "grgr"),
        (pic("<a:srcRect l='x'/>", "<a:xfrm rot='x'/>"), (16, 16), "rgbw"),
        (VML_CUT, (8, 8), "wwww"),
    ],
)
def test_a_picture_is_cut_and_turned_as_word_shows_it(body: str, size: tuple[int, int], corners: str) -> None:
    document = read_document(with_file(p("文") + body, "media/a.png", four_colours()), "a.docx")
    with Image.open(io.BytesIO(document.pictures[0].data)) as shown:
        assert shown.size == size
        far, low = shown.width - 1, shown.height - 1
        names = {(255, 0, 0): "r", (0, 255, 0): "g", (0, 0, 255): "b", (255, 255, 255): "w"}
        found = (shown.convert("RGB").getpixel(place) for place in ((0, 0), (far, 0), (0, low), (far, low)))
        assert "".join(names[one] for one in found) == corners  # type: ignore[index]


def test_what_is_cut_off_a_photograph_is_not_in_the_file_that_we_keep() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    whole, cut = (
        read_document(with_file(p("文") + body, "media/a.jpg", four_colours("JPEG", exif=exif)), "a.docx").pictures[0]
        for body in (pic(), pic("<a:srcRect l='50000'/>", "<a:xfrm rot='5400000'/>"))
    )
    assert (whole.source != "", cut.source) == (True, ""), "a cut picture is another one than what was handed out"
    assert (cut.width, cut.height) == (16, 8)
