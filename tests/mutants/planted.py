#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Plants each bug of planted.txt into a copy of the core, one at a time, and
demands that the suite named beside it fails.

    planted.py WORK_DIR [--suite NAME] [NAME ...]

An entry whose old text is not found exactly once is stale and fails."""
import argparse
import pathlib
import sys
import time

import tree

HERE = pathlib.Path(__file__).resolve().parent


class Stale(Exception):
    """An edit does not fit the core any more."""


class Bug:
    def __init__(self, name):
        self.name = name
        self.suite = None
        self.edits = []  # (file, old text, new text)


def parse(path):
    """A bug is `bug:`, `suite:`, then one or more `file:` with - and + lines;
    # begins a comment."""
    bugs = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        key, _, rest = line.partition(":")
        if not line or line.startswith("#"):
            continue
        if key == "bug":
            bugs.append(Bug(rest.strip()))
        elif key == "suite":
            bugs[-1].suite = rest.strip()
        elif key == "file":
            bugs[-1].edits.append([rest.strip(), "", ""])
        elif line[0] in "-+":
            bugs[-1].edits[-1][1 if line[0] == "-" else 2] += line[1:] + "\n"
        else:
            raise SystemExit(f"{path}:{number}: what is this line?")
    return bugs


def apply(copy, bug):
    """The texts as they were, by file."""
    before = {file: copy.text(file) for file, _, _ in bug.edits}
    after = dict(before)
    for file, old, new in bug.edits:
        if after[file].count(old) != 1:
            raise Stale(f"[stale: {file} has it {after[file].count(old)} times]")
        after[file] = after[file].replace(old, new)
    for file, text in after.items():
        copy.write(file, text)
    return before


def killer(copy, bug, tests):
    """Who noticed the bug; a text in brackets if that is not a test."""
    try:
        before = apply(copy, bug)
    except Stale as stale:
        return str(stale)
    try:
        test = copy.first_failure(tests)
        return str(test) if test else "[survived]"
    except tree.Stillborn:
        return "[does not compile]"
    finally:
        for file, text in before.items():
            copy.write(file, text)


def wanted(args):
    bugs = parse(HERE / "planted.txt")
    unknown = set(args.names) - {b.name for b in bugs}
    if unknown:
        raise SystemExit(f"no such bug: {', '.join(sorted(unknown))}")
    return [b for b in bugs if (not args.names or b.name in args.names) and
            (not args.suite or b.suite == args.suite)]


def run(copy, bugs):
    suites = copy.baseline(sorted({b.suite for b in bugs}))
    failed = 0
    for bug in bugs:
        begin = time.monotonic()
        who = killer(copy, bug, suites[bug.suite])
        failed += who.startswith("[")
        seconds = time.monotonic() - begin
        print(f"{bug.name:<52} {who:<32} {seconds:5.1f} s", flush=True)
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", help="a directory to build in, kept")
    parser.add_argument("names", nargs="*", help="bugs; all if none is named")
    parser.add_argument("--suite", help="only bugs of this suite")
    args = parser.parse_args()
    bugs = wanted(args)
    failed = run(tree.Tree(HERE.parent.parent, args.work), bugs)
    print(f"{len(bugs) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
