#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The two ends of the demo, on the kernel's own sockets: every byte is known
from its place, so each end can say whether what arrived is what was sent.

peer.py serve ADDRESS                        until it is ended
peer.py drive ADDRESS DATAGRAMS BYTES        prints what it found as JSON
"""
import json
import random
import select
import socket
import struct
import sys
import threading
import time

PORT = 7099
PRIME = 65521  # no power of two: a piece at the wrong place never matches
BYTES = random.Random(7).randbytes(PRIME)
PATTERN = BYTES * 5
CHUNK = 4 * PRIME
SIZES = (12, 13, 64, 256, 511, 1024, 1371, 1471, 1472)  # 1472 fills an MTU of 1500
WINDOW = 32


def piece(place, size):
    start = place % PRIME
    return memoryview(PATTERN)[start:start + size]


def datagram(seq):
    size = SIZES[seq % len(SIZES)]
    return struct.pack("!QI", seq, size) + piece(seq * 7919, size - 12)


def right(data):
    if len(data) < 12:
        return False
    seq, size = struct.unpack("!QI", data[:12])
    return size == len(data) and data == datagram(seq)


def serve_udp(sock):
    wrong = 0
    while True:
        data, peer = sock.recvfrom(2048)
        if data == b"wrong?":
            sock.sendto(b"wrong %d" % wrong, peer)
        elif right(data):
            sock.sendto(data, peer)
        else:
            wrong += 1


def send_bytes(sock, total):
    place = 0
    while place < total:
        place += sock.send(piece(place, min(CHUNK, total - place)))


def check_bytes(sock, total):
    """how many bytes came before the end or the first wrong one"""
    buf = bytearray(CHUNK)
    place = 0
    while place < total:
        n = sock.recv_into(buf, min(CHUNK, total - place))
        if n == 0 or memoryview(buf)[:n] != piece(place, n):
            break
        place += n
    return place


def serve_stream(sock):
    with sock:
        way, total = struct.unpack("!BQ", sock.recv(9, socket.MSG_WAITALL))
        if way == 0:
            sock.send(struct.pack("!Q", check_bytes(sock, total)))
        else:
            send_bytes(sock, total)
            sock.recv(1)


def serve(address):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind((address, PORT))
    threading.Thread(target=serve_udp, args=(udp,), daemon=True).start()
    tcp = socket.create_server((address, PORT))
    print("ready", flush=True)
    while True:
        serve_stream(tcp.accept()[0])


def stream(address, way, total):
    with socket.create_connection((address, PORT), timeout=20) as sock:
        began = time.monotonic()
        sock.sendall(struct.pack("!BQ", way, total))
        if way == 0:
            send_bytes(sock, total)
            good = struct.unpack("!Q", sock.recv(8, socket.MSG_WAITALL))[0]
        else:
            good = check_bytes(sock, total)
        return good, time.monotonic() - began


def take_echoes(sock, flying, wrong):
    """waits for an echo; what does not come back in a second is lost"""
    if not select.select([sock], [], [], 1.0)[0]:
        flying.clear()
        return 0
    data = sock.recv(2048)
    good = right(data) and struct.unpack("!Q", data[:8])[0] in flying
    if not good:
        wrong.append(len(data))
        return 0
    flying.discard(struct.unpack("!Q", data[:8])[0])
    return 1


def echo(address, count):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((address, PORT))
    flying, wrong, back = set(), [], 0
    for seq in range(count):
        sock.send(datagram(seq))
        flying.add(seq)
        while len(flying) >= WINDOW or (seq == count - 1 and flying):
            back += take_echoes(sock, flying, wrong)
    sock.settimeout(2)
    sock.send(b"wrong?")
    far = int(sock.recv(64).split()[1])
    return back, len(wrong) + far


def drive(address, datagrams, total):
    began = time.monotonic()
    back, wrong = echo(address, datagrams)
    found = {"udp_sent": datagrams, "udp_back": back, "udp_wrong": wrong,
             "udp_seconds": time.monotonic() - began, "tcp_sent": 2 * total}
    there, away = stream(address, 0, total)
    here, home = stream(address, 1, total)
    found.update(tcp_right=there + here, tcp_seconds=away + home)
    print(json.dumps(found))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        drive(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
