#!/usr/bin/env python3
"""table.py NAME: what runs of mailload have measured, as one line. On stdin: SERVER and its JSON, a line a run, in turn."""
import collections
import json
import statistics
import sys

# What is told; 1: the more the better, -1: the less, 0: it has no ratio.
TOLD = {
    "rate": 1, "list_rate": 1, "download_rate": 1, "retr_rate": 1, "cycle_rate": 1,
    "commit_latency_p50": -1, "server_cpu_per_msg": -1, "server_cpu_per_login": -1,
    "idle_connections": 0, "pss_per_conn": -1, "push_delivery_reply_p50": 0, "push_latency_p50": -1, "errors": 0,
}


def ratio(first, second, better):
    return first / second if better > 0 else second / first


runs, units = collections.defaultdict(lambda: collections.defaultdict(list)), {}
for line in sys.stdin:
    server, text = line.split(" ", 1)
    for name, m in json.loads(text.replace("-nan", "0").replace("nan", "0"))["metrics"].items():
        runs[name][server].append(m["v"])
        units[name] = m["u"]
words = []
for name, better in TOLD.items():
    by = runs.get(name)
    if not by or (name == "errors" and not any(map(any, by.values()))):
        continue
    word = f"{name} " + " / ".join(f"{statistics.median(v):.4g}" for v in by.values()) + f" {units[name]}"
    pairs = list(zip(*by.values())) if len(by) > 1 and better else []
    ratios = [ratio(a, b, better) for a, b in pairs if a and b]
    words.append(word + (f" = {statistics.median(ratios):.2f}x" if ratios else ""))
print(f"{sys.argv[1]:18} {', '.join(words)}")
