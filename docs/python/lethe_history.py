"""Reads a *.lethe history with NumPy alone, from docs/format.md: `python3 lethe_history.py FILE` prints what is in it.

    history = read("history.lethe")
    history["correct"]      (rows, examples) bool: presented and predicted right
    history["seen"]         (rows, examples) bool: presented
    history["epoch"]        (rows): the epoch of a row, counted from 1; several rows of one only where examples were repeated
    history["sums"]         (examples, 5): margin, EL2N, probability, its square, loss
    events(history)         (examples): forgetting events; never_learned = ~history["correct"].any(0)
What is read is what one commit left, also while a tracker writes the file. Checks all checksums, a tenth of a second a
megabyte; read(path, verify=False) checks those of header and records only.
"""
import os
import struct
import sys

import numpy as np

TABLE = np.arange(256, dtype=np.uint32)
for _ in range(8):
    TABLE = np.where(TABLE & 1, TABLE >> 1 ^ 0x82F63B78, TABLE >> 1).astype(np.uint32)
TABLE = TABLE.tolist()
ATTEMPTS = 100  # to copy the newest sums between two commits

align = lambda size, multiple: -(-size // multiple) * multiple
int32 = lambda data, at: int.from_bytes(data[at:at + 4], "little")


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


class Bytes:
    """A file as an array of which each slice is read: of a mapped file that shrinks, a slice would end the process."""

    def __init__(self, path):
        self.path, self.file = path, open(path, "rb", buffering=0)
        self.size = os.fstat(self.file.fileno()).st_size

    def __getitem__(self, part):
        start, stop = part.start or 0, min(part.stop, self.size)
        content = bytearray(max(0, stop - start))
        rest = memoryview(content)
        self.file.seek(start)
        while rest and (count := self.file.readinto(rest)):
            rest = rest[count:]
        if rest:
            raise ValueError(f"{self.path} was truncated while it was read: bytes {start} to {stop} are not there")
        return bytes(content)


def snapshot(raw, n, room):
    """Copies what one commit left: the records of its rows, the slot of sums, and a row's correct and seen plane.

    A writer takes no notice of readers. It uses a commit's slot again in the next commit but one, so a copy is whole if
    no commit came meanwhile. Planes stay as they are, unless their commit is withdrawn, which changes its record.
    """
    slot_bytes, plane, sums = align(20 * n, 64), align(-(-n // 8), 64), align(4096 + 128 * room, 4096)
    correct = sums + 2 * align(slot_bytes, 4096)
    seen = align(correct + room * plane, 4096)
    copy = lambda start, size: raw[start:start + size]

    def whole(row):
        copies = copy(4096 + 128 * row, 128)
        return next((c[:60] for c in (copies[:64], copies[64:]) if crc32c(c[:60]) == int32(c, 60)), None)

    def committed(known=()):  # the records of all committed rows; those that are known are not read again
        records = list(known)
        while len(records) < room and (record := whole(len(records))) is not None:
            records.append(record)
        while records and int32(records[-1], 8) & 2:  # the epoch continues in a row that was not written
            records.pop()
        return records

    for _ in range(ATTEMPTS):
        records = committed()
        slot = copy(sums + (int32(records[-1], 4) if records else 1) * align(slot_bytes, 4096), slot_bytes)
        if committed(records[:-1]) == records:
            planes = [(copy(correct + row * plane, plane),
                       None if int32(record, 8) & 1 else copy(seen + row * plane, plane))
                      for row, record in enumerate(records)]
            if committed()[:len(records)] == records:
                return records, slot, planes
    raise ValueError(f"{raw.path}: commits overtook {ATTEMPTS} reads of it: read it when its writer is done, or a copy")


def read(path, verify=True):
    raw = Bytes(path)

    def check(what, data, crc):
        if crc32c(data) != crc:
            raise ValueError(f"{path}: {what} does not match its checksum: restore it from a copy")

    header = raw[:112].ljust(112, b"\0")
    magic, major, _, n, room, length = struct.unpack_from("<8s2I3Q", header)
    if magic != b"\x89LETHE\r\n" or major != 1:
        raise ValueError(f"{path} is not a Lethe history of format 1")
    check("the header", header[:108], int32(header, 108))
    if length != raw.size:
        raise ValueError(f"{path} is truncated: {raw.size} bytes of {length}")
    records, slot, planes = snapshot(raw, n, room)
    if not records and any(slot):
        raise ValueError(f"{path} has sums and no commit record: restore it from a copy")
    bits = lambda data: np.unpackbits(np.frombuffer(data, np.uint8), count=n, bitorder="little").astype(bool)
    rows = {"correct": np.zeros((len(records), n), bool), "seen": np.ones((len(records), n), bool)}
    for row, (record, pair) in enumerate(zip(records, planes)):
        for name, data, crc in zip(rows, pair, (16, 12)):
            if data is not None:
                rows[name][row] = bits(data)
                verify and check(f"the {name} plane of row {row}", data, int32(record, crc))
    verify and records and check("the sums", slot, int32(records[-1], 20))
    goes_on = np.array([int32(record, 8) & 2 for record in records], bool)
    sums = np.frombuffer(slot, "<f4", count=5 * n).reshape(n, 5).copy()
    return {**rows, "epoch": np.cumsum(np.r_[1, ~goes_on[:-1]]) if records else np.zeros(0, int), "sums": sums}


def events(history):
    last, count = np.zeros(history["seen"].shape[1], bool), np.zeros(history["seen"].shape[1], int)
    for seen, correct in zip(history["seen"], history["correct"]):
        count += seen & last & ~correct
        last = np.where(seen, correct, last)
    return count


if __name__ == "__main__":
    content = read(sys.argv[1], verify="--no-verify" not in sys.argv)
    never = ~content["correct"].any(0)
    print("examples", never.size, "epochs", max(content["epoch"], default=0), "presentations",
          content["seen"].sum(), "correct", content["correct"].sum(), "never_learned", never.sum(), "forgetting_events",
          events(content).sum(), "unforgettable", (~never & (events(content) == 0)).sum())
