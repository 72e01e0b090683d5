"""Writes scores.golden.json: scores of transferability of small random problems, by the formulas of their papers.

LogME (You et al., 2021) is maximised over both precisions by a general optimizer on eigenvalues of the covariance;
H-score (Bao et al., 2019) takes scikit-learn's Ledoit-Wolf covariance, as Ibrahim et al., 2021 do; LEEP is equation 2 of
Nguyen et al., 2020; NCE is the conditional entropy of Tran et al., 2019; k-NN counts votes by scikit-learn's
neighbours. Run: python3 scores.py
"""
import json
import pathlib

import numpy as np
from sklearn.covariance import LedoitWolf
from sklearn.neighbors import NearestNeighbors

rng = np.random.default_rng(7)


def knn(x, labels, k=5):
    x = x - x.mean(0)
    found = NearestNeighbors(n_neighbors=k + 1, metric="cosine").fit(x).kneighbors(x)
    right = 0
    for i, (distances, rows) in enumerate(zip(*found)):
        votes = {}
        others = [(d, r) for d, r in zip(distances, rows) if r != i][:k]
        for distance, row in others:
            count, cosines = votes.get(labels[row], (0, 0.0))
            votes[labels[row]] = (count + 1, cosines + 1 - distance)
        right += max(votes, key=votes.get) == labels[i]
    return right / len(labels)


def log_evidence(x, y, alpha, beta):
    n, width = x.shape
    a = alpha * np.eye(width) + beta * x.T @ x
    m = beta * np.linalg.solve(a, x.T @ y)
    return (
        width / 2 * np.log(alpha)
        + n / 2 * np.log(beta)
        - n / 2 * np.log(2 * np.pi)
        - beta / 2 * np.sum((x @ m - y) ** 2)
        - alpha / 2 * m @ m
        - np.linalg.slogdet(a)[1] / 2
    ) / n


def logme(x, labels):
    """Climbs in the logarithms of both precisions, each by golden section, until neither moves."""
    total = []
    for c in np.unique(labels):
        y = (labels == c).astype(float)
        best = np.zeros(2)
        value = lambda at: log_evidence(x, y, *np.exp(at))
        grid = [np.array([a, b]) for a in np.arange(-8, 12, 1.0) for b in np.arange(-4, 12, 1.0)]
        best = max(grid, key=value)
        step = 0.5
        while step > 1e-7:
            around = [best + step * np.array(d) for d in [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1)]]
            next_ = max(around, key=value)
            if value(next_) > value(best):
                best = next_
            else:
                step /= 2
        total.append(value(best))
    return float(np.mean(total))


def h_score(x, labels):
    x = x - x.mean(0)
    fitted = LedoitWolf(assume_centered=True).fit(x)
    means = np.zeros_like(x)
    for c in np.unique(labels):
        means[labels == c] = x[labels == c].mean(0)
    between = means.T @ means / len(x)
    return float((1 - fitted.shrinkage_) * np.trace(np.linalg.solve(fitted.covariance_, between)))


def leep(shares, labels):
    joint = np.array([shares[labels == y].sum(0) for y in range(labels.max() + 1)]) / len(labels)
    given = joint / joint.sum(0)
    return float(np.mean(np.log(np.sum(given[labels] * shares, 1))))


def nce(shares, labels):
    answers = shares.argmax(1)
    total = 0.0
    for z in np.unique(answers):
        for y in np.unique(labels):
            both = np.mean((answers == z) & (labels == y))
            if both > 0:
                total += both * np.log(both / np.mean(answers == z))
    return float(total)


def case(name, rows, width, classes, gap, source):
    labels = np.arange(rows) % classes
    labels[: rows // 6] = 0
    centres = rng.normal(size=(classes, width))
    x = np.round(rng.normal(size=(rows, width)) + gap * centres[labels] + 0.7, 3)
    logits = rng.normal(size=(rows, source)) + gap * rng.normal(size=(classes, source))[labels]
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    shares = np.round(shares, 5).astype(np.float32).astype(float)
    return {
        "name": name,
        "rows": rows,
        "width": width,
        "classes": classes,
        "source": source,
        "labels": labels.tolist(),
        "features": np.ravel(x).tolist(),
        "shares": [float(f"{value:.9g}") for value in np.ravel(shares)],
        "scores": {
            "knn": knn(x, labels),
            "logme": logme(x, labels),
            "hScore": h_score(x, labels),
            "leep": leep(shares, labels),
            "nce": nce(shares, labels),
        },
    }


cases = [
    case("more examples than features", 48, 6, 2, 0.8, 5),
    case("more features than examples", 24, 40, 3, 0.5, 4),
    case("nothing to tell", 40, 8, 4, 0.0, 6),
    case("well apart", 36, 12, 3, 3.0, 8),
]
path = pathlib.Path(__file__).with_name("scores.golden.json")
path.write_text(json.dumps(cases) + "\n")
for one in cases:
    print(one["name"], one["scores"])
