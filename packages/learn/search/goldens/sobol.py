"""Writes sobol.golden.json: the first points of SciPy's Sobol sequence, unscrambled, in 50 dimensions.

Coordinates are those of 30 bits, each times 2^30. Run: python3 sobol.py
"""
import json
import pathlib

from scipy.stats import qmc

points = qmc.Sobol(50, scramble=False, bits=30).random(32)
golden = {"points": [[int(value * 2**30) for value in point] for point in points]}
path = pathlib.Path(__file__).with_name("sobol.golden.json")
path.write_text(json.dumps(golden) + "\n")
