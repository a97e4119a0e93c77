#!/usr/bin/env python3
"""Expected values for stack/1-link/tests/{touchstone,mixed_mode,quality,resample}.rs, from other people's programs.

Needs numpy, scikit-rf and pychopmarg (pip install scikit-rf pychopmarg); run from the repository root, and rarely:
    python3 validation/oracles/touchstone_scikit_rf.py stack/1-link/tests/data

Every network is made here from formulas. Files that scikit-rf writes are read by ours; what scikit-rf computes from a
network (Z, Y, mixed modes), numpy (singular values) or PyChOpMarg (resampling) is what ours must give.
"""

import sys
from pathlib import Path

import numpy as np
import skrf as rf
from pychopmarg.utility.filter import interp_vtf

OUT = Path(sys.argv[1])


def number(x):
    return repr(float(x))


def network(name, s, hz, ohm=50.0):
    frequency = rf.Frequency.from_f(np.asarray(hz), unit="hz")
    n = rf.Network(frequency=frequency, s=s, z0=ohm, name=name)
    n.frequency.unit = "GHz"
    return n


def ladder(ports, hz):
    """Ports joined in a star by a resistor, an inductor each, and a capacitor to ground: passive and reciprocal."""
    w = 2 * np.pi * np.asarray(hz)
    r = 5.0 + 3.0 * np.arange(ports)
    l = (0.2 + 0.1 * np.arange(ports)) * 1e-9
    shunt = 1.0 / (1j * w * 0.3e-12 + 1e-3)
    z = np.zeros((len(w), ports, ports), dtype=complex)
    z += shunt[:, None, None]
    for k in range(ports):
        z[:, k, k] += r[k] + 1j * w * l[k]
    return z


def line_pair(hz):
    """Two coupled lossy lines, 1-3 and 2-4, one of them 4 ps longer: mismatch, loss and conversion of modes."""
    hz = np.asarray(hz)
    def line(ohm, own, delay, loss):
        g = (own - ohm) / (own + ohm)
        p = np.exp(-loss * np.sqrt(hz / 1e9) - 2j * np.pi * hz * delay)
        s11 = g * (1 - p**2) / (1 - g**2 * p**2)
        s21 = p * (1 - g**2) / (1 - g**2 * p**2)
        return s11, s21
    d11, d21 = line(100.0, 92.0, 0.62e-9, 0.05)
    c11, c21 = line(25.0, 31.0, 0.60e-9, 0.04)
    s = np.zeros((len(hz), 4, 4), dtype=complex)
    for a, (d, c) in {(0, 0): (d11, c11), (2, 2): (d11, c11), (0, 2): (d21, c21), (2, 0): (d21, c21)}.items():
        row, col = a
        for i in range(2):
            for k in range(2):
                s[:, row + i, col + k] = (c + (d if i == k else -d)) / 2
    turn = np.exp(-2j * np.pi * hz * 4e-12)
    s[:, 3, :] *= turn[:, None]
    s[:, :, 3] *= turn[:, None]
    return s


def expect(name, s, hz):
    """One line for each parameter: file, frequency, row and column from one, real and imaginary part."""
    rows = []
    for k, f in enumerate(hz):
        for i in range(s.shape[1]):
            for j in range(s.shape[2]):
                v = s[k, i, j]
                rows.append(f"{name},{number(f)},{i + 1},{j + 1},{number(v.real)},{number(v.imag)}")
    return rows


def files():
    rows = []
    hz = [0.0, 1.3e9, 7.1e9]
    for ports, form, unit in [(1, "ri", "kHz"), (2, "db", "MHz"), (3, "ma", "GHz"), (5, "ri", "Hz"), (6, "ma", "MHz")]:
        s = rf.network.z2s(ladder(ports, hz), 50)
        name = f"ladder.s{ports}p"
        n = network(f"ladder{ports}", s, hz)
        n.frequency.unit = unit
        text = n.write_touchstone(form=form, return_string=True, skrf_comment=False)
        (OUT / name).write_text(text)
        rows += expect(name, s, hz)
    # Impedances and admittances, written here: normalised in version 1, not so in version 2.
    hz = [0.2e9, 4e9]
    z = ladder(2, hz)
    ohm = np.array([50.0, 75.0])
    s_one, s_two = rf.network.z2s(z, 50), rf.network.z2s(z, ohm)
    def block(m, order):
        out = ""
        for k, f in enumerate(hz):
            out += number(f / 1e6)
            for i, j in order:
                out += f" {number(m[k, i, j].real)} {number(m[k, i, j].imag)}"
            out += "\n"
        return out
    columns, rows_first = [(0, 0), (1, 0), (0, 1), (1, 1)], [(0, 0), (0, 1), (1, 0), (1, 1)]
    y = np.linalg.inv(z)
    (OUT / "z_one.s2p").write_text("# MHz Z RI R 50\n" + block(z / 50, columns))
    (OUT / "y_one.s2p").write_text("# ri mhz r 50 y\n" + block(y * 50, columns))
    rows += expect("z_one.s2p", s_one, hz) + expect("y_one.s2p", s_one, hz)
    head = ("[Version] 2.0\n# MHz {} RI\n[Number of Ports] 2\n[Two-Port Data Order] 12_21\n"
            "[Number of Frequencies] 2\n[Reference] 50\n75\n[Network Data]\n")
    (OUT / "z_two.ts").write_text(head.format("Z") + block(z, rows_first) + "[End]\n")
    (OUT / "y_two.ts").write_text(head.format("Y") + block(y, rows_first) + "[End]\n")
    rows += expect("z_two.ts", s_two, hz) + expect("y_two.ts", s_two, hz)
    (OUT / "expected.csv").write_text("file,hz,row,column,re,im\n" + "\n".join(rows) + "\n")


def mixed():
    hz = np.array([0.01e9, 0.02e9, 0.05e9, 2e9, 13.28e9])
    s = line_pair(hz)
    n = network("pair", s, hz)
    (OUT / "pair.s4p").write_text(n.write_touchstone(form="ri", return_string=True, skrf_comment=False))
    n.se2gmm(p=2)
    assert np.allclose(n.z0[0], [100, 100, 25, 25])
    (OUT / "pair_modes.csv").write_text("file,hz,row,column,re,im\n" + "\n".join(expect("pair.s4p", n.s, hz)) + "\n")


def singular():
    random = np.random.default_rng(12)
    rows = []
    for n in [1, 2, 3, 5, 8]:
        m = (random.normal(size=(n, n)) + 1j * random.normal(size=(n, n))).round(6)
        values = ",".join(f"{number(x.real)},{number(x.imag)}" for x in m.flatten())
        rows.append(f"{n},{number(np.linalg.svd(m, compute_uv=False)[0])},{values}")
    (OUT / "singular.csv").write_text("# ports, largest singular value by numpy, matrix row by row\n" + "\n".join(rows) + "\n")


def telling(h, hz):
    """Whether the trends of the phase depend on each of their rules: on 50 and 51 delays, and on n - 1."""
    delay = -np.diff(np.unwrap(np.angle(h))) / np.diff(hz)
    def trend(x, less=1):
        return np.mean(x[abs(x - np.median(x)) < np.std(x, ddof=less)])
    low, high = delay[:50], delay[-51:]
    others = [(low, trend(delay[:49])), (low, trend(delay[:51])), (low, trend(low, 0)),
              (high, trend(delay[-50:])), (high, trend(delay[-52:])), (high, trend(high, 0))]
    return all(abs(trend(x) / other - 1) > 1e-6 for x, other in others)


def resample():
    random = np.random.default_rng(5)
    for name, hz in [("from_zero", np.arange(0, 70) * 0.25e9), ("from_above", 0.11e9 + np.arange(0, 75) * 0.21e9)]:
        s = line_pair(np.maximum(hz, 1e-3))
        while True:
            ripple = 0.02 * random.normal(size=len(hz)) + 0.05j * random.normal(size=len(hz))
            h = s[:, 2, 0] * np.exp(ripple * (hz > 0))
            if hz[0] == 0 or telling(h, hz):
                break
        wanted = np.arange(0, 58) * 0.4e9
        got = interp_vtf(h.copy(), hz, wanted)
        rows = [f"given,{number(f)},{number(v.real)},{number(v.imag)}" for f, v in zip(hz, h)]
        rows += [f"wanted,{number(f)},{number(v.real)},{number(v.imag)}" for f, v in zip(wanted, got)]
        (OUT / f"resample_{name}.csv").write_text("# kind, hz, re, im\n" + "\n".join(rows) + "\n")


OUT.mkdir(parents=True, exist_ok=True)
files()
mixed()
singular()
resample()
