"""The inner loops of whoosh/codec/."""
