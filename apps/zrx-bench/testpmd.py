#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""testpmd's io forwarding over several kinds of pool, in turn.

One dpdk-testpmd for each kind of pool runs all the time, stopped; they take
turns of a fraction of a second on the same lcore.  A turn's figure is packets
for each nanosecond of CPU time of the forwarding thread; a kind's ratio is the
median over the turns of its figure by that of the best of DPDK's own kinds.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time

DPDK = ["ring_mp_mc", "stack", "lf_stack"]


class Testpmd:
    """One dpdk-testpmd between two net_null ports, stopped."""

    def __init__(self, name, ops, conf, args):
        self.name, self.ns = name, []
        env = dict(os.environ, ZRX_MEMPOOL=conf)
        command = ["stdbuf", "-oL", "dpdk-testpmd", "--no-pci", "-l", args.lcores,
                   "--file-prefix", f"bench{os.getpid()}-{name.replace(' ', '-')}",
                   "-d", args.plugin, f"--mbuf-pool-ops-name={ops}",
                   "--vdev=net_null0", "--vdev=net_null1", *args.eal,
                   "--", "-i", "--nb-cores=1", "--forward-mode=io",
                   "--total-num-mbufs=8192", f"--mbcache={args.mbcache}"]
        self.process = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, bufsize=1)
        self.wait_for(r"^Done|Checking link|Press enter|testpmd> $")
        self.say("show port summary all")
        self.wait_for("net_null1|Number of available ports")
        self.threads = self.find_threads()

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def wait_for(self, pattern):
        """Output up to and including the line that has the pattern."""
        text = ""
        for line in self.process.stdout:
            text += line
            if re.search(pattern, line):
                return text
        sys.exit(f"testpmd with pool {self.name} ended:\n{text[-800:]}")

    def find_threads(self):
        base = f"/proc/{self.process.pid}/task"
        names = {t: open(f"{base}/{t}/comm").read().strip() for t in os.listdir(base)}
        return [f"{base}/{t}/schedstat" for t, n in names.items()
                if re.match("lcore-worker|rte-worker|dpdk-worker", n)]

    def cpu_ns(self):
        return sum(int(open(t).read().split()[0]) for t in self.threads)

    def turn(self, seconds):
        before = self.cpu_ns()
        self.say("start")
        time.sleep(seconds)
        self.say("stop")
        text = self.wait_for("^Done\\.")
        packets = int(re.findall(r"RX-packets: (\d+)", text)[-1])
        self.ns.append((self.cpu_ns() - before) / max(packets, 1))

    def quit(self):
        self.say("quit")
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()


def quartiles(values):
    q = statistics.quantiles(values, n=4, method="inclusive")
    return {"q1": q[0], "median": statistics.median(values), "q3": q[2]}


def results(pmds):
    own = [p for p in pmds if p.name in DPDK]
    base = min(own, key=lambda p: statistics.median(p.ns))
    rows = []
    for p in pmds:
        ratio = [b / a for a, b in zip(p.ns, base.ns)]
        rows.append({"name": p.name, "base": p is base, "ns": quartiles(p.ns),
                     "ratio": quartiles(ratio)})
    return rows


def table(mbcache, rows):
    print(f"\n{f'testpmd io, --mbcache {mbcache}':36} {'ns/pkt':>8}  {'ratio':>6}")
    for r in rows:
        q = r["ratio"]
        print(f"{'=' if r['base'] else ' '} {r['name']:34} {r['ns']['median']:8.2f}"
              f"  {q['median']:6.2f}  [{q['q1']:.2f} {q['q3']:.2f}]")


def arguments():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--plugin", required=True, help="librte_mempool_zrx.so, absolute")
    p.add_argument("--turns", type=int, default=15)
    p.add_argument("--seconds", type=float, default=0.3, help="of a turn")
    p.add_argument("--lcores", default="0,1", help="main and forwarding lcore")
    p.add_argument("--layouts", default="interleaved,pinned")
    p.add_argument("--json", help="file for the results")
    p.add_argument("eal", nargs="*", help="more EAL arguments, after --")
    return p.parse_args()


def measure(args, mbcache):
    args.mbcache = mbcache
    kinds = [(ops, ops, "") for ops in DPDK]
    kinds += [(f"zrx {l}", "zrx", f"layout={l}") for l in args.layouts.split(",")]
    pmds = [Testpmd(*kind, args) for kind in kinds]
    for p in pmds:
        p.turn(args.seconds)  # what a first use costs is not counted
        p.ns.clear()
    for _ in range(args.turns):
        for p in pmds:
            p.turn(args.seconds)
    rows = results(pmds)
    for p in pmds:
        p.quit()
    table(mbcache, rows)
    return {"cell": f"testpmd io, --mbcache {mbcache}", "rows": rows}


def main():
    args = arguments()
    print(f"testpmd: {args.turns} turns of {args.seconds} s each; ratio: how many"
          " times as fast as the row marked =, [quartiles]")
    cells = [measure(args, mbcache) for mbcache in (250, 0)]
    if args.json:
        with open(args.json, "w") as f:
            json.dump({"suite": "testpmd", "cells": cells}, f, indent=1)


main()
