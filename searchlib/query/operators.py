"""The table of operators of the query language, one row each: spellings, printed form and help.

The readers, the printer, plain.py, the dialects, the diagnostics for words that look like
operators, and ``searchlib help query`` use this table. It has the names of the node classes and
does not import them, because plain.py works without the tree.

To add a filter of spans, such as ``first50:``, write a node class (tree/nodes.py), a row here, and
a function in ranking/spans.py that selects the spans.
"""

from __future__ import annotations

import re
from typing import Final

from searchlib.query.operator_row import Connective, Function, LookalikePattern, Operator

__all__ = ["OPERATORS", "WORD_END", "operator"]

WORD_END: Final = r"""(?=[\s()“”„«»"]|\Z)"""
"""A pattern of the end of an operator that is a word: white space, parenthesis, quote or end."""


def operator(node: str) -> Operator:
    """Return the row of the node class with this name. Raises KeyError if there is none."""
    return _BY_NODE[node]


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _suggest_near(match: re.Match[str]) -> str | None:
    """Return the operator of proximity that may have been meant; None without a distance."""
    name, unit = match[1].casefold(), match[2].casefold()
    number = re.search("[0-9]+", unit)
    after = number[0] if number else unit[:1] if unit[:1] in ("s", "p") else ""
    return f"{'pre' if name == 'pre' else 'w'}/{after}" if after else None


OPERATORS: Final[tuple[Operator, ...]] = (
    Operator(node="Word", printed="{text}"),
    Operator(
        node="Or",
        printed="({children})",
        help=(("horses railway", "any of the words, best articles first"),),
        joins=("OR", "||"),
    ),
    Operator(
        node="And",
        printed="({children})",
        help=(("horses AND (train OR rail)", "both; also NOT a, +must, -never, && || !"),),
        joins=("AND", "&&"),
    ),
    Operator(
        node="Not",
        printed="NOT {child}",
        joins=("NOT",),
        words=("NOT",),
        elsewhere=(("ANDNOT", "AND NOT"), ("BUTNOT", "AND NOT")),
    ),
    Operator(node="Require", printed="({children})"),
    Operator(
        node="Phrase",
        printed='"{text}"{slop}',
        help=(('"white horses"  "horses river"~3', "side by side; with up to 3 words between"),),
    ),
    Operator(
        node="Verbatim",
        printed='="{text}"',
        help=(('="To Be"  =White', "exactly as spelled, with capitals and accents"),),
        functions=(
            Function(name="ALLCAPS", letters=str.upper),
            Function(name="CAPS", letters=_first_upper),
        ),
    ),
    Operator(
        node="",  # a field has no node: it is an attribute of the nodes that it applies to
        printed="{field}:{part}",
        help=(("headline:railway  hl:railway", "in the headline; also body:, caption: or cap:"),),
        functions=(Function(name="HEADLINE", fields=("headline",)),),
    ),
    Operator(
        node="Lead",
        printed="hlp:{child}",
        help=(("hlp:horses", "in the headline or the first paragraph"),),
        before="hlp[:=]",
        functions=(Function(name="HLEAD"),),
        fields=("headline", "body"),
    ),
    Operator(
        node="Metadata",
        printed="{field}:{value}",
        help=(('source:"Primorye Herald"', "metadata; also section: tag: lang: url: id:"),),
    ),
    Operator(
        node="DateRange",
        printed="date:[{since} TO {until}}}",
        help=(("date:2022-11  date:2022..2023", "publication date; also >=2022, 7d, yesterday"),),
        comparisons=("date[<>].*", "published[<>].*"),
        lookalikes=(
            LookalikePattern(
                pattern="[<>]=?[0-9]{2}[0-9.,-]*",
                begins="<>",
                message="{!r} compares nothing, as wc>500 and date>=2022 do",
            ),
        ),
    ),
    Operator(
        node="Near",
        printed="({left} {negation}{name}/{within} {right})",
        help=(
            ("horses w/5 river", "at most 5 words apart; neighbours are 1 apart"),
            ("thirty pre/5 horses", "at most 5 words apart, in this order"),
            ("horses not w/5 white", "horses with no white within 5 words"),
            ("horses w/s railway", "in one sentence; w/p, SAME: in one paragraph"),
        ),
        connectives=(
            Connective(name="w", form="slashed"),
            Connective(name="pre", form="slashed", ordered=True),
            Connective(name="near", form="slashed"),
            Connective(name="onear", form="slashed", ordered=True),
            Connective(name="near", form="numbered"),
            Connective(name="adj", form="numbered", ordered=True),
            Connective(name="SAME", form="bare", within="p"),
            Connective(name="ADJ", form="bare", ordered=True),
        ),
        words=("SAME", "ADJ"),
        words_in_any_case=("near[0-9]+", "adj[0-9]+"),
        lookalikes=(
            LookalikePattern(
                # w/o, w/e and w/out are abbreviations in ordinary text.
                pattern=r"(?i:(w|pre|within|near|adj)/(?!(?:o|e|out)\Z)(\S*))",
                begins="wWpPnNaA",
                message="{!r} joins nothing",
                suggest=_suggest_near,
            ),
            LookalikePattern(
                pattern="(?i:/([0-9]{1,3}|[sp]))",
                begins="/",
                message="{!r} joins nothing",
                suggest=lambda match: f"w{match[0]}",
            ),
        ),
        elsewhere=(("NEAR", "w/5"), ("WITHIN", "w/5")),
    ),
    Operator(
        node="First",
        printed="first{count}:{child}",
        help=(("first20:(storm OR river)", "among the first 20 words of any field"),),
        before=r"first([0-9]+)(?::|(?=\())",
        behind="/[fF]([0-9]+)/",
        zero="there is no word among the first 0",
        words_in_any_case=("first[0-9]+",),
        lookalikes=(
            LookalikePattern(
                pattern="(?i:first[0-9]+)",
                begins="fF",
                message="{!r} stands before nothing",
                suggest=lambda match: f"{match[0]}:",
            ),
        ),
    ),
    Operator(
        node="AtLeast",
        printed="atleast{count} {child}",
        help=(("atleast3 horses", "at least 3 times in the article"),),
        before=rf"atleast([0-9]+)(?::|{WORD_END})",
        zero="every article has 0 of anything",
        words_in_any_case=("atleast[0-9]+",),
    ),
    Operator(
        node="Length",
        printed="wc:{least}..{most}",
        help=(("wc>200  wc:100..150", "number of words in the article"),),
        comparisons=("wc[<>=].*",),
    ),
    Operator(node="Prefix", printed="{text}*"),
    Operator(
        node="Wildcard",
        printed="{pattern}",
        help=(("hors*  ho?se  *power", "* is any number of letters, ? is one letter"),),
    ),
    Operator(
        node="Regex",
        printed="/{pattern}/",
        help=(("/hor.es?/", "whole words that match a regular expression"),),
        lookalikes=(
            LookalikePattern(
                pattern=r"(/[^/\s]+/)[gimsux]{1,3}",
                begins="/",
                message="{!r} has flags, which are not supported",
                suggest=lambda match: match[1],
            ),
        ),
    ),
    Operator(
        node="Fuzzy",
        printed="{text}~{edits}",
        help=(("hrose~  hrose~2", "words that differ by 1 letter, or by up to 2"),),
        behind="~",
        lookalikes=(
            LookalikePattern(
                pattern="~[0-9]+",
                begins="~",
                message="{!r} stands alone: write it directly behind a word or phrase",
            ),
        ),
    ),
    Operator(
        node="Boost",
        printed="{child}^{factor}",
        help=(("horses^2 railway", "horses count twice as much"),),
        behind=r"\^",
        lookalikes=(
            LookalikePattern(
                pattern=r"\^[0-9.]+",
                begins="^",
                message="{!r} stands alone: write it directly behind a word or phrase",
            ),
        ),
    ),
    Operator(node="Everything", printed="*", help=(("*", "every article"),)),
    Operator(node="Nothing", printed="()"),
)

_BY_NODE: Final = {row.node: row for row in OPERATORS}
