"""The Snowball stemmers: what they join, and what they leave alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from searchlib.analysis.stemming import ELISIONS, LANGUAGES, language_of, stemmer


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("arabic", "كتاب الكتاب"),
        ("danish", "heste hest"),
        ("german", "pferde pferd"),
        ("english", "horses horse"),
        ("spanish", "caballos caballo"),
        ("finnish", "hevoset hevosen"),
        ("french", "chevaux cheval"),
        ("hungarian", "lovak lovakat"),
        ("italian", "cavalli cavallo"),
        ("norwegian", "hester hest"),
        ("dutch", "paarden paard"),
        ("portuguese", "cavalos cavalo"),
        ("romanian", "trenuri trenurile"),
        ("russian", "лошади лошадей"),
        ("swedish", "hästar häst"),
    ],
)
def test_forms_of_a_word_have_one_stem(language, words):
    assert len({stemmer(language)(word) for word in words.split()}) == 1


def test_words_that_are_not_all_letters_stay():
    stem = stemmer("english")
    for word in ("c++", "1990s", "we'll", "r&d", "@horses", "u.s", "x" * 61 + "sses"):
        assert stem(word) == word
    assert stem("x" * 60 + "sses") == "x" * 60 + "ss"


def test_a_stem_does_not_depend_on_the_words_before():
    words = "كتبوا كتبنا كتبوا كتبتم وكتبتم كتبو يكتبون والمعلمون مكتبة".split()
    alone = [stemmer("arabic")(word) for word in words]
    together = stemmer("arabic")
    assert [together(word) for word in words] == alone
    assert [together(word) for word in reversed(words)] == alone[::-1]


def test_threads_get_the_stems_that_one_thread_gets():
    words = [
        f"{word}{ending}" for word in ("كتاب", "مدرس", "معلم") for ending in ("ات", "ون", "ها", "")
    ]
    stem = stemmer("arabic")
    alone = [stem(word) for word in words]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(stem, words * 50)) == alone * 50


def test_each_language_has_a_stemmer_and_its_codes():
    for code, language in LANGUAGES.items():
        assert language_of(code) == language_of(language) == language
        assert stemmer(language)("a") == "a"
    assert set(ELISIONS) <= set(LANGUAGES.values())
