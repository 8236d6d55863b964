"""An index of articles as Whoosh sees it: to be read, by any query of Whoosh."""
