"""Many segments: which are current, and how that changes.

    DocumentBatch -> Transaction -> Commit -> Snapshot

A commit names the segments; a snapshot reads those of one commit.
"""
