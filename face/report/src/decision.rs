//! The decision: what to take, the gains with their ranges, the nine answers, reasons.

use crate::board;
use crate::figure::{figure, section as frame};
use crate::format::{change, change_range, prose, sig};
use crate::svg::{percent, step};
use lightloom_decide::plan::{Gain, Plan};
use maud::{Markup, html};

/// The axis of changes ends here, in percent; beyond, an arrow points on.
const AXIS_END: f64 = 100.0;

/// A change of less, in percent, is none.
const SAME: f64 = 0.005;

/// The section.
pub(crate) fn section(plan: &Plan) -> Markup {
    let decision = &plan.decision;
    frame(
        "decision",
        "Decision",
        "",
        &html! {
            (board::choices(plan))
            @if !decision.gains.is_empty() {
                (figure(
                    "What the recommended mix gains against the baseline",
                    "Dot: nominal. Line: 5 to 95 % of samples of all evidence at once.",
                    &gains(&decision.gains),
                ))
            }
            (board::answers(plan))
            @if !decision.reasons.is_empty() {
                details {
                    summary { "The reasons, link by link" }
                    ol.reasons { @for reason in &decision.reasons { li { (prose(reason)) } } }
                }
            }
        },
    )
}

/// Percent to a share of the axis.
struct Axis {
    low: f64,
    high: f64,
    step: f64,
}

impl Axis {
    fn over(gains: &[Gain]) -> Self {
        let ends = gains.iter().flat_map(|g| {
            [g.change_percent, g.change_range_percent[0], g.change_range_percent[1], 0.0]
        });
        let (low, high) = ends
            .filter(|x| x.is_finite())
            .map(|x| x.clamp(-AXIS_END, AXIS_END))
            .fold((0.0, 0.0), |(low, high): (f64, f64), x| (low.min(x), high.max(x)));
        // Where nothing changes there is an axis all the same.
        let (low, high) = if high - low < SAME { (-1.0, 1.0) } else { (low, high) };
        let step = step((high - low).max(0.1) / 7.0);
        Self { low: libm::floor(low / step) * step, high: libm::ceil(high / step) * step, step }
    }

    /// Where it is on the axis, from its left end.
    fn at(&self, x: f64) -> String {
        percent(x.clamp(self.low, self.high) - self.low, self.high - self.low)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        let steps = ((self.high - self.low) / self.step + 0.5) as u32;
        (0..=steps).map(|i| self.low + f64::from(i) * self.step)
    }
}

fn gains(gains: &[Gain]) -> Markup {
    let axis = Axis::over(gains);
    html! {
        ul.gains style={ "--grid-step:" (percent(axis.step, axis.high - axis.low)) ";--zero:" (axis.at(0.0)) } {
            @for gain in gains { (row(gain, &axis)) }
            li.axis aria-hidden="true" {
                span.what {}
                span.from-to {}
                span.ticks {
                    @for tick in axis.ticks() {
                        @let zero = tick.abs() < axis.step / 2.0;
                        span class=[zero.then_some("zero")] style={ "left:" (axis.at(tick)) } {
                            @if zero { "0" } @else { (sig(tick, 3)) }
                        }
                    }
                }
                span.verdict { "change, percent" }
            }
        }
    }
}

fn row(gain: &Gain, axis: &Axis) -> Markup {
    let [low, high] = gain.change_range_percent;
    let sure = low * high > 0.0;
    let better = (gain.change_percent < 0.0) == gain.less_is_better;
    let class = match (sure, better) {
        _ if gain.change_percent.abs() < SAME && high - low < SAME => "same",
        // Shown as none: its range alone is no gain.
        _ if gain.change_percent.abs() < SAME => "unsure",
        (false, _) => "unsure",
        (true, true) => "better",
        (true, false) => "worse",
    };
    let word = match class {
        "better" => "better",
        "worse" => "worse",
        "same" => "the same",
        _ => "uncertain",
    };
    let drawn = high.min(axis.high) - low.max(axis.low);
    html! {
        li class=(class) {
            span.what { (gain.what) }
            span.from-to { (prose(&gain.baseline)) " → " strong { (prose(&gain.recommended)) } }
            span.track aria-hidden="true" {
                span.range.on[high > axis.high] style={ "left:" (axis.at(low)) ";width:" (percent(drawn.max(0.0), axis.high - axis.low)) } {}
                span.dot style={ "left:" (axis.at(gain.change_percent)) } {}
            }
            span.verdict {
                strong { (change(gain.change_percent)) }
                " " small { (change_range(gain.change_range_percent)) " · " (word) }
            }
        }
    }
}
