//! The figures, as the table they are published in.

/// One line: what was measured, what came out, what was promised.
#[derive(Default)]
pub(super) struct Table(Vec<[String; 3]>);

/// One competitor's rounds.
#[derive(Clone, Debug, Default)]
pub(super) struct Rounds {
    /// Requests a second.
    pub(super) rate: Vec<f64>,
    /// Processor microseconds for each request.
    pub(super) cpu: Vec<f64>,
    /// Milliseconds that one request in a hundred exceeds.
    pub(super) p99: Vec<f64>,
}

impl Rounds {
    pub(super) fn rate(&self) -> f64 {
        median(&self.rate)
    }

    pub(super) fn cpu(&self) -> f64 {
        median(&self.cpu)
    }

    pub(super) fn p99(&self) -> f64 {
        median(&self.p99)
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Table {
    pub(super) fn add(
        &mut self,
        what: impl Into<String>,
        measured: impl Into<String>,
        promised: impl Into<String>,
    ) {
        self.0.push([what.into(), measured.into(), promised.into()]);
    }

    /// One competitor against another: rates and processor time, each with their ratio.
    pub(super) fn compare(&mut self, what: &str, ours: &Rounds, floor: &Rounds, promised: &str) {
        let rate = ours.rate() / floor.rate();
        let cpu = ours.cpu() / floor.cpu();
        let measured = format!(
            "**{rate:.2}** ({:.0} against {:.0} a second); {:.1} against {:.1} µs of processor time ({cpu:.2})",
            ours.rate(),
            floor.rate(),
            ours.cpu(),
            floor.cpu(),
        );
        self.add(what, measured, promised);
    }

    pub(super) fn print(&self) {
        println!("\n| figure | measured | promised |\n|---|---|---|");
        for [what, measured, promised] in &self.0 {
            println!("| {what} | {measured} | {promised} |");
        }
    }
}
