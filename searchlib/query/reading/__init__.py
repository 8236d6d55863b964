"""The readers of a query, one module each: characters, words, operands, and lists of operands."""
