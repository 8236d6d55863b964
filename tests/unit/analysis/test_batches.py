"""Batches of texts: words that the kernel makes out by itself, and what else may come."""

from __future__ import annotations

from array import array

import pytest

from searchlib.analysis import batches, get_analyzer
from searchlib.analysis.batches import Batch, BatchAnalyzer, PairTable
from searchlib.kernels.analysis.expanding import expand
from searchlib.kernels.analysis.tokenizing import WordTable

pytestmark = pytest.mark.kernels


def new_words(table: WordTable) -> list[tuple[bytes, bool]]:
    joined, ends, others = table.new_words()
    words = [(joined[start:end], True) for start, end in zip([0, *ends[:-1]], ends, strict=False)]
    for place, word in others:
        words.insert(place, (word, False))
    return words


def scan(text: str, *, fold_case: bool = True) -> list[tuple[bytes, bool]]:
    data = text.encode()
    table = WordTable()
    table.scan(data, array("Q", [0]), array("Q", [len(data)]), fold_case)
    return new_words(table)


def analyze(analyzer: BatchAnalyzer, *fields: str) -> Batch:
    encoded = [field.encode() for field in fields]
    starts, ends = array("Q"), array("Q")
    for number, field in enumerate(encoded):
        starts.append(sum(map(len, encoded[:number])))
        ends.append(starts[-1] + len(field))
    return analyzer.analyze(b"".join(encoded), starts, ends)


def tokens(name: str, text: str) -> list[tuple[str, str, int]]:
    return [(t.term, t.word, t.position) for t in get_analyzer(name).tokens(text)]


def found(table: PairTable, batch: Batch) -> list[tuple[str, str, int]]:
    return [(*table.pairs[p], at) for p, at in zip(batch.pairs, batch.positions, strict=True)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The horses, (30)", ["the", "horses", "30"]),
        ("Russia's Russia\u2019s", ["russia"]),
        ("1,234 1,234.5 3.5 .5", ["1234", "1234.5", "3.5", "5"]),
        ("reuters.com end.The J.Smith", ["reuters", "com", "end", "the", "j", "smith"]),
        ("\u201cSo?\u201d \u2013 10-K", ["so", "10", "k"]),
        ("bob@x.com", ["bob", "x", "com"]),
    ],
)
def test_the_kernel_makes_out_most_words(text, words):
    assert scan(text) == [(word.encode(), True) for word in words]


@pytest.mark.parametrize(
    "word",
    ["U.S", "AT&T", "don't", "$5", "5%", "C++", "C#", "#tag", "@name", "caf\u00e9", "1,2", "1.2.3"],
)
def test_the_analyzer_looks_at_the_rest_once(word):
    assert scan(f"{word} ({word}) {word}.") == [(word.encode(), False)]


def test_case_is_kept_where_asked():
    assert scan("US us", fold_case=False) == [(b"US", True), (b"us", True)]


def test_a_simple_word_is_none_of_the_complex_ones():
    # The longest simple word, and one letter more.
    simple, more = b"a" * 256, b"a" * 257
    assert scan(f"{simple.decode()} {more.decode()}") == [(simple, True), (more, False)]


@pytest.mark.parametrize("length", [255, 256, 257, 300, 2000, 20_000])
def test_words_of_any_length(length):
    table = PairTable()
    analyzer = BatchAnalyzer(get_analyzer("english"), table)
    for text in (
        "a" * length,
        "1" * length,
        "x " + "1," * length,
        "\u6c34" * length,
        "a's" * length,
    ):
        assert found(table, analyze(analyzer, text)) == tokens("english", text)


def test_many_words_in_many_texts():
    table = PairTable()
    analyzer = BatchAnalyzer(get_analyzer("plain"), table)
    fields = [f"word{i} {i} other{i % 7}'s" for i in range(9000)]
    batch = analyze(analyzer, *fields)
    assert list(batch.lengths) == list(batch.counts) == [3] * 9000
    assert found(table, batch) == [token for field in fields for token in tokens("plain", field)]


@pytest.mark.parametrize("letter", ["a", "\u00e9", "\u3000."])
def test_a_text_that_the_analyzer_cuts_within_a_word(letter):
    # Half a million letters without white space: the cut depends on what stands before.
    for before in ("", "some words "):
        text = before + letter * 530_000 + " b.c"
        table = PairTable()
        analyzer = BatchAnalyzer(get_analyzer("exact"), table)
        batch = analyze(analyzer, "first", text, "last")
        assert batch.counts[0] == batch.counts[2] == 1
        assert found(table, batch)[1:-1] == tokens("exact", text)


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(batches, "_MAX_BYTES", 20)
    monkeypatch.setattr(batches, "_MAX_TOKENS", 4)
    table = PairTable()
    analyzer = BatchAnalyzer(get_analyzer("english"), table)
    for number in range(50):
        text = f"horses word{number} horses"
        assert found(table, analyze(analyzer, text)) == tokens("english", text)
    assert len(analyzer._words) <= 4
    assert len(table) == 51


def test_analyzers_share_a_table():
    table = PairTable()
    english = analyze(BatchAnalyzer(get_analyzer("english"), table), "horses run")
    plain = analyze(BatchAnalyzer(get_analyzer("plain"), table), "run horses")
    assert table.pairs == [("hors", "horses"), ("run", "run"), ("horses", "horses")]
    assert (list(english.pairs), list(plain.pairs)) == ([0, 1], [1, 2])
    assert table.number("run", "run") == 1


def test_spans_need_not_be_everything_nor_in_order():
    table = PairTable()
    analyzer = BatchAnalyzer(get_analyzer("plain"), table)
    batch = analyzer.analyze(b"one two three", array("Q", [8, 0, 4, 0]), array("Q", [13, 3, 4, 7]))
    assert [table.pairs[pair][0] for pair in batch.pairs] == ["three", "one", "one", "two"]
    assert list(batch.counts) == [1, 1, 0, 2]


def test_no_texts_and_empty_texts():
    analyzer = BatchAnalyzer(get_analyzer("plain"), PairTable())
    assert [list(column) for column in analyze(analyzer)] == [[]] * 4
    assert [list(column) for column in analyze(analyzer, "", "")] == [[], [], [0, 0], [0, 0]]
    assert [list(column) for column in analyze(analyzer, "...", " ")] == [[], [], [0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("starts", "ends"), [([0], [4]), ([2], [1]), ([0, 1], [1]), ([2**63], [2**63 + 1])]
)
def test_spans_outside_the_text_are_refused(starts, ends):
    with pytest.raises(ValueError, match="spans"):
        WordTable().scan(b"abc", array("Q", starts), array("Q", ends), True)


def test_bytes_that_are_no_text_are_refused_and_forgotten():
    table = PairTable()
    analyzer = BatchAnalyzer(get_analyzer("plain"), table)
    data = b"good \xff\xe2\x80"
    with pytest.raises(UnicodeDecodeError):
        analyzer.analyze(data, array("Q", [0]), array("Q", [len(data)]))
    assert found(table, analyze(analyzer, "good bad")) == tokens("plain", "good bad")


OTHER = 1 << 31


@pytest.mark.parametrize(
    "columns",
    [
        ([2], [1], [7, OTHER], [2], [1], [8, 9], [0, 0]),  # a word that is not known
        ([1], [2], [7, OTHER], [2], [1], [8, 9], [0, 0]),  # more words than there are
        ([1], [1], [7, OTHER + 1], [2], [1], [8, 9], [0, 0]),  # another that is not known
        ([1], [1], [7, OTHER], [3], [1], [8, 9], [0, 0]),  # more tokens than there are
        ([0], [1], [7, OTHER], [2, 1], [1, 1], [8, 9], [0, 0]),
        ([1], [1], [7, OTHER], [2], [1], [8, 9], [0]),
        ([1], [1], [7, OTHER], [2], [], [8, 9], [0, 0]),
        ([1], [1], [7, OTHER], [], [1], [8, 9], [0, 0]),
    ],
)
def test_what_does_not_fit_is_refused(columns):
    fitting = ([1, 0], [2], [7, OTHER], [2], [3], [8, 9], [0, 1])
    assert [list(part) for part in expand(*(array("I", column) for column in fitting))] == [
        [8, 9, 7], [0, 1, 3], [3], [4]
    ]  # fmt: skip
    with pytest.raises(ValueError, match="do not fit"):
        expand(*(array("I", column) for column in columns))
