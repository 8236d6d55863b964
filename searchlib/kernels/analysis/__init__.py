"""The inner loops of analysis/."""
