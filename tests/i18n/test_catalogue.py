from __future__ import annotations

from collections import Counter
from inspect import signature

import pytest

from points.domain.errors import Invalid, Unavailable
from points.i18n.catalogue import Catalogue, placeholders
from points.i18n.check import error_classes, missing, vocabulary
from points.i18n.language import Language
from tests.support.paths import ROOT


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


def test_every_sentence_that_the_program_needs_stands_in_every_language(catalogue: Catalogue) -> None:
    assert missing(catalogue) == {}


def test_a_missing_sentence_is_named_with_its_language(catalogue: Catalogue) -> None:
    english = {
        slug: text for slug, text in catalogue.sentences[Language.EN].items() if slug != "error.invalid"
    }
    shorter = Catalogue({**catalogue.sentences, Language.EN: english})
    assert "error.invalid" in missing(shorter)[Language.EN]
    assert "error.invalid" not in missing(shorter).get(Language.ZH_HANS, [])


def test_a_sentence_speaks_of_the_same_facts_in_every_language(catalogue: Catalogue) -> None:
    def facts(language: Language) -> dict[str, frozenset[str]]:
        return {slug: frozenset(placeholders(text)) for slug, text in catalogue.sentences[language].items()}

    assert facts(Language.ZH_HANT) == facts(Language.ZH_HANS) == facts(Language.EN)


def test_the_sentence_of_an_error_speaks_only_of_facts_that_the_error_carries(catalogue: Catalogue) -> None:
    english = catalogue.sentences[Language.EN]
    unknown = {
        error.slug(): placeholders(english.get(f"error.{error.slug()}", ""))
        - signature(error).parameters.keys()
        for error in error_classes()
    }
    assert {slug: names for slug, names in unknown.items() if names} == {}


def test_no_two_errors_share_a_slug() -> None:
    slugs = Counter(error.slug() for error in error_classes())
    assert [slug for slug, times in slugs.items() if times > 1] == []


def test_no_slug_stands_twice_in_a_file() -> None:
    for file in sorted((ROOT / "points" / "i18n" / "locales").glob("*.po")):
        slugs = Counter(
            line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("msgid ")
        )
        assert [slug for slug, times in slugs.items() if times > 1] == [], file.name


def test_the_errors_checked_include_the_roots_but_not_the_tests_own() -> None:
    class OnlyHere(Unavailable):
        """An error of a test."""

    slugs = {error.slug() for error in error_classes()}
    assert {"invalid", "not-found", "not-allowed", "unavailable"} <= slugs
    assert OnlyHere.slug() not in slugs


def test_fields_and_rules_are_read_off_the_source(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("source")
    (folder / "a.py").write_text('raise Invalid(field="amount_fen", rule="missing")\nsend(field="x")\n')
    assert vocabulary(folder) == {"field.amount-fen", "rule.missing"}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (Language.ZH_HANS, "手机号不对：手机号须为 11 位。"),
        (Language.ZH_HANT, "手機號不對：手機號須為 11 位。"),
        (Language.EN, "phone number: a phone number has 11 digits."),
    ],
)
def test_an_error_is_told_in_the_readers_words(
    catalogue: Catalogue, language: Language, sentence: str
) -> None:
    assert catalogue.error(Invalid(field="phone", rule="phone_length"), language) == sentence


def test_a_word_that_no_vocabulary_knows_is_shown_as_it_is(catalogue: Catalogue) -> None:
    error = Invalid(field="shoe_size", rule="missing")
    assert catalogue.error(error, Language.EN) == "shoe_size: it is missing."


def test_an_unknown_slug_is_answered_with_itself_and_the_facts(catalogue: Catalogue) -> None:
    assert (
        catalogue.sentence("error.nowhere", Language.EN, asked=5, allowed=3)
        == "error.nowhere (asked=5, allowed=3)"
    )
    assert catalogue.sentence("error.nowhere", Language.EN) == "error.nowhere"


def test_a_fact_that_was_not_given_leaves_its_place_to_be_seen(catalogue: Catalogue) -> None:
    assert catalogue.sentence("error.budget-exhausted", Language.EN, asked_fen=100).startswith(
        "The budget has {available_fen} left; CN¥1.00"
    )


def test_facts_may_be_named_as_the_parameters_are(catalogue: Catalogue) -> None:
    assert catalogue.sentence("none", Language.EN, slug="a", language="b") == "none (slug=a, language=b)"


def test_braces_in_a_fact_are_text_and_nothing_more(catalogue: Catalogue) -> None:
    error = Invalid(field="{rule}", rule="{field.__class__}")
    assert catalogue.error(error, Language.EN) == "{rule}: {field.__class__}."
