#[path = "../tests/common/channels.rs"]
mod channels;
use channels::*;
use lightloom_link::com::*;
fn main() {
    let spec = spec("802.3ck-kr");
    for n in [0, 2] {
        let ch = channels::channels(&measured(60), n, n);
        let o = |r, s| { let o = evaluate(&spec, &ch, &Options { resolution: r, search: s, cases: vec!["2".into()] }).unwrap(); let c = &o.cases[0]; println!("{n} {r:?} COM {:.4} FOM {:.4} As {:.5e} An {:.5e} {:?} gains {} {} tx {:?}", c.margin.com_db, c.fom_db, c.margin.signal_v, c.margin.noise_v, c.margin.sigma, c.taps.ctle_gain_db, c.taps.ctle_low_frequency_gain_db, c.taps.transmitter); (c.taps.ctle_gain_db, c.taps.ctle_low_frequency_gain_db, c.taps.transmitter.clone()) };
        let t = o(Resolution::Official, Search::Uphill);
        let fixed = Search::Fixed(Setting { gains_db: [t.0, t.1], taps: t.2.into_iter().filter(|t| t.0 != 0).collect() });
        o(Resolution::Fast, fixed.clone()); o(Resolution::Coarse, fixed.clone()); o(Resolution::Fast, Search::Uphill);
    }
}
