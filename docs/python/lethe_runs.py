"""Reads the folder of a run of `./lethe`, and hands scores of histories to pandas and cleanlab.

    run = read_run("lethe-out/runs/...")     # {"config", "metrics", "scores", "history", "predictions", ...}
    table = to_pandas("history.lethe")       # a row for each example
    issues = to_cleanlab("history.lethe", labels, share=0.02)
"""
import csv
import hashlib
import json
import os

import numpy as np

import lethe_history


def read_run(folder):
    """All of a run that is there: JSON as dicts, tables as dicts of columns, arrays; checks the digests of run.json."""
    read = {"config.json": _json, "run.json": _json, "metrics.csv": _columns, "tasks.csv": _columns,
            "scores.csv": _columns, "history.lethe": lethe_history.read, "predictions.npy": np.load,
            "weighted_margin.npy": np.load, "weighted_confidence.npy": np.load}
    if not os.path.exists(os.path.join(folder, "config.json")):
        raise ValueError(f"{folder} is no run, it has no config.json: name the folder of one run")
    paths = {name: os.path.join(folder, name) for name in read if os.path.exists(os.path.join(folder, name))}
    run = {name.split(".")[0]: read[name](path) for name, path in paths.items()}
    for name, left in run.get("run", {}).get("files", {}).items():
        with open(os.path.join(folder, name), "rb") as file:
            if hashlib.sha256(file.read()).hexdigest() != left["sha256"]:
                raise ValueError(f"{name} in {folder} is not what the run left: restore it from a copy")
    return run


def labels(run):
    """The class numbers of a run's examples; earlier versions had them as label, where the name of the class is now."""
    columns = run["scores"]
    return columns["label_id" if "label_id" in columns else "label"].astype(int)


def scores(history):
    """Scores of each example, as Lethe's ForgettingScores and MeanScores define them, in the columns of scores.csv.

    Where no presentation was right never_learned is true and first_learned NaN; means are NaN where there was none."""
    history = lethe_history.read(history) if isinstance(history, (str, os.PathLike)) else history
    seen, correct = history["seen"], history["correct"]
    presentations, right = seen.sum(0), correct.sum(0)
    learned_yet, before = np.zeros(presentations.size, bool), np.zeros(presentations.size, int)
    for was_seen, was_correct in zip(seen, correct):
        learned_yet = learned_yet | was_correct
        before += was_seen & ~learned_yet
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = history["sums"].astype(np.float64) / np.where(presentations, presentations, np.nan)[:, None]
        variance = mean[:, 3] - mean[:, 2] * mean[:, 2]
        variability = np.sqrt(np.where(variance < 0, 0, variance))
    return {"id": np.arange(presentations.size), "presentations": presentations, "correct_presentations": right,
            "forgetting_events": lethe_history.events(history), "never_learned": right == 0,
            "first_learned": np.where(right == 0, np.nan, before), "mean_margin": mean[:, 0].astype(np.float32),
            "el2n": mean[:, 1].astype(np.float32), "confidence": mean[:, 2].astype(np.float32),
            "variability": variability.astype(np.float32), "mean_loss": mean[:, 4].astype(np.float32)}


def to_pandas(history):
    """The scores as a DataFrame with the ids as its index; history is a path, or what lethe_history.read gave."""
    import pandas
    return pandas.DataFrame(scores(history)).set_index("id")


def to_cleanlab(history, labels, share, predictions=None):
    """Label issues as the DataFrame that CleanLearning.fit(label_issues=...) of cleanlab takes.

    label_quality is the mean probability of the given label over the epochs, in [0, 1], small where the label is
    likelier wrong; is_label_issue marks the `share` of the examples with the smallest. A history has no probabilities
    of other classes, the pred_probs that cleanlab estimates the number of wrong labels from: the share is yours."""
    import pandas
    quality, labels = scores(history)["confidence"], np.asarray(labels)
    if labels.shape != quality.shape:
        raise ValueError(f"labels={labels.shape} of a history with examples={quality.size}: give those of its run")
    if not 0 <= share <= 1:
        raise ValueError(f"share={share} is not in [0, 1]: give the share of the labels to call wrong")
    if np.isnan(quality).any():
        raise ValueError(f"id={np.isnan(quality).argmax()} has no mean probability, it was never presented, or with a"
                         " value that is not finite: leave such examples out of the history")
    issue = np.zeros(quality.size, bool)
    issue[np.argsort(quality, kind="stable")[:round(share * quality.size)]] = True
    table = {"is_label_issue": issue, "label_quality": quality, "given_label": labels}
    return pandas.DataFrame({**table, **({} if predictions is None else {"predicted_label": np.asarray(predictions)})})


def _json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def _columns(path):
    """Columns by name: of numbers, where all values are, NaN where a field is empty; else of text."""
    with open(path, newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    columns = {}
    for name, column in zip(names, zip(*rows) if rows else [()] * len(names)):
        try:
            columns[name] = np.array([float(value or "nan") for value in column])
        except ValueError:
            columns[name] = np.array(column)
    return columns
