"""Every sentence that people read, by slug and language.

The sentences stand in `locales/*.po`, read as they are: nothing has to be compiled, and translators' tools
open them. A new sentence is one entry in each of the three files; `python -m points.i18n.check` tells what is
missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib.resources import files

from babel.messages.pofile import read_po

from points.domain.errors import PointsError
from points.i18n.facts import shown
from points.i18n.language import Language

# A fact's place in a sentence. Nothing else is special, so no sentence can fail to be filled in.
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Catalogue:
    """Sentences by language and slug."""

    sentences: Mapping[Language, Mapping[str, str]]

    @classmethod
    def load(cls) -> Catalogue:
        """The catalogue that is part of the program; reads three files."""
        return cls({language: _read(language) for language in Language})

    def slugs(self, language: Language) -> AbstractSet[str]:
        return self.sentences[language].keys()

    def sentence(self, slug: str, language: Language, /, **facts: object) -> str:
        """The sentence with its facts filled in; an unknown slug is answered with itself and the facts.

        Never raises: whoever asks is mostly about to report something worse than a missing sentence.
        """
        template = self.sentences[language].get(slug)
        if template is None:
            told = ", ".join(f"{name}={value}" for name, value in facts.items())
            return f"{slug} ({told})" if told else slug

        def fill(place: re.Match[str]) -> str:
            name = place[1]
            if name not in facts:
                return place[0]
            return shown(name, facts[name], language, lambda word: self._word(word, language))

        return PLACEHOLDER.sub(fill, template)

    def error(self, error: PointsError, language: Language) -> str:
        """The sentence for an error of the tree, its facts filled in."""
        return self.sentence(f"error.{error.slug()}", language, **error.facts)

    def _word(self, word: str, language: Language) -> str | None:
        """What a unit or a word of a closed vocabulary is called, such as `unit.hours`, `rule.missing`."""
        return self.sentences[language].get(word.replace("_", "-"))


def placeholders(template: str) -> AbstractSet[str]:
    """Names of the facts that a sentence speaks of."""
    return frozenset(PLACEHOLDER.findall(template))


def _read(language: Language) -> Mapping[str, str]:
    name = f"{language.value.replace('-', '_')}.po"
    with (files("points.i18n") / "locales" / name).open("rb") as file:
        entries = read_po(file, locale=language.locale, abort_invalid=True)
    told = ((entry.id, entry.string) for entry in entries)
    # The entry without an id is the file's header; one without a sentence counts as missing.
    return {
        slug: text for slug, text in told if slug and text and isinstance(slug, str) and isinstance(text, str)
    }
