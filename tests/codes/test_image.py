"""Pictures are damaged by a seeded hand, and read by the decoder that a shop's camera software uses.

What does not survive is known as well: a blur of half a module, a noise of one half, and, one time in
three, a turn by 45 degrees at 2 px a module. Hence at least 3 px a module, and correction Q on paper.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageDraw, ImageFilter

from points.codes.errors import ImageUnreadable, NoCodeFound, SeveralCodes
from points.codes.image import ErrorCorrection, modules, read_image, render_png, render_svg, version_of
from points.codes.text import printed_text
from points.codes.token import Kind
from tests.codes.conftest import Issuer

TRIES = 10
Damage = Callable[[Image.Image, int, Random], Image.Image]


def turned(degrees: float) -> Damage:
    def damage(picture: Image.Image, _: int, random: Random) -> Image.Image:
        angle = degrees + random.uniform(-2, 2)
        return picture.rotate(angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)

    return damage


def blurred(modules_wide: float) -> Damage:
    return lambda picture, module_px, _: picture.filter(ImageFilter.GaussianBlur(modules_wide * module_px))


def noisy(share: float) -> Damage:
    def damage(picture: Image.Image, _: int, random: Random) -> Image.Image:
        noise = Image.frombytes("L", picture.size, random.randbytes(picture.width * picture.height))
        return Image.blend(picture, noise, share)

    return damage


def covered(share: float) -> Damage:
    """A grey square over this share of the code, anywhere below and right of the finder patterns."""

    def damage(picture: Image.Image, module_px: int, random: Random) -> Image.Image:
        quiet_px, code_px = 4 * module_px, picture.width - 8 * module_px
        side_px = int((share * code_px * code_px) ** 0.5)
        first_px, last_px = quiet_px + int(code_px * 0.3), quiet_px + code_px - side_px - 2
        x, y = random.randint(first_px, last_px), random.randint(first_px, last_px)
        ImageDraw.Draw(picture).rectangle((x, y, x + side_px, y + side_px), fill=128)
        return picture

    return damage


def png_of(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def picture_of(
    text: str, module_px: int, error_correction: ErrorCorrection = ErrorCorrection.SCREEN
) -> Image.Image:
    """At any size, also below what `render_png` agrees to."""
    four = Image.open(io.BytesIO(render_png(text, error_correction=error_correction, module_px=4)))
    side = four.width // 4 * module_px
    return four.convert("L").resize((side, side), Image.Resampling.NEAREST)


def times_read(
    text: str, module_px: int, damage: Damage, error_correction: ErrorCorrection = ErrorCorrection.SCREEN
) -> int:
    read = 0
    for seed in range(TRIES):
        picture = damage(picture_of(text, module_px, error_correction), module_px, Random(seed))  # noqa: S311 the same damage each time
        try:
            read += read_image(png_of(picture)) == text
        except NoCodeFound:
            continue
    return read


@pytest.fixture
def payment(issuer: Issuer) -> str:
    return issuer.digits(issuer.token(Kind.PAYMENT))


@pytest.mark.parametrize("module_px", [3, 4])
@pytest.mark.parametrize(
    "damage",
    [turned(5), turned(15), turned(45), turned(90), turned(180), blurred(0.3), noisy(0.3), covered(0.06)],
    ids=["5°", "15°", "45°", "90°", "180°", "blur", "noise", "covered"],
)
def test_a_code_on_a_screen_is_read_however_it_is_held(payment: str, module_px: int, damage: Damage) -> None:
    assert times_read(payment, module_px, damage) == TRIES


@pytest.mark.parametrize("module_px", [3, 4])
def test_a_code_on_a_screen_is_nearly_always_read_with_a_tenth_covered(payment: str, module_px: int) -> None:
    assert times_read(payment, module_px, covered(0.10)) >= TRIES - 1


@pytest.mark.parametrize("damage", [turned(5), blurred(0.3), noisy(0.3), covered(0.06)])
def test_two_pixels_a_module_are_read_when_held_about_straight(payment: str, damage: Damage) -> None:
    assert times_read(payment, 2, damage) == TRIES


def test_a_code_on_paper_is_always_read_with_a_tenth_covered(payment: str) -> None:
    assert times_read(payment, 4, covered(0.10), ErrorCorrection.PAPER) == TRIES


@pytest.mark.parametrize("digit", "1789")
def test_a_payment_code_is_at_most_version_6_whatever_its_digits(digit: str) -> None:
    assert version_of(modules("87" + digit * 251)) == 6


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("error_correction", ErrorCorrection)
def test_every_kind_is_drawn_and_read_back(
    issuer: Issuer, kind: Kind, error_correction: ErrorCorrection
) -> None:
    text = printed_text(kind, issuer.digits(issuer.token(kind)), "points.example")
    assert read_image(render_png(text, error_correction=error_correction)) == text


def test_a_link_with_digits_takes_no_more_than_two_versions_above_the_bare_digits(issuer: Issuer) -> None:
    digits = issuer.digits(issuer.token(Kind.MERCHANT))
    assert version_of(modules(printed_text(Kind.MERCHANT, digits, "points.example"))) <= 8


def test_any_text_can_be_drawn() -> None:
    assert read_image(render_png("社区积分 2026 年")) == "社区积分 2026 年"


def test_there_is_no_code_of_nothing() -> None:
    with pytest.raises(ValueError, match="''"):
        render_png("")


def test_the_caption_stands_below_the_code_and_does_not_disturb_it(payment: str) -> None:
    plain, captioned = (render_png(payment, caption=lines) for lines in ((), ("0799 2739 8713", "till 7")))
    above, below = (Image.open(io.BytesIO(png)).convert("L") for png in (plain, captioned))
    assert read_image(captioned) == payment
    assert below.crop((0, 0, *above.size)).tobytes() == above.tobytes()
    assert below.crop((0, above.height, *below.size)).getextrema() == (0, 255)


@pytest.mark.parametrize(("module_px", "quiet_zone"), [(2, 4), (41, 4), (4, 3), (4, 99)])
def test_a_size_that_no_camera_likes_is_refused(payment: str, module_px: int, quiet_zone: int) -> None:
    for render in (render_png, render_svg):
        with pytest.raises(ValueError, match=r"module_px|quiet_zone"):
            render(payment, module_px=module_px, quiet_zone=quiet_zone)


def painted(svg: str) -> Image.Image:
    """The SVG's path drawn by a second, plainer hand: move, skip and draw, four pixels a module."""
    side = int(svg.split('viewBox="0 0 ')[1].split(maxsplit=1)[0])
    picture = Image.new("L", (side * 4, side * 4), 255)
    draw, x, y = ImageDraw.Draw(picture), 0, 0
    for step, first, second in re.findall(r"([Mmh])(\d+)(?: (\d+))?", svg.split(' d="')[2]):
        if step == "M":
            x, y = int(first), int(second)
        elif step == "m":
            x += int(first)
        else:
            draw.rectangle((x * 4, y * 4, (x + int(first)) * 4 - 1, y * 4 + 3), fill=0)
            x += int(first)
    return picture


def test_the_svg_draws_the_same_modules_as_the_png(payment: str) -> None:
    png = Image.open(io.BytesIO(render_png(payment, module_px=4))).convert("L")
    assert painted(render_svg(payment)).tobytes() == png.tobytes()


def test_the_svg_is_small(payment: str) -> None:
    assert len(render_svg(payment)) < 3_600


def test_a_picture_is_read_from_a_file(payment: str, tmp_path: Path) -> None:
    path = tmp_path / "code.png"
    path.write_bytes(render_png(payment))
    assert read_image(path) == payment
    assert read_image(str(path)) == payment


def test_a_transparent_background_counts_as_white(payment: str) -> None:
    code = Image.open(io.BytesIO(render_png(payment))).convert("L")
    clear = Image.new("RGBA", code.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=code.point(lambda grey: 255 - grey))
    assert read_image(png_of(clear)) == payment


def test_a_photograph_in_jpeg_is_read(payment: str) -> None:
    out = io.BytesIO()
    picture_of(payment, 4).convert("RGB").save(out, "JPEG", quality=50)
    assert read_image(out.getvalue()) == payment


def test_two_different_codes_in_one_picture_are_refused_and_the_same_one_twice_is_not(payment: str) -> None:
    one, other = picture_of(payment, 4), picture_of("87", 4)
    for second, wide in ((other, True), (one, False)):
        sheet = Image.new("L", (one.width + second.width + 40, one.height), 255)
        sheet.paste(one, (0, 0))
        sheet.paste(second, (one.width + 40, 0))
        if wide:
            with pytest.raises(SeveralCodes) as refusal:
                read_image(png_of(sheet))
            assert refusal.value.count == 2
        else:
            assert read_image(png_of(sheet)) == payment


def test_a_picture_without_a_code_says_so() -> None:
    with pytest.raises(NoCodeFound):
        read_image(png_of(Image.new("L", (200, 200), 255)))


@pytest.mark.parametrize("data", [b"", b"87", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"%PDF-1.7", b"GIF89a"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ImageUnreadable) as refusal:
        read_image(data)
    assert refusal.value.rule == "not_an_image"


def test_half_a_picture_is_refused(payment: str) -> None:
    png = render_png(payment)
    with pytest.raises(ImageUnreadable):
        read_image(png[: len(png) // 2])


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageUnreadable) as refusal:
        read_image(tmp_path / "none.png")
    assert refusal.value.rule == "no_file"


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header promises a great many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [5_001, 10_000, 60_000])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    with pytest.raises(ImageUnreadable) as refusal:
        read_image(png_that_claims(side, side))
    assert refusal.value.rule == "too_large"
