"""Photos for Word files."""

from __future__ import annotations

import io

from PIL import Image


def jpeg() -> bytes:
    """A picture that is another one each time it is compressed."""
    out = io.BytesIO()
    Image.effect_mandelbrot((120, 80), (-2, -1, 1, 1), 40).convert("RGB").save(out, "JPEG", quality=60)
    return out.getvalue()
