"""What the command line says to people, beside the sentences of the exchange itself."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from babel.messages.pofile import read_po

from points.i18n.catalogue import Catalogue
from points.i18n.language import Language


def catalogue(language: Language) -> Catalogue:
    """The exchange's sentences and these; a process speaks one language, so only that one is read."""
    exchange = Catalogue.load().sentences[language]
    return Catalogue({language: {**exchange, **own(language)}})


def own(language: Language) -> Mapping[str, str]:
    name = f"{language.value.replace('-', '_')}.po"
    with (files("cli") / "locales" / name).open("rb") as file:
        entries = read_po(file, locale=language.locale, abort_invalid=True)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id and entry.string}
