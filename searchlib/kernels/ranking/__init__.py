"""The inner loops of ranking/."""
