#!/usr/bin/env python3
"""Expectations for Lightloom's COM from an independent program: PyChOpMarg 3.4.0 (BSD-3), at fixed equalisation.

    python3 -m venv oracle && oracle/bin/pip install PyChOpMarg==3.4.0
    oracle/bin/python validation/oracles/com_pychopmarg.py > stack/1-link/tests/data/com_pychopmarg.json

Development only: the tests read the stored output. The channels are formulas, written a second time in
stack/1-link/tests/com.rs, at every bin of the official grid, so that no interpolation enters.

Patched in the peer, each a matter of the standard: a receiver without feed-forward filter is let through; every
precursor counts as interference; the Mueller-Mueller residual has no dead zone of 1 mV; crosstalk in the figure of
merit is not thinned out (93A-33 sums every sample); the converter's step
is found on a fine grid during the search too; impulse responses of formulas are not cut at 1e-3.
The packages of Annex 93A are given as devices: the peer's other way does not mirror the receiver's package lines.
"""
import json
import math
from dataclasses import replace

import numpy as np
import skrf as rf
import pychopmarg.com as pc
from pychopmarg.com import COM
from pychopmarg.common import OptMode
from pychopmarg.config.ieee_8023dj_d3p3 import com_params, device_model
from pychopmarg.devmodel import DeviceModel, DevicePackage, DeviceTermination, TlineStage
from pychopmarg.noise import NoiseCalc
from pychopmarg.utility.probability import loc_curs as peer_loc_curs


def line(f, a1, a2, tau, zc, mm, z):
    """A uniform line (93A-9 to 93A-14), differential against z."""
    g = np.zeros(len(f), dtype=complex)
    x = f[1:] / 1e9
    g[1:] = a1 * (1 + 1j) * np.sqrt(x) + (a2 * (1 - 2j / math.pi * np.log(x)) + 2j * math.pi * tau) * x
    rho, e = (zc - z) / (zc + z), np.exp(-g * mm)
    d = 1 - rho**2 * e**2
    s11, s21 = rho * (1 - e**2) / d, (1 - rho**2) * e / d
    return rf.Network(f=f, f_unit="hz", s=np.array([[s11, s21], [s21, s11]]).transpose(2, 0, 1), z0=z)


def shunt(f, farad, z):
    x = 2j * math.pi * f * farad * z
    s11, s21 = -x / (2 + x), 2 / (2 + x)
    return rf.Network(f=f, f_unit="hz", s=np.array([[s11, s21], [s21, s11]]).transpose(2, 0, 1), z0=z)


def through(f):
    """Connector, board, cable, board, connector; reflections at every joint."""
    z = 100.0
    c = shunt(f, 25e-15, z)
    board = line(f, 5.95e-4, 2.6e-5, 5.79e-3, 93.0, 35.0, z)
    cable = line(f, 4.0e-5, 6.0e-6, 4.6e-3, 104.0, 480.0, z)
    return c**board**c**cable**c**board**c


def coupling(f, strength, mm, far):
    """An aggressor: coupling that rises with frequency, through a line, matched."""
    x = f / 26.5625e9
    shape = strength * 1j * x / (1 + 1j * x) ** (3 if far else 2)
    s21 = shape * line(f, 5.95e-4, 2.6e-5, 5.79e-3, 100.0, mm, 100.0).s[:, 1, 0]
    zero = np.zeros(len(f), dtype=complex)
    return rf.Network(f=f, f_unit="hz", s=np.array([[zero, s21], [s21, zero]]).transpose(2, 0, 1), z0=100.0)


class Fixed(COM):
    ir_trunc_thresh = 0.0

    def Hffe_Rx(self, taps=None):
        return np.ones(len(self.freqs)) if self.nRxTaps == 0 else super().Hffe_Rx(taps)

    def at(self, gdc, gdc2, opt_mode):
        self.opt_mode = opt_mode
        self.gDC, self.gDC2, self.tx_ix = gdc, gdc2, 1
        fom = self.calc_fom(1, self.calc_Hctf(gdc, gdc2), n_pre=30)
        r = self.fom_rslts
        self.rx_taps = r["rx_taps"] / r["rx_taps"][self.nRxPreTaps] if self.nRxTaps else np.array([1.0])
        self.dfe_taps = r["dfe_tap_weights"]
        As, Ani, _ = self.calc_noise(cursor_ix=r["cursor_ix"])
        com_dfe = com = 20 * math.log10(As / Ani)
        if self.com_params.mlsd:
            self.com_rslts["COM_DFE"] = com_dfe
            com = self.calc_mlsd(com_dfe)
        c = self.com_rslts
        return {
            "fom_db": float(fom), "com_db": float(com), "com_feedback_db": float(com_dfe), "signal_v": float(As),
            "noise_v": float(Ani),
            "sigma": {k: float(c["sigma_" + s]) for k, s in [
                ("isi_v", "ISI"), ("crosstalk_v", "XT"), ("transmitter_v", "Tx"), ("jitter_random_v", "J"),
                ("receiver_v", "N"), ("quantiser_v", "Q")]},
            "feedback": [float(b) for b in self.dfe_taps],
        }


def annex_178a():
    base = com_params("KR")
    f = np.arange(0, 0.5 * 32 * base.fb * 1e9 + 5e6, 10e6)
    tx, rx = device_model("KR", "A1", False), device_model("KR", "A1", True)
    channels = {"THRU": [through(f)], "FEXT": [coupling(f, 0.03, 90.0, True)], "NEXT": [coupling(f, 0.01, 40.0, False)]}
    for name, aggressors in [("quiet", False), ("crosstalk", True)]:
        chosen = channels if aggressors else {"THRU": channels["THRU"], "FEXT": [], "NEXT": []}
        for gdc, gdc2, taps in [(-3.0, -2.0, (0.02, -0.14, -0.02)), (-6.0, -1.0, (0.04, -0.2, 0.0))]:
            c3, lo = np.zeros(6), np.zeros(6)
            lo[1:4] = taps
            p = replace(base, g_DC=[gdc], g_DC2=[gdc2], tx_taps_min=list(lo), tx_taps_max=list(lo), tx_taps_step=[0.25] * 6)
            com = Fixed(p, chosen, tx_device=tx, rx_device=rx)
            yield {"spec": "802.3dj-kr", "case": "A1", "aggressors": aggressors, "gains_db": [gdc, gdc2],
                   "taps": [[-2, taps[0]], [-1, taps[1]], [1, taps[2]]], **com.at(gdc, gdc2, OptMode.MMSE)}


def annex_93a():
    base = com_params("KR")
    fb = 53.125
    p = replace(
        base, fb=fb, DER_0=1e-4, T_r=7.5e-3, RLM=0.95, A_v=0.413, A_fe=0.413, A_ne=0.608, R_0=50.0, R_d=np.array([50.0]),
        SNR_TX=33.0, eta_0=8.2e-9, f_z=fb / 2.5, f_p1=fb / 2.5, f_p2=fb, f_LF=fb / 80, f_p3=None, f_r=0.75, N_qb=0,
        C_d=[1.2e-4], L_s=[0.12], C_b=[3e-5], C_p=[8.7e-5], z_c=[87.5, 92.5], gamma0=1e-7, a1=9.909e-4, a2=2.772e-4,
        tau=6.141e-3, z_p=[12.0], z_pB=1.8, zp_tx=[31.0, 1.8], zp_rx=[29.0, 1.8], zp_next=[29.0, 1.8], zp_fext=[31.0, 1.8],
        rx_taps_min=np.array([]), rx_taps_max=np.array([]), dw=0, Nfix=None, Nwg=0, Nwf=0, mlsd=False,
        dfe_min=np.array([0.3, 0.05] + [-0.03] * 10), dfe_max=np.array([0.85, 0.3] + [0.2] * 10))
    f = np.arange(0, 0.5 * 32 * fb * 1e9 + 5e6, 10e6)

    def end(mm):
        constants = {"gamma0": 0.0, "a1": 9.909e-4, "a2": 2.772e-4, "tau": 6.141e-3}
        stages = (TlineStage(zc=87.5, zp=mm, **constants), TlineStage(zc=92.5, zp=1.8, **constants))
        return DeviceModel(termination=DeviceTermination(Cd=(120e-6,), Ls=(0.12,), Cb=30e-6),
                           package=DevicePackage(stages=stages, Cp=87e-6), Rd=50.0)
    channels = {"THRU": [through(f)], "FEXT": [coupling(f, 0.03, 90.0, True)], "NEXT": [coupling(f, 0.01, 40.0, False)]}
    pc.loc_curs = lambda *a: peer_loc_curs(*a, eps=-1.0)
    thinned = pc.filt_pr_samps
    for aggressors in [False, True]:
        chosen = channels if aggressors else {"THRU": channels["THRU"], "FEXT": [], "NEXT": []}
        for gdc, gdc2, taps in [(-3.0, -1.0, (-0.02, 0.08, -0.24, -0.02)), (0.0, -2.0, (0.0, 0.06, -0.2, 0.0))]:
            lo = np.zeros(6)
            lo[:4] = taps
            q = replace(p, g_DC=[gdc], g_DC2=[gdc2], tx_taps_min=list(lo), tx_taps_max=list(lo), tx_taps_step=[0.25] * 6)
            com = Fixed(q, chosen, tx_device=end(31.0), rx_device=end(29.0), next_device=end(29.0))
            fom_of = com.calc_fom

            def untouched(*a, **k):
                pc.filt_pr_samps = lambda h, As: h
                try:
                    return fom_of(*a, **k)
                finally:
                    pc.filt_pr_samps = thinned
            com.calc_fom = untouched
            yield {"spec": "802.3ck-kr", "case": "2", "aggressors": aggressors, "gains_db": [gdc, gdc2],
                   "taps": [[-3, taps[0]], [-2, taps[1]], [-1, taps[2]], [1, taps[3]]], **com.at(gdc, gdc2, OptMode.PRZF)}


def finely(quant_step):
    return lambda self, var_noise, noise_samps=None, npts=0: quant_step(self, var_noise, noise_samps, 32001)


if __name__ == "__main__":
    NoiseCalc.quant_step = finely(NoiseCalc.quant_step)
    print(json.dumps([*annex_178a(), *annex_93a()], indent=1))
