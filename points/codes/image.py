"""A code as a picture, and a picture as the camera of a shop reads it.

`qrcode` lays out the modules; the drawing is ours, because a path of runs is a fifth of what it would write.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import qrcode
import zxingcpp
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from points.codes.errors import ImageUnreadable, NoCodeFound, SeveralCodes

PIXELS_MAX = 25_000_000
BYTES_MAX = 25_000_000
MODULE_PX_MIN = 3
MODULE_PX_MAX = 40
QUIET_ZONE_MIN = 4

# Choosing a mask takes five times as long as all the rest, and cameras read any of them equally well.
_MASK = 0
_SEGMENTS = re.compile(r"\A(?P<before>.*?)(?P<digits>[0-9]*)\Z", re.ASCII | re.DOTALL)
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_WHITE = 255
_CAPTION_MODULES = 4

Matrix = Sequence[Sequence[bool]]


class ErrorCorrection(StrEnum):
    """M for screens, which are clean; Q for paper, which is not. L is not on offer."""

    SCREEN = "M"
    PAPER = "Q"


_LEVEL = {ErrorCorrection.SCREEN: ERROR_CORRECT_M, ErrorCorrection.PAPER: ERROR_CORRECT_Q}


def modules(text: str, error_correction: ErrorCorrection = ErrorCorrection.SCREEN) -> Matrix:
    """The dark modules, without the quiet zone. Digits at the end go in numeric mode, a third the size."""
    code = qrcode.QRCode(
        version=None, error_correction=_LEVEL[error_correction], border=0, mask_pattern=_MASK
    )
    parts = _SEGMENTS.match(text)
    if parts is None or not text:
        raise ValueError(repr(text))
    if parts["before"]:
        code.add_data(QRData(parts["before"].encode(), mode=MODE_8BIT_BYTE), optimize=0)
    if parts["digits"]:
        code.add_data(QRData(parts["digits"], mode=MODE_NUMBER), optimize=0)
    code.make(fit=True)
    matrix: Matrix = code.get_matrix()
    return matrix


def version_of(matrix: Matrix) -> int:
    """The QR version, 1 to 40, of a matrix without its quiet zone."""
    return (len(matrix) - 17) // 4


def render_png(
    text: str,
    *,
    error_correction: ErrorCorrection = ErrorCorrection.SCREEN,
    module_px: int = 4,
    quiet_zone: int = QUIET_ZONE_MIN,
    caption: Sequence[str] = (),
) -> bytes:
    """A black and white PNG; caption lines, in ASCII, stand below the quiet zone. Sizes are checked."""
    _check_sizes(module_px, quiet_zone)
    matrix = modules(text, error_correction)
    picture = _raster(matrix, module_px, quiet_zone)
    if caption:
        picture = _with_caption(picture, caption, module_px)
    out = io.BytesIO()
    picture.convert("1", dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def render_svg(
    text: str,
    *,
    error_correction: ErrorCorrection = ErrorCorrection.SCREEN,
    module_px: int = 4,
    quiet_zone: int = QUIET_ZONE_MIN,
) -> str:
    """An SVG whose one path strokes each run of dark modules in a row."""
    _check_sizes(module_px, quiet_zone)
    matrix = modules(text, error_correction)
    side = len(matrix) + 2 * quiet_zone
    path = "".join(_row_path(row, quiet_zone, quiet_zone + y) for y, row in enumerate(matrix))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side * module_px}" height="{side * module_px}" '
        f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path stroke="#000" d="{path}"/></svg>'
    )


def read_image(source: bytes | str | Path) -> str:
    """The text of the one QR code in a picture, given as its bytes or its path.

    Raises ImageUnreadable (no picture, or too large), NoCodeFound and SeveralCodes.
    """
    picture = _opened(source if isinstance(source, bytes) else _file_bytes(Path(source)))
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    texts = {result.text for result in found if result.text}
    if not texts:
        raise NoCodeFound
    if len(texts) > 1:
        raise SeveralCodes(count=len(texts))
    return str(texts.pop())


def _check_sizes(module_px: int, quiet_zone: int) -> None:
    if not MODULE_PX_MIN <= module_px <= MODULE_PX_MAX:
        raise ValueError(f"module_px {module_px}")
    if not QUIET_ZONE_MIN <= quiet_zone <= MODULE_PX_MAX:
        raise ValueError(f"quiet_zone {quiet_zone}")


def _raster(matrix: Matrix, module_px: int, quiet_zone: int) -> Image.Image:
    side = len(matrix)
    pixels = bytes(0 if dark else _WHITE for row in matrix for dark in row)
    small = Image.frombytes("L", (side, side), pixels)
    framed = Image.new("L", (side + 2 * quiet_zone, side + 2 * quiet_zone), _WHITE)
    framed.paste(small, (quiet_zone, quiet_zone))
    return framed.resize((framed.width * module_px, framed.height * module_px), Image.Resampling.NEAREST)


def _with_caption(picture: Image.Image, caption: Sequence[str], module_px: int) -> Image.Image:
    line_px = _CAPTION_MODULES * module_px
    font = ImageFont.load_default(size=line_px * 0.8)
    taller = Image.new("L", (picture.width, picture.height + len(caption) * line_px + line_px // 2), _WHITE)
    taller.paste(picture, (0, 0))
    draw = ImageDraw.Draw(taller)
    for number, line in enumerate(caption):
        middle = (picture.width // 2, picture.height + number * line_px)
        draw.text(middle, line, fill=0, font=font, anchor="ma")
    return taller


def _row_path(row: Sequence[bool], left: int, y: int) -> str:
    """Move to the row's first run, then draw and skip by turns; half a module down, where the stroke lies."""
    parts: list[str] = []
    at = 0
    for dark_run in re.finditer("1+", "".join("1" if dark else "0" for dark in row)):
        start, end = dark_run.span()
        parts.append(f"m{start - at} 0h{end - start}" if parts else f"M{left + start} {y}.5h{end - start}")
        at = end
    return "".join(parts)


def _file_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(BYTES_MAX + 1)
    except OSError as error:
        raise ImageUnreadable(rule="no_file") from error


def _opened(data: bytes) -> Image.Image:
    """Grey on white, and only once the header has said that it is small: a bomb is refused unopened."""
    if len(data) > BYTES_MAX:
        raise ImageUnreadable(rule="too_large")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise ImageUnreadable(rule="too_large")
            seen = picture.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageUnreadable(rule="too_large") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise ImageUnreadable(rule="not_an_image") from error
    paper = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(paper, seen).convert("L")
