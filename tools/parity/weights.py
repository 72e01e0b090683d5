"""Weights that Python and TypeScript (weights.ts) generate alike, so that no weights are committed."""

import numpy as np


def fnv1a(text: str) -> int:
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def bits(name: str, count: int) -> np.ndarray:
    """32 random bits an element: a mixed counter (Murmur3's finaliser)."""
    with np.errstate(over="ignore"):
        x = np.arange(count, dtype=np.uint32) + np.uint32(fnv1a(name))
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x85EBCA6B)
        x ^= x >> np.uint32(13)
        x *= np.uint32(0xC2B2AE35)
        x ^= x >> np.uint32(16)
    return x


def noise(name: str, count: int) -> np.ndarray:
    """Uniform in [-1, 1)."""
    return (bits(name, count) >> np.uint32(8)).astype(np.float64) / 2**23 - 1


def weight(name: str, shape: tuple[int, ...]) -> np.ndarray:
    count = int(np.prod(shape))
    u = noise(name, count).reshape(shape)
    if name.endswith("running_var"):
        value = 1 + 0.5 * u
    elif len(shape) == 1 and name.endswith("weight"):
        value = 1 + 0.25 * u
    elif len(shape) == 1:
        value = 0.1 * u
    else:
        fan_in = shape[0] if len(shape) == 2 else int(np.prod(shape[1:]))
        value = np.sqrt(6 / fan_in) * u
    return value.astype(np.float32)


PROJECTIONS = 16


def sketch(name: str, gradient: np.ndarray) -> dict:
    """The norm of a gradient and its products with random signs.

    The mean square of the differences of two sketches is an unbiased estimate of the squared
    distance of the gradients (Johnson and Lindenstrauss, 1984; Achlioptas, 2003).
    """
    flat = gradient.astype(np.float64).ravel()
    signs = bits(name, flat.size)
    products = [float(np.dot(flat, np.where(signs >> np.uint32(k) & 1, 1.0, -1.0))) for k in range(PROJECTIONS)]
    return {"norm": float(np.linalg.norm(flat)), "products": products}
