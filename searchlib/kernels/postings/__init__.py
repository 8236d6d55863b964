"""The inner loops that read postings."""
