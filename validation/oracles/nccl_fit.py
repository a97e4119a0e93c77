"""Fits the constants of collectives (catalog/facts/workload.toml, `collective.*`) to NCCL inside one node.

Run by hand: `python3 validation/oracles/nccl_fit.py` with NumPy and SciPy. Prints the constants, the errors by size, and
those of rows left out of the fit. Times in microseconds, rates in bytes per microsecond; 0.4 us of hardware latency is
taken off each step before the constants go into the catalog. The model is that of stack/4-workload/src/collective.
"""

import csv
import pathlib
import sys

import numpy as np
from scipy.optimize import least_squares

PATH = pathlib.Path(__file__).parent.parent / "measured" / "nccl_single_domain.csv"
D = [
    (r["system"], r["op_name"], int(r["num_gpus"]), float(r["bytes"]), float(r["latency_us"]))
    for r in csv.DictReader(PATH.open())
]
GEN = {"a100_sxm": 0, "h100_sxm": 1, "h200_sxm": 1, "b200_sxm": 2, "gb200": 2}
# Line rate of NVLink 3, 4 and 5.
LINE = [300e3, 450e3, 900e3]
# Shares of line rate of a ring, and of reduction in the switch: from stas00/ml-engineering (A100's ring: asymptote of the table).
FR = [0.78, 0.816, 0.758]
NV = [None, 1.067, 0.931]
common = ["f_ll", "a2a_frac", "aconn"]
per = ["launch", "hop", "step", "chunk", "copy", "nv_fill", "nv_chunk", "al", "afill", "acopy"]


def model(g, op, n, S, C, P, det=False):
    B = LINE[g]
    if op == "alltoall":
        w = (n - 1) / n * S / (B * C["a2a_frac"]) + S / n / P["acopy"]
        c = [P["al"] + S / n / C["aconn"], P["al"] + P["afill"] + w + 2 * np.sqrt(P["chunk"] * w)]
    else:
        passes = 2 if op == "all_reduce" else 1
        steps = passes * (n - 1)
        w = passes * (n - 1) / n * S / (B * FR[g]) + S / n / P["copy"]
        c = [
            P["launch"] + steps * P["hop"] + w / C["f_ll"],
            P["launch"] + np.hypot(steps * P["step"], w) + 2 * np.sqrt(P["chunk"] * w),
        ]
        if op == "all_reduce" and n >= 5 and g > 0:
            wn = 2 * (n - 1) / n * S / (B * NV[g])
            c.append(P["launch"] + P["nv_fill"] + wn + 2 * np.sqrt(P["nv_chunk"] * wn))
    return (min(c), int(np.argmin(c))) if det else min(c)


def unpack(x):
    x = np.exp(x)
    C = dict(zip(common, x[: len(common)]))
    k = len(common)
    return C, [dict(zip(per, x[k + i * len(per) : k + (i + 1) * len(per)])) for i in range(3)]


def lim(S):
    return 0.10 if S >= 2**28 else (0.25 if S >= 2**20 else 0.35)


x0 = np.log(
    np.array(
        [0.354, 0.74, 6.5e3]
        + [11, 0.74, 3, 5, 700e3, 25, 1, 12.4, 5, 1300e3]
        + [5.1, 0.75, 3.7, 2.4, 1290e3, 20, 2.4, 7, 6, 5000e3]
        + [8.9, 1.07, 11.7, 0.35, 1290e3, 24, 9.8, 10.3, 5, 743e3]
    )
)
prior = x0.copy()


def res(x, rows):
    C, Ps = unpack(x)
    out = []
    for sy, op, n, S, t in rows:
        g = GEN[sy]
        e = np.log(model(g, op, n, S, C, Ps[g]) / t) / lim(S)
        e = np.sign(e) * min(abs(e), 1.8)
        out.append(e * abs(e))
    out += list(0.05 * (x - prior))
    return np.array(out)


def fit(rows, x0=x0):
    return least_squares(res, x0, args=(rows,), diff_step=2e-4, max_nfev=30).x


def show(x, rows, verbose=True):
    C, Ps = unpack(x)
    bad = []
    es = []
    for r in rows:
        e = model(GEN[r[0]], r[1], r[2], r[3], C, Ps[GEN[r[0]]]) / r[4] - 1
        es.append((e, r))
        if abs(e) > lim(r[3]):
            bad.append((r[0], r[1], r[2], r[3] / 2**20, round(100 * e)))

    def m(f):
        v = [abs(e) for e, r in es if f(r[3])]
        return f"{100*np.mean(v):.1f} max {100*max(v):.0f}" if v else "-"

    return m(lambda s: s >= 2**28), m(lambda s: 2**20 <= s < 2**28), m(lambda s: s < 2**20), len(bad), bad


if __name__ == "__main__":
    x = fit(D)
    C, Ps = unpack(x)
    f = lambda d: {k: float(f"{v:.4g}") for k, v in d.items()}
    print(f(C))
    [print(f(P)) for P in Ps]
    s = show(x, D)
    print(s[:4])
    print([b for b in s[4] if b[3] >= 1])
    sys.stdout.flush()
    for name, sel in (
        [
            ("h200", lambda r: r[0] == "h200_sxm"),
            ("h100", lambda r: r[0] == "h100_sxm"),
            ("gb200", lambda r: r[0] == "gb200"),
            ("b200 n2,4", lambda r: r[0] == "b200_sxm" and r[2] < 8),
        ]
        + [(f"n={n}", (lambda n: lambda r: r[2] == n)(n)) for n in (2, 4)]
        + [(o, (lambda o: lambda r: r[1] == o)(o)) for o in ("all_gather", "reduce_scatter")]
        + [
            (f"{o} n={n}", (lambda o, n: lambda r: r[1] == o and r[2] == n)(o, n))
            for o in ("all_reduce", "alltoall")
            for n in (2, 4)
        ]
    ):
        xx = fit([r for r in D if not sel(r)], x)
        s = show(xx, [r for r in D if sel(r)])
        print("LOO", name, s[:4], [b for b in s[4] if b[3] >= 1])
        sys.stdout.flush()
