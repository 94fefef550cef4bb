"""A camera for a browser: a video file of one still picture, replaced between scans."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from points.codes.image import render_png

_SIZE = (640, 480)


def hold_before(video: Path, text: str) -> None:
    """Let the camera see the code. YUV4MPEG2: a header, then frames of the planes Y, Cb and Cr."""
    code = Image.open(io.BytesIO(render_png(text, module_px=6))).convert("L")
    code.thumbnail((460, 460))
    seen = Image.new("L", _SIZE, 255)
    seen.paste(code, ((_SIZE[0] - code.width) // 2, (_SIZE[1] - code.height) // 2))
    grey = bytes([128]) * (_SIZE[0] * _SIZE[1] // 4)
    frame = b"FRAME\n" + seen.tobytes() + grey + grey
    header = f"YUV4MPEG2 W{_SIZE[0]} H{_SIZE[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    video.write_bytes(header + frame * 10)
