"""Writes plain.golden.json: a cosine transform and slopes over time by SciPy.

`coefficients` is the orthonormal DCT-II of each frame's 64 bands, of which 20 are kept; `slopes` the
derivative of a line fitted to five frames of each band, the outer frames repeated. Run: python3 plain.py
"""
import json
import pathlib

import numpy as np
from scipy.fft import dct
from scipy.signal import savgol_filter

frames = np.random.default_rng(1).normal(3, 2, (6, 64)).round(3)
coefficients = dct(frames, type=2, norm="ortho", axis=1)[:, :20]
slopes = savgol_filter(frames, 5, 1, deriv=1, axis=0, mode="nearest")
golden = {
    "frames": frames.ravel().tolist(),
    "coefficients": coefficients.ravel().round(6).tolist(),
    "slopes": slopes.ravel().round(6).tolist(),
}
path = pathlib.Path(__file__).with_name("plain.golden.json")
path.write_text(json.dumps(golden) + "\n")
