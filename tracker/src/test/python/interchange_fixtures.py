"""Writes the fixtures of the interchange tests.

    python3 interchange_fixtures.py ../resources/dev/lethe/tracker/interchange

Run it once with NumPy 1 and once with NumPy 2: pickles name other modules in each, and all else is written by NumPy 1.
"""
import os
import pickle
import sys

import numpy as np

folder = sys.argv[1]
major = np.__version__.split(".")[0]


def write_bytes(name, content):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content)


def write_array(name, array, version=None):
    with open(os.path.join(folder, name), "wb") as file:
        np.lib.format.write_array(file, array, version)


# A made-up run: whether each of 23 examples was right in each of 9 epochs, from never (id % 7 == 0) to always.
EXAMPLES, EPOCHS = 23, 9
ease = np.arange(EXAMPLES) % 7 / 6.0
right = np.random.RandomState(1).rand(EXAMPLES, EPOCHS) < ease[:, None]


def paper_counts(right):
    """Forgetting events, with the epochs in place of the 0 of an example that was never right."""
    forgotten = (right[:, :-1] & ~right[:, 1:]).sum(axis=1)
    return np.where(right.any(axis=1), forgotten, right.shape[1])


counts = paper_counts(right)
ids = np.random.RandomState(2).permutation(EXAMPLES)  # in the order that a shuffled loader saw them
order = ids[np.argsort(counts[ids])]
ordering = {"indices": order, "forgetting counts": counts[order]}
lists = {
    "indices": [int(i) for i in order],
    "forgetting counts": [np.float32(c) if i % 2 else np.int64(c) for i, c in enumerate(counts[order])],
}
for protocol in range(6):
    write_bytes("ordering-numpy%s-protocol%d.pkl" % (major, protocol), pickle.dumps(ordering, protocol))
    write_bytes("lists-numpy%s-protocol%d.pkl" % (major, protocol), pickle.dumps(lists, protocol))

if major == "1":
    write_array("right.npy", right)
    long_lists = {"indices": list(range(2500)), "forgetting counts": [0] * 1200 + [2**40 >> 40] * 1300}
    for protocol in (0, 2, 4):
        write_bytes("long-protocol%d.pkl" % protocol, pickle.dumps(long_lists, protocol))
    write_bytes("large-ids.pkl", pickle.dumps({"indices": [0, 2**70], "forgetting counts": [0, 0]}))
    wide = {"indices": order.astype(">i4"), "forgetting counts": counts[order].astype("u1")}
    write_bytes("other-types.pkl", pickle.dumps(wide, 4))
    empty = {"indices": np.array([], "i8"), "forgetting counts": np.array([], "i8")}
    for protocol in (0, 2, 5):
        write_bytes("empty-protocol%d.pkl" % protocol, pickle.dumps(empty, protocol))

    types = ("b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8")
    arrays = {}
    for code in types:
        for order_name, order_code in (("little", "<"), ("big", ">")):
            dtype = np.dtype(order_code + code)
            if code == "b1":
                values = [False, True, True]
            elif code[0] == "f":
                values = [-1.5, np.inf, np.nan]
            else:
                values = [np.iinfo(dtype).min, 7, np.iinfo(dtype).max]
            arrays[order_name + "_" + code] = np.array(values, dtype)
    arrays["rows"] = np.arange(12, dtype="<f4").reshape(3, 4)
    arrays["none"] = np.zeros((0, 4))
    np.savez(os.path.join(folder, "types-stored.npz"), **arrays)
    np.savez_compressed(os.path.join(folder, "types-deflated.npz"), **arrays)

    scores = np.array([0.5, -1.25, np.nan, 3.0], "<f8")
    for version in (1, 2, 3):
        write_array("scores-version%d.npy" % version, scores, (version, 0))
    write_array("refused-fortran.npy", np.asfortranarray(np.zeros((2, 3), "<f4")))
    write_array("refused-object.npy", np.array([1, None], object))
    write_array("refused-structured.npy", np.zeros(2, [("id", "<i4"), ("score", "<f4")]))
    write_array("refused-complex.npy", np.zeros(2, "<c8"))
    write_array("refused-half.npy", np.zeros(2, "<f2"))
    write_array("refused-text.npy", np.array(["a", "bc"]))
    write_array("refused-scalar.npy", np.array(1.0))
    write_array("refused-dimensions.npy", np.zeros((1, 1, 2, 1, 3)))
