"""Indexes that Whoosh itself has made: recognised, refused, and converted."""
