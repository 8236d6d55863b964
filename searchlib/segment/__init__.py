"""One immutable segment: how it is written, merged and read.

    DocumentBatch -> SegmentBuilder -> file -> ArticleSegment

segment.py has the grammar of the file.
"""
