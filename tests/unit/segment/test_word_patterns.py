"""The words of an index that a pattern matches, and the articles that have them as written."""

from __future__ import annotations

from collections import Counter

import pytest

import searchlib
from searchlib import Article
from searchlib.errors import CorruptIndexError
from searchlib.planning.patterns import fuzzy, regex, wildcard
from searchlib.store.snapshot import Snapshot

pytestmark = pytest.mark.kernels

ALL, HEADLINE, BODY = 7, 1, 2


def indexed(*segments: list[str], deleted: tuple[str, ...] = ()) -> Snapshot:
    """Make a segment of each list of bodies; the ids are 0, 1, 2 and so on."""
    index = searchlib.in_memory()
    number = 0
    for bodies in segments:
        with index.writer() as writer:
            for body in bodies:
                headline, _, body = body.rpartition("|")  # noqa: PLW2901
                writer.add(Article(article_id=str(number), headline=headline, body=body))
                number += 1
    with index.writer() as writer:
        for article_id in deleted:
            writer.delete(article_id)
    return index._engine.store.snapshot()


def postings(snapshot: Snapshot, mask: int, *words: str) -> dict[int, float]:
    """Give the documents of the fields of ``mask`` with words, and how often they have them."""
    found: Counter[int] = Counter()
    for field, (docs, frequencies) in enumerate(snapshot.word_postings(words)):
        if mask >> field & 1:
            assert list(docs) == sorted({*docs})
            found.update(dict(zip(docs, frequencies, strict=True)))
    return dict(found)


def test_words_of_all_segments_once_in_order():
    snapshot = indexed(["horses horse hors", "house"], ["horse hose zebra"], ["mouse"])
    assert len(snapshot.parts) > 1
    assert snapshot.written.matching(wildcard("ho*"), 9) == (
        ("hors", "horse", "horses", "hose", "house"),
        5,
    )
    assert snapshot.written.matching(regex("hor.es?"), 9) == (("horse", "horses"), 2)
    assert snapshot.written.matching(fuzzy("mose", 1), 9) == (("hose", "mouse"), 2)
    assert snapshot.written.matching(wildcard("x*"), 9) == ((), 0)


@pytest.mark.parametrize("segments", [1, 3])
def test_of_too_many_words_those_of_most_documents_are_kept(segments):
    bodies = ["hand hat", "hat ham", "ham hat", "hall", "harp"]
    parts = [bodies] if segments == 1 else [bodies[:2], bodies[2:4], bodies[4:]]
    snapshot = indexed(*parts)
    assert snapshot.written.matching(wildcard("ha*"), 2) == (("ham", "hat"), 5)
    # Of those with one document the first.
    assert snapshot.written.matching(wildcard("ha*"), 3) == (("hall", "ham", "hat"), 5)
    assert snapshot.written.matching(wildcard("ha*"), 0) == ((), 5)
    assert snapshot.written.matching(wildcard("ha*"), 5)[1] == 5


def test_an_empty_index_has_no_words():
    assert indexed().written.matching(wildcard("*"), 9) == ((), 0)
    assert postings(indexed(), ALL, "a") == {}


def test_occurrences_of_words_add_up():
    snapshot = indexed(
        ["Horses|horse horse horses", "zebra"], ["horsing horse", "horses|"], deleted=("3",)
    )
    assert postings(snapshot, ALL, "horse") == {0: 2.0, 2: 1.0}
    assert postings(snapshot, ALL, "horses") == {0: 2.0}
    assert postings(snapshot, ALL, "horses", "horse") == {0: 4.0, 2: 1.0}
    assert postings(snapshot, ALL, "horses", "zebra", "horses", "nothing") == {0: 2.0, 1: 1.0}
    assert postings(snapshot, HEADLINE, "horses", "horse") == {0: 1.0}
    assert postings(snapshot, BODY, "horses", "horse") == {0: 3.0, 2: 1.0}
    assert postings(snapshot, ALL, "hors") == {}
    assert postings(snapshot, ALL) == {}
    assert postings(snapshot, ALL, "horse\0\1", "\ud800") == {}


def test_a_word_of_many_documents():
    bodies = [f"word{number % 7} words word" + " wording" * (number % 3) for number in range(700)]
    snapshot = indexed(bodies)
    assert postings(snapshot, ALL, "wording") == {
        number: float(number % 3) for number in range(700) if number % 3
    }
    assert postings(
        snapshot, ALL, "word", "wording", *(f"word{number}" for number in range(7))
    ) == {number: 2.0 + number % 3 for number in range(700)}


def test_a_damaged_dictionary_is_seen_as_damage():
    snapshot = indexed(["horse"])
    table = snapshot.parts[0].segment._words
    table._data = b"\x00\x05\xff\xfe\xff\xff\xff\x00\x00"
    with pytest.raises(CorruptIndexError):
        snapshot.written.matching(wildcard("*"), 9)
    table._data = b"\x00"
    with pytest.raises(CorruptIndexError):
        snapshot.word_postings(["horse"])


def test_a_word_of_several_terms_is_one_word():
    index = searchlib.in_memory()
    with index.writer() as writer:
        for language in ("en", "de", "fr"):
            writer.add(Article(article_id=language, body="houses laufen laufen", language=language))
    snapshot = index._engine.store.snapshot()
    entries = [word for word, _, _ in snapshot.parts[0].segment.words()]
    assert entries == [b"houses", b"laufen", b"laufen"]
    assert snapshot.written.matching(wildcard("*"), 9) == (("houses", "laufen"), 2)
    assert snapshot.written.matching(wildcard("*"), 1) == (("houses",), 2)
    assert postings(snapshot, ALL, "laufen") == {0: 2.0, 1: 2.0, 2: 2.0}
