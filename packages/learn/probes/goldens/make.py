"""Writes logistic.golden.json: scikit-learn's logistic regressions of a few small random problems.

Features are standardised by StandardScaler; weights and intercepts are of the features as they are. Ours
divides standardised features by the root of their number, so a penalty p there is C = 1 / (p width) here.
With two classes scikit-learn penalises one weight vector where a softmax has two of half the size, which
doubles C. Ours makes sample weights sum to 1, so C takes back their mean. Run: python3 make.py
"""
import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(11)


def softmax(logits):
    e = np.exp(logits - logits.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def case(name, rows, width, classes, penalty, weighted=False):
    labels = np.arange(rows) % classes
    labels[: rows // 5] = 0
    centres = rng.normal(size=(classes, width))
    scales = 10 ** rng.uniform(-1, 1, size=width)
    x = np.round((rng.normal(size=(rows, width)) + 0.4 * centres[labels] + 0.5) * scales, 2)
    weights = np.round(rng.uniform(0.2, 4, size=rows), 2) if weighted else np.ones(rows)
    scaler = StandardScaler().fit(x)
    fit = LogisticRegression(
        C=(2 if classes == 2 else 1) / (penalty * width * weights.mean()), tol=1e-12, max_iter=100_000
    ).fit(scaler.transform(x), labels, sample_weight=weights)
    coefficients, intercept = fit.coef_, fit.intercept_
    if classes == 2:
        coefficients, intercept = np.vstack([-coefficients, coefficients]) / 2, np.array([-1, 1]) * intercept / 2
    raw = coefficients / scaler.scale_
    bias = intercept - intercept.mean() - raw @ scaler.mean_
    probabilities = fit.predict_proba(scaler.transform(x))
    assert np.allclose(softmax(x @ raw.T + bias), probabilities)
    rounded = lambda values: [float(f"{value:.9g}") for value in np.ravel(values)]
    return {
        "name": name,
        "rows": rows,
        "width": width,
        "classes": classes,
        "penalty": penalty,
        "features": rounded(x),
        "labels": labels.tolist(),
        "weights": rounded(weights) if weighted else None,
        "weight": rounded(raw.T),
        "bias": rounded(bias),
        "probabilities": rounded(probabilities),
    }


cases = [
    case("2 classes, more examples than features", 36, 5, 2, 0.15),
    case("2 classes, more features than examples", 16, 24, 2, 0.04),
    case("4 classes, more examples than features", 40, 6, 4, 0.04),
    case("4 classes, more features than examples", 20, 24, 4, 0.15),
    case("4 classes, weighted examples", 32, 8, 4, 0.04, weighted=True),
]
path = pathlib.Path(__file__).with_name("logistic.golden.json")
path.write_text(json.dumps(cases) + "\n")
