"""Codes as the command line meets them: digits, an address that ends in digits, or a picture of either."""

from __future__ import annotations

import re
from pathlib import Path

from cli import files

SHORT_CODE_DIGITS = 12
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_AT_THE_END = re.compile(r"\A\S*?(?P<digits>[0-9]+)\Z", re.ASCII)
_GROUPED = re.compile(r"[0-9]{4}([ -][0-9]{4}){2}", re.ASCII)


def digits_of(given: str) -> str:
    """The digits that were typed, or that a picture shows.

    Raises the refusals of points.codes.image for a picture that shows no code.
    """
    plain = given.strip()
    if _GROUPED.fullmatch(plain):
        return re.sub("[ -]", "", plain)
    if _DIGITS.fullmatch(plain):
        return plain
    if plain.startswith(("http://", "https://")):
        return _ending(plain)
    from points.codes.image import read_image  # noqa: PLC0415 - only pictures need the reader

    return _ending(read_image(given))


def _ending(text: str) -> str:
    """What does not end in digits is handed on as it is: the exchange says what is wrong with it."""
    match = _AT_THE_END.match(text)
    return match["digits"] if match else text


def draw(path: str, text: str, caption: tuple[str, ...] = (), *, for_paper: bool = False) -> None:
    """Write the code as a picture or a page: PNG, SVG or PDF by the file's name. Raises FileUnwritable."""
    from points.codes.image import ErrorCorrection, render_png, render_svg  # noqa: PLC0415 - as above

    level = ErrorCorrection.PAPER if for_paper else ErrorCorrection.SCREEN
    if Path(path).suffix.lower() == ".pdf":
        files.write(path, _page(render_png(text, error_correction=level, module_px=12)))
    elif Path(path).suffix.lower() == ".svg":
        files.write(path, render_svg(text, error_correction=level).encode())
    else:
        files.write(path, render_png(text, error_correction=level, caption=caption))


def _page(picture: bytes) -> bytes:
    """A sheet of A4 with the code in its middle, a hand wide."""
    from io import BytesIO  # noqa: PLC0415 - as above

    from fpdf import FPDF  # noqa: PLC0415 - as above

    pdf = FPDF(format="A4")
    pdf.add_page()
    pdf.image(BytesIO(picture), x=35, y=60, w=140)
    return bytes(pdf.output())


def grouped(short_code: str) -> str:
    """Twelve digits in fours, as people read them aloud."""
    return " ".join(short_code[at : at + 4] for at in range(0, len(short_code), 4))
