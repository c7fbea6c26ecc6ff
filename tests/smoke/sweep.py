#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""testpmd over pool zrx: each forward mode on each kind of port, in each layout,
with buffer sizes, caches and lcores so mixed in that every two values of two
axes meet.  Each cell: packets moved, nothing crashed, every buffer came home.

sweep.py --part I/N runs every Nth cell; wants a network namespace of its own.
"""
import argparse
import itertools
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../../tools"))
import pmd  # noqa: E402

LAYOUTS = ("interleaved", "pinned", "auto")
PORTS = ("null", "ring", "tap", "af_packet", "pcap")
MODES = ("io", "mac", "macswap", "5tswap", "csum", "rxonly", "txonly", "flowgen",
         "icmpecho")
SENDS = ("io", "mac", "macswap", "5tswap", "csum", "txonly", "flowgen")
SIZES = ("default", "4096", "2176,4096")
CACHES = ("0", "250", "512")
LCORES = (1, 2)
RUN = 0.25  # seconds that packets flow


def cells():
    """mode x port x layout, the rest so that every pair of values occurs"""
    seen = set()
    for layout, mode, port in itertools.product(LAYOUTS, MODES, PORTS):
        best = max(itertools.product(SIZES, CACHES, LCORES),
                   key=lambda rest: len(pairs(layout, mode, port, *rest) - seen))
        seen |= pairs(layout, mode, port, *best)
        yield dict(zip(("layout", "mode", "port", "size", "cache", "lcores"),
                       (layout, mode, port, *best)), mbufs=8192, bounce=0)
    for layout, port in itertools.product(LAYOUTS, ("null", "af_packet")):
        yield dict(layout=layout, mode="io", port=port, size="default",
                   cache="250", lcores=1, mbufs=60000, bounce=0)
        yield dict(layout=layout, mode="macswap", port=port, size="4096",
                   cache="512", lcores=2, mbufs=8192, bounce=20)


def pairs(*values):
    return set(itertools.combinations(enumerate(values), 2))


def frame(kind, size):
    """UDP, or an ICMP echo request, from a host to a host behind testpmd"""
    proto, body = (1, b"\x08\0\xf7\xff\0\0\0\0") if kind else \
        (17, struct.pack("!HHHH", 7, 7, size - 34, 0))
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, size - 14, 0, 0, 64, proto, 0,
                     b"\xc0\0\x02\x01", b"\xc0\0\x02\x02")
    total = sum(struct.unpack("!10H", ip))
    total = (total & 0xffff) + (total >> 16)
    ip = ip[:10] + struct.pack("!H", 0xffff & ~total) + ip[12:]
    head = b"\x02\0\0\0\0\x01" + b"\x02\0\0\0\0\x02" + b"\x08\0" + ip + body
    return head + bytes(size - len(head))


FRAMES = [frame(kind, size) for kind in (0, 1) for size in (60, 590, 1514)]


def write_pcap(path):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for data in FRAMES * 20:
            f.write(struct.pack("<IIII", 0, 0, len(data), len(data)) + data)


def sh(*argv):
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)


class Place:
    """what the ports of the cells are plugged into"""

    def __init__(self, pcap):
        self.pcap = pcap
        write_pcap(self.pcap)
        with open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w") as f:
            f.write("1")
        for i in (0, 1):
            sh("ip", "link", "add", "m%d" % i, "type", "veth", "peer", "name",
               "p%d" % i)
            for end in "mp":
                sh("ip", "link", "set", "%s%d" % (end, i), "up")

    def vdevs(self, port):
        return [{"null": "net_null%d", "ring": "net_ring%d",
                 "tap": "net_tap%d,iface=t%d" % (i, i) + "%.0s",
                 "af_packet": "net_af_packet%d,iface=m" + str(i),
                 "pcap": "net_pcap%d,rx_pcap=" + self.pcap + ",infinite_rx=1",
                 }[port] % i for i in (0, 1)]

    def sockets(self, port):
        names = {"tap": "t%d", "af_packet": "p%d"}.get(port)
        socks = []
        for i in (0, 1) if names else ():
            s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            s.bind((names % i, 0))
            socks.append(s)
        return socks


def flow(socks):
    """time passes; where the other end is the kernel's, frames come from there"""
    end = time.monotonic() + RUN
    while time.monotonic() < end:
        for s, data in itertools.product(socks, FRAMES):
            try:
                s.send(data)
            except OSError:
                pass  # a full queue; the next one gets through
        time.sleep(0.002)
    for s in socks:
        s.close()


def start(cell, place, args):
    where = "0@0,1@0" if cell["lcores"] == 1 else "0@0,1@0,2@1"
    os.environ["ZRX_MEMPOOL"] = "layout=" + cell["layout"]
    eal = [*args.eal.split(), "--no-pci", "--lcores", where, "--file-prefix",
           args.prefix, "-d", args.plugin, "--mbuf-pool-ops-name=" + args.ops,
           "--log-level=pmd.mempool.zrx:info",
           *("--vdev=" + v for v in place.vdevs(cell["port"]))]
    app = ["--total-num-mbufs=%d" % cell["mbufs"], "--mbcache=" + cell["cache"],
           "--forward-mode=" + cell["mode"], "--nb-cores=%d" % cell["lcores"]]
    if cell["size"] != "default":
        app.append("--mbuf-size=" + cell["size"])
    return pmd.Testpmd(eal, app, log=args.log)


def check_layout(run, cell):
    """niovs, not the fallback, and in the layout that was asked for"""
    got = re.findall(r"pool mb_pool\S*: \w+, (\w+), \d+ niovs", run.banner)
    want = cell["size"].count(",") + 1
    if len(got) != want:
        raise pmd.PmdError("%d pools of niovs, not %d" % (len(got), want))
    if cell["layout"] != "auto" and set(got) != {cell["layout"]}:
        raise pmd.PmdError("layout is " + got[0])


def check_moved(cell, forward):
    if cell["mode"] not in ("txonly", "flowgen") and not forward["RX-packets"]:
        raise pmd.PmdError("nothing was received")
    if cell["mode"] in SENDS and not forward["TX-packets"]:
        raise pmd.PmdError("nothing was sent")


def bounce(run, times):
    for _ in range(times):
        for line in ("stop", "port stop all", "port start all", "start"):
            run.cmd(line)


def drain(run):
    """what lies in rings that the ports share is read before they close"""
    run.cmd("set fwd rxonly")
    run.cmd("start")
    time.sleep(0.05)
    run.cmd("stop")


def check_home(run):
    run.close_ports()
    for name, pool in run.pools().items():
        if pool["out"]:
            raise pmd.PmdError("%d buffers of %s did not come home" %
                               (pool["out"], name))


def run_cell(cell, place, args):
    with start(cell, place, args) as run:
        if args.ops == "zrx":
            check_layout(run, cell)
        first = " tx_first" if cell["port"] == "ring" else ""
        run.cmd("start" + first)
        bounce(run, cell["bounce"])
        flow(place.sockets(cell["port"]))
        check_moved(cell, pmd.parse_forward(run.cmd("stop")))
        if cell["port"] == "ring":
            drain(run)
        check_home(run)
        run.quit()


def try_cell(cell, place, args):
    try:
        run_cell(cell, place, args)
        return "ok"
    except pmd.PmdError as e:
        return str(e)


def arguments():
    p = argparse.ArgumentParser()
    for name in ("plugin", "prefix", "part", "log", "result"):
        p.add_argument("--" + name, required=True)
    p.add_argument("--eal", required=True)
    p.add_argument("--ops", default="zrx")
    p.add_argument("--only", default="", help="words that a cell must have")
    return p.parse_args()


def main():
    args = arguments()
    place = Place(args.result + ".pcap")
    mine, parts = map(int, args.part.split("/"))
    with open(args.result, "w") as out:
        for cell in itertools.islice(cells(), mine, None, parts):
            words = {str(v) for v in cell.values()}
            if not set(args.only.split()) <= words:
                continue
            began = time.monotonic()
            cell["verdict"] = try_cell(cell, place, args)
            cell["seconds"] = time.monotonic() - began
            print(json.dumps(cell), file=out, flush=True)


main()
