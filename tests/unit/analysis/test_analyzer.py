"""The forms that a newsroom types, and what they are found by."""

from __future__ import annotations

import unicodedata

import pytest

from searchlib.analysis import (
    analyzer_for,
    get_analyzer,
    is_ideographic,
    known_analyzers,
    language_of,
    query_analyzers,
)

# What is typed; the words of the article at each position ("whole/part"); the words of the query.
FORMS = [
    # letters with signs
    ("R&D", "r&d", "r&d"),
    ("AT&T", "at&t", "at&t"),
    ("AT&T's", "at&t", "at&t"),
    ("AT&T’s", "at&t", "at&t"),
    ("M&A", "m&a", "m&a"),
    ("S&P500", "s&p500", "s&p500"),
    ("Johnson&Johnson", "johnson johnson", "johnson johnson"),
    ("Marks & Spencer", "marks spencer", "marks spencer"),
    ("C++", "c++", "c++"),
    ("C#", "c#", "c#"),
    ("C#.", "c#", "c#"),
    ("(C++)", "c++", "c++"),
    ("C++11", "c 11", "c 11"),
    ("C#er", "c er", "c er"),
    ("C# and F#", "c# and f#", "c# and f#"),
    ("用C++写", "用 c++ 写", "用 c++ 写"),
    # names and tags
    ("@name", "@name/name", "@name"),
    ("#tag", "#tag/tag", "#tag"),
    ("#1", "#1/1", "#1"),
    (".@name", "name", "name"),
    ("@O'Brien", "@obrien/obrien/brien", "@obrien"),
    ("关注@name", "关注 注 @name/name", "关注 @name"),
    ("desk@news.example", "desk news example", "desk news example"),
    ("john.doe+x@news.co.uk", "john doe x news co uk", "john doe x news co uk"),
    # apostrophes
    ("O'Brien", "obrien/brien", "obrien"),
    ("O’Brien", "obrien/brien", "obrien"),
    ("OʼBrien", "obrien/brien", "obrien"),
    ("O＇Brien", "obrien/brien", "obrien"),
    ("O'Brien's", "obrien/brien", "obrien"),
    ("D'Angelo", "dangelo/angelo", "dangelo"),
    ("Russia's", "russia", "russia"),
    ("Russia’s", "russia", "russia"),
    ("RUSSIA'S", "russia", "russia"),
    ("horses'", "horses", "horses"),
    ("'horses'", "horses", "horses"),
    ("‘horses’", "horses", "horses"),
    ("don't", "dont", "dont"),
    ("don’t", "dont", "dont"),
    ("dont", "dont", "dont"),
    ("we'll", "we'll/we", "we'll"),
    ("we’ll", "we'll/we", "we'll"),
    ("well", "well", "well"),
    ("they've", "they've/they", "they've"),
    ("I'm", "i'm/i", "i'm"),
    ("rock'n'roll", "rocknroll", "rocknroll"),
    ("'80s", "80s", "80s"),
    ("1980's", "1980", "1980"),
    ("ʼ", "", ""),
    ("@ʼ", "", ""),
    ("'", "", ""),
    # abbreviations
    ("U.S.", "u.s/us", "u.s"),
    ("U.S", "u.s/us", "u.s"),
    ("US", "us", "us"),
    ("us", "us", "us"),
    ("p.m.", "p.m/pm", "p.m"),
    ("F.B.I.", "fbi/f.b.i", "fbi"),
    ("J.R.R. Tolkien", "jrr/j.r.r tolkien", "jrr tolkien"),
    ("in the U.S.", "in the u.s/us", "in the u.s"),
    ("Ph.D.", "ph d", "ph d"),
    ("С.Ш.А.", "сша/с.ш.а", "сша"),
    ("É.U.", "e.u/eu", "e.u"),
    ("a.éb", "a eb", "a eb"),
    ("在U.S.的", "在 u.s/us 的", "在 u.s 的"),
    # hyphens and slashes
    ("COVID-19", "covid 19", "covid 19"),
    ("state-of-the-art", "state of the art", "state of the art"),
    ("state of the art", "state of the art", "state of the art"),
    ("state\u2011of\u2011the\u2011art", "state of the art", "state of the art"),
    ("and/or", "and or", "and or"),
    ("snake_case", "snake case", "snake case"),
    ("snake＿case", "snake case", "snake case"),
    # money and numbers
    ("$584,302", "$584302/584302", "$584302"),
    ("584,302", "584302", "584302"),
    ("584302", "584302", "584302"),
    ("$3.5m", "$3.5m/3.5m", "$3.5m"),
    ("$5", "$5/5", "$5"),
    ("€1,000.50", "€1000.50/1000.50", "€1000.50"),
    ("3.5%", "3.5%/3.5", "3.5%"),
    ("3.5", "3.5", "3.5"),
    ("50%", "50%/50", "50%"),
    ("3,5", "3 5", "3 5"),
    ("1,2,3", "1 2 3", "1 2 3"),
    ("1,234,56", "1234 56", "1234 56"),
    ("12,3456", "12 3456", "12 3456"),
    ("-5", "5", "5"),
    ("$", "", ""),
    ("1.2.3", "1 2 3", "1 2 3"),
    ("v2.0.1", "v2 0 1", "v2 0 1"),
    ("Python 3.11", "python 3.11", "python 3.11"),
    ("2024-05-01", "2024 05 01", "2024 05 01"),
    ("01/05/2024", "01 05 2024", "01 05 2024"),
    ("12:30", "12 30", "12 30"),
    ("5G", "5g", "5g"),
    ("1st", "1st", "1st"),
    ("H₂O", "h2o", "h2o"),
    ("m²", "m2", "m2"),
    ("①", "1", "1"),
    ("Ⅷ", "viii", "viii"),
    # letters of other shapes
    ("ＮＥＷＳ１２", "news12", "news12"),
    ("Straße STRASSE", "strasse strasse", "strasse strasse"),
    ("İstanbul ISTANBUL ıstanbul", "istanbul istanbul istanbul", "istanbul istanbul istanbul"),
    ("Čapek Capek", "capek capek", "capek capek"),
    ("Αθήνα ΑΘΗΝΑ", "αθηνα αθηνα", "αθηνα αθηνα"),
    ("λόγος ΛΟΓΟΣ", "λογοσ λογοσ", "λογοσ λογοσ"),
    ("Ёлка елка", "елка елка", "елка елка"),
    ("Йод иод", "йод иод", "йод иод"),
    ("مُحَمَّد محمد", "محمد محمد", "محمد محمد"),
    ("مدرسة مدرسه", "مدرسه مدرسه", "مدرسه مدرسه"),
    ("שָׁלוֹם", "שלום", "שלום"),
    ("हिन्दी", "हिन्दी", "हिन्दी"),
    ("co\u00adoperate co\u200boperate", "cooperate cooperate", "cooperate cooperate"),
    # emoji and lone marks are no words, and leave no gap
    ("I 😀 trains", "i trains", "i trains"),
    ("I ❤\ufe0f trains", "i trains", "i trains"),
    ("👨\u200d👩\u200d👧", "", ""),
    ("1\ufe0f\u20e3 train", "1\u20e3 train", "1\u20e3 train"),
    ("x ≠ y", "x y", "x y"),
    ("x =\u0338 y", "x y", "x y"),
    # written without spaces: pairs; the query leaves out the last character of a run by itself
    ("北京大学", "北京 京大 大学 学", "北京 京大 大学"),
    ("北京", "北京 京", "北京"),
    ("北", "北", "北"),
    ("北、京", "北 京", "北 京"),
    ("ニュース", "ニュ ュー ース ス", "ニュ ュー ース"),
    ("ﾊﾞｽ", "バス ス", "バス"),
    ("バス", "バス ス", "バス"),
    ("葛\U000e0100城", "葛城 城", "葛城"),
    ("기차", "기차 차", "기차"),
    (unicodedata.normalize("NFD", "기차역"), "기차 차역 역", "기차 차역"),
    ("가\u11a8", "각", "각"),
    ("AKB48グループ", "akb48 グル ルー ープ プ", "akb48 グル ルー ープ"),
    ("2024年5月", "2024 年 5 月", "2024 年 5 月"),
]


def words_by_position(text: str, name: str = "plain") -> list[list[str]]:
    found: list[list[str]] = []
    for token in get_analyzer(name).tokens(text):
        if token.position == len(found):
            found.append([])
        found[token.position].append(token.word)
    return found


@pytest.mark.parametrize(("typed", "indexed", "asked"), FORMS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_a_form_is_found_by(typed, indexed, asked, form):
    typed = unicodedata.normalize(form, typed)
    expected = [
        [unicodedata.normalize("NFC", word) for word in position.split("/")]
        for position in indexed.split()
    ]
    assert words_by_position(typed) == expected
    asked = unicodedata.normalize("NFC", asked).split()
    assert [token.word for token in get_analyzer("plain").query_tokens(typed)] == asked


@pytest.mark.parametrize(
    ("query", "article"),
    [
        ("Russia", "Russia’s"),
        ("Russia's", "Russia"),
        ("Brien", "O’Brien's"),
        ("OBrien", "O'Brien"),
        ("US", "the U.S."),
        ("FBI", "F.B.I."),
        ("F.B.I.", "FBI"),
        ("584302", "$584,302"),
        ("584,302", "$584,302"),
        ("$584,302", "$584302"),
        ("3.5", "3.5%"),
        ("name", "@name"),
        ("19", "COVID-19"),
        ("art", "state-of-the-art"),
        ("COVID 19", "COVID-19"),
        ("don't", "dont"),
        ("h2o", "H₂O"),
        ("京大", "北京大学"),
        ("学", "北京大学"),
        ("naïve", "NAIVE"),
    ],
)
def test_a_query_finds_an_article(query, article):
    asked = [token.term for token in get_analyzer("plain").query_tokens(query)]
    found = {(token.position, token.term) for token in get_analyzer("plain").tokens(article)}
    starts = {position for position, _ in found}
    assert any(
        all((start + at, term) in found for at, term in enumerate(asked)) for start in starts
    )


@pytest.mark.parametrize(
    ("query", "article"),
    [
        ("well", "we'll"),
        ("were", "we're"),
        ("@name", "name"),
        ("$584,302", "584302"),
        ("50%", "50"),
        ("U.S.", "us"),
        ("R&D", "R and D"),
        ("C++", "C"),
        ("иод", "йод"),
    ],
)
def test_a_query_does_not_find_an_article(query, article):
    asked = {token.term for token in get_analyzer("plain").query_tokens(query)}
    assert not asked & {token.term for token in get_analyzer("plain").tokens(article)}


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Russia's $584,302", ["Russia", "$584,302", "584,302"]),
        ("in the U.S. today", ["in", "the", "U.S.", "U.S.", "today"]),
        ("‘O’Brien’s’", ["O’Brien", "Brien"]),
        ("we'll go", ["we'll", "we", "go"]),
        ("@name: 3.5%", ["@name", "name", "3.5%", "3.5"]),
        ("Cafe\u0301!", ["Cafe\u0301"]),
        ("北京大", ["北京", "京大", "大"]),
        ("ﷺ\u00a0İx", ["ﷺ", "İx"]),
        ("\U0001f600a\U0001f600", ["a"]),
    ],
)
def test_offsets_point_into_the_text_as_given(text, spans):
    tokens = get_analyzer("plain").tokens(text)
    assert [text[token.start_char : token.end_char] for token in tokens] == spans


@pytest.mark.parametrize(
    ("name", "text", "terms"),
    [
        ("english", "The railways' horses were running", "the railway hors were run"),
        ("en", "horses", "hors"),
        ("english", "COVID-19 R&D 5G", "covid 19 r&d 5g"),
        ("english", "don't U.S.", "dont u.s us"),
        ("french", "l'homme", "homm"),
        ("french", "L’été d'hier", "ete hi"),
        ("french", "qu'elle jusqu'alors", "elle alor"),
        ("french", "aujourd'hui", "aujourdhui"),
        ("italian", "dell'arte", "arte"),
        ("english", "l'homme", "lhomm homm"),
        ("german", "Häuser Straßen", "haus strass"),
        ("russian", "лошади ёлки", "лошад елк"),
        ("spanish", "caballos", "caball"),
        ("plain", "Horses Été", "horses ete"),
        ("exact", "Horses Été O’Brien To Be", "Horses Été OBrien Brien To Be"),
        ("exact", "we’ll weʼll we＇ll", "we'll we we'll we we'll we"),
        ("exact", "co\u00adoperate e\u0301te\u0301", "cooperate été"),
    ],
)
def test_terms_by_language(name, text, terms):
    assert [token.term for token in get_analyzer(name).tokens(text)] == terms.split()


def test_stop_words_are_kept_with_their_positions():
    tokens = get_analyzer("english").tokens("To be or not to be")
    assert [(token.term, token.position) for token in tokens] == list(
        zip("to be or not to be".split(), range(6), strict=True)
    )


def test_a_token_has_its_word_beside_its_term():
    (token,) = get_analyzer("english").tokens("  Horses ")
    assert token == ("hors", "horses", 0, 2, 8)


@pytest.mark.parametrize("name", ["english", "plain", "exact"])
def test_of_a_long_word_the_beginning_is_indexed(name):
    tokens = get_analyzer(name).tokens("a " + "x" * 300 + " b")
    assert [token.word for token in tokens] == ["a", "x" * 256, "b"]
    assert (tokens[1].start_char, tokens[1].end_char) == (2, 302)
    assert get_analyzer(name).query_tokens("x" * 999)[0].term == tokens[1].term


def test_a_word_of_any_length_is_one_word():
    (token,) = get_analyzer("plain").tokens("é" * 200_000)
    assert (token.word, token.end_char) == ("e" * 256, 200_000)


def test_a_character_with_any_number_of_marks_has_a_short_term():
    for base in ("ж", "北"):
        (token,) = get_analyzer("plain").tokens(base + "\u0301\u0327" * 50_000)
        assert len(token.term) <= 256
        assert token.end_char == 100_001


def test_the_words_of_long_texts_are_those_of_short_ones():
    # A text is read in pieces, which end at white space.
    sentence = "O'Brien's R&D in the U.S. cost $584,302, 3.5% of it. 北京大学 "
    short = get_analyzer("english").tokens(sentence)
    count = short[-1].position + 1
    for i, token in enumerate(get_analyzer("english").tokens(sentence * 4_000)):
        turn, at = divmod(i, len(short))
        term, word, position, start, end = short[at]
        offset = turn * len(sentence)
        assert token == (term, word, position + turn * count, start + offset, end + offset)


def test_what_is_remembered_is_what_was_found():
    analyzer = get_analyzer("english")
    text = "Horses O'Brien $5 北京"
    assert analyzer.tokens(text) == analyzer.tokens(text)


def test_names():
    assert set(known_analyzers()) >= {"english", "arabic", "plain", "exact"}
    for name in known_analyzers():
        assert get_analyzer(name).name == name
        assert repr(get_analyzer(name)) == f"<Analyzer {name}>"
    assert get_analyzer("en") is get_analyzer("english")
    assert get_analyzer("english").language == "en"
    assert get_analyzer("plain").language == get_analyzer("exact").language == ""


@pytest.mark.parametrize("name", ["", "English", "klingon", "en-GB"])
def test_an_unknown_name_is_told_with_those_there_are(name):
    with pytest.raises(ValueError, match="there is no analyzer '" + name + "'; there are arabic,"):
        get_analyzer(name)


def test_the_analyzer_of_an_article_is_that_of_its_language():
    english, plain = get_analyzer("english"), get_analyzer("plain")
    assert analyzer_for(english, "fr-CA") is get_analyzer("french")
    assert analyzer_for(english, "") is english
    assert analyzer_for(english, "ja") is english
    assert analyzer_for(plain, "fr") is plain
    assert query_analyzers(english, ["fr", "en-US", "", "fre", "de"]) == [
        english,
        get_analyzer("french"),
        get_analyzer("german"),
    ]
    assert query_analyzers(plain, ["fr", "de"]) == [plain]


def test_language_tags():
    tags = {
        "en": "english",
        "EN_us": "english",
        " pt-BR ": "portuguese",
        "nn": "norwegian",
        "rus": "russian",
        "Swedish": "swedish",
        "": None,
        "ja": None,
        "-": None,
    }
    assert {tag: language_of(tag) for tag in tags} == tags


@pytest.mark.parametrize("character", "北々〇ぁンーㄅ가ᄀ豈ﾊ𠀀")
def test_ideographs(character):
    assert is_ideographic(character)


@pytest.mark.parametrize("character", ["", "a", "é", "я", "1", "。", "・", "Ａ"])
def test_no_ideographs(character):
    assert not is_ideographic(character)
