"""Recordings and reference values for packages/learn/data/src/modalities/audio, made by libsndfile, librosa and SciPy.

    pip install librosa==0.11.0 soundfile scipy transformers torch==2.13.0
    python tools/parity/audio.py

Writes into packages/learn/data/goldens: chirp.* (0.2 s, encoded by libsndfile), chirp.golden.json (what
libsndfile decodes of each), logMel.golden.json (log-mel spectrograms) and resample.golden.json (SciPy's
resample_poly under a filter longer than ours).
"""

import json
import pathlib

import librosa
import numpy as np
import scipy.signal
import soundfile

HERE = pathlib.Path(__file__).parents[2] / "packages" / "learn" / "data" / "goldens"

# Name of the file: format and subtype of libsndfile, sample rate, channels.
FILES = {
    "chirp.flac": ("FLAC", "PCM_16", 16000, 1),
    "stereo.flac": ("FLAC", "PCM_24", 8000, 2),
    "chirp.mp3": ("MP3", "MPEG_LAYER_III", 16000, 1),
    "stereo.mp3": ("MP3", "MPEG_LAYER_III", 44100, 2),
    "chirp.ogg": ("OGG", "VORBIS", 16000, 1),
    "stereo.ogg": ("OGG", "VORBIS", 44100, 2),
    "chirp.opus": ("OGG", "OPUS", 48000, 1),
    "stereo.opus": ("OGG", "OPUS", 48000, 2),
    "alaw.wav": ("WAV", "ALAW", 8000, 1),
    "mulaw.wav": ("WAV", "ULAW", 8000, 1),
    "extensible.wav": ("WAVEX", "PCM_24", 8000, 2),
}

YAMNET = dict(fftSize=512, window=400, hop=160, bands=64, low=125, high=7500, scale="htk",
              areaNormalised=False, power=1, offset=0.001, centred=False, layout="time,band,1")
LIBROSA = dict(fftSize=2048, window=2048, hop=512, bands=128, low=0, high=11025, scale="slaney",
               areaNormalised=True, power=2, offset=1e-6, centred=True, layout="band,time")
SMALL = dict(fftSize=256, window=200, hop=80, bands=40, low=20, high=4000, scale="slaney",
             areaNormalised=False, power=2, offset=1e-6, centred=True, layout="time,band")
# Name: representation, sample rate, samples, every how many values are kept.
SPECTROGRAMS = {
    "YAMNet": (YAMNET, 16000, 15600, 7),
    "librosa's default": (LIBROSA, 22050, 11025, 5),
    "40 bands": (SMALL, 8000, 4000, 3),
    "HTK, normalised": ({**SMALL, "scale": "htk", "areaNormalised": True}, 8000, 4000, 3),
}
# What transformers 5.24 makes of a chirp: the extractor, our preprocessing for it, samples, every how many values are kept.
WHISPER = dict(kind="logMel", fftSize=400, window=400, hop=160, bands=80, low=0, high=8000, scale="slaney", areaNormalised=True,
               power=2, offset=0, floor=1e-10, range=8 * np.log(10), mean=-4 * np.log(10), std=4 * np.log(10), centred=True,
               layout="band,time", frames=200)
KALDI = dict(kind="logMel", fftSize=512, window=400, hop=160, bands=32, low=20, high=8000, scale="htk", triangles="mel",
             areaNormalised=False, power=2, hann="symmetric", removeOffset=True, preEmphasis=0.97, offset=0, floor=2.0**-23,
             mean=-4.2677393, std=2 * 4.5689974, centred=False, layout="time,band", frames=64, fill=0)
EXTRACTORS = {
    "Whisper": ("WhisperFeatureExtractor", dict(feature_size=80, chunk_length=2), WHISPER, 32000, 12000, 11),
    "AST": ("ASTFeatureExtractor", dict(num_mel_bins=32, max_length=64), KALDI, 63 * 160 + 400, 6000, 3),
    "AST of a long recording": ("ASTFeatureExtractor", dict(num_mel_bins=32, max_length=64), KALDI, 63 * 160 + 400, 16000, 3),
}
RATES = [(8000, 16000), (16000, 8000), (44100, 16000), (48000, 16000), (22050, 16000)]


def main() -> None:
    HERE.mkdir(exist_ok=True)
    files = {name: encoded(name, *kind) for name, kind in FILES.items()}
    write("chirp", files)
    write("logMel", [spectrogram(name, *kind) for name, kind in SPECTROGRAMS.items()])
    write("extractors", [extracted(name, *kind) for name, kind in EXTRACTORS.items()])
    write("resample", [resampled(*rates) for rates in RATES])


def extracted(name: str, kind: str, options: dict, representation: dict, room: int, samples: int, step: int) -> dict:
    import transformers

    extractor = getattr(transformers, kind)(**options)
    values = extractor(chirp(16000, samples).astype(np.float32), sampling_rate=16000, return_tensors="np")
    found = np.asarray(next(iter(values.values()))).reshape(-1)
    preprocessing = dict(kind="audio", sampleRate=16000, samples=room, align="start", representation=representation)
    return {"name": name, "preprocessing": preprocessing, "samples": samples, "step": step,
            "values": [float(f"{value:.6g}") for value in found[::step]]}


def chirp(rate: int, length: int) -> np.ndarray:
    """200 Hz that rises by 3 kHz a second, in steps of 16 bits: the tests make the same."""
    t = np.arange(length) / rate
    return np.round(0.5 * np.sin(2 * np.pi * (200 * t + 1500 * t * t)) * 32768) / 32768


def encoded(name: str, kind: str, subtype: str, rate: int, channels: int) -> dict:
    first = chirp(rate, rate // 5)
    signal = first if channels == 1 else np.stack([first, -0.5 * first], axis=1)
    soundfile.write(HERE / name, signal, rate, format=kind, subtype=subtype)
    decoded, decoded_rate = soundfile.read(HERE / name, dtype="float64", always_2d=True)
    return dict(sampleRate=decoded_rate, length=len(decoded),
                channels=[rounded(channel[::max(1, len(decoded) // 100)]) for channel in decoded.T])


def spectrogram(name: str, config: dict, rate: int, length: int, step: int) -> dict:
    """In the order time, band, of which every `step`-th value is kept."""
    signal = chirp(rate, length)
    window, hop, size = config["window"], config["hop"], config["fftSize"]
    # The window's place among the zeros changes phases alone, so librosa.stft() would do, but for the
    # number of frames where there is no centring, and its padding: it mirrored until version 0.10.
    if config["centred"]:
        complex_ = librosa.stft(signal, n_fft=size, hop_length=hop, win_length=window, pad_mode="reflect")
    else:
        frames = librosa.util.frame(signal, frame_length=window, hop_length=hop, axis=0)
        complex_ = np.fft.rfft(frames * scipy.signal.get_window("hann", window), size).T
    bank = librosa.filters.mel(sr=rate, n_fft=size, n_mels=config["bands"], fmin=config["low"], fmax=config["high"],
                               htk=config["scale"] == "htk", norm="slaney" if config["areaNormalised"] else None,
                               dtype=np.float64)
    values = np.log(bank @ np.abs(complex_) ** config["power"] + config["offset"]).T
    return dict(name=name, sampleRate=rate, samples=length, representation={"kind": "logMel", **config},
                frames=len(values), step=step, values=rounded(values.ravel()[::step]))


def resampled(rate: int, to: int) -> dict:
    """Noise below 0.85 of the lower Nyquist frequency, which every good filter keeps as it is."""
    noise = np.random.default_rng(7).standard_normal(rate // 25) * 0.1
    band = scipy.signal.firwin(511, 0.8 * min(1, to / rate), window=("kaiser", 12))
    # Without edges, whose high tones each filter would treat in its own way.
    signal = np.round(scipy.signal.convolve(noise, band, "same") * np.hanning(len(noise)) * 32768) / 32768
    divisor = np.gcd(rate, to)
    up, down = to // divisor, rate // divisor
    taps = scipy.signal.firwin(2 * 200 * max(up, down) + 1, 0.95 / max(up, down), window=("kaiser", 10.06))
    result = scipy.signal.resample_poly(signal, up, down, window=taps)
    return dict(rate=rate, to=to, samples=[int(v * 32768) for v in signal], values=rounded(result[::7]), step=7)


def rounded(values: np.ndarray) -> list:
    return [float(f"{value:.7g}") for value in values]


def write(name: str, content: object) -> None:
    (HERE / f"{name}.golden.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
