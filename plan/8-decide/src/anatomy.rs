//! From the anatomy of a lane to what its figures draw.

use crate::plan::{
    BodyRow, BodyRowKind, CrossSectionRow, Part as Share, PathCurve, PathPointRow, StretchPart,
    StretchRow,
};
use crate::reach;
use lightloom_link::EnergySplit;
use lightloom_package::anatomy::{
    self, Anatomy, Body, BodyKind, LaneEnd, Part, Regeneration, Stretch,
};
use lightloom_package::{AssemblyError, Medium, PortSpec, Shop, Site, Technology, pair};
use lightloom_units::Decibel;

/// The cross-sections of a technology's lane: its switch end, and its near end where another technology stands there.
///
/// # Errors
/// [`AssemblyError`] for missing facts or partners, or a link outside the models' range.
pub fn cross_sections(
    shop: &Shop<'_>,
    technology: &Technology,
    spec: &PortSpec,
) -> Result<Vec<CrossSectionRow>, AssemblyError> {
    let lane = anatomy::anatomy(shop, technology, spec)?;
    let alike = lane.ends[0].technology == lane.ends[1].technology;
    let names = if alike { ["either end", ""] } else { ["switch end", "near end"] };
    let ends = lane.ends.iter().zip(names).take(if alike { 1 } else { 2 });
    ends.map(|(end, name)| cross_section(shop, &lane, end, name)).collect()
}

/// Energy and loss against electrical path length, for every technology of a shop that is built for the lane.
///
/// # Errors
/// As [`cross_sections`].
pub fn path_curve(shop: &Shop<'_>, spec: &PortSpec) -> Result<PathCurve, AssemblyError> {
    let mut points = Vec::new();
    for point in anatomy::path_curve(shop, spec)? {
        let technology = known(shop, &point.technology)?;
        points.push(PathPointRow {
            technology: technology.id.clone(),
            name: technology.name.clone(),
            family: reach::family(technology).to_owned(),
            electrical_path_mm: point.electrical_path.as_mm(),
            loss_db: point.loss.as_db(),
            electrical_pj_per_bit: point.electrical.as_pj_per_bit(),
            optical_pj_per_bit: point.optical.as_pj_per_bit(),
            conversion_pj_per_bit: point.conversion.as_pj_per_bit(),
            total_pj_per_bit: point.total().as_pj_per_bit(),
            length_m: point.length.as_m(),
            closes: point.closes,
        });
    }
    let (lane_gbps, length_m) = (spec.line.payload.as_gbps(), spec.length.as_m());
    Ok(PathCurve { lane_gbps, length_m, points })
}

fn known<'a>(shop: &'a Shop<'_>, id: &str) -> Result<&'a Technology, AssemblyError> {
    shop.technologies().get(id).ok_or_else(|| AssemblyError::Unknown(id.to_owned()))
}

fn cross_section(
    shop: &Shop<'_>,
    lane: &Anatomy,
    end: &LaneEnd,
    name: &str,
) -> Result<CrossSectionRow, AssemblyError> {
    let technology = known(shop, pair::upper_end(&end.technology))?;
    let bodies = anatomy::bodies(shop, technology, end, lane.payload)?;
    let reserve = end.reserve.loss;
    Ok(CrossSectionRow {
        technology: technology.id.clone(),
        name: technology.name.clone(),
        family: reach::family(technology).to_owned(),
        end: name.to_owned(),
        site: technology.site.name().to_owned(),
        lane_gbps: lane.payload.as_gbps(),
        nyquist_ghz: lane.nyquist.as_ghz(),
        length_m: lane.between.length.as_m(),
        closes: lane.closes,
        margin_db: lane.margin.as_db(),
        is_light: technology.medium() == Medium::Fibre,
        electrical_path_mm: end.electrical_path().as_mm(),
        copper_db: end.copper_loss().as_db(),
        built_for_db: (reserve > Decibel::db(0.05)).then(|| end.built_for().as_db()),
        pj_per_bit: end.energy().lane().as_pj_per_bit(),
        lane_pj_per_bit: lane.energy().lane().as_pj_per_bit(),
        lane_ns: lane.latency().total().as_ns(),
        fec_ns: lane.fec.as_ns(),
        stretches: stretches(lane, end, &bodies),
        bodies: bodies.iter().map(|b| body(b, technology)).collect(),
    })
}

/// Stretches in the order of their places, with the cable or fibre behind them.
fn stretches(lane: &Anatomy, end: &LaneEnd, bodies: &[Body]) -> Vec<StretchRow> {
    let mut from_mm = 0.0;
    let mut out: Vec<StretchRow> = Vec::new();
    for stretch in &end.stretches {
        out.push(row(stretch, from_mm, bodies));
        from_mm += stretch.length.as_mm();
    }
    // Copper is in its order already, and equal places stay in theirs.
    out.sort_by(|a, b| a.at_mm.total_cmp(&b.at_mm));
    let beyond = bodies.iter().map(|b| (b.from + b.length).as_mm()).fold(from_mm, f64::max);
    let between = row(&lane.between, beyond, bodies);
    out.push(StretchRow { at_mm: beyond, length_mm: 0.0, ..between });
    out
}

fn row(stretch: &Stretch, from_mm: f64, bodies: &[Body]) -> StretchRow {
    // What converts stands behind the copper, also where its chip begins before that ends.
    let at = |kinds: &[BodyKind], share: f64| {
        let body = bodies.iter().find(|b| kinds.contains(&b.kind))?;
        let (from, to) = (body.from.as_mm(), (body.from + body.length).as_mm());
        let from = if stretch.part == Part::Die { from } else { from.max(from_mm) };
        Some(from + (to - from) * share)
    };
    let photonic = [BodyKind::PhotonicChip, BodyKind::Engine];
    let holder = [
        BodyKind::Module,
        BodyKind::OnBoardModule,
        BodyKind::Plug,
        BodyKind::Engine,
        BodyKind::Connector,
    ];
    let at_mm = match stretch.part {
        Part::Die => at(&[BodyKind::Die], 0.9),
        Part::Retimer(_) => at(&[BodyKind::Retimer], 0.5).or_else(|| at(&[BodyKind::Engine], 0.1)),
        Part::Transmitter => at(&photonic, 0.3),
        Part::Receiver => at(&photonic, 0.6),
        Part::Coupler => at(&photonic, 1.0),
        Part::Laser => at(&[BodyKind::Laser, BodyKind::LaserModule], 0.5),
        Part::Supply => at(&holder, 0.7),
        _ => None,
    };
    let length_mm = stretch.length.as_mm();
    let latency = stretch.latency;
    StretchRow {
        part: part(&stretch.part),
        name: match stretch.part {
            Part::Module if bodies.iter().any(|b| b.kind == BodyKind::Plug) => "plug line",
            ref part => name(part),
        }
        .to_owned(),
        from_mm,
        length_mm,
        at_mm: at_mm.unwrap_or(from_mm + length_mm / 2.0),
        copper_db: stretch.copper_loss.as_db(),
        light_db: stretch.light_loss.as_db(),
        pj_per_bit: stretch.energy.lane().as_pj_per_bit(),
        energy: shares(&stretch.energy),
        ns: (latency.serdes + latency.retimer + latency.flight).as_ns(),
    }
}

fn shares(energy: &EnergySplit) -> Vec<Share> {
    let parts = energy.parts().into_iter().map(|(name, e)| (name, e.as_pj_per_bit()));
    let spent = parts.filter(|(_, pj)| *pj > 0.0);
    spent.map(|(name, value)| Share { name: name.to_owned(), value }).collect()
}

const fn part(part: &Part) -> StretchPart {
    match part {
        Part::Die => StretchPart::Die,
        Part::Package | Part::Wires => StretchPart::Package,
        Part::Contact(_) => StretchPart::Contact,
        Part::Board => StretchPart::Board,
        Part::Flyover => StretchPart::Flyover,
        Part::Module => StretchPart::Module,
        Part::Retimer(_) | Part::Redriver => StretchPart::Retimer,
        Part::Transmitter => StretchPart::Transmitter,
        Part::Receiver => StretchPart::Receiver,
        Part::Laser => StretchPart::Laser,
        Part::Coupler => StretchPart::Coupler,
        Part::Supply => StretchPart::Supply,
        Part::Fibre => StretchPart::Fibre,
        Part::Cable => StretchPart::Cable,
    }
}

/// Names that stand over narrow columns.
fn name(part: &Part) -> &str {
    match part {
        Part::Die => "host SerDes",
        Part::Package => "package line",
        Part::Wires => "die-to-die wires",
        Part::Contact(name) if name == "socket" => "socket",
        Part::Contact(_) => "plug contact",
        Part::Board => "board line",
        Part::Flyover => "fly-over",
        Part::Module => "module line",
        Part::Retimer(Regeneration::Digital) => "retimer DSP",
        Part::Retimer(Regeneration::Analogue) => "analogue retimer",
        Part::Retimer(Regeneration::DieToDie) => "engine interface",
        Part::Redriver => "redriver",
        Part::Transmitter => "driver, modulator",
        Part::Receiver => "diode, amplifier",
        Part::Laser => "laser",
        Part::Coupler => "coupler",
        Part::Supply => "power supply",
        Part::Fibre => "fibre",
        Part::Cable => "cable",
    }
}

fn body(body: &Body, technology: &Technology) -> BodyRow {
    let copper = technology.medium() == Medium::Copper;
    let (kind, name) = match (body.kind, technology.site) {
        (BodyKind::Die, Site::Stacked) => (BodyRowKind::StackedDie, "chip"),
        (BodyKind::Die, _) => (BodyRowKind::Die, "chip"),
        (BodyKind::Interposer, _) => (BodyRowKind::Interposer, "interposer"),
        (BodyKind::Package, _) => (BodyRowKind::Package, "package"),
        (BodyKind::Board, _) => (BodyRowKind::Board, "board"),
        (BodyKind::Module, _) => (BodyRowKind::Module, "module"),
        (BodyKind::Plug, _) => (BodyRowKind::Module, "plug"),
        (BodyKind::Connector, Site::Substrate) => (BodyRowKind::PackageConnector, "connector"),
        (BodyKind::Connector, _) => (BodyRowKind::BoardConnector, "connector"),
        (BodyKind::OnBoardModule, _) => (BodyRowKind::OnBoardModule, "module"),
        (BodyKind::Engine, Site::Interposer) => (BodyRowKind::InterposerEngine, "engine"),
        (BodyKind::Engine, Site::Stacked) => (BodyRowKind::StackedEngine, "engine"),
        (BodyKind::Engine, Site::Substrate) => (BodyRowKind::PackageEngine, "engine"),
        (BodyKind::Engine, _) => (BodyRowKind::BoardEngine, "engine"),
        (BodyKind::Retimer, _) => (BodyRowKind::Retimer, "retimer"),
        (BodyKind::PhotonicChip, _) => (BodyRowKind::PhotonicChip, "photonic chip"),
        (BodyKind::Laser, _) => (BodyRowKind::Laser, "laser"),
        (BodyKind::LaserModule, _) => (BodyRowKind::LaserModule, "laser module"),
        (BodyKind::Panel, Site::Backplane) if copper => (BodyRowKind::Panel, "backplane"),
        (BodyKind::Panel, _) => (BodyRowKind::Panel, "front panel"),
    };
    BodyRow {
        kind,
        name: name.to_owned(),
        from_mm: body.from.as_mm(),
        length_mm: body.length.as_mm(),
    }
}
