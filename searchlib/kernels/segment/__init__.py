"""The inner loops of segment/: tables of keys, and lists in the making."""
