//! How far a study is: a bar on a terminal, a line now and then in a log.

use crate::failure::Failure;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lightloom::units::thousands;
use std::time::{Duration, Instant};

/// Between two lines of a log.
const PAUSE: Duration = Duration::from_secs(60);

/// Progress through so many of something.
pub(super) struct Progress {
    bar: ProgressBar,
    what: &'static str,
    told: Instant,
    /// Since when work is done, and how much was.
    begun: Instant,
    done: u64,
}

impl Progress {
    pub(super) fn new(length: u64, what: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
        let template =
            format!("{{bar:40}} {{human_pos}} of {{human_len}} {what}, {{per_sec}}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self { bar, what, told: now, begun: now, done: 0 }
    }

    /// What was there already.
    pub(super) fn there(&mut self, n: u64) {
        self.bar.inc(n);
        self.bar.reset_eta();
        self.begun = Instant::now();
    }

    /// What was done.
    pub(super) fn done(&mut self, n: u64) -> Result<(), Failure> {
        self.bar.inc(n);
        self.done += n;
        if !self.bar.is_hidden() || self.told.elapsed() < PAUSE {
            return Ok(());
        }
        self.told = Instant::now();
        let (at, of) = (self.bar.position(), self.bar.length().unwrap_or(0));
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let left = self.begun.elapsed().as_secs_f64() * of.saturating_sub(at) as f64
            / self.done.max(1) as f64;
        let (at, of, left) = (thousands(at), thousands(of), super::text::duration(left));
        super::tell(&format!("{at} of {of} {}, {left} left\n", self.what))
    }

    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}
