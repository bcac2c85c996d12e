"""What both peers are timed with."""

import argparse
import json
import math
import random
import tempfile
import time


def quantile(sorted_values, q):
    """The value that a share q of the values does not exceed."""
    return sorted_values[max(0, math.ceil(q * len(sorted_values)) - 1)]


def measure(name, begin):
    """Times log() calls of a tracker, and prints one JSON object.

    begin(directory) imports the tracker, begins a run there, and gives its log and finish.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("n", type=int, help="how many times log() is called")
    parser.add_argument("--keys", type=int, default=3, help="scalars in each call")
    options = parser.parse_args()
    n, keys = options.n, options.keys
    if n < 1 or keys < 1:
        parser.error("n and --keys must be at least 1")

    # Made before: what is timed is the tracker.
    source = random.Random(1)
    rows = [
        {f"metric_{k}": source.random() for k in range(keys)} for _ in range(min(n, 1000))
    ]
    clock = time.perf_counter_ns
    times = [0] * n
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        t0 = clock()
        log, finish = begin(directory)
        t1 = clock()
        for i in range(n):
            row = dict(rows[i % len(rows)])
            before = clock()
            log(row)
            times[i] = clock() - before
        t2 = clock()
        finish()
        t3 = clock()
    times.sort()
    total = (t3 - t1) / 1e9
    print(
        json.dumps(
            {
                "peer": name,
                "n": n,
                "keys": keys,
                "p50_us": quantile(times, 0.5) / 1e3,
                "p99_us": quantile(times, 0.99) / 1e3,
                "max_us": times[-1] / 1e3,
                "begin_s": (t1 - t0) / 1e9,
                "loop_s": (t2 - t1) / 1e9,
                "finish_s": (t3 - t2) / 1e9,
                "total_s": total,
                "values_per_s": n * keys / total,
            }
        )
    )
