"""Plain text: one article a file, pasted from a page or typed, taken apart by its layout.

What is recognised, top to bottom:

    Headline:, Date:, By: ...         explicit headers, each on a line of its own
    the headline                      the first lines; it may be broken over several
    By Jane Doe / November 2, 2022    a byline, a date line
    a caption with its credit         lines indented after the headline, or "Caption: ..."
    paragraphs                        parted by blank lines; broken lines are joined again
    https://...                       bare links
    Related article: ...              what the page pointed to

The body is all the rest. Nothing is dropped: what is no text goes into metadata ("byline",
"date_line", "credit", "links", "related").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, Final

from searchlib.article import Article
from searchlib.errors import MalformedArticleError
from searchlib.ingest.record_mapping import article_from_record, field_of
from searchlib.ingest.source import ARTICLE_LIMIT_LINES, TextSource
from searchlib.ingest.text_dates import parse_date

__all__ = ["parse_text", "read_text"]

_HEADER: Final = re.compile(
    r"(headline|title|date|published|updated|source|by|byline|author|authors|url|link|section|tags"
    r"|language|caption|id)[ \t]*:[ \t]*(.*)",
    re.IGNORECASE,
)
_BODY_HEADER: Final = re.compile(r"(?:body|text)[ \t]*:[ \t]*", re.IGNORECASE)
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+")
_RELATED: Final = re.compile(
    r"(?:related(?: (?:article|articles|story|stories|coverage|news))?|read (?:also|more)|see also)"
    r"[ \t]*:[ \t]*",
    re.IGNORECASE,
)
_BYLINE: Final = re.compile(r"by\s+(?=\S)(.{1,100})", re.IGNORECASE)
_DATE_LINE: Final = re.compile(
    r"(?:(published|posted|updated|modified|date)(?:\s+on)?:?\s+)?(.{4,60})", re.IGNORECASE
)
_CAPTION: Final = re.compile(r"(?:caption|photo|image|picture)[ \t]*:[ \t]*", re.IGNORECASE)
_CREDIT: Final = re.compile(
    # The bound keeps the search linear where "photo:" stands a thousand times.
    r"\((?:photo|image|picture|credit|courtesy)[^()]*\)$"
    r"|(?:photo|image|credit)(?: by)?:(?:[^.]|(?<=\b\w)\.){,80}$",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"""[.!?]["'\u201d\u2019)]*\s+""")
# "Gov. Kim", "J. Doe", "the U.S. Embassy": a dot after these ends no sentence.
_ABBREVIATED: Final = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|\w{1,3}(?:\.\w{1,3})+"
    r"|Mrs?|Ms|Dr|Prof|Rev|Gov|Sen|Rep|Pres|Gen|Col|Lt|Sgt|Capt|Cmdr|Adm|Maj|St|Mt|Ft|No|vs)$"
)
_BLANK_LINES: Final = re.compile(r"\n(?:[ \t\u00a0]*\n)+")
_LONG_LINE_CHARS: Final = 120
_MAX_HEADLINE_CHARS: Final = 300
_MAX_CREDIT_CHARS: Final = 80


def read_text(source: TextSource) -> Iterator[Article | MalformedArticleError]:
    """Return the one article of a plain text, or what is wrong with it."""
    try:
        text = source.text()
        if not text.strip():
            raise MalformedArticleError("it is empty")
        if _num_lines(text) > ARTICLE_LIMIT_LINES:
            raise MalformedArticleError(
                f"it has more than {ARTICLE_LIMIT_LINES:,} lines, the limit for one article"
            )
        yield parse_text(text)
    except MalformedArticleError as error:
        yield MalformedArticleError(error.problem, source=source.name)


def _num_lines(text: str) -> int:
    """Count the line ends as parse_text makes them."""
    count = text.count
    return count("\n") + count("\r") - count("\r\n") + 2 * count("\f")


def parse_text(text: str) -> Article:
    """Take ``text`` apart. Raises MalformedArticleError for an explicit "Date:" that is none."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    values, rest = _explicit_headers(text)
    layout = _Layout(values)
    blocks = _blocks(rest)
    first = list(islice(blocks, 2))
    if "headline" not in values:
        if len(first) > 1 and len(first[0]) == len(first[0][0]) == 1:
            layout.date_above(first)
        if first:
            layout.heading(first.pop(0))
    for block in chain(first, blocks):
        layout.block(block)
    return layout.article()


def _explicit_headers(text: str) -> tuple[dict[str, Any], str]:
    values: dict[str, Any] = {}
    lines = text.lstrip("\n \t").split("\n")
    first = _HEADER.fullmatch(lines[0].strip())
    if not first or field_of(first[1]) != "headline":
        return {}, text
    taken = 0
    for line in lines:
        found = _HEADER.fullmatch(line.strip())
        if not found or field_of(found[1]) in values:
            break
        values[str(field_of(found[1]))] = found[2].strip()
        taken += 1
    rest = "\n".join(lines[taken:])
    body = _BODY_HEADER.match(rest.lstrip())
    return values, rest.lstrip()[body.end() :] if body else rest


def _blocks(text: str) -> Iterator[list[list[str]]]:
    """Return what blank lines part, one after the other, each in elements, each in lines.

    An indented line begins a new element, and keeps its indent. So does every line where lines are
    long: such a text has a paragraph a line.
    """
    for part in _parted(text):
        elements: list[list[str]] = []
        lines = [line.rstrip() for line in part.split("\n") if line.strip()]
        # What all lines have is the margin of the page, not an indent.
        margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
        lines = [line[margin:] for line in lines]
        long_lines = any(len(line) > _LONG_LINE_CHARS and not _is_link(line) for line in lines)
        for line in lines:
            starts = line[0].isspace() or long_lines or _is_link(line)
            if not elements or starts or _is_link(elements[-1][-1]):
                elements.append([])
            elements[-1].append(line)
        if elements:
            yield elements


def _parted(text: str) -> Iterator[str]:
    """Split at blank lines, but do not keep all parts: millions take much more than the text."""
    at = 0
    for gap in _BLANK_LINES.finditer(text):
        yield text[at : gap.start()]
        at = gap.end()
    yield text[at:]


class _Layout:
    """The article as far as it has been read."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values
        self._paragraphs: list[str] = []
        self._captions: list[str] = []
        self._metadata: dict[str, Any] = {}

    def date_above(self, blocks: list[list[list[str]]]) -> None:
        """Take the first block, which is one line, if it is a date line."""
        if _date_line(blocks[0][0][0]):
            self.block(blocks.pop(0))

    def heading(self, elements: list[list[str]]) -> None:
        """Read the first block: the headline, then what stands below it without a blank line."""
        first, *others = elements
        first = [line.strip() for line in first]
        if len(first) > 1 and _date_line(first[0]):
            self._fact(first.pop(0))
        taken = 1
        while taken < len(first) and self._continues_headline(first, taken):
            taken += 1
        headline = _unwrapped(first[:taken])
        goes_on = len(first) > taken or (others and not others[0][0][0].isspace())
        if len(headline) > _MAX_HEADLINE_CHARS or (headline.endswith(".") and goes_on):
            self.block(elements)
            return
        self._values["headline"] = headline
        while taken < len(first) and self._fact(first[taken]):
            taken += 1
        if taken < len(first):
            self.block([first[taken:]])
        for element in others:
            if len(element) == 1 and self._fact(element[0].strip()):
                continue
            if element is others[0] and taken == len(first) and element[0][0].isspace():
                self._caption(_unwrapped([line.strip() for line in element]))
            else:
                self.block([element])

    def _continues_headline(self, lines: list[str], place: int) -> bool:
        line = lines[place]
        if _BYLINE.fullmatch(line) or _CAPTION.match(line) or _date_line(line):
            return False
        # A wrapped headline fills its line, and its end is no full stop.
        whole = " ".join(lines)
        return not whole.endswith(".") and len(whole) <= _MAX_HEADLINE_CHARS

    def block(self, elements: list[list[str]]) -> None:
        """Read a block after the heading."""
        for raw in elements:
            element = [line.strip() for line in raw]
            text = _unwrapped(element)
            if all(map(_is_link, element)):
                self._metadata.setdefault("links", []).extend(element)
            elif related := _RELATED.match(text):
                self._metadata.setdefault("related", []).append(text[related.end() :])
            elif _CAPTION.match(text):
                self._caption(text[_CAPTION.match(text).end() :])  # type: ignore[union-attr]
            elif self._paragraphs or not self._fact(text):
                self._paragraphs.append(text)

    def _caption(self, text: str) -> None:
        caption, credit = _without_credit(text)
        if caption:
            self._captions.append(caption)
        if credit:
            self._metadata.setdefault("credit", []).append(credit)

    def _fact(self, line: str) -> bool:
        """Read a byline or a date line; tell whether it was one."""
        byline = _BYLINE.fullmatch(line)
        if byline and "authors" not in self._values and not line.endswith("."):
            names = re.split(r",\s*|\s+(?:and|AND)\s+|\s*&\s*", byline[1])
            staff = re.compile(r"writer|staff|reporter|correspondent|editor|press", re.IGNORECASE)
            self._values["authors"] = [name for name in names if name and not staff.search(name)]
            self._metadata["byline"] = line
            return True
        dated = _date_line(line)
        if dated and dated[0] not in self._values:
            self._values[dated[0]] = dated[1]
            self._metadata.setdefault("date_line", []).append(line)
            return True
        return False

    def article(self) -> Article:
        body = "\n\n".join(self._paragraphs)
        explicit_caption = self._values.pop("caption", None)
        captions = [*([explicit_caption] if explicit_caption else []), *self._captions]
        return article_from_record(
            {
                **self._values,
                "body": body,
                "caption": "\n\n".join(captions),
                "metadata": {
                    name: value[0] if name == "credit" and len(value) == 1 else value
                    for name, value in self._metadata.items()
                },
            }
        )


def _is_link(line: str) -> bool:
    return bool(_LINK.fullmatch(line.strip()))


def _date_line(line: str) -> tuple[str, str] | None:
    found = _DATE_LINE.fullmatch(line)
    if not found or not any(character.isdigit() for character in line):
        return None
    try:
        moment = parse_date(found[2])
    except MalformedArticleError:
        return None
    changed = (found[1] or "").casefold() in ("updated", "modified")
    return ("modified" if changed else "published", moment.isoformat()) if moment else None


def _without_credit(caption: str) -> tuple[str, str]:
    """Part a caption from the name after its last sentence, or a "(Photo: ...)" at its end."""
    marked = _CREDIT.search(caption)
    if marked and marked.start():
        return caption[: marked.start()].rstrip(), marked[0].strip("()")
    ends = None
    for found in _SENTENCE_END.finditer(caption):
        if not _ABBREVIATED.search(caption[max(0, found.start() - 20) : found.start()]):
            ends = found
    if ends is None:
        return caption, ""
    credit = caption[ends.end() :]
    if credit and len(credit) <= _MAX_CREDIT_CHARS and credit[-1] not in ".!?":
        return caption[: ends.start()] + ends[0].rstrip(), credit
    return caption, ""


def _unwrapped(lines: list[str]) -> str:
    """Join broken lines. A hyphen at the end of one stays: most are those of compounds."""
    text = lines[0]
    for line in lines[1:]:
        hyphenated = len(text) > 1 and text[-1] in "-\u00ad\u2010" and text[-2].isalpha()
        text += line if hyphenated else f" {line}"
    return text
