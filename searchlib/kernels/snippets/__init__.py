"""The inner loops of snippets/."""
