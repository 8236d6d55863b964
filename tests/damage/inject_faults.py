"""Have every call into the operating system fail once, and see what becomes of the index.

    python -m tests.damage.inject_faults                     each call by EIO, ENOSPC, EACCES, EMFILE
    python -m tests.damage.inject_faults --persistent        and all later ones of that function
    python -m tests.damage.inject_faults --kinds before after     Ctrl-C in their place, or after them
    python -m tests.damage.inject_faults --only commit:fsync:5:EIO     one trial, with all it says

Prints a table by scenario and function, then a line for each trial that went wrong, which --only
takes. fault_trials.py says what the letters are. The exit code is 1 if any went wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
from collections import Counter
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[2]))  # for those who run it as a script

from tests.damage.fault_scenarios import SCENARIOS
from tests.damage.fault_trials import LETTERS, Bench, Trial, Wrong
from tests.damage.faults import ERRORS, INTERRUPTS, Fault


def main() -> int:
    """Run what the command line asks for; give the exit code."""
    options = _options()
    began = perf_counter()
    only = [_trial(text, persistent=options.persistent) for text in options.only]
    bench = Bench({trial.scenario: None for trial in only} or options.scenarios)
    try:
        trials = only or [
            trial
            for trial in bench.trials(options.kinds, persistent=options.persistent)
            if trial.fault.function in options.functions or not options.functions
        ]
        if options.sample:
            trials = bench.sample(trials, options.sample)
        outcomes = dict(bench.run(trials, options.processes))
    finally:
        bench.close()
    failed = {trial: outcomes[trial] for trial in trials if outcomes[trial]}
    if not only:
        _print_table(outcomes)
    _print_failed(failed, whole=bool(only), most=options.most)
    print(f"{len(failed)} of {len(outcomes)} faults went wrong; {perf_counter() - began:.0f} s")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kinds", nargs="+", choices=ERRORS + INTERRUPTS, default=ERRORS)
    parser.add_argument("--persistent", action="store_true")
    parser.add_argument("--scenarios", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--functions", nargs="+", default=())
    parser.add_argument("--only", nargs="+", default=(), metavar="SCENARIO:FUNCTION:N:KIND")
    parser.add_argument("--sample", type=int, metavar="N", help="N of the trials, the same always")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--most", type=int, default=1000, help="lines of trials that went wrong")
    return parser.parse_args()


def _trial(text: str, *, persistent: bool) -> Trial:
    scenario, function, number, kind = text.split(":")
    return Trial(scenario, Fault(function, int(number), kind, persistent))


def _print_table(outcomes: dict[Trial, list[Wrong]]) -> None:
    totals: Counter[tuple[str, str]] = Counter()
    wrong: Counter[tuple[str, str, str]] = Counter()
    for trial, found in outcomes.items():
        for scenario in (trial.scenario, "all"):
            for function in (trial.fault.function, "all"):
                totals[scenario, function] += 1
                wrong.update({(scenario, function, each.letter) for each in found})
    print(f"{'scenario':<17}{'function':<9}{'trials':>7}" + "".join(f"{x:>5}" for x in LETTERS))
    scenarios = [*dict.fromkeys(trial.scenario for trial in outcomes), "all"]
    for scenario in scenarios:
        for function in sorted(
            {place[1] for place in totals if place[0] == scenario}, key=_all_last
        ):
            counts = (wrong[scenario, function, letter] for letter in LETTERS)
            print(
                f"{scenario:<17}{function:<9}{totals[scenario, function]:>7}"
                + "".join(f"{count or '-':>5}" for count in counts)
            )


def _all_last(function: str) -> tuple[bool, str]:
    return function == "all", function


def _print_failed(failed: dict[Trial, list[Wrong]], *, whole: bool, most: int) -> None:
    for trial, found in list(failed.items())[:most]:
        persistent = " --persistent" if trial.fault.persistent else ""
        print(f"--only {trial}{persistent}")
        for letter, text, raised in found:
            print(f"    {letter}  {text}")
            if whole:
                print(textwrap.indent(raised, "       "))


if __name__ == "__main__":
    sys.exit(main())
