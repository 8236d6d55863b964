"""Whoosh indexes with commits of our own: making, writing, opening them."""
