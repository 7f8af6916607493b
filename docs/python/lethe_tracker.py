"""Writes *.lethe histories from any training loop, as docs/format.md says: Lethe's Java tracker reads them and goes on.

    with Tracker.create("history.lethe", examples=50_000, epochs=200) as tracker:
        for epoch in range(200):
            for ids, logits, labels in batches():  # logits of the forward pass in training mode, before the update
                tracker.record(ids, logits, labels)
            tracker.commit_epoch()

An id is the position of an example in the training set, the same in every epoch. Whatever ends the process, the file
has the epochs that were committed, and Tracker.reopen("history.lethe") goes on after the last. One thread at a time.
"""
import fcntl
import os
import struct

import numpy as np

import lethe_history

MAGIC = b"\x89LETHE\r\n"
HEADER = struct.Struct("<8sIIQQQ32s32sI")
RECORD = struct.Struct("<IIIIIIQQQ12x")
ALL_SEEN, CONTINUES = 1, 2  # flags of a record
LANES = 4096
TABLE = np.array(lethe_history.TABLE, np.uint32)
LOCKED = set()  # the locks of this process, which POSIX would give it twice


def align(n, a):
    return -(-n // a) * a


def crc32c(data):
    """The reader's CRC, for many bytes: of lanes side by side, which are then joined two by two."""
    data = np.frombuffer(data, np.uint8)
    if data.size < 8 * LANES:
        return lethe_history.crc32c(data.tobytes())
    lanes = np.zeros((LANES + 32, -(-data.size // LANES)), np.uint8)  # zeros in front of the data change nothing
    flat = lanes[:LANES].reshape(-1)
    flat[-data.size:] = data
    flat[flat.size - data.size:][:4] ^= 255  # the initial value, all ones
    crc = np.r_[np.zeros(LANES, np.uint32), np.uint32(1) << np.arange(32, dtype=np.uint32)]
    for column in np.ascontiguousarray(lanes.T):
        crc = TABLE[(crc ^ column) & 255] ^ crc >> 8
    crc, zeros = crc[:LANES], crc[LANES:]  # zeros[i]: bit i after as many zero bytes as a lane has
    while crc.size > 1:
        shift = lambda v: np.bitwise_xor.reduce(np.where(v[:, None] >> np.arange(32) & 1, zeros, np.uint32(0)), axis=1)
        crc, zeros = shift(crc[::2]) ^ crc[1::2], shift(zeros)
    return int(crc[0]) ^ 0xFFFFFFFF


def values(logits, labels):
    """The columns of Tracker.record_columns, from logits (batch, classes) and labels (batch)."""
    logits, rows = np.asarray(logits, np.float32), np.arange(len(labels))
    others = logits.copy()
    others[rows, labels] = -np.inf
    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is counted, and is NaN in the sums
        margin = logits[rows, labels] - others.max(1)
        unknown = margin - margin  # NaN where the margin is not finite, else 0
        x = logits - logits.max(1, keepdims=True).astype(np.float64)
        softmax = np.exp(x)
        total = softmax.sum(1)
        error = softmax / total[:, None]
        probability = error[rows, labels]
        error[rows, labels] -= 1
        el2n, loss = np.sqrt((error * error).sum(1)), np.log(total) - x[rows, labels]
        return logits.argmax(1) == labels, margin, el2n + unknown, probability + unknown, loss + unknown


class Tracker:
    """A writer of one history; make it with create or reopen. `epoch` counts the committed epochs."""

    def __init__(self, path, how):
        self.path, self.epoch, self._rows, self._non_finite = os.fspath(path), 0, 0, 0
        self._file = self._lock = None
        self._row_in_doubt = None  # of a commit that failed: its record may be in the file
        try:
            self._take_lock()
            how(self)
        except BaseException:
            self.close()
            raise

    @classmethod
    def create(cls, path, examples, epochs, repeats=False, fingerprint=bytes(32), configuration=bytes(32)):
        """Makes a new file with room for `epochs`; with `repeats`, an example may be presented again in an epoch."""
        for what, value, most in (("examples", examples, 2147483136), ("epochs", epochs, 1 << 20)):
            if not 1 <= value <= most:
                raise ValueError(f"{what}={value} is not in [1, {most}]: give the number that the run has")
        for what, value in (("fingerprint", fingerprint), ("configuration", configuration)):
            if len(value) != 32:
                raise ValueError(f"{what} has bytes={len(value)}, not 32: give a SHA-256, or leave it out")
        return cls(path, lambda tracker: tracker._create(examples, epochs, repeats, fingerprint, configuration))

    @classmethod
    def reopen(cls, path, epochs=None):
        """Goes on after the last committed epoch; what was recorded after it is not in the file.

        With `epochs`, goes on after as many: those that the checkpoint was trained for, from which training goes on. A
        process that is killed between a commit and its checkpoint leaves a history that is one epoch ahead: that epoch
        is dropped from the file, and is recorded again."""
        if not os.path.exists(path):
            raise FileNotFoundError(f"{path} does not exist: create it")
        return cls(path, lambda tracker: tracker._reopen(epochs))

    def record(self, ids, logits, labels):
        """Records a batch: ids (batch), logits (batch, classes), labels (batch). Returns how many were predicted."""
        logits, labels, ids = np.asarray(logits), np.asarray(labels), np.asarray(ids)
        if logits.ndim != 2 or logits.shape[1] < 2 or labels.shape != (len(logits),) or ids.shape != labels.shape:
            raise ValueError(f"ids={ids.shape} logits={logits.shape} labels={labels.shape} are no batch: give (batch),"
                             " (batch, classes) and (batch), with at least 2 classes")
        self._check_range("label", labels, logits.shape[1], "labels are classes of the logits")
        return self.record_columns(ids, *values(logits, labels))

    def record_columns(self, ids, correct, margin, el2n, probability, loss):
        """Records values that were computed elsewhere, (batch) each. What is refused leaves the tracker unchanged."""
        self._require_room()
        ids, correct = np.asarray(ids), np.asarray(correct, bool)
        with np.errstate(over="ignore", invalid="ignore"):
            columns = [np.asarray(column, np.float32) for column in (margin, el2n, probability, loss)]
            shapes = [column.shape for column in (ids, correct, *columns)]
            if ids.ndim != 1 or len(set(shapes)) > 1:
                raise ValueError(f"columns have shapes={shapes}: give one value for each presentation in each")
            self._check_range("id", ids, self.examples, "ids are positions in the data set of the tracker")
            margin, el2n, probability, loss = columns
            added = np.stack([margin, el2n, probability, probability * probability, loss], axis=1)
        finite = np.isfinite(np.stack(columns)).all(0)
        rounds = self._rounds(ids)
        for number in range(rounds.max(initial=-1) + 1):
            if number == len(self._correct):
                self._correct.append(np.zeros(self.examples, bool))
            now = rounds == number  # each example at most once
            self._correct[number][ids[now]] = (correct & finite)[now]
            with np.errstate(over="ignore", invalid="ignore"):
                self._sums[ids[now]] += added[now]
        np.add.at(self._presented, ids, 1)
        self._non_finite += int((~finite).sum())
        return int((correct & finite).sum())

    def commit_epoch(self):
        """Makes the presentations since the last commit an epoch, durably. Returns the number of committed epochs.

        After an OSError (a full disk) the epoch is still the current one, and the call can be repeated."""
        self._require_room()
        rounds, slot = max(1, int(self._presented.max())), self.epoch % 2
        last = self._rows + rounds - 1
        self._withdraw()
        self._write(self._slots[slot], self._slot)
        slot_crc = crc32c(self._slot)
        for number in range(rounds):
            row, seen, correct = self._rows + number, self._presented > number, self._correct[number]
            flags, seen_crc = ALL_SEEN if seen.all() else 0, 0
            if not flags:
                seen_crc = self._write_plane(self._seen_planes, row, seen)
            correct_crc = self._write_plane(self._correct_planes, row, correct)
            record = RECORD.pack(row + 1, slot, flags | (CONTINUES if row < last else 0), seen_crc, correct_crc,
                                 slot_crc, seen.sum(), correct.sum(), self._non_finite)
            record = 2 * (record + struct.pack("<I", crc32c(record)))
            if row == last:
                self._flush()
                self._row_in_doubt = row
            self._write(4096 + 128 * row, record)
        self._flush()
        self._row_in_doubt = None
        self._rows, self.epoch = last + 1, self.epoch + 1
        self._start_epoch()
        return self.epoch

    def discard_epoch(self):
        """Drops what was recorded since the last commit, for an epoch that is to begin again."""
        if self._file is None:
            raise ValueError(f"the tracker of {self.path} is closed: reopen the file")
        self._withdraw()
        self._load()

    def close(self):
        """Gives back file and lock, and drops what was recorded since the last commit."""
        if self._file is not None:
            os.close(self._file)
        if self._lock is not None:
            os.close(self._lock)
            LOCKED.discard(self._lock_name())
        self._file = self._lock = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def _create(self, examples, epochs, repeats, fingerprint, configuration):
        if os.path.exists(self.path):
            raise FileExistsError(f"{self.path} exists, no history is overwritten: reopen it, or give another name")
        self._lay_out(examples, epochs, repeats)
        self.fingerprint, self.configuration = fingerprint, configuration
        header = HEADER.pack(MAGIC, 1, 0, examples, epochs, self._length, fingerprint, configuration, bool(repeats))
        unfinished = self.path + ".new"
        self._file = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o666)
        name = unfinished
        try:
            self._write(self._length - 1, b"\0")
            self._write(4096, bytes(self._slots[0] - 4096))  # takes the blocks of the records now
            self._write(self._slots[1], bytes(min(4096, self._slot.nbytes)))
            self._write(0, (header + struct.pack("<I", crc32c(header))).ljust(4096, b"\0"))
            self._flush()
            os.rename(unfinished, self.path)
            name = self.path
            self._flush_folder()
        except BaseException:
            os.unlink(name)  # so that creating it can be tried again
            raise

    def _reopen(self, epochs):
        self._file = os.open(self.path, os.O_RDWR)
        self._flush_folder()
        lethe_history.read(self.path, verify=False)  # checks the header
        _, major, minor, examples, room, _, self.fingerprint, self.configuration, repeats = HEADER.unpack(
            os.pread(self._file, HEADER.size, 0))
        if minor > 0:
            raise ValueError(f"{self.path} has format {major}.{minor}, this writer is of 1.0: go on with what wrote it")
        self._lay_out(examples, room, repeats)
        rows = self._load()
        if epochs not in (None, self.epoch):
            self._go_back(epochs, int((rows <= epochs).sum()))

    def _go_back(self, epochs, rows):
        """Drops the last epoch; `rows` are left."""
        found = f"{self.path} has epochs={self.epoch} of which it cannot go back to epochs={epochs}"
        if epochs < 0 or epochs != self.epoch - 1:
            kept = f"epochs={self.epoch - 1} alone" if self.epoch else "no epoch before"
            raise ValueError(f"{found}: running sums are kept for {kept}; reopen it where it ends, or create another")
        sums, non_finite = bytes(self._slot.nbytes), 0
        if rows:
            record = self._whole(os.pread(self._file, 128, 4096 + 128 * (rows - 1)))
            sums, non_finite = os.pread(self._file, self._slot.nbytes, self._slots[record[1]]), record[8]
            if crc32c(sums) != record[5]:
                raise ValueError(f"{found}: the running sums of that epoch were overwritten by a commit that was not"
                                 " finished; reopen it where it ends, or create another")
        self._row_in_doubt = self._rows - 1
        self._withdraw()
        self._rows, self.epoch, self._non_finite = rows, epochs, non_finite
        self._slot[:] = np.frombuffer(sums, "<f4")

    def _load(self):
        """Begins the epoch after the last one in the file, all of which is checked first. Returns each row's epoch."""
        history = lethe_history.read(self.path)
        rows = len(history["epoch"])
        records = [self._whole(os.pread(self._file, 128, 4096 + 128 * row)) for row in range(self.epochs)]
        lost = [row for row in range(rows + 1, self.epochs) if records[row] and not records[row][2] & CONTINUES]
        unused = os.pread(self._file, min(4096, self._slot.nbytes), self._slots[1])
        if lost or rows == 0 and any(unused):
            raise ValueError(f"{self.path} is damaged, the commit record of row={rows} is lost: restore it from a copy")
        self._rows, self.epoch = rows, int(max(history["epoch"], default=0))
        self._sums[:] = history["sums"]
        self._non_finite = records[rows - 1][8] if rows else 0
        self._start_epoch()
        return history["epoch"]

    def _whole(self, copies):
        for copy in (copies[:64], copies[64:]):
            if any(copy) and lethe_history.crc32c(copy[:60]) == int.from_bytes(copy[60:], "little"):
                return RECORD.unpack(copy[:60])
        return None

    def _lay_out(self, examples, room, repeats):
        self.examples, self.epochs, self.repeats = int(examples), int(room), bool(repeats)
        self._slot = np.zeros(align(20 * self.examples, 64) // 4, "<f4")
        self._sums = self._slot[:5 * self.examples].reshape(-1, 5)
        sums, slot = align(4096 + 128 * self.epochs, 4096), align(self._slot.nbytes, 4096)
        self._slots, self._plane = (sums, sums + slot), align(-(-self.examples // 8), 64)
        self._correct_planes = sums + 2 * slot
        self._seen_planes = align(self._correct_planes + self.epochs * self._plane, 4096)
        self._length = align(self._seen_planes + self.epochs * self._plane, 4096)
        self._start_epoch()

    def _withdraw(self):
        if self._row_in_doubt is not None:
            self._write(4096 + 128 * self._row_in_doubt, bytes(128))
            self._flush()
            self._row_in_doubt = None

    def _start_epoch(self):
        self._presented = np.zeros(self.examples, np.int64)  # the presentations of each example in this epoch
        self._correct = [np.zeros(self.examples, bool)]  # of the first presentations, of the second ones, ...

    def _rounds(self, ids):
        """How many presentations of the same example come before each one in this epoch."""
        order = np.argsort(ids, kind="stable")
        first = np.r_[True, ids[order][1:] != ids[order][:-1]][:len(ids)]
        at, rounds = np.arange(len(ids)), np.empty(len(ids), np.int64)
        rounds[order] = at - np.maximum.accumulate(np.where(first, at, 0))
        rounds += self._presented[ids]
        room = self.epochs - self._rows if self.repeats else 1
        if (rounds >= room).any():
            which = (rounds >= room).argmax()
            raise ValueError(f"id={ids[which]} was presented before in epoch={self.epoch + 1}: "
                             + (f"the history has room for rows={room}, create it with more epochs" if self.repeats
                                else "commit an epoch before the next, or create the history with repeats=True"))
        return rounds

    def _check_range(self, what, numbers, end, hint):
        if numbers.size and not np.issubdtype(numbers.dtype, np.integer):
            raise ValueError(f"{what}s are of type {numbers.dtype}: give integers")
        bad = (numbers < 0) | (numbers >= end)
        if bad.any():
            raise ValueError(f"{what}={numbers[bad.argmax()]} is not in [0, {end}): {hint}")

    def _require_room(self):
        if self._file is None:
            raise ValueError(f"the tracker of {self.path} is closed: reopen the file")
        if self._rows == self.epochs:
            raise ValueError(f"{self.path} is full, epochs={self.epoch} are committed: create it with as many as"
                             " the run may have")

    def _lock_name(self):
        return os.path.realpath(self.path + ".lock")

    def _take_lock(self):
        """Takes the lock of the Java tracker: a POSIX lock on the file NAME.lock, which stays, empty."""
        if self._lock_name() in LOCKED:
            raise ValueError(f"another tracker is writing {self.path}: close that one first")
        lock = os.open(self.path + ".lock", os.O_WRONLY | os.O_CREAT, 0o666)
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise ValueError(f"another tracker is writing {self.path}: close that one first") from error
        self._lock = lock
        LOCKED.add(self._lock_name())

    def _write(self, at, content):
        rest = memoryview(content).cast("B")
        try:
            while rest:
                written = os.pwrite(self._file, rest, at)
                at, rest = at + written, rest[written:]
        except OSError as error:
            message = f"{self.path} was not written, {error.strerror}: check the disk, and try again"
            raise OSError(error.errno, message) from error

    def _write_plane(self, planes, row, bits):
        plane = np.packbits(bits, bitorder="little").tobytes().ljust(self._plane, b"\0")
        self._write(planes + row * self._plane, plane)
        return crc32c(plane)

    def _flush(self):
        os.fsync(self._file)

    def _flush_folder(self):
        folder = os.open(os.path.dirname(os.path.abspath(self.path)), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
