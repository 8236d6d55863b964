"""The engine for an index of files, or in memory: it searches in this process."""
