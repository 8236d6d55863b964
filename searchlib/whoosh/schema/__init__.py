"""Writes Whoosh schemas as JSON and reads them; a name in a file imports or unpickles nothing."""
