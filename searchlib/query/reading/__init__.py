"""The readers of a query: from its characters up to lists of operands, each by itself."""
