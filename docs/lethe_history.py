"""Reads a *.lethe history with NumPy alone, from docs/format.md: `python3 lethe_history.py FILE` prints what is in it.

    history = read("history.lethe")
    history["correct"]      (rows, examples) bool: presented and predicted right
    history["seen"]         (rows, examples) bool: presented
    history["epoch"]        (rows): which epoch a row belongs to; rows of one epoch only where examples were repeated
    history["sums"]         (examples, 5): margin, EL2N, probability, its square, loss
    events(history)         (examples): forgetting events; never_learned = ~history["correct"].any(0)
Checks all checksums, a tenth of a second a megabyte; read(path, verify=False) checks those of header and records only.
"""
import os
import sys

import numpy as np

TABLE = np.arange(256, dtype=np.uint32)
for _ in range(8):
    TABLE = np.where(TABLE & 1, TABLE >> 1 ^ 0x82F63B78, TABLE >> 1).astype(np.uint32)
TABLE = TABLE.tolist()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in bytes(data):
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
        return np.frombuffer(content, np.uint8)


def read(path, verify=True):
    raw = Bytes(path)
    int32, int64 = (lambda at: int(raw[at:at + 4].view("<u4")[0])), (lambda at: int(raw[at:at + 8].view("<u8")[0]))
    align = lambda n, a: -(-n // a) * a

    def check(what, start, length, crc):
        if crc32c(raw[start:start + length]) != crc:
            raise ValueError(f"{path}: {what} does not match its checksum: restore it from a copy")

    if raw[:8].tobytes() != b"\x89LETHE\r\n" or int32(8) != 1:
        raise ValueError(f"{path} is not a Lethe history of format 1")
    check("the header", 0, 108, int32(108))
    n, room = int64(16), int64(24)
    if int64(32) != raw.size:
        raise ValueError(f"{path} is truncated: {raw.size} bytes of {int64(32)}")
    slot_bytes, plane, sums = align(20 * n, 64), align(-(-n // 8), 64), align(4096 + 128 * room, 4096)
    correct = sums + 2 * align(slot_bytes, 4096)
    seen = align(correct + room * plane, 4096)
    whole = lambda at: next((c for c in (at, at + 64) if crc32c(raw[c:c + 60]) == int32(c + 60)), None)
    records = []
    while len(records) < room and (record := whole(4096 + 128 * len(records))) is not None:
        records.append(record)
    while records and int32(records[-1] + 8) & 2:  # the epoch continues in a row that was not written
        records.pop()
    bits = lambda at: np.unpackbits(raw[at:at + plane], count=n, bitorder="little").astype(bool)
    rows = {"correct": np.zeros((len(records), n), bool), "seen": np.ones((len(records), n), bool)}
    for row, record in enumerate(records):
        for name, start, crc, absent in (("correct", correct, 16, 0), ("seen", seen, 12, int32(record + 8) & 1)):
            if not absent:
                rows[name][row] = bits(start + row * plane)
                verify and check(f"the {name} plane of row {row}", start + row * plane, plane, int32(record + crc))
    goes_on = np.array([int32(record + 8) & 2 for record in records], bool)
    slot = sums + int32(records[-1] + 4) * align(slot_bytes, 4096) if records else None
    verify and records and check("the sums", slot, slot_bytes, int32(records[-1] + 20))
    values = raw[slot:slot + 20 * n].view("<f4").reshape(n, 5) if records else np.zeros((n, 5), "<f4")
    return {**rows, "epoch": np.cumsum(np.r_[0, ~goes_on[:-1]]) if records else goes_on, "sums": np.array(values)}


def events(history):
    last, count = np.zeros(history["seen"].shape[1], bool), np.zeros(history["seen"].shape[1], int)
    for seen, correct in zip(history["seen"], history["correct"]):
        count += seen & last & ~correct
        last = np.where(seen, correct, last)
    return count


if __name__ == "__main__":
    content = read(sys.argv[1], verify="--no-verify" not in sys.argv)
    never = ~content["correct"].any(0)
    print("examples", never.size, "epochs", 1 + max(content["epoch"], default=-1), "presentations",
          content["seen"].sum(), "correct", content["correct"].sum(), "never_learned", never.sum(), "forgetting_events",
          events(content).sum(), "unforgettable", (~never & (events(content) == 0)).sum())
