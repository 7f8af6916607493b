"""Tests of the package: `python3 -m unittest discover docs/python/tests`. Lethe's own tests run them, too."""
import importlib.util
import os
import re
import signal
import subprocess
import sys
import tempfile
import types
import unittest
import warnings
from pathlib import Path
from unittest import mock

PACKAGE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PACKAGE))

import numpy as np

import lethe_history
import lethe_runs
import lethe_tracker
from lethe_tracker import Tracker

RUNS = PACKAGE.parents[1] / "engine/core/src/test/resources/dev/lethe/run/earlier/runs"


def columns(random, count):
    return [random.random(count) < 0.6, *random.standard_normal((4, count)).astype(np.float32)]


class Folder(unittest.TestCase):
    def setUp(self):
        warnings.filterwarnings("ignore", "unclosed file", ResourceWarning)  # the reader leaves that to Python
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.path = folder.name, os.path.join(folder.name, "history.lethe")

    def make(self, **options):
        tracker = Tracker.create(self.path, **options)
        self.addCleanup(tracker.close)
        return tracker


class WriterTest(Folder):
    def test_what_was_recorded_is_read(self):
        random, expected = np.random.default_rng(1), np.zeros((70, 5), np.float32)
        seen, correct = np.zeros((4, 70), bool), np.zeros((4, 70), bool)
        with self.make(examples=70, epochs=9) as tracker:
            for epoch in range(4):
                ids = random.permutation(70)[:70 if epoch == 1 else 40]
                right, margin, el2n, probability, loss = columns(random, ids.size)
                tracker.record_columns(ids[:11], right[:11], margin[:11], el2n[:11], probability[:11], loss[:11])
                tracker.record_columns(ids[11:], right[11:], margin[11:], el2n[11:], probability[11:], loss[11:])
                self.assertEqual(epoch + 1, tracker.commit_epoch())
                seen[epoch, ids], correct[epoch, ids] = True, right
                expected[ids] += np.stack([margin, el2n, probability, probability * probability, loss], 1)
        history = lethe_history.read(self.path)
        np.testing.assert_array_equal(seen, history["seen"])
        np.testing.assert_array_equal(correct, history["correct"])
        np.testing.assert_array_equal(expected, history["sums"])
        np.testing.assert_array_equal(range(1, 5), history["epoch"])

    def test_repeats_are_rows_of_their_epoch(self):
        with self.make(examples=3, epochs=5, repeats=True) as tracker:
            zeros = np.zeros(6)
            tracker.record_columns([2, 0, 2, 2, 1, 0], [1, 0, 0, 1, 1, 1], [1, 2, 4, 8, 16, 32], zeros, zeros, zeros)
            tracker.commit_epoch()
            tracker.record_columns([1], [1], [1], [0], [0], [0])
            tracker.record_columns([1], [0], [1], [0], [0], [0])
            with self.assertRaisesRegex(ValueError, "id=1 was presented before in epoch=2: .* room for rows=2"):
                tracker.record_columns([0, 1], [1, 1], [9, 9], [9, 9], [9, 9], [9, 9])
            tracker.commit_epoch()
            with self.assertRaisesRegex(ValueError, "is full, epochs=2 are committed"):
                tracker.record_columns([0], [1], [0], [0], [0], [0])
        history = lethe_history.read(self.path)
        np.testing.assert_array_equal([[1, 1, 1], [1, 0, 1], [0, 0, 1], [0, 1, 0], [0, 1, 0]], history["seen"])
        np.testing.assert_array_equal([[0, 1, 1], [1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 0]], history["correct"])
        np.testing.assert_array_equal([1, 1, 1, 2, 2], history["epoch"])
        np.testing.assert_array_equal([34, 18, 13], history["sums"][:, 0])

    def test_logits_give_the_values_of_their_definitions(self):
        logits = np.array([[1, 3, 3, -2], [0.5, -1, 2, 0], [90, 0, -90, 1]], np.float32)
        right, margin, el2n, probability, loss = lethe_tracker.values(logits, np.array([2, 2, 0]))
        np.testing.assert_array_equal([False, True, True], right)  # the lowest of several largest is predicted
        np.testing.assert_array_equal([0, 1.5, 89], margin)
        for row, label in enumerate([2, 2, 0]):
            p = np.exp(logits[row].astype(float)) / np.exp(logits[row].astype(float)).sum()
            self.assertAlmostEqual(p[label], probability[row], 12)
            self.assertAlmostEqual(-np.log(p[label]), loss[row], 12)
            self.assertAlmostEqual(np.linalg.norm(p - np.eye(4)[label]), el2n[row], 12)

    def test_what_is_not_finite_is_wrong_and_counted(self):
        logits = [[np.nan, 1, 2], [0, -np.inf, 5], [np.inf, 0, 0], [3, 1, -np.inf], [3e38, -3e38, -3e38]]
        with self.make(examples=5, epochs=1) as tracker, warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertEqual(1, tracker.record([0, 1, 2, 3, 4], logits, [2, 1, 0, 0, 0]))
            tracker.commit_epoch()
        with Tracker.reopen(self.path) as tracker:
            self.assertEqual(4, tracker._non_finite)
        history = lethe_history.read(self.path)
        np.testing.assert_array_equal([[0, 0, 0, 1, 0]], history["correct"])
        np.testing.assert_array_equal([1, 1, 1, 0, 1], np.isnan(history["sums"][:, 4]))

    def test_a_discarded_epoch_leaves_nothing(self):
        with self.make(examples=10, epochs=5, repeats=True) as tracker:
            tracker.record([0, 0, 1], np.eye(10)[:3], [0, 1, 2])
            tracker.commit_epoch()
            before = Path(self.path).read_bytes()
            tracker.record([0, 2, 2], np.full((3, 10), np.nan), [0, 1, 2])
            with mock.patch("os.fsync", side_effect=[None, OSError(5, "Input/output error")]):
                with self.assertRaises(OSError):
                    tracker.commit_epoch()
            tracker.discard_epoch()
            self.assertEqual((1, 0), (tracker.epoch, tracker._non_finite))
            tracker.record([0], np.eye(10)[:1], [0])
            tracker.commit_epoch()
        history = lethe_history.read(self.path)
        self.assertEqual([1, 1, 2], list(history["epoch"]))
        self.assertEqual([2, 1, 1], list(history["seen"].sum(1)))
        self.assertTrue(np.isfinite(history["sums"]).all())
        self.assertEqual(before[4096:4096 + 256], Path(self.path).read_bytes()[4096:4096 + 256])

    def test_reopening_goes_on_after_the_last_commit(self):
        random, parts = np.random.default_rng(2), []
        for epoch in range(4):
            parts.append((random.permutation(100), columns(random, 100)))
        for name, cut in (("whole", ()), ("cut", (1, 3))):
            path = os.path.join(self.folder, name)
            tracker = Tracker.create(path, 100, 4)
            for epoch, (ids, values) in enumerate(parts):
                if epoch in cut:
                    tracker.record_columns(ids, *values)
                    tracker.close()  # drops what is not committed
                    tracker = Tracker.reopen(path)
                    self.assertEqual(epoch, tracker.epoch)
                tracker.record_columns(ids, *values)
                tracker.commit_epoch()
            tracker.close()
        self.assertEqual(Path(self.folder, "whole").read_bytes(), Path(self.folder, "cut").read_bytes())

    def test_reopening_goes_back_to_the_epoch_of_a_checkpoint(self):
        random, files = np.random.default_rng(3), {}
        batches = [(random.integers(0, 30, 60), columns(random, 60)) for _ in range(3)]
        for name, repeated in (("whole", None), ("first", 0), ("second", 1), ("last", 2)):
            path = os.path.join(self.folder, name)
            tracker = Tracker.create(path, 30, 40, repeats=True)
            for epoch, (ids, values) in enumerate(batches):
                tracker.record_columns(ids, *values)
                tracker.commit_epoch()
                if epoch == repeated:
                    tracker.close()  # killed before the checkpoint
                    tracker = Tracker.reopen(path, epochs=epoch)
                    self.assertEqual(epoch, tracker.epoch)
                    tracker.record_columns(ids, *values)
                    tracker.commit_epoch()
            tracker.close()
            files[name] = Path(path).read_bytes()
        for name, content in files.items():
            self.assertEqual(files["whole"], content, name)
        with Tracker.reopen(path, epochs=3) as tracker:
            self.assertEqual(3, tracker.epoch)
        for epochs in (-1, 1, 4):
            with self.assertRaisesRegex(ValueError, f"has epochs=3 of which it cannot go back to epochs={epochs}: "
                                                    "running sums are kept for epochs=2 alone"):
                Tracker.reopen(path, epochs=epochs)
        self.assertEqual(files["whole"], Path(path).read_bytes())
        with Tracker.reopen(path, epochs=2):
            pass
        self.assertEqual([1, 2], sorted(set(lethe_history.read(path)["epoch"])))
        with self.assertRaisesRegex(ValueError, "has epochs=2 of which it cannot go back to epochs=1: the running sums"):
            Tracker.reopen(path, epochs=1)  # its sums were in the slot of epoch 3

    def test_refusals_name_value_and_remedy_and_change_nothing(self):
        tracker = self.make(examples=10, epochs=1)
        logits = np.zeros((2, 3))
        for ids, labels, message in (([0, 10], [0, 0], "id=10 is not in [0, 10): ids are positions"),
                                     ([0, -1], [0, 0], "id=-1 is not in [0, 10)"),
                                     ([0, 1], [0, 3], "label=3 is not in [0, 3): labels are classes"),
                                     ([0., 1.], [0, 0], "ids are of type float64: give integers"),
                                     ([4, 4], [0, 0], "id=4 was presented before in epoch=1: commit an epoch"),
                                     ([0, 1, 2], [0, 0], "ids=(3,) logits=(2, 3) labels=(2,) are no batch")):
            with self.assertRaisesRegex(ValueError, re.escape(message)):
                tracker.record(ids, logits, labels)
        with self.assertRaisesRegex(ValueError, "give one value for each presentation"):
            tracker.record_columns([0, 1], [1, 1], [1, 1], [1, 1], [1, 1], [1])
        tracker.commit_epoch()
        self.assertEqual(0, lethe_history.read(self.path)["seen"].sum())
        with self.assertRaisesRegex(ValueError, "is full, epochs=1 are committed: create it with"):
            tracker.record([0, 1], logits, [0, 0])
        for create, message in (((0, 1), "examples=0 is not in [1, 2147483136]"), ((1, 2 ** 20 + 1), "epochs=1048577")):
            with self.assertRaisesRegex(ValueError, re.escape(message)):
                Tracker.create(os.path.join(self.folder, "other"), *create)

    def test_one_writer_at_a_time_and_nothing_is_overwritten(self):
        tracker = self.make(examples=10, epochs=1)
        with self.assertRaisesRegex(ValueError, "another tracker is writing .*: close that one first"):
            Tracker.reopen(self.path)
        child = f"import lethe_tracker; lethe_tracker.Tracker.reopen({self.path!r})"
        outcome = subprocess.run([sys.executable, "-B", "-c", child], cwd=PACKAGE, capture_output=True, text=True)
        self.assertIn("another tracker is writing", outcome.stderr)
        tracker.close()
        with self.assertRaisesRegex(ValueError, "is closed: reopen the file"):
            tracker.commit_epoch()
        with self.assertRaisesRegex(FileExistsError, "reopen it, or give another name"):
            Tracker.create(self.path, 10, 1)
        Tracker.reopen(self.path).close()
        with self.assertRaisesRegex(FileNotFoundError, "create it"):
            Tracker.reopen(os.path.join(self.folder, "none"))

    def test_a_damaged_history_is_not_gone_on_with(self):
        with self.make(examples=10, epochs=3) as tracker:
            for _ in range(3):
                tracker.record(np.arange(10), np.eye(10), np.arange(10))
                tracker.commit_epoch()
        whole = Path(self.path).read_bytes()
        for rows in ((0,), (1,), (0, 1, 2)):
            damaged = bytearray(whole)
            for row in rows:
                damaged[4096 + 128 * row:4096 + 128 * (row + 1)] = bytes(128)
            Path(self.path).write_bytes(damaged)
            with self.assertRaises(ValueError) as refusal:
                Tracker.reopen(self.path)
            self.assertRegex(str(refusal.exception), "restore it from a copy")
            self.assertEqual(bytes(damaged), Path(self.path).read_bytes())

    def test_a_lost_record_is_noticed_where_the_sums_stayed_the_same(self):
        with self.make(examples=10, epochs=4) as tracker:
            tracker.record(np.arange(10), np.eye(10), np.arange(10))
            for _ in range(3):
                tracker.commit_epoch()
        damaged = bytearray(Path(self.path).read_bytes())
        damaged[4096 + 128:4096 + 2 * 128] = bytes(128)
        Path(self.path).write_bytes(damaged)
        with self.assertRaisesRegex(ValueError, "restore it from a copy"):
            Tracker.reopen(self.path)

    def test_whatever_ends_a_commit_the_epochs_before_are_there(self):
        """Ends a process at each write, after half of it, and at each flush of two epochs of two rows."""
        commits, ends, paths = [], set(), []
        for stop in range(1, 60):
            path = os.path.join(self.folder, f"{stop}.lethe")
            end, returned = in_another_process(lambda done: record_and_stop(path, stop, done))
            ends.add(end)
            if end == 0:
                break
            if os.path.exists(path):
                commits.append(max(lethe_history.read(path)["epoch"], default=0))
                self.assertLessEqual(returned, commits[-1], "an epoch whose commit returned is lost")
                with Tracker.reopen(path) as tracker:
                    record_two_epochs(tracker)
                paths.append(path)
        self.assertEqual({0, -signal.SIGKILL}, ends)
        self.assertEqual({0, 1, 2}, set(commits))
        self.assertEqual(sorted(commits), commits)
        whole = lethe_history.read(path)
        for other in map(lethe_history.read, paths):
            for name in whole:
                np.testing.assert_array_equal(whole[name], other[name])

    def test_a_commit_that_failed_can_be_repeated(self):
        for failing in range(1, 11):
            path, calls = os.path.join(self.folder, f"{failing}.lethe"), []
            with Tracker.create(path, 10, 5, repeats=True) as tracker:
                fsync, pwrite = os.fsync, os.pwrite

                def fail(call):
                    def maybe(*arguments):
                        calls.append(call)
                        if len(calls) == failing:
                            raise OSError(28, "No space left on device")
                        return call(*arguments)
                    return maybe
                with mock.patch("os.fsync", fail(fsync)), mock.patch("os.pwrite", fail(pwrite)):
                    record_two_epochs(tracker)
        reference = Path(self.folder, "10.lethe").read_bytes()
        for failing in range(1, 10):
            self.assertEqual(reference, Path(self.folder, f"{failing}.lethe").read_bytes(), failing)

    def test_what_a_record_vouches_for_is_flushed_before_it(self):
        calls, pwrite, rename = [], os.pwrite, os.rename
        with (mock.patch("os.fsync", lambda file: calls.append("flush")),
              mock.patch("os.pwrite", lambda file, content, at: calls.append(at) or pwrite(file, content, at)),
              mock.patch("os.rename", lambda *names: calls.append("rename") or rename(*names))):
            with Tracker.create(self.path, 10, 5, repeats=True) as tracker:
                self.assertEqual([0, "flush", "rename", "flush"], calls[-4:])
                calls.clear()
                record_two_epochs(tracker)
        self.assertEqual(["flush", 4096 + 128, "flush"], [call for call in calls if call in ("flush", 4096 + 128)][:3])
        self.assertEqual(["flush", 4096 + 3 * 128, "flush"], calls[-3:])
        self.assertEqual(4, calls.count("flush"))

    def test_a_record_in_doubt_vouches_for_nothing_that_is_written_later(self):
        with self.make(examples=10, epochs=5) as tracker:
            tracker.record([0, 1], np.eye(10)[:2], [0, 1])
            with mock.patch("os.fsync", side_effect=[None, OSError(5, "Input/output error")]):
                with self.assertRaisesRegex(OSError, "Input/output error"):
                    tracker.commit_epoch()
            tracker.record([2], np.eye(10)[:1], [0])
            with mock.patch("os.fsync", side_effect=[None, OSError(5, "Input/output error")]):
                with self.assertRaisesRegex(OSError, "Input/output error"):
                    tracker.commit_epoch()
            self.assertEqual(0, len(lethe_history.read(self.path)["epoch"]))
            tracker.commit_epoch()
        self.assertEqual(3, lethe_history.read(self.path)["correct"].sum())

    def test_both_ways_to_compute_a_checksum_agree(self):
        random = np.random.default_rng(3)
        for size in (0, 3, 32767, 32768, 32769, 100_003):
            content = random.bytes(size)
            self.assertEqual(lethe_history.crc32c(content), lethe_tracker.crc32c(content), size)
        self.assertEqual(0xE3069283, lethe_tracker.crc32c(b"123456789"))


class RunTest(Folder):
    def folder_of_run(self):
        return next(RUNS.iterdir())

    def test_scores_are_those_that_java_wrote(self):
        run = lethe_runs.read_run(self.folder_of_run())
        ours = lethe_runs.scores(run["history"])
        for name, column in run["scores"].items():
            if name == "never_learned_runs":
                np.testing.assert_array_equal(column, ours["never_learned"])
            elif name in ("mean_margin", "el2n", "confidence", "variability", "mean_loss"):
                np.testing.assert_array_equal(column.astype(np.float32), ours[name], name)
            elif name not in ("file", "label", "label_id"):
                np.testing.assert_array_equal(column, ours[name], name)
        self.assertGreater(ours["forgetting_events"].sum(), 0)

    def test_a_run_is_read_whole(self):
        run = lethe_runs.read_run(self.folder_of_run())
        self.assertEqual(run["config"]["epochs"], len(run["metrics"]["epoch"]))
        self.assertEqual(run["predictions"].shape, lethe_runs.labels(run).shape)
        self.assertEqual(run["run"]["epochs"], len(run["history"]["epoch"]))
        with self.assertRaisesRegex(ValueError, "is no run, it has no config.json"):
            lethe_runs.read_run(self.folder)

    def test_an_altered_file_of_a_run_is_refused(self):
        for file in self.folder_of_run().iterdir():
            if file.is_file():
                Path(self.folder, file.name).write_bytes(file.read_bytes())
        Path(self.folder, "metrics.csv").write_text("epoch,train_loss\n1,0.5\n")
        with self.assertRaisesRegex(ValueError, "metrics.csv in .* is not what the run left: restore it"):
            lethe_runs.read_run(self.folder)

    def test_scores_of_what_was_never_learned_or_never_seen(self):
        with self.make(examples=4, epochs=4) as tracker:
            for ids, right in (([0, 1, 2], [1, 0, 0]), ([0, 1], [0, 0]), ([0, 1, 2], [1, 0, 1])):
                zeros = np.zeros(len(ids))
                tracker.record_columns(ids, right, zeros, zeros, zeros + 0.5, zeros)
                tracker.commit_epoch()
        scores = lethe_runs.scores(self.path)
        np.testing.assert_array_equal([1, 0, 0, 0], scores["forgetting_events"])
        np.testing.assert_array_equal([0, np.nan, 1, np.nan], scores["first_learned"])
        np.testing.assert_array_equal([False, True, False, True], scores["never_learned"])
        np.testing.assert_array_equal([0.5, 0.5, 0.5, np.nan], scores["confidence"])

    @unittest.skipUnless(importlib.util.find_spec("pandas"), "skipped: no pandas here")
    def test_tables(self):
        run = lethe_runs.read_run(self.folder_of_run())
        table = lethe_runs.to_pandas(self.folder_of_run() / "history.lethe")
        self.assertEqual("id", table.index.name)
        self.assertEqual(list(run["scores"]["forgetting_events"]), list(table["forgetting_events"]))
        labels = lethe_runs.labels(run)
        issues = lethe_runs.to_cleanlab(run["history"], labels, 0.1, run["predictions"])
        self.assertEqual(["is_label_issue", "label_quality", "given_label", "predicted_label"], list(issues.columns))
        self.assertEqual(round(0.1 * len(labels)), issues["is_label_issue"].sum())
        self.assertLessEqual(issues["label_quality"][issues["is_label_issue"]].max(),
                             issues["label_quality"][~issues["is_label_issue"]].min())

    def test_what_cleanlab_cannot_be_given_is_refused(self):
        with self.make(examples=3, epochs=1) as tracker:
            tracker.record([0, 1], [[0, 1], [1, 0]], [0, 1])
            tracker.commit_epoch()
        with mock.patch.dict(sys.modules, pandas=types.ModuleType("pandas")):
            for labels, share, message in (([0, 1], 0.1, "labels=(2,) of a history with examples=3"),
                                           ([0, 1, 0], 2, "share=2 is not in [0, 1]"),
                                           ([0, 1, 0], 0.1, "id=2 has no mean probability, it was never presented")):
                with self.assertRaisesRegex(ValueError, re.escape(message)):
                    lethe_runs.to_cleanlab(self.path, labels, share)


class ReadmeTest(Folder):
    """The examples of README.md, with stand-ins for PyTorch and Keras that have the methods which the examples use."""

    def example(self, index):
        blocks = re.findall(r"```python\n(.*?)```", (PACKAGE / "README.md").read_text(encoding="utf-8"), re.DOTALL)
        return compile(blocks[index], f"README.md, example {index}", "exec")

    def run_in_folder(self, index, names):
        before = os.getcwd()
        self.addCleanup(os.chdir, before)
        os.chdir(self.folder)
        exec(self.example(index), names)

    def test_the_loop_of_pytorch(self):
        class Tensor:
            def __init__(self, array): self.array = np.asarray(array)
            def detach(self): return self
            def float(self): return Tensor(self.array.astype(np.float32))
            def cpu(self): return self
            def numpy(self): return self.array
            def to(self, device): return self
            def backward(self): pass
            def __array__(self, dtype=None, copy=None): return self.array

        images, labels = np.eye(12, 3), np.arange(12) % 3
        dataset = [(images[i], labels[i]) for i in range(12)]

        def loader(dataset, batch_size, shuffle):
            items = [dataset[i] for i in np.random.default_rng(1).permutation(len(dataset))]
            for at in range(0, len(items), batch_size):
                yield [Tensor(column) for column in zip(*items[at:at + batch_size])]

        names = {"dataset": dataset, "epochs": 2, "device": "cpu", "model": lambda x: Tensor(x.array @ np.eye(3) * 4),
                 "loss_of": lambda logits, labels: Tensor(0), "optimizer": mock.Mock()}
        torch, utils, data = (types.ModuleType(name) for name in ("torch", "torch.utils", "torch.utils.data"))
        data.DataLoader, data.Dataset = loader, object
        with mock.patch.dict(sys.modules, {"torch": torch, "torch.utils": utils, "torch.utils.data": data}):
            self.run_in_folder(0, names)
        history = lethe_history.read(self.path)
        self.assertTrue(history["seen"].all())
        np.testing.assert_array_equal([(images @ np.eye(3)).argmax(1) == labels] * 2, history["correct"])

    def test_the_callback_of_keras(self):
        keras = types.ModuleType("keras")
        keras.callbacks = types.SimpleNamespace(Callback=object)
        names = {"images": np.eye(6), "labels": np.arange(6), "epochs": 2}

        class Model:
            def predict(self, x, batch_size, verbose): return 3 * x

            def fit(self, x, y, epochs, callbacks):
                for callback in callbacks:
                    callback.model = self
                    for epoch in range(epochs):
                        callback.on_epoch_end(epoch)
        with mock.patch.dict(sys.modules, keras=keras):
            self.run_in_folder(1, {**names, "model": Model()})
        history = lethe_history.read(self.path)
        np.testing.assert_array_equal(np.ones((2, 6)), history["correct"])
        np.testing.assert_array_equal(np.full(6, 6), history["sums"][:, 0])


def record_two_epochs(tracker, done=None):
    """Records the epochs that are missing of two with two rows each, and goes on after a commit that failed."""
    for epoch in range(tracker.epoch, 2):
        for turn in range(2):
            ids = np.arange(turn, 10)
            tracker.record(ids, np.roll(np.eye(10), epoch + turn, 0)[ids], ids)
        try:
            tracker.commit_epoch()
        except OSError:
            tracker.commit_epoch()
        if done is not None:
            done()


def record_and_stop(path, stop, done):
    """Ends this process at the given write or flush, of which half is carried out if it is a write."""
    fsync, pwrite, calls = os.fsync, os.pwrite, []

    def count(call, *arguments):
        calls.append(call)
        if len(calls) == stop:
            if call is pwrite:
                file, content, at = arguments
                pwrite(file, bytes(content)[:len(content) // 2], at)
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments)
    os.fsync, os.pwrite = (lambda *arguments: count(fsync, *arguments)), (lambda *arguments: count(pwrite, *arguments))
    with Tracker.create(path, 10, 5, repeats=True) as tracker:
        record_two_epochs(tracker, done)


def in_another_process(task):
    """Runs task(done) in a fork; returns how it ended, and how often it called done."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            task(lambda: os.write(writer, b"+"))
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        returned = len(pipe.read())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), returned


if __name__ == "__main__":
    unittest.main()
