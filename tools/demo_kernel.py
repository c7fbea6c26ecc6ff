#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""testpmd between two packet sockets while ping, UDP and TCP of the kernel's
own stack cross it.  Runs in the middle; the ends run in theirs."""
import json
import os
import re
import subprocess
import sys
import threading

import demo_run
import pmd

HERE = os.path.dirname(os.path.abspath(__file__))
DATAGRAMS = 20000
STREAM = 200 << 20  # each way
PINGS = 200


def at(args, end, *argv, **kw):
    return subprocess.Popen(["nsenter", "--net=/run/netns/%s-%s" % (args.net, end),
                             *argv], stdout=subprocess.PIPE, text=True, **kw)


def ping(args, size):
    """ping itself compares what comes back with what it sent"""
    with at(args, "left", "ping", "-q", "-n", "-M", "do", "-i", "0.002", "-W", "2",
            "-c", str(PINGS), "-s", str(size), "-p", "5a7e", args.to,
            stderr=subprocess.STDOUT) as p:
        text = p.communicate()[0]
    back = re.search(r"(\d+) received", text)
    return int(back.group(1)) if back else 0, text.count("wrong data")


def pings(args, found):
    for size in (16, 56, 512, 1472):
        back, wrong = ping(args, size)
        found["missing"] += PINGS - back
        found["wrong"] += wrong
    demo_run.say("ping: %d echoes of 16 to 1472 bytes, %d missing, %d wrong" %
                 (4 * PINGS, found["missing"], found["wrong"]))


def sockets(args, found):
    with at(args, "left", sys.executable, HERE + "/peer.py", "drive", args.to,
            str(DATAGRAMS), str(STREAM)) as p:
        text = p.communicate()[0]
    if p.returncode:
        raise pmd.PmdError("the far end did not answer; the traffic stopped")
    r = json.loads(text)
    found["missing"] += r["udp_sent"] - r["udp_back"] - r["udp_wrong"]
    found["wrong"] += r["udp_wrong"] + (r["tcp_sent"] - r["tcp_right"])
    found["udp_rate"] = 2 * r["udp_back"] / r["udp_seconds"]
    found["tcp_rate"] = r["tcp_right"] / r["tcp_seconds"] / 1e6
    demo_run.say("UDP: %d datagrams of 12 to 1472 bytes there and back, %d right" %
                 (r["udp_sent"], r["udp_back"]))
    demo_run.say("TCP: %d MB in both directions, %d MB right" %
                 (r["tcp_sent"] >> 20, r["tcp_right"] >> 20))


def watch(run, found, stop):
    """the most buffers that were out at once, of some looks"""
    while not stop.wait(0.2):
        out = sum(p["out"] for p in run.pools().values())
        found["out"] = max(found["out"], out)


def traffic(args, run, found):
    stop = threading.Event()
    eye = threading.Thread(target=watch, args=(run, found, stop))
    eye.start()
    try:
        pings(args, found)
        sockets(args, found)
    finally:
        stop.set()
        eye.join()


def main(args):
    found = {"wrong": 0, "missing": 0, "out": 0}
    vdevs = ["net_af_packet%d,iface=m%d" % (i, i) for i in (0, 1)]
    far = at(args, "right", sys.executable, HERE + "/peer.py", "serve", args.to)
    try:
        far.stdout.readline()
        with demo_run.start(args, vdevs) as run:
            demo_run.say(demo_run.describe(run) or "testpmd is up")
            run.cmd("start")
            traffic(args, run, found)
            demo_run.balance(run, args, found)
    finally:
        far.kill()
    return found


demo_run.guarded(main)
