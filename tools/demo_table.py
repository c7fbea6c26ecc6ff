#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The two runs side by side, and the verdict of both as exit status."""
import json
import sys

ROWS = (
    ("packets forwarded", "packets", "%d"),
    ("UDP, datagrams/s", "udp_rate", "%.0f"),
    ("TCP, MB/s", "tcp_rate", "%.0f"),
    ("compared bytes", "compared", "%d"),
    ("packets/s, null to null", "null_rate", "%.0f"),
    ("wrong bytes or datagrams", "wrong", "%d"),
    ("datagrams missing", "missing", "%d"),
    ("allocation failures", "nombuf", "%d"),
    ("buffers out, most at once", "out", "%d"),
    ("buffers lost", "lost", "%d"),
    ("cycles per packet", "cycles", "%.0f"),
)


def load(path):
    try:
        with open(path) as f:
            return json.load(f)
    except OSError:
        return {"ok": False}


def main():
    runs = [load(path) for path in sys.argv[1:3]]
    print("\n%-28s %14s %14s" % ("", "zrx", "ring_mp_mc"))
    for label, key, form in ROWS:
        cells = [form % r[key] if r.get(key) is not None else "-" for r in runs]
        if cells != ["-", "-"]:
            print("%-28s %14s %14s" % (label, *cells))
    good = all(r["ok"] for r in runs)
    print("\n" + ("every byte was right and no buffer was lost" if good else
                  "FAILED: see above"))
    return 0 if good else 1


sys.exit(main())
