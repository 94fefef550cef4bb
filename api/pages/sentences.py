"""What the pages say to people, beside the sentences of the exchange itself."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from babel.messages.pofile import read_po

from points.i18n.catalogue import Catalogue
from points.i18n.language import Language

# Scripts get these and no others: the whole catalogue would weigh more than the page.
SCRIPT_PREFIX = "js."


def catalogue() -> Catalogue:
    """The exchange's sentences and the pages' own, in every language: a server speaks all three."""
    exchange = Catalogue.load()
    return Catalogue({language: {**exchange.sentences[language], **own(language)} for language in Language})


def own(language: Language) -> Mapping[str, str]:
    name = f"{language.value.replace('-', '_')}.po"
    with (files("api.pages") / "locales" / name).open("rb") as file:
        entries = read_po(file, locale=language.locale, abort_invalid=True)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id and entry.string}


def for_scripts(said: Catalogue, language: Language, names: tuple[str, ...]) -> Mapping[str, str]:
    """The sentences that scripts of a page speak, `names` being their groups, such as `scan`."""
    groups = tuple(f"{SCRIPT_PREFIX}{name}." for name in names)
    told = said.sentences[language]
    return {slug[len(SCRIPT_PREFIX) :]: text for slug, text in told.items() if slug.startswith(groups)}
