"""Presents an index of articles to Whoosh for reading, so that every Whoosh query runs on it."""
