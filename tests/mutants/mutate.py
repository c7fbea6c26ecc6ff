#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Breaks the core in every small way that operators.py knows, one at a time,
and asks whether a test notices.

    mutate.py WORK_DIR [--sample N --seed S] [--jobs N] [--suites A,B] [FILE ...]

A mutant that survives needs a test, or an entry in equivalent.txt that tells
why nobody could notice.  WORK_DIR keeps what is known, by content: a second
run asks again only where the core or the tests have changed.  A mutant that
does not compile is stillborn and does not count."""
import argparse
import collections
import hashlib
import json
import pathlib
import queue
import random
import sys
import threading
import time

import operators
import tree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# port_linux.h needs a kernel to be built in
EXCLUDED = {"ring/port_linux.h"}
SUITES = ["core", "fuzz", "relacy"]  # the cheapest first


def digest(paths):
    h = hashlib.sha256()
    for path in sorted(paths):
        h.update(str(path.relative_to(ROOT)).encode() + b"\0")
        h.update(path.read_bytes() + b"\0")
    return h.hexdigest()


def suite_files(suite):
    """What the verdict of a suite rests on, the core aside."""
    return [p for p in (*ROOT.glob("tests/*.h"),
                        *ROOT.glob(f"tests/{suite}/**/*"))
            if p.is_file() and p.suffix != ".pyc"]


def core_files():
    files = [*ROOT.glob("ring/*.h"), *ROOT.glob("mp/*.h")]
    return sorted(str(f.relative_to(ROOT)) for f in files)


def all_mutants(wanted):
    """Those of generated text that differ in text; a line that occurs twice
    gives two mutants that equivalent.txt cannot tell apart."""
    out = []
    for file in core_files():
        if file not in EXCLUDED and (not wanted or file in wanted):
            out += operators.mutants(file, (ROOT / file).read_text())
    return out


def squeeze(text):
    return " ".join(text.replace("\\\n", "\n").split())


def entry_of(mutant):
    return mutant.file, squeeze(mutant.old), squeeze(mutant.new)


def equivalents():
    """{(file, old, new): reason}, from blocks of a file name, - and + lines
    and lines of reason that begin with a colon."""
    known, file, old, new = {}, None, "", ""
    for line in (HERE / "equivalent.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            file, old, new = None, "", ""
        elif file is None:
            file = line
        elif line[0] == "-":
            old += line[1:] + "\n"
        elif line[0] == "+":
            new += line[1:] + "\n"
        elif line[0] == ":":
            key = file, squeeze(old), squeeze(new)
            known[key] = known.get(key, "") + line[1:]
        else:
            raise SystemExit(f"equivalent.txt: what is this line? {line}")
    return known


class Memory:
    """What earlier runs found, by mutant, and of which core and tests."""
    def __init__(self, work, suites):
        self.path = work / "known.json"
        self.lock = threading.Lock()
        self.core = digest(ROOT / f for f in core_files())
        self.tests = {s: digest(suite_files(s)) for s in suites}
        self.known = {}
        if self.path.exists():
            self.known = json.loads(self.path.read_text())

    @staticmethod
    def key(mutant):
        text = "\0".join([mutant.file, str(mutant.line), *entry_of(mutant)])
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    def basis(self, verdict):
        """A kill rests on the suite that killed, a survival on them all."""
        suite = verdict.split("/")[0]
        if suite in self.tests:
            return self.core + self.tests[suite]
        if verdict == "survived":
            return self.core + "".join(map("".join, self.tests.items()))
        return self.core if verdict == "stillborn" else None

    def get(self, mutant):
        """(verdict, True if it still holds)"""
        verdict, basis = self.known.get(self.key(mutant), ("", ""))
        return verdict, basis == self.basis(verdict)

    def put(self, mutant, verdict):
        with self.lock:
            self.known[self.key(mutant)] = [verdict, self.basis(verdict)]
            new = self.path.with_suffix(".new")
            new.write_text(json.dumps(self.known))
            new.rename(self.path)


class Worker(threading.Thread):
    """One tree; takes mutants off the queue until it is empty."""
    def __init__(self, number, todo, memory, suites, done):
        super().__init__(daemon=True)
        self.work = memory.path.parent / f"tree{number}"
        self.todo, self.memory, self.done = todo, memory, done
        self.suites = suites
        self.kills = collections.Counter()  # (file, test): what to ask first

    def run(self):
        try:
            self.copy = tree.Tree(ROOT, self.work)
            self.good = self.copy.baseline(self.suites)
            while True:
                mutant = self.todo.get_nowait()
                verdict = self.judge(mutant)
                self.memory.put(mutant, verdict)
                self.done(mutant, verdict)
        except queue.Empty:
            pass

    def order(self, mutant, suite):
        """First who killed this one before, then who killed its like."""
        hint = self.memory.get(mutant)[0]
        return sorted(self.good[suite], key=lambda t: (
            str(t) != hint, -self.kills[mutant.file, str(t)], t.seconds))

    def ask(self, mutant, suite):
        test = self.copy.first_failure(self.order(mutant, suite))
        if test:
            self.kills[mutant.file, str(test)] += 1
        return test

    def judge(self, mutant):
        """"stillborn", "survived" or the test that failed."""
        text = self.copy.text(mutant.file)
        self.copy.write(mutant.file, operators.apply(text, mutant))
        try:
            for suite in self.suites:
                try:
                    test = self.ask(mutant, suite)
                except tree.Stillborn:
                    if suite == self.suites[0]:
                        return "stillborn"
                    continue
                if test:
                    return str(test)
            return "survived"
        finally:
            self.copy.write(mutant.file, text)


def judge_all(todo, memory, args, done):
    line = queue.SimpleQueue()
    for mutant in todo:
        line.put(mutant)
    workers = [Worker(i, line, memory, args.suites, done)
               for i in range(min(args.jobs, len(todo)))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def survey(mutants, memory, args):
    """{mutant: verdict}, from memory or anew."""
    verdicts, begin = {}, time.monotonic()

    def done(mutant, verdict):
        verdicts[mutant] = verdict
        if sys.stderr.isatty() or len(verdicts) % 50 == 0:
            print(f"{len(verdicts)} of {len(mutants)}, "
                  f"{time.monotonic() - begin:.0f} s", file=sys.stderr)

    for mutant in mutants:
        verdict, holds = memory.get(mutant)
        if holds:
            verdicts[mutant] = verdict
    todo = [m for m in mutants if m not in verdicts]
    judge_all(todo, memory, args, done)
    if len(verdicts) != len(mutants):
        raise SystemExit("not every mutant was tried: see above")
    return verdicts


def show(mutant):
    print(mutant.file)
    print("\n".join("-" + line for line in mutant.old.split("\n")))
    print("\n".join("+" + line for line in mutant.new.split("\n")))
    print(f": line {mutant.line + 1}, {mutant.kind}: why is this the same?\n")


def report(verdicts, known, whole):
    """Prints the score; the number of what is wrong."""
    counts, open_, used = collections.Counter(), [], set()
    for mutant, verdict in verdicts.items():
        if verdict == "survived" and entry_of(mutant) in known:
            verdict = "equivalent"
            used.add(entry_of(mutant))
        elif verdict == "survived":
            open_.append(mutant)
        counts[verdict.split("/")[0]] += 1
    for mutant in open_:
        show(mutant)
    stale = set(known) - used if whole else set()
    for file, old, new in sorted(stale):
        print(f"equivalent.txt is stale: {file}: {old} -> {new}")
    killed = sum(n for k, n in counts.items()
                 if k not in ("stillborn", "survived", "equivalent"))
    print(", ".join(f"{k} {n}" for k, n in sorted(counts.items())))
    print(f"{killed + counts['equivalent']} passed, "
          f"{len(open_) + len(stale)} failed")
    return len(open_) + len(stale)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=pathlib.Path,
                        help="a directory to build and remember in")
    parser.add_argument("files", nargs="*", help="as ring/rq_cons.h; or all")
    parser.add_argument("--sample", type=int, help="so many, chosen at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", "-j", type=int, default=2)
    parser.add_argument("--suites", type=lambda s: s.split(","),
                        default=SUITES)
    args = parser.parse_args()
    args.work = args.work.resolve()
    args.work.mkdir(parents=True, exist_ok=True)
    return args


def main():
    args = arguments()
    mutants = all_mutants(args.files)
    if args.sample:
        random.Random(args.seed).shuffle(mutants)
        mutants = mutants[:args.sample]
    memory = Memory(args.work, args.suites)
    verdicts = survey(mutants, memory, args)
    return report(verdicts, equivalents(),
                  not args.sample and not args.files) != 0


if __name__ == "__main__":
    sys.exit(main())
