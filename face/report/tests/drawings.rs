//! Figures of the link floor: well formed, complete, within their frame, and marks where the numbers say.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed test may panic")]

#[path = "common/markup.rs"]
mod markup;

use lightloom_decide::copper::{CopperCell, CopperReach, CopperRow, CopperTable};
use lightloom_report::drawing::*;
use markup::{Tag, assert_well_formed, tags};

fn loss(db: f64) -> InsertionLoss {
    // Proportional to frequency, with the loss asked for at Nyquist.
    let curve = |db: f64| LossCurve {
        at_nyquist_db: db,
        points: (1..=400).map(|i| f64::from(i) * 0.1).map(|f| [f, db * f / 26.5625]).collect(),
    };
    InsertionLoss {
        path: String::new(),
        subject: "board <250 mm> & \"more\"\u{1}, 802.3ck-kr".to_owned(),
        nyquist_ghz: 26.5625,
        channel: curve(db),
        die_to_die: curve(2.0 * db),
        boards: false,
        limit: Some(LossLimit {
            loss_db: 28.0,
            span: LossSpan::BallToBall,
            name: "an objective".to_owned(),
        }),
    }
}

fn pulse() -> PulseResponse {
    let at = |position_ui: i32| match position_ui {
        0 => (40.0, 0.0),
        1 => (20.0, 0.0),
        2 => (-0.5, -0.5),
        -1 => (1.0, 1.0),
        60 => (0.25, 0.25),
        _ => (0.0, 0.0),
    };
    let sample = |position_ui: i32| {
        let (equalised_mv, residual_mv) = at(position_ui);
        PulseSample { position_ui, equalised_mv, residual_mv }
    };
    PulseResponse {
        subject: "a channel".to_owned(),
        received: (-64..256)
            .map(|i| f64::from(i) / 16.0)
            .map(|t| [t, 30.0 / (1.0 + t * t)])
            .collect(),
        samples: (-20..400).map(sample).collect(),
        residual_rms_mv: 0.9,
    }
}

fn noise() -> NoiseBudget {
    let source = |name: &str, sigma_mv, com_without_db| NoiseSource {
        name: name.to_owned(),
        sigma_mv,
        com_without_db,
    };
    NoiseBudget {
        subject: "a channel".to_owned(),
        com_db: 4.0,
        pass_db: 3.0,
        sources: vec![
            source("crosstalk", 1.0, 6.5),
            source("intersymbol interference", 2.0, 6.0),
            source("jitter", 0.5, 4.2),
            source("converter", 0.0, 4.0),
        ],
    }
}

const fn levels() -> Eye {
    Eye {
        subject: String::new(),
        levels: 4,
        signal_mv: 10.0,
        noise_mv: 5.0,
        sigma_mv: 1.5,
        detector_error_ratio: 2e-4,
        sequence_gain_db: 0.7,
    }
}

/// Reaches of `[thick, thin]` gauges at 100, 200 and 400 Gb/s, and what wins there.
fn table() -> CopperTable {
    let cell = |lane_gbps: f64, pam4: f64, pam6: f64| {
        let reach = |modulation: &str, reach_m: f64| CopperReach {
            modulation: modulation.to_owned(),
            symbol_rate_gbd: lane_gbps * 0.53,
            reach_m,
            com_db: None,
            loss_db: None,
            limiter: None,
        };
        CopperCell { lane_gbps, modulations: vec![reach("PAM4", pam4), reach("PAM6", pam6)] }
    };
    let row = |technology: &str, name: &str, awg: u8, cells: [[f64; 2]; 3]| CopperRow {
        technology: technology.to_owned(),
        name: name.to_owned(),
        awg,
        cells: [100.0, 200.0, 400.0].iter().zip(cells).map(|(l, r)| cell(*l, r[0], r[1])).collect(),
    };
    CopperTable {
        schema: "lightloom.reach/1",
        tier: "T1",
        margin_db: 3.0,
        detector_error_ratio: 2e-4,
        standard: "802.3dj-kr".to_owned(),
        receiver: "DSP".to_owned(),
        rows: vec![
            row("dac", "Passive copper cable", 26, [[4.0, 3.0], [1.0, 2.0], [0.0, 0.0]]),
            row("dac", "Passive copper cable", 30, [[2.0, 1.0], [0.5, 1.5], [0.0, 0.0]]),
            row("cpc", "Co-packaged copper", 26, [[6.0, 3.0], [3.0, 2.0], [0.0, 0.0]]),
            row("cpc", "Co-packaged copper", 30, [[5.0, 1.0], [2.5, 1.5], [0.0, 0.0]]),
        ],
    }
}

fn all() -> Vec<Drawing> {
    vec![
        insertion_loss(&loss(12.0), Size::Slide),
        pulse_response(&pulse(), Size::Slide),
        noise_budget(&noise(), Size::Slide),
        eye(&levels(), Size::Slide),
        copper_reach(&table()),
        computed_measured(&[measured("V01", 1.1), measured("V02-single", 0.2)]),
    ]
}

fn measured(id: &str, ratio: f64) -> MeasuredCase {
    MeasuredCase {
        id: id.to_owned(),
        kind: "training".to_owned(),
        seconds: [2e-6, 1e-3, 30.0].map(|s| [ratio * s, s]).to_vec(),
        ratios: vec![ratio; 3],
        missed: 1,
        mean_percent: 100.0 * (ratio - 1.0).abs(),
        accepted: ratio > 1.0,
    }
}

const fn powers() -> LightPowers {
    LightPowers {
        subject: String::new(),
        laser_dbm: 11.5,
        most_laser_dbm: 17.0,
        oma_transmitted_dbm: 3.5,
        oma_received_dbm: -2.5,
    }
}

/// Those that stand in a row of a page.
fn small() -> Vec<Drawing> {
    vec![
        insertion_loss(&loss(12.0), Size::Row),
        pulse_response(&pulse(), Size::Row),
        noise_budget(&noise(), Size::Row),
        eye(&levels(), Size::Row),
        light_powers(&powers()),
    ]
}

/// The tags that have a class.
fn of<'a>(tags: &'a [Tag<'a>], class: &str) -> Vec<&'a Tag<'a>> {
    tags.iter()
        .filter(|t| t.get("class").is_some_and(|c| c.split(' ').any(|c| c == class)))
        .collect()
}

fn number(tag: &Tag<'_>, attribute: &str) -> f64 {
    let text = tag.get(attribute).unwrap_or_else(|| panic!("{tag:?} has no {attribute}"));
    text.parse().unwrap_or_else(|_| panic!("{attribute} of {tag:?} is no number"))
}

/// The text that says it.
fn saying<'a>(tags: &'a [Tag<'a>], words: &str) -> &'a Tag<'a> {
    let found = tags.iter().find(|t| t.name == "text" && !t.end && t.text == words);
    found.unwrap_or_else(|| panic!("nothing says `{words}`"))
}

#[test]
fn files_are_well_formed_whole_and_of_plain_colours() {
    for drawing in all().into_iter().chain(small()) {
        let (file, inline) = (drawing.standalone(), drawing.inline("a"));
        for text in [&file, &inline] {
            assert_well_formed(text);
            let parts = tags(text);
            assert_eq!(parts.iter().filter(|t| t.name == "svg" && !t.end).count(), 1);
            assert_eq!(parts[0].get("role"), Some("img"));
            assert!(parts.iter().any(|t| t.name == "title" && t.text == drawing.title()));
            assert!(parts.iter().any(|t| t.name == "desc" && t.text.len() > 60));
            assert!(!text.contains("NaN") && !text.contains("inf") && !text.contains('\u{1}'));
            // Every class has its rule.
            for class in parts.iter().filter_map(|t| t.get("class")).flat_map(|c| c.split(' ')) {
                let known = class == "drawing";
                assert!(known || Drawing::style().contains(&format!(".{class} {{")), "{class}");
            }
        }
        assert!(file.starts_with("<svg") && file.contains("xmlns=\"http://www.w3.org/2000/svg\""));
        assert!(!file.contains("var(") && file.contains("prefers-color-scheme: dark"));
        assert!(file.contains("fill: #fcfcfa") && file.contains("fill: #14171a"), "both grounds");
        // Each in its heading and as its title.
        assert_eq!(file.matches(drawing.title()).count(), 2);
        assert_eq!(inline.matches(drawing.title()).count(), 1);
    }
}

#[test]
fn nothing_runs_out_of_the_frame() {
    let sizes = [(all(), [960.0, 456.0], 8.3), (small(), [340.0, 240.0], 7.6)];
    for (drawing, [width, height], letter) in sizes
        .into_iter()
        .flat_map(|(d, size, letter)| d.into_iter().map(move |d| (d, size, letter)))
    {
        let text = drawing.inline("a");
        assert!(text.contains(&format!("viewBox=\"0 0 {width} {height}\"")));
        for tag in tags(&text).iter().filter(|t| !t.end) {
            let within = |names: [&str; 4], most: f64| {
                for name in names.iter().filter(|n| tag.get(n).is_some()) {
                    assert!((0.0..=most).contains(&number(tag, name)), "{tag:?}");
                }
            };
            within(["x", "x1", "x2", "cx"], width);
            within(["y", "y1", "y2", "cy"], height);
            if tag.name == "text" {
                // A wide font; a usual one where there is little room.
                let long = letter * tag.text.chars().count() as f64;
                let x = number(tag, "x");
                let (left, right) = match tag.get("text-anchor") {
                    Some("end") => (x - long, x),
                    Some("middle") => (x - long / 2.0, x + long / 2.0),
                    _ => (x, x + long),
                };
                assert!(left >= 0.0 && right <= width, "{left} to {right}: {tag:?}");
            }
        }
    }
}

/// Left, top, right, bottom of the words of a drawing in a usual font.
fn words(parts: &[Tag<'_>]) -> Vec<([f64; 4], String)> {
    let seen =
        parts.iter().filter(|t| t.name == "text" && !t.end && t.get("aria-hidden").is_none());
    seen.map(|t| {
        let width = 7.6 * t.text.chars().count() as f64;
        let (x, y) = (number(t, "x"), number(t, "y"));
        let left = match t.get("text-anchor") {
            Some("end") => x - width,
            Some("middle") => x - width / 2.0,
            _ => x,
        };
        ([left, y - 10.0, left + width, y + 2.0], t.text.to_owned())
    })
    .collect()
}

#[test]
fn no_words_lie_on_others() {
    let mut drawings = all();
    drawings.extend(small());
    // The limit of 28 dB above, between and below the two marks.
    for size in [Size::Slide, Size::Row] {
        drawings.extend((5..=60).map(|db| insertion_loss(&loss(f64::from(db)), size)));
    }
    for share in [0.7, 0.98, 1.02, 1.1] {
        let mut close = loss(27.0);
        close.die_to_die = loss(27.0 * share).channel;
        drawings.push(insertion_loss(&close, Size::Slide));
    }
    for (signal_mv, noise_mv) in [(10.0, 9.9), (10.0, 30.0), (0.4, 0.1)] {
        for size in [Size::Slide, Size::Row] {
            drawings.push(eye(&Eye { signal_mv, noise_mv, ..levels() }, size));
        }
    }
    // As much cancelled as stays, and as the pulse before.
    let mut equal = pulse();
    equal.samples.iter_mut().filter(|s| s.position_ui == 1).for_each(|s| s.equalised_mv = 27.5);
    drawings.push(pulse_response(&equal, Size::Slide));
    // More lane rates than values have room for.
    let mut crowded = table();
    for row in &mut crowded.rows {
        let more = row.cells[0].clone();
        row.cells.extend(
            [50.0, 64.0, 128.0, 150.0].map(|lane_gbps| CopperCell { lane_gbps, ..more.clone() }),
        );
    }
    drawings.push(copper_reach(&crowded));
    for drawing in drawings {
        let text = drawing.inline("a");
        let words = words(&tags(&text));
        for (i, (a, first)) in words.iter().enumerate() {
            for (b, second) in &words[..i] {
                let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                assert!(apart, "{}: `{first}` on `{second}`", drawing.title());
            }
        }
    }
}

#[test]
fn axes_have_units() {
    let expected = [
        &["insertion loss, dB", "frequency, GHz"][..],
        &["equalised pulse, mV", "time from the cursor, unit intervals"],
        &["noise at the detector, mV rms", "COM without it, dB"],
        &["amplitude at the detector, mV"],
        &["reach, m", "100\u{a0}Gb/s", "400\u{a0}Gb/s"],
    ];
    for (drawing, words) in all().iter().zip(expected) {
        let text = drawing.inline("a");
        let parts = tags(&text);
        for words in words {
            saying(&parts, words);
        }
    }
}

#[test]
fn twice_the_loss_stands_twice_as_deep_at_nyquist() {
    let text = insertion_loss(&loss(12.0), Size::Slide).inline("a");
    let parts = tags(&text);
    let zero = number(saying(&parts, "0"), "y") - 4.5;
    let (channel, whole) = (of(&parts, "d-copper-dot")[0], of(&parts, "d-ink-dot")[0]);
    let depth = |tag: &Tag<'_>| number(tag, "cy") - zero;
    assert!(
        (depth(whole) - 2.0 * depth(channel)).abs() < 0.3,
        "{} {}",
        depth(whole),
        depth(channel)
    );
    assert_eq!(channel.get("cx"), whole.get("cx"));
    // The limit of 28 dB lies that much deeper than the 12 dB that are counted against it.
    let limit = number(of(&parts, "d-limit")[0], "y1") - zero;
    assert!((limit / depth(channel) - 28.0 / 12.0).abs() < 0.02, "{limit}");
    let mark = number(of(&parts, "d-mark-line")[0], "x1");
    assert!((mark - number(channel, "cx")).abs() < 0.05);
    saying(&parts, "Nyquist 26.5625\u{a0}GHz");
    saying(&parts, "at most 28\u{a0}dB ball to ball");
    assert!(
        insertion_loss(&loss(12.0), Size::Slide).title().ends_with("16.0\u{a0}dB within the limit")
    );
    assert!(
        insertion_loss(&loss(30.0), Size::Slide).title().ends_with("2.0\u{a0}dB beyond the limit")
    );
    let unlimited = InsertionLoss { limit: None, ..loss(12.0) };
    assert!(!insertion_loss(&unlimited, Size::Slide).inline("a").contains("d-forbidden"));
}

#[test]
fn stems_are_as_high_as_their_samples() {
    let text = pulse_response(&pulse(), Size::Slide).inline("a");
    let parts = tags(&text);
    let length = |tag: &Tag<'_>| number(tag, "y1") - number(tag, "y2");
    let cursor = length(of(&parts, "d-stem")[0]);
    let cancelled = of(&parts, "d-stem-cancelled");
    assert_eq!(cancelled.len(), 1, "feedback takes one symbol");
    assert!((cursor - 2.0 * length(cancelled[0])).abs() < 0.3);
    // Below, magnified: the echo at 60 is in the picture, half of the sample at 2 and of the other sign.
    let below = of(&parts, "d-stem-thin");
    let tallest = below.iter().map(|t| length(t)).fold(0.0, f64::max);
    let lowest = below.iter().map(|t| length(t)).fold(0.0, f64::min);
    assert!((tallest + 2.0 * lowest).abs() < 0.3, "{tallest} {lowest}");
    let echo = below.iter().max_by(|a, b| number(a, "x1").total_cmp(&number(b, "x1"))).unwrap();
    assert!((length(echo) - tallest / 4.0).abs() < 0.2, "{}", length(echo));
    assert!(text.contains("351 samples outside"));
}

#[test]
fn noises_are_sorted_and_the_limiter_stands_out() {
    let text = noise_budget(&noise(), Size::Slide).inline("a");
    let parts = tags(&text);
    let bars: Vec<f64> =
        parts.iter().filter(|t| t.name == "rect" && !t.end).map(|t| number(t, "width")).collect();
    assert_eq!(bars.len(), 3, "what is zero has no bar");
    assert!(
        (bars[0] - 2.0 * bars[1]).abs() < 0.2 && (bars[1] - 2.0 * bars[2]).abs() < 0.2,
        "{bars:?}"
    );
    // Not the largest limits most here.
    let limiter = of(&parts, "d-bar-limiter");
    assert_eq!(limiter.len(), 1);
    assert!((number(limiter[0], "width") - bars[1]).abs() < 0.05);
    assert_eq!(saying(&parts, "crosstalk").get("class"), Some("d-worse-text"));
    saying(&parts, "+2.50\u{a0}dB");
    let lines = of(&parts, "d-gain");
    let gain = |tag: &Tag<'_>| number(tag, "x2") - number(tag, "x1");
    assert!((gain(lines[0]) / gain(lines[1]) - 10.0).abs() < 0.3, "2 dB against 0.2 dB");
}

#[test]
fn small_figures_keep_the_proportions_of_the_large() {
    let text = insertion_loss(&loss(12.0), Size::Row).inline("a");
    let parts = tags(&text);
    let zero = number(saying(&parts, "0"), "y") - 4.5;
    let depth = |tag: &Tag<'_>| number(tag, "cy") - zero;
    let (channel, whole) = (of(&parts, "d-copper-dot")[0], of(&parts, "d-ink-dot")[0]);
    assert!((depth(whole) / depth(channel) - 2.0).abs() < 0.01);
    let limit = number(of(&parts, "d-limit")[0], "y1") - zero;
    assert!((limit / depth(channel) - 28.0 / 12.0).abs() < 0.03, "{limit}");
    saying(&parts, "channel 12.0\u{a0}dB");
    let text = noise_budget(&noise(), Size::Row).inline("a");
    let parts = tags(&text);
    let bars: Vec<f64> =
        parts.iter().filter(|t| t.name == "rect" && !t.end).map(|t| number(t, "width")).collect();
    assert!((bars[0] - 2.0 * bars[1]).abs() < 0.2 && (bars[1] - 2.0 * bars[2]).abs() < 0.2);
    assert_eq!(saying(&parts, "crosstalk").get("class"), Some("d-worse-text"));
    let text = eye(&levels(), Size::Row).inline("a");
    let parts = tags(&text);
    let lines: Vec<f64> = of(&parts, "d-ink-line").iter().map(|t| number(t, "y1")).collect();
    let shades: Vec<f64> = of(&parts, "d-noise").iter().map(|t| number(t, "height")).collect();
    assert!(((lines[0] - lines[1]).abs() - 2.0 * shades[0]).abs() < 0.3);
    let text = light_powers(&powers()).inline("a");
    let parts = tags(&text);
    let dots: Vec<f64> = of(&parts, "d-ink-dot").iter().map(|t| number(t, "cy")).collect();
    // 8 dB down, then 6.
    assert!(((dots[1] - dots[0]) / (dots[2] - dots[1]) - 8.0 / 6.0).abs() < 0.02, "{dots:?}");
    assert_eq!(light_powers(&powers()).title(), "5.5\u{a0}dB of the laser’s power to spare");
    let all = LightPowers { laser_dbm: 17.0, ..powers() };
    assert_eq!(light_powers(&all).title(), "All of the laser’s power is used");
}

#[test]
fn levels_are_apart_by_twice_the_signal_and_wide_by_twice_the_noise() {
    let text = eye(&levels(), Size::Slide).inline("a");
    let parts = tags(&text);
    let lines: Vec<f64> = of(&parts, "d-ink-line").iter().map(|t| number(t, "y1")).collect();
    assert_eq!(lines.len(), 4);
    let shades: Vec<f64> = of(&parts, "d-noise").iter().map(|t| number(t, "height")).collect();
    for (pair, shade) in lines.windows(2).zip(&shades) {
        assert!(((pair[0] - pair[1]) - 2.0 * shade).abs() < 0.3, "{pair:?} {shade}");
    }
    saying(&parts, "ratio 6.02\u{a0}dB");
    assert_eq!(
        eye(&levels(), Size::Slide).title(),
        "10.0\u{a0}mV of eye stay open at an error ratio of 2·10⁻⁴"
    );
    let closed = Eye { noise_mv: 12.0, ..levels() };
    assert!(eye(&closed, Size::Slide).title().starts_with("The eye is closed"));
}

#[test]
fn copper_bars_reach_from_thin_to_thick_and_name_the_modulation_that_changes() {
    let text = copper_reach(&table()).inline("a");
    let parts = tags(&text);
    let zero = number(saying(&parts, "0"), "y") - 4.5;
    // The cable that reaches farther comes first.
    let [first, second] = ["d-cable-0", "d-cable-1"].map(|class| of(&parts, class));
    assert_eq!((first.len(), second.len()), (2, 2), "nothing at 400 Gb/s");
    let tops = |tag: &Tag<'_>| zero - number(tag, "y");
    let lows = |tag: &Tag<'_>| tops(tag) - number(tag, "height");
    let metre = tops(first[0]) / 6.0;
    for (tag, thin, thick) in
        [(first[0], 5.0, 6.0), (first[1], 2.5, 3.0), (second[0], 2.0, 4.0), (second[1], 1.5, 2.0)]
    {
        assert!((tops(tag) - thick * metre).abs() < 0.3, "{tag:?}");
        assert!((lows(tag) - thin * metre).abs() < 0.3, "{tag:?}");
    }
    let said = |words: &str| {
        let seen = parts.iter().filter(|t| t.name == "text" && t.get("aria-hidden").is_none());
        seen.filter(|t| t.text == words).count()
    };
    assert_eq!((said("PAM4"), said("PAM6")), (2, 1));
    assert_eq!((said("closes at"), said("Co-packaged copper")), (1, 1));
    let title = "Passive copper: 6\u{a0}m at 100\u{a0}Gb/s, 3\u{a0}m at 200\u{a0}Gb/s, none at 400\u{a0}Gb/s";
    assert_eq!(copper_reach(&table()).title(), title);
}

#[test]
fn numbers_that_are_none_are_drawn_as_none() {
    let mut loss = loss(f64::NAN);
    loss.channel.points.clear();
    loss.nyquist_ghz = 0.0;
    let mut table = table();
    table.rows.clear();
    let empty = [
        insertion_loss(&loss, Size::Slide),
        pulse_response(
            &PulseResponse { samples: Vec::new(), received: Vec::new(), ..pulse() },
            Size::Slide,
        ),
        noise_budget(
            &NoiseBudget { sources: Vec::new(), com_db: f64::INFINITY, ..noise() },
            Size::Slide,
        ),
        eye(
            &Eye { signal_mv: 0.0, noise_mv: f64::NAN, sigma_mv: f64::INFINITY, ..levels() },
            Size::Slide,
        ),
        copper_reach(&table),
    ];
    let row = Size::Row;
    let small = [
        insertion_loss(&loss, row),
        pulse_response(
            &PulseResponse { samples: Vec::new(), received: Vec::new(), ..pulse() },
            row,
        ),
        noise_budget(&NoiseBudget { sources: Vec::new(), com_db: f64::INFINITY, ..noise() }, row),
        eye(&Eye { signal_mv: 0.0, noise_mv: f64::NAN, sigma_mv: f64::INFINITY, ..levels() }, row),
        light_powers(&LightPowers { laser_dbm: f64::NAN, ..powers() }),
    ];
    for drawing in empty.into_iter().chain(small) {
        let text = drawing.standalone();
        assert_well_formed(&text);
        assert!(
            !text.contains("NaN") && !text.contains("inf\u{a0}") && !text.contains("inf "),
            "{}",
            drawing.title()
        );
    }
}
