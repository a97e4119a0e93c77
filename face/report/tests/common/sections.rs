//! The section that decides a link.

use lightloom_decide::plan::*;

/// Of copper, or of light with copper before it; losses of so many dB.
pub(super) fn section(option: &OptionRow, lane: f64, length_m: f64, loss_db: f64) -> SectionRow {
    let copper = option.family == "copper";
    let nyquist_ghz = lane * 0.265_625;
    let receiver = |class: &str, com_db: f64, taken: bool| ReceiverRow {
        class: class.to_owned(),
        taken,
        com_db,
        margin_db: com_db - 3.0,
        limiter: "loss".to_owned(),
        pre_fec_ber: 3.1e-6,
        pj_per_bit: 5.6,
    };
    let noise = |name: &str, sigma_mv: f64, com_without_db: f64| NoiseRow {
        name: name.to_owned(),
        sigma_mv,
        com_without_db,
    };
    SectionRow {
        technology: option.technology.clone(),
        name: option.name.clone(),
        family: option.family.clone(),
        direction: if copper { "both directions" } else { "towards the switch" }.to_owned(),
        section: if copper { 1 } else { 2 },
        sections: if copper { 1 } else { 3 },
        what: if copper { "copper from chip to chip" } else { "linear light from module to chip" }
            .to_owned(),
        length_m,
        symbol_rate_gbd: 2.0 * nyquist_ghz,
        modulation: "PAM4".to_owned(),
        tier: "T1".to_owned(),
        asked_db: 3.0,
        detector_error_ratio: 3.2e-4,
        receivers: vec![
            receiver("CTLE", -1.25, false),
            receiver("DSP (FFE + DFE)", if option.usable { 3.71 } else { 2.17 }, option.usable),
        ],
        copper: vec![CopperPathRow {
            path: String::new(),
            channel_db: loss_db,
            die_to_die_db: loss_db + 8.5,
            nyquist_ghz,
            limit: copper.then(|| LossLimitRow {
                loss_db: 28.0,
                die_to_die: false,
                name: "an <objective>".to_owned(),
            }),
            curve: (1..=20)
                .map(|i| f64::from(i) / 16.0)
                .map(|f| [f * nyquist_ghz, f * loss_db, f * (loss_db + 8.5)])
                .collect(),
        }],
        light: (!copper).then_some(LightRow {
            laser_dbm: 11.4,
            most_laser_dbm: 17.0,
            oma_transmitted_dbm: 3.5,
            oma_received_dbm: -2.4,
        }),
        seen: Some(SeenRow {
            receiver: "DSP (FFE + DFE)".to_owned(),
            com_db: 3.71,
            levels: 4,
            signal_mv: 12.34,
            noise_mv: 8.05,
            sigma_mv: 2.34,
            sequence_gain_db: 0.0,
            noises: vec![
                noise("intersymbol interference", 1.23, 4.56),
                noise("crosstalk", 0.0, 3.71),
                noise("received noise", 1.87, 6.78),
            ],
            pulse: vec![
                [-1.0, 1.5, 1.5],
                [0.0, 37.0, 0.0],
                [1.0, 18.0, 0.0],
                [2.0, -0.5, -0.5],
                [43.0, 0.25, 0.25],
            ],
        }),
    }
}
