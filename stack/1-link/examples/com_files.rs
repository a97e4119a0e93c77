//! COM of Touchstone files: `com_files SPEC.toml THRU.s4p [fext:F.s4p] [next:N.s4p] ...`.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
use lightloom_link::com::*;
use lightloom_link::network::*;
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let spec: ComSpec = toml::from_str(&std::fs::read_to_string(&args[0]).unwrap()).unwrap();
    let read = |p: &str| {
        let t = Network::from_touchstone(&std::fs::read(p).unwrap(), ports_of_name(p)).unwrap();
        if t.network.ports == 2 { return t.two_port(None).unwrap(); }
        let (order, _) = (PortOrder::Through12_34, ());
        t.network.differential(order).unwrap()
    };
    let mut channels = Channels { through: read(&args[1]), aggressors: vec![] };
    let mut options = Options::default();
    for a in &args[2..] {
        if let Some(p) = a.strip_prefix("fext:") { channels.aggressors.push((Aggressor::FarEnd, read(p))); }
        if let Some(p) = a.strip_prefix("next:") { channels.aggressors.push((Aggressor::NearEnd, read(p))); }
        if a == "official" { options.resolution = Resolution::Official; }
        if a == "coarse" { options.resolution = Resolution::Coarse; }
        if a == "all" { options.search = Search::Exhaustive; }
        if let Some(c) = a.strip_prefix("case:") { options.cases.push(c.into()); }
    }
    let start = std::time::Instant::now();
    let grid = Grid::new(&spec, options.resolution);
    println!("grid {:?}", start.elapsed());
    let start = std::time::Instant::now();
    let o = evaluate_on(&spec, &grid, &channels, &options).unwrap();
    println!("{:?}", start.elapsed());
    for c in &o.cases {
        println!("{} COM {:.4} FOM {:.4} As {:.5} An {:.5} IL {:.2} {:.2} evals {} seq {:?}\n  {:?}\n  {:?} ctle {} {} b {:?}", c.case, c.margin.com_db, c.fom_db, c.margin.signal_v*1e3, c.margin.noise_v*1e3, c.channel_loss_db, c.die_to_die_loss_db, c.evaluations, c.margin.sequence, c.margin.sigma, c.taps.transmitter, c.taps.ctle_gain_db, c.taps.ctle_low_frequency_gain_db, c.taps.feedback);
        println!("  {:?} ber {:e}", c.margin.without, c.margin.pre_fec_ber);
    }
}
