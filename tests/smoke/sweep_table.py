#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The results of sweep.py as a table for each layout; status 0 if all are well."""
import json
import sys

PORTS = ("null", "ring", "tap", "af_packet", "pcap")


def load(paths):
    return [json.loads(line) for path in paths for line in open(path)]


def name(cell):
    return "%s %s %s mbuf-size=%s mbcache=%s lcores=%d" % tuple(
        cell[k] for k in ("layout", "port", "mode", "size", "cache", "lcores"))


def show(rows, layout):
    ports = [p for p in PORTS if p in {c["port"] for c in rows}]
    print("%-12s" % layout + "".join("%10s" % p for p in ports))
    for mode in dict.fromkeys(c["mode"] for c in rows):
        marks = []
        for port in ports:
            hits = [c["verdict"] == "ok" for c in rows
                    if (c["mode"], c["port"]) == (mode, port)]
            marks.append("-" if not hits else "ok" if all(hits) else "FAILED")
        print("%-12s" % mode + "".join("%10s" % m for m in marks))


def extras(cells):
    for c in cells:
        if c["mbufs"] != 8192:
            print("%-12s %-10s %d mbufs: %s" %
                  (c["layout"], c["port"], c["mbufs"], c["verdict"]))
        if c["bounce"]:
            print("%-12s %-10s %d times port stop and start: %s" %
                  (c["layout"], c["port"], c["bounce"], c["verdict"]))


def main():
    cells = load(sys.argv[1:])
    plain = [c for c in cells if c["mbufs"] == 8192 and not c["bounce"]]
    for layout in dict.fromkeys(c["layout"] for c in plain):
        show([c for c in plain if c["layout"] == layout], layout)
    extras(cells)
    bad = [c for c in cells if c["verdict"] != "ok"]
    for c in bad:
        print("FAILED %s: %s" % (name(c), c["verdict"]))
    print("%d cells, %d failed, %.1f s a cell" %
          (len(cells), len(bad), sum(c["seconds"] for c in cells) / max(1, len(cells))))
    return 1 if bad or not cells else 0


sys.exit(main())
