"""Read plain text: one article in each file, pasted from a page or typed, parsed by its layout.

These parts are recognised, from top to bottom:

    Headline:, Date:, By: ...         explicit headers, each on a line of its own
    the headline                      the first line, or several if it is wrapped
    By Jane Doe / November 2, 2022    a byline, a date line
    a caption with its credit         indented lines after the headline, or "Caption: ..."
    paragraphs                        separated by blank lines; wrapped lines are joined
    https://...                       bare links
    Related article: ...              references of the page to other articles

The paragraphs are the body. Nothing is dropped: parts that are not text are stored in metadata
("byline", "date_line", "credit", "links", "related").
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
from searchlib.schema import FIELDS, FIELDS_BY_NAME, MAIN_FIELD, TITLE_FIELD, Field

__all__ = ["parse_text", "read_text"]


def _header_names(*fields: Field) -> str:
    return "|".join(name for field in fields for name in field.in_headers.split())


_HEADER: Final = re.compile(
    rf"({_header_names(*(field for field in FIELDS if field.name != MAIN_FIELD))})"
    r"[ \t]*:[ \t]*(.*)",
    re.IGNORECASE,
)
_BODY_HEADER: Final = re.compile(
    rf"(?:{_header_names(FIELDS_BY_NAME[MAIN_FIELD])})[ \t]*:[ \t]*", re.IGNORECASE
)
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
    # The bound of 80 keeps the search linear if "photo:" occurs a thousand times.
    r"\((?:photo|image|picture|credit|courtesy)[^()]*\)$"
    r"|(?:photo|image|credit)(?: by)?:(?:[^.]|(?<=\b\w)\.){,80}$",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"""[.!?]["'\u201d\u2019)]*\s+""")
# "Gov. Kim", "J. Doe", "the U.S. Embassy": a dot after these does not end a sentence.
_ABBREVIATED: Final = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|\w{1,3}(?:\.\w{1,3})+"
    r"|Mrs?|Ms|Dr|Prof|Rev|Gov|Sen|Rep|Pres|Gen|Col|Lt|Sgt|Capt|Cmdr|Adm|Maj|St|Mt|Ft|No|vs)$"
)
_BLANK_LINES: Final = re.compile(r"\n(?:[ \t\u00a0]*\n)+")
_LONG_LINE_CHARS: Final = 120
_MAX_HEADLINE_CHARS: Final = 300
_MAX_CREDIT_CHARS: Final = 80


def read_text(source: TextSource) -> Iterator[Article | MalformedArticleError]:
    """Yield the article of a plain text, or its error."""
    try:
        text = source.text()
        if not text.strip():
            raise MalformedArticleError("it is empty")
        if _num_lines(text) > ARTICLE_LIMIT_LINES:
            raise MalformedArticleError(
                f"it has more than {ARTICLE_LIMIT_LINES:,} lines, the limit for one article;"
                " split it"
            )
        yield parse_text(text)
    except MalformedArticleError as error:
        yield MalformedArticleError(error.problem, source=source.name)


def _num_lines(text: str) -> int:
    """Return the number of line ends after parse_text has normalized them."""
    count = text.count
    return count("\n") + count("\r") - count("\r\n") + 2 * count("\f")


def parse_text(text: str) -> Article:
    """Return the article of ``text``.

    Raises MalformedArticleError if an explicit "Date:" header has no valid date.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    values, rest = _explicit_headers(text)
    layout = _Layout(values)
    blocks = _blocks(rest)
    first_blocks = list(islice(blocks, 2))
    if "headline" not in values:
        if len(first_blocks) > 1 and len(first_blocks[0]) == len(first_blocks[0][0]) == 1:
            layout.date_above(first_blocks)
        if first_blocks:
            layout.heading(first_blocks.pop(0))
    for block in chain(first_blocks, blocks):
        layout.block(block)
    return layout.article()


def _explicit_headers(text: str) -> tuple[dict[str, Any], str]:
    """Return the values of the headers by field, and the text after them."""
    values: dict[str, Any] = {}
    lines = text.lstrip("\n \t").split("\n")
    first = _HEADER.fullmatch(lines[0].strip())
    if not first or field_of(first[1]) != TITLE_FIELD:
        return {}, text
    num_headers = 0
    for line in lines:
        header = _HEADER.fullmatch(line.strip())
        if not header or field_of(header[1]) in values:
            break
        values[str(field_of(header[1]))] = header[2].strip()
        num_headers += 1
    rest = "\n".join(lines[num_headers:])
    body = _BODY_HEADER.match(rest.lstrip())
    return values, rest.lstrip()[body.end() :] if body else rest


def _blocks(text: str) -> Iterator[list[list[str]]]:
    """Yield the blocks between blank lines. A block is a list of elements, each a list of lines.

    An indented line begins a new element, and keeps its indent. If a block has long lines, every
    line is an element: such a text has one paragraph in each line.
    """
    for block in _between_blank_lines(text):
        elements: list[list[str]] = []
        lines = [line.rstrip() for line in block.split("\n") if line.strip()]
        # An indent of all lines is the margin of the page.
        margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
        lines = [line[margin:] for line in lines]
        has_long_lines = any(len(line) > _LONG_LINE_CHARS and not _is_link(line) for line in lines)
        for line in lines:
            begins_element = line[0].isspace() or has_long_lines or _is_link(line)
            if not elements or begins_element or _is_link(elements[-1][-1]):
                elements.append([])
            elements[-1].append(line)
        if elements:
            yield elements


def _between_blank_lines(text: str) -> Iterator[str]:
    """Yield the texts between blank lines, not as a list: millions take more memory than a text."""
    start = 0
    for gap in _BLANK_LINES.finditer(text):
        yield text[start : gap.start()]
        start = gap.end()
    yield text[start:]


class _Layout:
    """Collects the parts of an article, block by block."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values
        self._paragraphs: list[str] = []
        self._captions: list[str] = []
        self._metadata: dict[str, Any] = {}

    def date_above(self, blocks: list[list[list[str]]]) -> None:
        """Read and remove the first of ``blocks``, which is one line, if it is a date line."""
        if _date_line(blocks[0][0][0]):
            self.block(blocks.pop(0))

    def heading(self, elements: list[list[str]]) -> None:
        """Read the first block: the headline, and the lines below it without a blank line."""
        first, *rest = elements
        first = [line.strip() for line in first]
        if len(first) > 1 and _date_line(first[0]):
            self._fact(first.pop(0))
        num_read = 1
        while num_read < len(first) and self._continues_headline(first, first[num_read]):
            num_read += 1
        headline = _unwrapped(first[:num_read])
        has_text_below = len(first) > num_read or (rest and not rest[0][0][0].isspace())
        if len(headline) > _MAX_HEADLINE_CHARS or (headline.endswith(".") and has_text_below):
            self.block(elements)
            return
        self._values["headline"] = headline
        while num_read < len(first) and self._fact(first[num_read]):
            num_read += 1
        if num_read < len(first):
            self.block([first[num_read:]])
        for element in rest:
            if len(element) == 1 and self._fact(element[0].strip()):
                continue
            if element is rest[0] and num_read == len(first) and element[0][0].isspace():
                self._caption(_unwrapped([line.strip() for line in element]))
            else:
                self.block([element])

    def _continues_headline(self, lines: list[str], line: str) -> bool:
        if _BYLINE.fullmatch(line) or _CAPTION.match(line) or _date_line(line):
            return False
        # A wrapped headline has no full stop at its end. Lines with one are a paragraph.
        joined_lines = " ".join(lines)
        return not joined_lines.endswith(".") and len(joined_lines) <= _MAX_HEADLINE_CHARS

    def block(self, elements: list[list[str]]) -> None:
        """Read a block after the heading."""
        for element in elements:
            lines = [line.strip() for line in element]
            text = _unwrapped(lines)
            if all(map(_is_link, lines)):
                self._metadata.setdefault("links", []).extend(lines)
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
        """Return whether ``line`` is a byline or a date line; if so, read it."""
        byline = _BYLINE.fullmatch(line)
        if byline and "authors" not in self._values and not line.endswith("."):
            names = re.split(r",\s*|\s+(?:and|AND)\s+|\s*&\s*", byline[1])
            staff = re.compile(r"writer|staff|reporter|correspondent|editor|press", re.IGNORECASE)
            self._values["authors"] = [name for name in names if name and not staff.search(name)]
            self._metadata["byline"] = line
            return True
        date_line = _date_line(line)
        if date_line and date_line[0] not in self._values:
            self._values[date_line[0]] = date_line[1]
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
    """Return the field ("published" or "modified") and the date of a date line, or None."""
    match = _DATE_LINE.fullmatch(line)
    if not match or not any(character.isdigit() for character in line):
        return None
    try:
        moment = parse_date(match[2])
    except MalformedArticleError:
        return None
    is_modified = (match[1] or "").casefold() in ("updated", "modified")
    return ("modified" if is_modified else "published", moment.isoformat()) if moment else None


def _without_credit(caption: str) -> tuple[str, str]:
    """Return the caption and its credit: a "(Photo: ...)" or a name after the last sentence."""
    marked = _CREDIT.search(caption)
    if marked and marked.start():
        return caption[: marked.start()].rstrip(), marked[0].strip("()")
    last_end = None
    for end in _SENTENCE_END.finditer(caption):
        if not _ABBREVIATED.search(caption[max(0, end.start() - 20) : end.start()]):
            last_end = end
    if last_end is None:
        return caption, ""
    credit = caption[last_end.end() :]
    if credit and len(credit) <= _MAX_CREDIT_CHARS and credit[-1] not in ".!?":
        return caption[: last_end.start()] + last_end[0].rstrip(), credit
    return caption, ""


def _unwrapped(lines: list[str]) -> str:
    """Return wrapped lines joined. A hyphen at a line end stays: most belong to compounds."""
    text = lines[0]
    for line in lines[1:]:
        hyphenated = len(text) > 1 and text[-1] in "-\u00ad\u2010" and text[-2].isalpha()
        text += line if hyphenated else f" {line}"
    return text
