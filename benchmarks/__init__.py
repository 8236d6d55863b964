"""Benchmarks: searchlib beside its peers on equal work, with its results checked.

    python -m benchmarks articles.jsonl         indexing, size, memory, latency; a table and a plot
    python -m benchmarks.startup                what importing and a first query cost

See README.md for what is measured and how.
"""
