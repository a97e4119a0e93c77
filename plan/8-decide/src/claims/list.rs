//! All claims of the mission, in our words.

/// Identifiers and claims.
pub const CLAIMS: [(&str, &str); 41] = [
    (
        "C01",
        "A pluggable module of 1.6 Tb/s takes more than 20 W, and the modules of a switch rival its chip in power.",
    ),
    ("C02", "Co-packaged optics cut power by 30 to 50 %."),
    (
        "C03",
        "Front panels run out of room for pluggables; co-packaged optics make switches of 51.2 and 102.4 Tb/s possible.",
    ),
    ("C04", "Co-packaged optics cost more to buy and less over their life."),
    (
        "C05",
        "Copper traces to the front panel cost signal; co-packaged optics make lanes of 224G possible.",
    ),
    (
        "C06",
        "Lasers, modulators, waveguides and detectors can be made on production lines for CMOS chips.",
    ),
    ("C07", "Clusters of a million accelerators need co-packaged optics."),
    ("C08", "Pilots of co-packaged optics run in 2025 and 2026, at hyperscalers first."),
    ("C09", "Switches for NVLink, InfiniBand and Ethernet adopt co-packaged optics."),
    (
        "C10",
        "The electrical path shrinks from metres to millimetres, and loss and energy of a lane shrink with it.",
    ),
    ("C11", "AI data platforms add traffic to and from storage."),
    ("C12", "Training and inference gain: parallelism, memory and computing are better used."),
    ("C13", "Owned clusters become as cheap as rented ones."),
    ("C14", "Complexity, development cost and missing standards slow adoption."),
    (
        "C15",
        "Scale-out has 8 to 10 times the bandwidth of the front end, and scale-up about 100 times.",
    ),
    ("C16", "Copper ends at about 2 m at 200G a lane."),
    (
        "C17",
        "In a retimed pluggable the DSP takes about 60 % of the power, the laser about 15 %, and the receiver a little less.",
    ),
    ("C18", "A retimed module adds a delay of 150 to 200 ns, more than 90 % of it in its DSP."),
    (
        "C19",
        "Modules have a DSP because of 30 cm of host board; linear modules leave it out and pay in reach.",
    ),
    (
        "C20",
        "On-board optics kept the DSP and lost the cage; near-package optics are the step before co-packaged ones.",
    ),
    (
        "C21",
        "Co-packaged optics of the first tier keep the host's serial lanes; those of the second and third tier do not.",
    ),
    ("C22", "Optics end up at the accelerator, not at the switch."),
    (
        "C23",
        "Pluggables are swapped in minutes and bought anywhere; a failed co-packaged engine takes its switch with it, and ties the buyer to one vendor.",
    ),
    ("C24", "A system with co-packaged optics is more reliable than one with pluggables."),
    (
        "C25",
        "Hyperscalers prefer a choice of vendors and quick repair; new clouds buy turnkey systems.",
    ),
    ("C26", "Near-package optics and pluggables are mixed in one network."),
    ("C27", "Copper needs no conversion to light: where it reaches, it is quicker and cooler."),
    (
        "C28",
        "Lanes of 448G need PAM6, PAM8 or twice the symbol rate, and each of these shortens copper.",
    ),
    ("C29", "Scale-up domains grow from 72 accelerators to 576, and then to 1,152."),
    ("C30", "Copper where one can, optics where one must."),
    ("C31", "Co-packaged optics raise bandwidth density tenfold."),
    (
        "C32",
        "Precise alignment of fibres, and lenses that ease it, decide whether light gets in and out.",
    ),
    ("C33", "Heat arises in few places, and liquid cooling helps."),
    ("C34", "Models grow, and their energy does not grow in proportion."),
    ("C35", "New standards of packaging and new supply chains are needed."),
    ("C36", "First-layer switches stand on copper, second-layer ones on light."),
    ("C37", "Lanes went from 112G to 224G; the channel is the limit, not the silicon."),
    ("C38", "One picojoule more for every bit is hundreds of watts in a rack."),
    (
        "C39",
        "Co-packaged optics do not replace the SerDes; they keep it where it takes little energy.",
    ),
    ("C40", "Optics enter scale-up first where throughput for a watt counts more than latency."),
    ("C41", "Domains of copper meet the limits of power density, airflow and wiring."),
];

/// The claim of an identifier.
pub(super) fn text(id: &str) -> Option<&'static str> {
    CLAIMS.iter().find(|(known, _)| *known == id).map(|(_, text)| *text)
}
