"""Creates, opens and writes Whoosh indexes whose commits have searchlib's format."""
