"""Pictures written anew: decoded and encoded again, so that nothing but pixels is left. Runs in the child process."""

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageOps

from editorial.documents.content import Picture

MOST_PIXELS = 40_000_000
MOST_PIXELS_A_FILE = 400_000_000
WIDEST = 1600
SMALL = 320
_MARGIN = 4
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")


class UnusablePicture(Exception):
    """Not a picture of a known kind, damaged, or too large; says which."""


@dataclass(frozen=True)
class View:
    """What Word shows of a picture: less of each side by these shares of it (left, top, right, bottom), mirrored
    sideways or upside down, then turned clockwise by so many quarters."""

    cropped: tuple[float, float, float, float] = (0, 0, 0, 0)
    mirrored: bool = False
    upside_down: bool = False
    quarters: int = 0

    @property
    def is_whole(self) -> bool:
        """Is nothing cut off, and nothing turned?"""
        return self == WHOLE


WHOLE = View()
_QUARTERS = (None, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)


def rebuilt(data: bytes, on_page: bool = False, view: View = WHOLE) -> tuple[Picture, int]:
    """The picture as PNG, or as JPEG where it was one, upright, at most 1600 pixels wide; and its pixels before.

    Of a drawing that lies on a white page (`on_page`), the page is cut off. What `view` cuts off is gone; where it
    turns the picture, the camera's own note of what is up does not count, as in Word.

    Raises `UnusablePicture`. The kind is found by content; an animation keeps its first frame.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                pixels = opened.width * opened.height
                return _encoded(opened, on_page, view), pixels
    except UnusablePicture:
        raise
    except MemoryError:
        raise UnusablePicture("too large") from None
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged data
        raise UnusablePicture(f"unreadable: {type(error).__name__}") from error


def _encoded(opened: Image.Image, on_page: bool, view: View) -> Picture:
    if opened.width * opened.height > MOST_PIXELS:
        raise UnusablePicture(f"too-many-pixels: {opened.width} × {opened.height}")
    photo = opened.format == "JPEG"
    if photo and view.is_whole:
        opened.draft("RGB", (WIDEST, WIDEST))
    image = _seen(opened, view)
    mode = "RGB" if photo or image.mode in ("RGB", "CMYK", "YCbCr", "LAB", "HSV") else "RGBA"
    if image.mode in ("1", "L"):
        mode = "L"
    if "transparency" in image.info and not photo:
        mode = "RGBA"
    image = _reduced(image).convert(mode)
    if mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    if on_page:
        image = _cut_out(image)
    image = _scaled(image, WIDEST)
    image.info.clear()
    content = _written(image, photo)
    small = _written(_scaled(image, SMALL), photo) if image.width > SMALL else b""
    media_type = "image/jpeg" if photo else "image/png"
    digest = hashlib.sha256(content).hexdigest()
    return Picture(digest, media_type, content, image.width, image.height, thumbnail=small)


def _seen(whole: Image.Image, view: View) -> Image.Image:
    """What Word shows of the picture."""
    left, top, right, bottom = view.cropped
    image = whole
    if any(view.cropped) and left + right < 1 and top + bottom < 1:
        box = (left * whole.width, top * whole.height, (1 - right) * whole.width, (1 - bottom) * whole.height)
        across, down, far, low = map(round, box)
        image = whole.crop((across, down, max(far, across + 1), max(low, down + 1)))
    turns = [Image.Transpose.FLIP_LEFT_RIGHT] * view.mirrored + [Image.Transpose.FLIP_TOP_BOTTOM] * view.upside_down
    if quarter := _QUARTERS[view.quarters % 4]:
        turns.append(quarter)
    for turn in turns:
        image = image.transpose(turn)
    return image if turns else ImageOps.exif_transpose(image)


def _written(image: Image.Image, photo: bool) -> bytes:
    out = io.BytesIO()
    if photo:
        image.save(out, "JPEG", quality=85, optimize=True)
    else:
        image.save(out, "PNG")
    return out.getvalue()


def _reduced(image: Image.Image) -> Image.Image:
    """16-bit greys brought to eight, which `convert` would cut off."""
    return image.point(lambda value: value / 256).convert("L") if image.mode.startswith("I;16") else image


def _cut_out(page: Image.Image) -> Image.Image:
    """What is not white, with a narrow margin."""
    flat = Image.new("RGB", page.size, "white")
    flat.paste(page.convert("RGB"), mask=page.getchannel("A") if page.mode == "RGBA" else None)
    drawn = ImageChops.difference(flat, Image.new("RGB", page.size, "white")).getbbox()
    if drawn is None:
        raise UnusablePicture("blank")
    left, top, right, bottom = drawn
    low, far = min(bottom + _MARGIN, page.height), min(right + _MARGIN, page.width)
    return flat.crop((max(left - _MARGIN, 0), max(top - _MARGIN, 0), far, low))


def _scaled(image: Image.Image, widest: int) -> Image.Image:
    if image.width <= widest:
        return image
    return image.resize((widest, max(1, round(image.height * widest / image.width))), Image.Resampling.LANCZOS)
