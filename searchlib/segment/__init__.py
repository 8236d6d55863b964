"""Write, merge and read immutable segments.

    DocumentBatch -> SegmentBuilder -> file -> ArticleSegment

segment.py defines the format of the file.
"""
