"""Writes metrics.golden.json: 60 predictions of 4 classes and what scikit-learn says of them.

Class 3 has no example, so that the conventions for absent classes are part of the values.
Calibration follows Guo et al. (2017) with NumPy. Run: python3 make.py
"""
import json
import pathlib

import numpy as np
from sklearn import metrics

rng = np.random.default_rng(7)
labels = rng.choice(3, size=60, p=[0.6, 0.3, 0.1])
logits = rng.normal(size=(60, 4)) + 1.5 * np.eye(4)[labels]
probabilities = np.round(np.exp(logits) / np.exp(logits).sum(1, keepdims=True), 4)
probabilities[:, 0] += 1 - probabilities.sum(1)
predicted = probabilities.argmax(1)
classes = list(range(4))

confidence = probabilities.max(1)
correct = predicted == labels
error = 0.0
edges = np.linspace(0, 1, 16)
for low, high in zip(edges[:-1], edges[1:]):
    inside = (confidence > low) & (confidence <= high)
    if inside.any():
        error += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())

precision, recall, f1, support = metrics.precision_recall_fscore_support(
    labels, predicted, labels=classes, zero_division=0
)
golden = {
    "labels": labels.tolist(),
    "probabilities": [[round(float(p), 4) for p in row] for row in probabilities],
    "accuracy": metrics.accuracy_score(labels, predicted),
    "balancedAccuracy": metrics.recall_score(labels, predicted, labels=[0, 1, 2], average="macro"),
    "top2": metrics.top_k_accuracy_score(labels, probabilities, k=2, labels=classes),
    "macroF1": metrics.f1_score(labels, predicted, average="macro"),
    "logLoss": metrics.log_loss(labels, probabilities, labels=classes),
    "brier": float(np.mean(((probabilities - np.eye(4)[labels]) ** 2).sum(1))),
    "calibrationError": error,
    "confusion": metrics.confusion_matrix(labels, predicted, labels=classes).tolist(),
    "precision": precision.tolist(),
    "recall": recall.tolist(),
    "f1": f1.tolist(),
    "support": support.tolist(),
}
path = pathlib.Path(__file__).with_name("metrics.golden.json")
path.write_text(json.dumps(golden) + "\n")
