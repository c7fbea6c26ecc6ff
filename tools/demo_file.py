#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The demo without root: packets of a file through testpmd into a file, every
byte compared, then testpmd between two net_null ports for its speed."""
import random
import struct
import time

import demo_run
import pmd

PACKETS = 20000
HEADER = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1)


def frames(port):
    """sizes and bytes that depend on the place in the file"""
    noise = random.Random(port)
    pattern = noise.randbytes(65521) * 2
    for i in range(PACKETS):
        size = noise.choice((60, 61, 128, 590, 1024, 1513, 1514))
        start = i * 7919 % 65521
        yield pattern[start:start + size]


def write_file(path, port):
    with open(path, "wb") as f:
        f.write(HEADER)
        for i, data in enumerate(frames(port)):
            f.write(struct.pack("<IIII", i, 0, len(data), len(data)) + data)


def read_file(path):
    with open(path, "rb") as f:
        f.read(len(HEADER))
        while True:
            head = f.read(16)
            if len(head) < 16:
                return
            yield f.read(struct.unpack("<IIII", head)[2])


def compare(path, port, found):
    got = list(read_file(path))
    want = list(frames(port))
    found["missing"] += len(want) - len(got)
    found["wrong"] += sum(a != b for a, b in zip(got, want))
    found["compared"] += sum(map(len, got))


def wait_for(run, packets, seconds):
    end = time.monotonic() + seconds
    while pmd.parse_forward(run.cmd("show fwd stats all"))["TX-packets"] < packets:
        if time.monotonic() > end:
            return
        time.sleep(0.1)


def through_files(args, found):
    """port 0's file comes out of port 1 and the other way round"""
    path = args.dir + "/%s-" + args.pool + "%d.pcap"
    for port in (0, 1):
        write_file(path % ("in", port), port)
    vdevs = ["net_pcap%d,rx_pcap=%s,tx_pcap=%s" %
             (i, path % ("in", i), path % ("out", i)) for i in (0, 1)]
    with demo_run.start(args, vdevs) as run:
        demo_run.say(demo_run.describe(run) or "testpmd is up")
        run.cmd("start")
        wait_for(run, 2 * PACKETS, 15)
        demo_run.balance(run, args, found)
    for port in (0, 1):
        compare(path % ("out", 1 - port), port, found)
    demo_run.say("files: %d bytes compared, %d packets wrong, %d missing" %
                 (found["compared"], found["wrong"], found["missing"]))


def between_nulls(args, found):
    null = {}
    with demo_run.start(args, ["net_null0", "net_null1"]) as run:
        run.cmd("start")
        time.sleep(args.seconds)
        demo_run.balance(run, args, null)
    found.update(null_rate=null["packets"] / args.seconds, cycles=null["cycles"],
                 lost=found["lost"] + null["lost"],
                 nombuf=found["nombuf"] + null["nombuf"])
    demo_run.say("net_null: %.1f M packets/s" % (found["null_rate"] / 1e6))


def main(args):
    found = {"wrong": 0, "missing": 0, "compared": 0}
    through_files(args, found)
    between_nulls(args, found)
    return found


demo_run.guarded(main)
