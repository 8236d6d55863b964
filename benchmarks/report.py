"""Writes the figures as a table in Markdown and as a plot."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from benchmarks.indexing import Indexed
from benchmarks.timing import Latency

__all__ = ["plot", "setting", "table"]


def table(
    corpus: str,
    versions: Mapping[str, str],
    indexed: Mapping[str, Indexed],
    latencies: Mapping[str, Mapping[str, Latency]],
    checked: str,
) -> str:
    """Return all figures as Markdown, with the date and the machine."""
    engines = list(versions)
    lines = [
        f"# {corpus}",
        "",
        f"{setting()}; "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
        + ".",
        checked,
        "",
        "| engine | indexing MB/s | index MB | memory MB |",
        "|---|---:|---:|---:|",
    ]
    lines += [
        f"| {name} | {row.mb_per_second:.2f} | {row.size_mb:.1f} | {row.memory_mb:.0f} |"
        for name, row in indexed.items()
    ]
    lines += [
        "",
        "Microseconds, p50 / p99 / mean:",
        "",
        f"| kind | {' | '.join(engines)} |",
        f"|---|{'---:|' * len(engines)}",
    ]
    lines += [
        f"| {kind} | "
        + " | ".join(f"{row[e].p50:.0f} / {row[e].p99:.0f} / {row[e].mean:.0f}" for e in engines)
        + " |"
        for kind, row in latencies.items()
    ]
    return "\n".join(lines) + "\n"


def setting() -> str:
    """Return the date and the machine."""
    return f"{date.today().isoformat()}, {_machine()}"  # noqa: DTZ011  # the local date


def _machine() -> str:
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}"


def plot(corpus: str, latencies: Mapping[str, Mapping[str, Latency]], path: Path) -> None:
    """Draw p50 as bars with a line up to p99, on a logarithmic axis, as SVG."""
    import matplotlib as mpl  # noqa: PLC0415  # it takes 0.5 s and is needed at the end only

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = corpus
    from matplotlib import pyplot as plt  # noqa: PLC0415

    engines = list(next(iter(latencies.values())))
    width = 0.8 / len(engines)
    figure, axes = plt.subplots(figsize=(9, 4.5))
    for number, engine in enumerate(engines):
        shift = (number - (len(engines) - 1) / 2) * width
        at = [kind + shift for kind in range(len(latencies))]
        p50 = [row[engine].p50 for row in latencies.values()]
        beyond = [row[engine].p99 - row[engine].p50 for row in latencies.values()]
        axes.bar(at, p50, width, label=engine, yerr=[[0] * len(at), beyond], capsize=3)
    axes.set_yscale("log")
    axes.set_ylabel("microseconds: p50, and up to p99")
    axes.set_xticks(range(len(latencies)), list(latencies))
    axes.set_title(f"Top 10 on {corpus}")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
