"""Writes wilcoxon.golden.json: p of SciPy's signed-rank test that differences lie below 0, zeros split.

Up to 50 differences the distribution is exact: SciPy's own where no sizes are equal, else every choice of signs.
Beyond, the normal approximation without a correction. Run: python3 wilcoxon.py
"""
import json
import pathlib

import numpy as np
from scipy import stats

random = np.random.default_rng(1)
every = stats.PermutationMethod(n_resamples=np.inf)
distinct = [random.normal(-0.3, 1, n).round(6) for n in (1, 2, 3, 5, 8, 20, 50)]
tied = [[0.1, -0.1], [0, -1, -2], [-1, -1, -1, 2], [0, 0, 1, -1, -3, -3, 2], [0, -0.5, 0.5, 0.25, -0.25, -1, -1, -1]]
large = [random.normal(-0.2, 1, 51).round(6), random.normal(-0.1, 1, 80).round(1)]
large = [values[values != 0] for values in large]
cases = [
    *((values, "exact") for values in distinct),
    *((values, every) for values in tied),
    *((values, "approx") for values in large),
]
golden = [
    {
        "differences": [float(value) for value in differences],
        "p": float(
            stats.wilcoxon(differences, alternative="less", zero_method="zsplit", method=method).pvalue
        ),
    }
    for differences, method in cases
]
path = pathlib.Path(__file__).with_name("wilcoxon.golden.json")
path.write_text(json.dumps(golden) + "\n")
