"""Bytes on a disk, and what can be wrong with them.

Nothing here knows what a segment or an article is: sections with checksums, directories, locks, and
the error that damage becomes.
"""
