"""Style, scripts and icons under names that change with their content, so that they may be kept for ever.

A script's imports are rewritten to the hashed names before it is hashed itself: a change deep down changes every
name above it, and no import map is needed, which a strict policy would forbid inline.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

PREFIX = "/assets/"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_PACKED = frozenset({".css", ".js", ".svg"})
_IMPORT = re.compile(r"""(?P<quote>["'])\./(?P<name>[a-z0-9_-]+\.js)(?P=quote)""")
_HASH_CHARS = 10
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """`packed` is the same gzipped, where that is worth it."""

    url: str
    media_type: str
    content: bytes
    packed: bytes | None


class Assets:
    """Every file of `assets/`, by its plain name and by its address."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents
        self._by_name: dict[str, Asset] = {}
        for name in sorted(contents):
            self._make(name, ())
        self._by_url = {asset.url: asset for asset in self._by_name.values()}

    @classmethod
    def load(cls) -> Assets:
        """Reads the files that are part of the program."""
        folder = files("api.pages") / "assets"
        return cls(
            {item.name: item.read_bytes() for item in folder.iterdir() if _suffix(item.name) in _TYPES}
        )

    def url(self, name: str) -> str:
        """The address of a file. An unknown name is a slip of a template, and fails loudly."""
        return self._by_name[name].url

    def at(self, url: str) -> Asset | None:
        return self._by_url.get(url)

    def urls(self, *suffixes: str) -> list[str]:
        return [asset.url for name, asset in self._by_name.items() if _suffix(name) in suffixes]

    def _make(self, name: str, above: tuple[str, ...]) -> Asset:
        known = self._by_name.get(name)
        if known is not None:
            return known
        if name in above:
            raise ValueError(f"{name} imports itself")
        content = self._contents[name]
        if name.endswith(".js"):
            content = self._with_hashed_imports(content, (*above, name))
        suffix = _suffix(name)
        digest = hashlib.sha256(content).hexdigest()[:_HASH_CHARS]
        stem = name.removesuffix(suffix)
        packed = gzip.compress(content, 9, mtime=0) if suffix in _PACKED else None
        made = Asset(f"{PREFIX}{stem}.{digest}{suffix}", _TYPES[suffix], content, packed)
        self._by_name[name] = made
        return made

    def _with_hashed_imports(self, content: bytes, above: tuple[str, ...]) -> bytes:
        def hashed(place: re.Match[str]) -> str:
            url = self._make(place["name"], above).url
            return f"{place['quote']}{url}{place['quote']}"

        return _IMPORT.sub(hashed, content.decode()).encode()


def answer(request: Request, asset: Asset) -> Response:
    """The file, gzipped for whom it helps; the name holds its hash, so it may be kept for ever."""
    headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            asset.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=asset.media_type
        )
    return Response(asset.content, headers=headers, media_type=asset.media_type)


def _suffix(name: str) -> str:
    return name[name.rfind(".") :] if "." in name else ""
