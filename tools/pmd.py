# SPDX-License-Identifier: BSD-3-Clause
"""One run of dpdk-testpmd: start it, say commands, read what it counted."""
import json
import os
import re
import select
import socket
import subprocess
import time

PROMPT = b"testpmd> "


class PmdError(Exception):
    """testpmd did not do what was asked; the text is one line."""


class Testpmd:
    def __init__(self, eal, app, program="dpdk-testpmd", log=None, timeout=40):
        self.log = open(log, "wb") if log else None
        self.text = b""
        # a pipe would make stdio hold its lines back
        argv = ["stdbuf", "-oL", program, *eal, "--", "-i", *app]
        self.proc = subprocess.Popen(argv, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT)
        self.banner = self._until_prompt(timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.proc.poll() is None:
            self.proc.kill()
        self.proc.wait()
        if self.log:
            self.log.close()

    def _read(self, timeout):
        fd = self.proc.stdout.fileno()
        if not select.select([fd], [], [], max(0, timeout))[0]:
            raise PmdError("testpmd hangs: " + self._last())
        data = os.read(fd, 65536)
        if self.log:
            self.log.write(data)
            self.log.flush()
        self.text += data
        return data

    def _last(self):
        lines = self.text.decode(errors="replace").split("\n")
        lines = [s.strip() for s in lines if s.strip()]
        bad = [s for s in lines if re.search(r"(?i)fail|error|cannot|panic", s)]
        return (bad or lines or ["it said nothing"])[-1]

    def _until_prompt(self, timeout):
        end = time.monotonic() + timeout
        self.text = b""
        while not self.text.endswith(PROMPT):
            if not self._read(end - time.monotonic()):
                raise PmdError("testpmd ended, status %d: %s" %
                               (self.proc.wait(), self._last()))
        return self.text.decode(errors="replace")

    def cmd(self, line, timeout=30):
        self.proc.stdin.write(line.encode() + b"\n")
        self.proc.stdin.flush()
        return self._until_prompt(timeout)

    def pools(self):
        return parse_pools(self.cmd("dump_mempool"))

    def close_ports(self):
        self.cmd("port stop all")
        self.cmd("port close all")

    def quit(self, timeout=30):
        self.proc.stdin.write(b"quit\n")
        self.proc.stdin.close()
        end = time.monotonic() + timeout
        while self._read(end - time.monotonic()):
            pass
        if self.proc.wait():
            raise PmdError("testpmd left with status %d: %s" %
                           (self.proc.returncode, self._last()))


def parse_pools(text):
    """{name: {ops, size, out}}; out is what is in no cache and not in the pool"""
    pools = {}
    for name, body in re.findall(r"mempool <([^>]*)>@(.*?)(?=mempool <|\Z)",
                                 text, re.S):
        def number(key, body=body):
            return int(re.search(r"\b%s=(\d+)" % key, body).group(1))
        cached = re.search(r"total_cache_count=(\d+)", body)
        home = number("common_pool_count") + int(cached.group(1) if cached else 0)
        pools[name] = {"ops": re.search(r"ops_name: <([^>]*)>", body).group(1),
                       "size": number("size"),
                       "out": number("size") - home}
    return pools


def parse_forward(text):
    """what `stop` and `show fwd stats all` say of all ports together"""
    whole = text[text.rindex("Accumulated"):]
    found = {key: int(re.search(key + r":? *(\d+)", whole).group(1))
             for key in ("RX-packets", "TX-packets", "TX-dropped")}
    cycles = re.search(r"cycles/packet=([0-9.]+)", whole)
    found["cycles"] = float(cycles.group(1)) if cycles else None
    return found


def parse_nombuf(text):
    return sum(int(n) for n in re.findall(r"RX-nombuf: *(\d+)", text))


def telemetry(prefix, command):
    """the answer of a running DPDK program, or None where it knows no such command"""
    run = "/var/run" if os.getuid() == 0 else os.environ.get("XDG_RUNTIME_DIR", "/tmp")
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
        s.settimeout(5)
        s.connect("%s/dpdk/%s/dpdk_telemetry.v2" % (run, prefix))
        room = json.loads(s.recv(1024))["max_output_len"]
        s.send(command.encode())
        answer = json.loads(s.recv(room))
    return answer.get(command.split(",")[0])
