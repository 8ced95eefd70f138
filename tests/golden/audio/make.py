"""One second-quarter of two tones in every format sonaxis must read, made by libsndfile through soundfile, and the
samples NumPy meant: tone.f32, (frames, 2) float32, mono files hold the first column. usage: python make.py"""
import os
import numpy as np, soundfile as sf

HERE = os.path.dirname(os.path.abspath(__file__))
def at(name): return os.path.join(HERE, name)

t = np.arange(2000) / 8000
tone = np.stack([0.5 * np.sin(2 * np.pi * 440 * t), 0.25 * np.sin(2 * np.pi * 1000 * t + 1)], 1)
tone.astype("<f4").tofile(at("tone.f32"))
for name, subtype in dict(u8="PCM_U8", s16="PCM_16", s24="PCM_24", s32="PCM_32", float="FLOAT", double="DOUBLE").items():
    sf.write(at(name + ".wav"), tone[:, 0], 8000, subtype=subtype)
sf.write(at("stereo.wav"), tone, 8000, subtype="PCM_16")
sf.write(at("rf64.wav"), tone[:, 0], 8000, format="RF64", subtype="PCM_16")
sf.write(at("tone.aiff"), tone[:, 0], 8000, subtype="PCM_16")
sf.write(at("stereo.flac"), tone, 8000, subtype="PCM_16")
sf.write(at("noise.flac"), np.random.default_rng(1).uniform(-0.1, 0.1, 12000), 8000, subtype="PCM_16")
sf.write(at("tone.ogg"), tone[:, 0], 8000)
sf.write(at("tone.opus"), tone[:, 0], 8000, format="OGG", subtype="OPUS")
sf.write(at("tone.mp3"), tone[:, 0], 8000)
long = np.random.default_rng(2).uniform(-0.1, 0.1, 24000)
sf.write(at("noise.ogg"), long, 8000)

def crc(data, bits, polynomial):
    value = 0
    for byte in data:
        value ^= byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ (polynomial if value >> (bits - 1) else 0)) & ((1 << bits) - 1)
    return value.to_bytes(bits // 8, "big")

def bomb(count):
    """FLAC frames of the largest block there is, all one value: 14 bytes for 65535 samples each."""
    size, rate = 65535, 8000
    info = size.to_bytes(2, "big") * 2 + bytes(6) + (rate << 44 | 15 << 36 | size * count).to_bytes(8, "big") + bytes(16)
    out = b"fLaC\x80" + len(info).to_bytes(3, "big") + info
    for number in range(count):
        header = b"\xff\xf8\x74\x08" + chr(number).encode() + (size - 1).to_bytes(2, "big")
        header += crc(header, 8, 0x07)
        frame = header + b"\x00\x00\x05"
        out += frame + crc(frame, 16, 0x8005)
    return out

open(at("bomb.flac"), "wb").write(bomb(120))
open(at("nearly_bomb.flac"), "wb").write(bomb(12))
