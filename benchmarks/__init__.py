"""Benchmarks: compare searchlib with other engines on equal work, and check its results.

    python -m benchmarks articles.jsonl         indexing, size, memory, latency; a table and a plot
    python -m benchmarks.startup                time of an import and of a first query

README.md describes the measurements.
"""
