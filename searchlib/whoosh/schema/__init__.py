"""Whoosh schemas as JSON: nothing is imported or unpickled for a name in a file."""
