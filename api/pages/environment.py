"""The one template environment. Language is a context variable: an overlay per language leaks one into another."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from api.pages import sentences
from api.pages.assets import Assets
from points.i18n.catalogue import Catalogue
from points.i18n.facts import shown
from points.i18n.language import DEFAULT, Language

speaking: ContextVar[Language] = ContextVar("speaking", default=DEFAULT)

# Inside a script element only the end tag could break out; these are the same to a JSON reader.
_HARMLESS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


class Pages:
    """Renders templates in the language of the visit."""

    def __init__(self, said: Catalogue, assets: Assets) -> None:
        self.said = said
        self.assets = assets
        self._environment = Environment(
            loader=PackageLoader("api.pages", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            t=self.sentence,
            word=self.word,
            asset=assets.url,
            languages=tuple(Language),
            script_sentences=self._script_sentences,
        )
        self._environment.filters.update(
            fact=self.fact, json=as_json, spaced=spaced, percent=percent, day=self._day, moment=self._moment
        )

    @classmethod
    def load(cls) -> Pages:
        return cls(sentences.catalogue(), Assets.load())

    def render(self, template: str, language: Language, **facts: Any) -> str:
        token = speaking.set(language)
        try:
            return self._environment.get_template(template).render(language=language, **facts)
        finally:
            speaking.reset(token)

    def sentence(self, slug: str, /, **facts: Any) -> str:
        return self.said.sentence(slug, speaking.get(), **facts)

    def word(self, group: str, value: str) -> str:
        """What a word of a vocabulary is called on pages; one without a name, such as a kind of one's own, as it is."""
        return self.said.sentences[speaking.get()].get(f"page.{group}.{value}", value)

    def fact(self, value: Any, name: str) -> str:
        """A value as people read it, its name telling the unit: `points_fen`, `service_minutes`, `expires_on`."""
        language = speaking.get()
        told = self.said.sentences[language]
        return shown(name, value, language, lambda word: told.get(word.replace("_", "-")))

    def _day(self, value: date | str) -> str:
        return self.fact(value, "told_on")

    def _moment(self, value: datetime | str) -> str:
        return self.fact(value, "told_at")

    def _script_sentences(self, *groups: str) -> Markup:
        return as_json(sentences.for_scripts(self.said, speaking.get(), groups))


def as_json(value: Any) -> Markup:
    text = msgspec.json.encode(value).decode()
    for sign, harmless in _HARMLESS.items():
        text = text.replace(sign, harmless)
    return Markup(text)  # noqa: S704  nothing that could end the element is left


def percent(ratio: str | None) -> str:
    """A fraction of four places, such as "0.1970" or "+0.0123", as people read it; only the point moves."""
    if ratio is None:
        return "–"
    sign, plain = (ratio[0], ratio[1:]) if ratio[0] in "+-" else ("", ratio)
    whole, _, places = plain.partition(".")
    digits = f"{whole}{places:0<4}".lstrip("0").rjust(3, "0")
    return f"{sign}{digits[:-2]}.{digits[-2:]} %"


def spaced(digits: str, group: int = 4) -> str:
    """Digits in groups, for reading aloud and typing."""
    parts: Iterable[str] = (digits[at : at + group] for at in range(0, len(digits), group))
    return " ".join(parts)
