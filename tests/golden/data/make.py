"""Makes the files beside it: arrays as NumPy writes them and a manifest as Python's csv module writes it.

usage: python make.py    (NumPy; any recent version gives the same arrays)
"""
import csv
import os

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
x = np.arange(5 * 3 * 2, dtype=np.float64).reshape(5, 3, 2) / 4
np.save(f"{here}/x.npy", x)
np.save(f"{here}/x_channels.npy", np.asfortranarray(np.arange(5 * 3 * 2 * 2, dtype=np.int16).reshape(5, 3, 2, 2)))
bad = x.copy()
bad[1, 2, 1] = np.nan
bad[3, 0, 0] = np.inf
np.save(f"{here}/x_not_finite.npy", bad)
np.save(f"{here}/y_text.npy", np.array(["yes", "no", "on", "off", "yes"]))
np.save(f"{here}/y_integer.npy", np.array([10, 2, 2, 10, 1]))
np.save(f"{here}/y_one_hot.npy", np.eye(3, dtype=np.float32)[[2, 0, 1, 1, 2]])
np.save(f"{here}/y_not_one_hot.npy", np.array([[1, 0], [0, 1], [1, 1], [0, 1], [1, 0]], np.float32))
np.save(f"{here}/y_short.npy", np.array([1, 2, 1]))
np.save(f"{here}/groups.npy", np.array(["anna", "ben", "anna", "ben", "cleo"]))
np.savez(f"{here}/set.npz", X=x, y=np.array([True, False, True, False, True]), groups=np.array([7, 7, 8, 8, 9]))
with open(f"{here}/quoted.csv", "w", newline="", encoding="utf-8-sig") as out:
    writer = csv.writer(out)  # CRLF, quotes where needed
    writer.writerow(["label", "path", "group"])
    writer.writerow(["no", 'a, "b".wav', "über"])
    writer.writerow(["on\noff", "c.wav", ""])
