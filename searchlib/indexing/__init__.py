"""What of an article is analyzed and kept, in this process or in several."""
