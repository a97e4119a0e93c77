//! A signal-integrity engineer's question, with the link floor alone: does one metre of 28 AWG close at 200G a lane,
//! and by which receiver?

#![allow(clippy::print_stdout, reason = "an example talks to its reader")]

use lightloom::evidence::Facts;
use lightloom::link::{
    Channel, Connector, DieTermination, Fec, Line, LinkParameters, LinkSpec, Node, Pam, Section,
    Segment, Tier, Trace, Twinax, evaluate,
};
use lightloom::units::{BitRate, Length, Ratio};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let library = lightloom::Library::shipped()?;
    let facts = Facts::nominal(&library.catalog);

    // Die, package, board and connector at either end, the cable between.
    let end = Channel {
        segments: vec![
            Segment::Die(DieTermination::from_facts(&facts, Ratio::new(1.0))?),
            Segment::Trace(Trace::from_facts(&facts, "package")?, Length::mm(30.0)),
            Segment::Trace(Trace::from_facts(&facts, "pcb")?, Length::mm(60.0)),
            Segment::Connector(Connector::from_facts(&facts, "osfp")?),
        ],
    };
    let mut other = end.clone();
    other.segments.reverse();
    let cable = Segment::Twinax(Twinax::from_facts(&facts, 28)?, Length::m(1.0));
    let channel = end.then(&Channel { segments: vec![cable] }).then(&other);

    let line = Line { payload: BitRate::gbps(200.0), pam: Pam::Pam4, fec: Fec::Kp4 };
    let parameters =
        LinkParameters::from_facts(&facts, &library.standard, line.fec, Node::N5, Node::N5)?;
    let spec =
        LinkSpec { line, lanes: 4, sections: vec![Section::Electrical(channel)], digital: false };
    let outcome = evaluate(&spec, &parameters, Tier::Margin)?;

    println!("{} at {}, {:.1} of loss at Nyquist", line.pam, outcome.baud, outcome.loss);
    let section = &outcome.sections[0];
    for rung in section.rejected.iter().chain(&section.taken) {
        let verdict = if rung.closes() { "closes" } else { "fails" };
        println!(
            "  {:<22} {verdict} with {:.1}, limited by {}",
            rung.class,
            rung.margin,
            rung.limiter.name()
        );
    }
    println!(
        "  {:.1} from chip to chip, {:.0} one way",
        outcome.energy().lane(),
        outcome.latency.total()
    );
    Ok(())
}
