//! What modulation and codes ask for.

use crate::Computed;
use lightloom::evidence::Facts;
use lightloom::link::fec::*;
use lightloom::link::*;
use lightloom::units::*;

pub(crate) fn compute(facts: &Facts<'_>, computed: &mut Computed) {
    let snr = |pam: Pam, ber| pam.required_snr(ber).as_db();
    let base = snr(Pam::Pam4, 1e-6);
    let one = Interleaving::One;
    let frame_loss = |interleaving| {
        let before = ErrorStatistics::independent(2.4e-4);
        let target = Target::of_8023(interleaving);
        correct(&before, Fec::Kp4, interleaving, &target).unwrap().frame_loss_ratio
    };
    let random = |fec, frame_loss_ratio| {
        let target = Target { frame: Frame::SMALLEST, frame_loss_ratio };
        highest_ber(Pam::Pam4, None, fec, one, &target).unwrap()
    };
    // The specification's bursts are the longest of PAM4, without precoding, with every error counted.
    let burst = |fec| {
        let propagation = Propagation::Probability(0.75);
        let bursts = Bursts { propagation, precoding: Precoding::Off, multiplexed: 1 };
        let target = Target { frame: Frame::SMALLEST, frame_loss_ratio: FRAME_LOSS_OF_1E12 };
        let ber = highest_ber(Pam::Pam4, Some(bursts), fec, one, &target).unwrap();
        let before = ErrorStatistics { ber, pam: Pam::Pam4, bursts: Some(bursts) };
        correct(&before, fec, one, &target).unwrap().ber_before
    };
    let kp4 = FecParameters::from_facts(facts, Fec::Kp4).unwrap();
    let two = kp4.latency_split(BitRate::gbps(106.25), Interleaving::Two).unwrap();
    let found = [
        ("snr_pam4", base),
        ("snr_pam6", snr(Pam::Pam6, 1e-6) - base),
        ("snr_pam8", snr(Pam::Pam8, 1e-6) - base),
        ("snr_1e5", base - snr(Pam::Pam4, 1e-5)),
        ("snr_1e4", base - snr(Pam::Pam4, 1e-4)),
        ("frame_loss_1", frame_loss(Interleaving::One)),
        ("frame_loss_2", frame_loss(Interleaving::Two)),
        ("frame_loss_4", frame_loss(Interleaving::Four)),
        ("kp4_hamming", random(Fec::Kp4Hamming, Target::of_8023(one).frame_loss_ratio)),
        ("kp4_random", random(Fec::Kp4, FRAME_LOSS_OF_1E12)),
        ("kp4_burst", burst(Fec::Kp4)),
        ("rs272_random", random(Fec::LowLatencyRs272, FRAME_LOSS_OF_1E12)),
        ("rs272_burst", burst(Fec::LowLatencyRs272)),
        ("latency_two_codewords", two.total().as_ns()),
    ];
    computed.extend(found.map(|(id, x)| (id.to_owned(), x)));
}
