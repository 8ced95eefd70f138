"""Writes viridis.txt: matplotlib's viridis, 256 colours, one "red green blue" (0 to 255) a line.

Needs: pip install matplotlib
"""

import pathlib

import matplotlib

colours = matplotlib.colormaps["viridis"]
lines = [" ".join(str(round(255 * part)) for part in colours(i)[:3]) for i in range(256)]
(pathlib.Path(__file__).parent / "viridis.txt").write_text("\n".join(lines) + "\n")
