# SPDX-License-Identifier: BSD-3-Clause
"""A copy of the source tree in which the core may be broken.

The copy has a build directory of its own, without DPDK and without
optimisation, that is configured once: after an edit only what includes the
edited header is compiled again, one test program at a time.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

SKIP = 77
IGNORED = ("build*", "*.swp", "__pycache__", ".ci")
# -Werror off: a mutant is to be caught by a test, not by an unused variable
OPTIONS = ["-Ddpdk=disabled", "-Dwerror=false", "-Dbuildtype=debug"]


class Stillborn(Exception):
    """What was edited no longer compiles."""


class Test:
    def __init__(self, entry, targets):
        self.name = entry["name"]
        self.suite = entry["suite"][0].split(":")[-1]
        self.cmd = entry["cmd"]
        self.env = entry["env"]
        self.cwd = entry["workdir"]
        self.timeout = entry["timeout"]
        self.targets = [targets[d] for d in entry["depends"] if d in targets]

    def __str__(self):
        return f"{self.suite}/{self.name}"


class Tree:
    def __init__(self, source, work):
        self.source = pathlib.Path(source).resolve()
        self.root = pathlib.Path(work).resolve()
        self.src = self.root / "src"
        self.build = self.root / "build"
        self.env = dict(os.environ, CCACHE_DIR=str(self.root.parent / "ccache"))
        self._copy()
        self._configure()
        self.tests = self._introspect()

    def _copy(self):
        """Copies what differs, so that a tree used before is built faster."""
        def newer(src, dst):
            same = os.path.exists(dst) and \
                open(src, "rb").read() == open(dst, "rb").read()
            return dst if same else shutil.copyfile(src, dst)

        ignore = shutil.ignore_patterns(*IGNORED)
        self.src.mkdir(parents=True, exist_ok=True)
        for name in self._tracked_folders():
            shutil.copytree(self.source / name, self.src / name, ignore=ignore,
                            copy_function=newer, dirs_exist_ok=True)
        for path in self.source.glob("meson*"):
            newer(path, self.src / path.name)
        self._copy_modes()

    def _tracked_folders(self):
        return [p.name for p in self.source.iterdir()
                if p.is_dir() and not p.name.startswith((".", "build"))]

    def _copy_modes(self):
        for path in self.src.rglob("*"):
            origin = self.source / path.relative_to(self.src)
            if path.is_file() and origin.exists():
                shutil.copymode(origin, path)

    def _configure(self):
        how = ["--reconfigure"] if (self.build / "build.ninja").exists() else []
        subprocess.run(["meson", "setup", *how, *OPTIONS, self.build, self.src],
                       check=True, env=self.env, stdout=subprocess.DEVNULL)

    def _query(self, what):
        out = subprocess.run(["meson", "introspect", what, self.build],
                             check=True, capture_output=True, text=True)
        return json.loads(out.stdout)

    def _introspect(self):
        targets = {t["id"]: os.path.relpath(t["filename"][0], self.build)
                   for t in self._query("--targets")}
        return [Test(t, targets) for t in self._query("--tests")]

    def text(self, file):
        return (self.src / file).read_text()

    def write(self, file, text):
        """Writes only what differs: what is not touched is not rebuilt."""
        path = self.src / file
        if path.read_text() != text:
            path.write_text(text)

    def compile(self, targets):
        run = subprocess.run(["ninja", "-j1", "-C", self.build, *targets],
                             env=self.env, capture_output=True, text=True)
        if run.returncode:
            raise Stillborn(run.stdout[-2000:])

    def run(self, test, timeout=None):
        """Builds and runs one test: its exit status, "timeout" if too long."""
        if test.targets:
            self.compile(test.targets)
        env = dict(self.env, **test.env)
        with subprocess.Popen(test.cmd, env=env, cwd=test.cwd or self.build,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL,
                              start_new_session=True) as process:
            try:
                return process.wait(timeout or test.timeout)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return "timeout"

    def baseline(self, suites):
        """The tests of these suites that pass on the tree as it is, by suite,
        and the seconds that each takes.  Raises if a suite has none."""
        good = {}
        for suite in suites:
            good[suite] = []
            for test in (t for t in self.tests if t.suite == suite):
                begin = time.monotonic()
                if self.run(test) == 0:
                    test.seconds = time.monotonic() - begin
                    good[suite].append(test)
            if not good[suite]:
                raise SystemExit(f"{suite}: no test passes without an edit")
        return good

    def first_failure(self, tests):
        """The first of these tests that fails now, None if all pass.  What
        ran in a second gets ten, and so on: an endless loop is a failure."""
        for test in tests:
            limit = min(test.timeout, 5 + 10 * test.seconds)
            if self.run(test, limit) not in (0, SKIP):
                return test
        return None
