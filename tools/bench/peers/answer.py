"""The twenty lines that `answer/main.ts` compares a search with: scikit-learn on the same frozen features,
and TF-IDF for texts, each with a grid of penalties by 5 folds.

    python tools/bench/peers/answer.py FOLDER

FOLDER holds labelled.json and fresh.json ({"labels": [...], "texts": [...] or null}) and labelled.f32 and
fresh.f32, the features of the network row after row. What is chosen has the best accuracy by the folds.
Prints one JSON line.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

warnings.filterwarnings("ignore")
folder = Path(sys.argv[1])
parts = {name: json.loads((folder / f"{name}.json").read_text()) for name in ("labelled", "fresh")}
y, truth = (np.array(parts[name]["labels"]) for name in ("labelled", "fresh"))


def features(name: str) -> np.ndarray:
    return np.fromfile(folder / f"{name}.f32", dtype=np.float32).reshape(len(parts[name]["labels"]), -1)


def bag() -> FeatureUnion:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return FeatureUnion([("words", words), ("characters", characters)])


strong, weak = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10], [0.1, 0.3, 1, 3, 10, 30, 100]
peers = {
    "logistic": ("features", make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)), {"logisticregression__C": strong}),
    "SVM": ("features", make_pipeline(StandardScaler(), SVC()), {"svc__C": [0.1, 1, 10, 100], "svc__gamma": ["scale", 1e-4, 1e-3]}),
}
if parts["labelled"]["texts"] is not None:
    peers["TF-IDF logistic"] = ("texts", make_pipeline(bag(), LogisticRegression(max_iter=2000)), {"logisticregression__C": weak})
    peers["TF-IDF SVM"] = ("texts", make_pipeline(bag(), LinearSVC()), {"linearsvc__C": [0.03, *weak]})

results = {}
for name, (kind, estimator, grid) in peers.items():
    started = time.perf_counter()
    read = features if kind == "features" else lambda part: parts[part]["texts"]
    search = GridSearchCV(estimator, grid, cv=StratifiedKFold(5, shuffle=True, random_state=0))
    search.fit(read("labelled"), y)
    seconds = time.perf_counter() - started
    accuracy = float(np.mean(search.predict(read("fresh")) == truth))
    results[name] = {"folds": float(search.best_score_), "fresh": accuracy, "seconds": seconds}
print(json.dumps({"version": sklearn.__version__, "results": results}))
