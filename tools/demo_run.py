# SPDX-License-Identifier: BSD-3-Clause
"""What both kinds of demo share: one testpmd over one pool, and its balance."""
import argparse
import json
import os
import sys

import pmd


def arguments():
    p = argparse.ArgumentParser()
    for name in ("pool", "dir", "prefix", "plugin", "testpmd", "eal"):
        p.add_argument("--" + name, required=True)
    p.add_argument("--net")
    p.add_argument("--to")
    p.add_argument("--seconds", type=float, default=2)
    return p.parse_args()


def say(text):
    print("  " + text, flush=True)


def start(args, vdevs):
    """testpmd bridges the two devices, as Debian built it; without an lcore cache,
    so that each packet asks the pool for its buffer"""
    cpus = sorted(os.sched_getaffinity(0))
    lcores = "0@%d,1@%d" % (cpus[0], cpus[-1])
    eal = [*args.eal.split(), "--no-pci", "--lcores", lcores,
           "--file-prefix", args.prefix,
           "--mbuf-pool-ops-name=" + args.pool]
    if args.pool == "zrx":
        eal += ["-d", args.plugin, "--log-level=pmd.mempool.zrx:info"]
    eal += ["--vdev=" + dev for dev in vdevs]
    run = pmd.Testpmd(eal, ["--total-num-mbufs=8192", "--mbuf-size=4096",
                            "--no-flush-rx", "--mbcache=0",
                            "--forward-mode=io"],
                      program=args.testpmd,
                      log="%s/%s.log" % (args.dir, args.pool))
    run.cmd("set record-core-cycles on")
    return run


def describe(run):
    """the driver's own line about the pool"""
    for line in run.banner.split("\n"):
        if "pool mb_pool" in line and "niov" in line or "plain stack" in line:
            return line.split(": ", 1)[-1].strip()
    return None


def balance(run, args, found):
    """stops everything and counts: what is not at home by then is lost"""
    port = run.cmd("show port stats all")
    forward = pmd.parse_forward(run.cmd("stop"))
    run.close_ports()
    pools = run.pools()
    found.update(packets=forward["TX-packets"], cycles=forward["cycles"],
                 dropped=forward["TX-dropped"], nombuf=pmd.parse_nombuf(port),
                 lost=sum(p["out"] for p in pools.values()),
                 ops=sorted({p["ops"] for p in pools.values()}))
    info = pmd.telemetry(args.prefix, "/zrx/pool/info,mb_pool_0") \
        if args.pool == "zrx" else None
    found["telemetry"] = info
    run.quit()


def finish(args, found):
    """ok is the verdict of this pool; the table needs both"""
    found["ok"] = not found["wrong"] and not found["missing"] and \
        not found["lost"] and found["ops"] == [args.pool]
    with open("%s/%s.json" % (args.dir, args.pool), "w") as f:
        json.dump(found, f)
    sys.exit(0 if found["ok"] else 1)


def guarded(main):
    args = arguments()
    try:
        found = main(args)
    except (pmd.PmdError, OSError) as e:
        say("failed: %s" % e)
        sys.exit(1)
    finish(args, found)
