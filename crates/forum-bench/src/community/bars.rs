//! The bars that the project set itself, and whether a scenario reaches them.

use super::{deed::Deed, measure::Medians};
use crate::forum::Backend;

/// A bar beside what was measured.
pub(super) struct Judged {
    pub(super) bar: String,
    pub(super) measured: String,
    pub(super) reached: bool,
}

fn at_least(bar: f64, of: &str, measured: f64) -> Judged {
    Judged {
        bar: format!("≥ {bar} {of}"), measured: format!("{measured:.2} {of}"), reached: measured >= bar
    }
}

/// Every bar that is set for this scenario on this back end.
pub(super) fn judge(backend: Backend, deed: Deed, signed_in: bool, medians: &Medians) -> Vec<Judged> {
    let mut judged = Vec::new();
    let of_yard = medians.of_yard;
    if deed.reads() && !signed_in {
        let over = medians.server_cpu - medians.constant_cpu;
        judged.push(Judged {
            bar: "server CPU ≤ H's + 6 µs".into(),
            measured: format!("H's + {over:.1} µs"),
            reached: over <= 6.0,
        });
        judged.push(at_least(0.75, "H", medians.of_constant));
    }
    match (backend, deed) {
        (Backend::Production, Deed::ReadPost | Deed::ListPosts | Deed::ListComments) => {
            // There is no cache yet that could be off: what is measured is both.
            let uncached = if deed == Deed::ReadPost { 0.45 } else { 0.65 };
            judged.push(at_least(uncached, "P, uncached", of_yard));
            match (signed_in, deed) {
                (true, Deed::ReadPost) => judged.push(at_least(0.6, "P", of_yard)),
                (true, Deed::ListPosts) => judged.push(at_least(1.0, "P", of_yard)),
                _ => {}
            }
        }
        (Backend::Production, Deed::Comment) => judged.push(at_least(0.7, "P", of_yard)),
        (Backend::Production, Deed::Like) => judged.push(at_least(0.9, "P", of_yard)),
        (Backend::Production, Deed::LikeInTurns) => judged.push(at_least(3.0, "P", of_yard)),
        (Backend::Embedded, _) if deed.reads() => judged.push(at_least(0.5, "S, uncached", of_yard)),
        (Backend::Embedded, _) => {
            judged.push(at_least(2.5, "S", of_yard));
            judged.push(at_least(0.5, "B", medians.of_batched));
        }
    }
    judged
}
