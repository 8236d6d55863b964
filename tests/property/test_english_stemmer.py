"""The English stemmer, as built and as plain Python, against NLTK's."""

from __future__ import annotations

import re
import string
from array import array
from itertools import accumulate
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nltk.stem.snowball import SnowballStemmer

from tests.helpers.kernels import built, plain

pytestmark = pytest.mark.kernels

nltk_stem = SnowballStemmer("english").stem


PLAIN = plain("english")
BUILT = built("english")
both = pytest.mark.parametrize(
    "stem", [pytest.param(BUILT.stem, id="built"), pytest.param(PLAIN.stem, id="plain")]
)
kernels = pytest.mark.parametrize("kernel", [BUILT, PLAIN], ids=["built", "plain"])

# Beginnings of all kinds: with R1 and R2 near and far, with "y" as a vowel and as a consonant,
# with double letters at their end, and those with an R1 of their own.
BEGINNINGS = """
    a o y b by yo yy fl cr th gener commun arsen hop hopp fall fil hiss oat luxuri agre fe re at
    nat nation rel relat cond condit dig digit val valu sens hes vi voc vocal radic rad oper fe
    call anal form formal triplic electr hope good rev allow inf air gyro adj def irrit repl adopt
    homolog activ angular eff bowdl ceas control rol be bed shed shred say play cry boy syz
    beaut beau anim spr us ext consign knack knight
""".split()
SUFFIXES = """
    s ss sses ies ied us ed ing edly ingly eed eedly y e l ll ee er al ic at bl iz bb dd ff gg mm
    nn pp rr tt w x we ate ated ating bled izing ize tional ational enci anci abli entli izer
    ization ator alism aliti alli fulness ousli ousness iveness iviti biliti bli logi ogi fulli
    lessli li ly ally ably ency ancy ously fully lessly ently ality ivity bility alize icate
    iciti ical ful ness ative ance ence able ible ant ement ment ent ism iti ous ive ion sion tion
""".split()

letters = st.text(string.ascii_lowercase, max_size=64)
# Few letters, so that vowels, "y" and doubles meet.
dense = st.text("aeybslti", max_size=12)
suffixed = st.builds(
    lambda beginning, suffixes: (beginning + "".join(suffixes))[:64],
    st.sampled_from(BEGINNINGS) | dense,
    st.lists(st.sampled_from(SUFFIXES), max_size=4),
)

SPECIAL = """
    skis skies dying lying tying idly gently ugly early only singly sky news howe atlas cosmos bias
    andes inning innings outing outings canning cannings herring herrings earring earrings proceed
    proceeds proceeded proceeding exceed exceeds exceeded exceeding succeed succeeds succeeded
    succeeding
""".split()

RULES = {
    "too short": "a y ab by yy as ed",
    "regions": "beautiful beauty beau animadversion sprinkled eucharist generate generally generic "
    "generous gener communism community communication commun arsenal arsenic arsen",
    "y": "youth boy boyish say saying yes yyy yyyy ayy syzygy enjoyment cry by flying eyed",
    "1a": "caresses presses ties cries tied cried ies ied gas this gaps kiwis gus bus us discuss "
    "s ss sss access bss",
    "1b": "agreed feed freed agreedly feedly proceedings hopped hopping hoping hoped hop bing sing "
    "ring failing troubled sized luxuriated conflated falling hissing filing fizzed egging adding "
    "abed aed oated oating ebbing bed bled shred using oxed owing rowing boxing allowedly "
    "charmingly ating bling ized ated egged eed ing ingly edly",
    "1c": "cry by say happy enjoy dry yy fly",
    "2": "relational conditional rational national valency hesitancy conformably differently "
    "digitizer vietnamization predication operator feudalism sensibility formality radically "
    "hopefulness callousness decisiveness sensitivity callously usefully carelessly analogy "
    "geology pedagogi demagogi possibly quickly fastly badly ably apply ali bli ogi logi ator "
    "nation nator station iviti native ivity ativity oration ovation ovator ovational oviveness",
    "3": "triplicate formative formalize electricity electrical hopeful goodness national "
    "rationalization rationational relationalness native creative ative talkative ical ful ness",
    "4": "revival allowance inference airliner gyroscopic adjustable defensible irritant "
    "replacement adjustment dependent adoption region opinion homologous communism activate "
    "angularity effective bowdlerize million religion possession element cement moment",
    "5": "probate rate cease controll roll fall parallel hole ale axe awe eye bee one ore use "
    "able sale agree generale axle table oye",
}


@both
@pytest.mark.parametrize("word", SPECIAL)
def test_special_words(stem, word):
    assert stem(word) == nltk_stem(word)


@both
@pytest.mark.parametrize("words", RULES.values(), ids=RULES.keys())
def test_each_rule(stem, words):
    for word in words.split():
        assert stem(word) == nltk_stem(word), word


@both
def test_each_beginning_with_each_suffix(stem):
    for beginning in BEGINNINGS:
        for suffix in SUFFIXES:
            word = beginning + suffix
            assert stem(word) == nltk_stem(word), word


@both
@given(words=st.lists(letters | dense | suffixed, max_size=30))
@example(words=[""])
@example(words=["y" * 64])
@example(words=["a" * 62 + "ed"])
@example(words=["b" * 60 + "ated"])
def test_it_is_nltks(stem, words):
    for word in words:
        assert stem(word) == nltk_stem(word)


def stem_all(kernel: ModuleType, words: list[str]) -> list[str]:
    encoded = [word.encode() for word in words]
    stems, ends = kernel.stem_all(b"".join(encoded), array("Q", accumulate(map(len, encoded))))
    assert ends.typecode == "Q"
    assert len(stems) == (ends[-1] if ends else 0)
    return [stems[start:end].decode() for start, end in zip([0, *ends], ends, strict=False)]


@kernels
def test_many_words_at_once_have_the_stems_of_each(kernel):
    words = [*SPECIAL, *" ".join(RULES.values()).split(), *SPECIAL]
    words += [word + letter for word in SPECIAL for letter in "sz"] + [
        word[:-1] for word in SPECIAL
    ]
    assert stem_all(kernel, words) == list(map(nltk_stem, words))


@kernels
@given(words=st.lists(letters | dense | suffixed | st.sampled_from(SPECIAL), max_size=30))
def test_many_words_at_once_are_nltks(kernel, words):
    assert stem_all(kernel, words) == list(map(nltk_stem, words))


@kernels
@given(words=st.lists(letters | st.text("aA1.\xe9-", max_size=5), max_size=9))
@example(words=["y" * 64, "y" * 65, "horses" * 20, "1ed", "Horses", "horse's"])
def test_what_is_no_word_of_letters_stays_as_it_is(kernel, words):
    expected = [nltk_stem(word) if re.fullmatch("[a-z]{1,64}", word) else word for word in words]
    assert stem_all(kernel, words) == expected


@kernels
@pytest.mark.parametrize("ends", [[], [3], [7], [4, 3, 6], [2**63, 6], [3, 2**64 - 1]])
def test_ends_that_do_not_fit_are_refused(kernel, ends):
    with pytest.raises(ValueError, match="do not fit"):
        kernel.stem_all(b"horses", array("Q", ends))


def test_known_stems():
    """Examples from the algorithm's description, so that not all rests on NLTK."""
    stems = [BUILT.stem(word) for word in "consigned knightly kneeling consistency".split()]
    assert stems == ["consign", "knight", "kneel", "consist"]


@both
@given(word=letters.filter(lambda word: len(word) < 64), data=st.data())
def test_other_characters_are_refused(stem, word, data):
    other = data.draw(st.characters(exclude_characters=string.ascii_lowercase))
    at = data.draw(st.integers(0, len(word)))
    with pytest.raises(ValueError, match="letters a to z"):
        stem(word[:at] + other + word[at:])


@both
@pytest.mark.parametrize("word", ["a" * 65, "A", "Skis", "it's", "naïve", "š", "a1", "a b", "a\0"])
def test_bad_words_are_refused(stem, word):
    with pytest.raises(ValueError, match="at most 64"):
        stem(word)
