"""SearchlibCodec: segments of any Whoosh index, for Whoosh's readers and writers."""
