//! `forum doctor`.

use std::process::ExitCode;

use forum_domain::{
    Forum,
    integrity::{Finding, Invariant},
};
use serde_json::{Value, json};

use super::{FINDINGS, Failure};
use crate::{config::Loaded, wiring};

mod files;
mod index;

/// How many findings of one kind are looked at in one go.
const BATCH: u32 = 1_000;

/// What was found, and whether it was put right.
struct Found {
    invariant: &'static str,
    rule: &'static str,
    /// An id, or the name of a file.
    subject: Value,
    expected: String,
    found: String,
    repairable: bool,
    repaired: bool,
}

impl Found {
    fn of(finding: Finding, repaired: bool) -> Self {
        let Finding { invariant, subject, expected, found } = finding;
        Self {
            invariant: invariant.as_str(),
            rule: invariant.describe(),
            subject: subject.into(),
            expected,
            found,
            repairable: invariant.repairable(),
            repaired,
        }
    }
}

/// The names of all that is looked at.
fn checked() -> impl Iterator<Item = &'static str> {
    Invariant::ALL.into_iter().map(Invariant::as_str).chain(files::CHECKED).chain([index::IN_STEP])
}

/// Looks, and repairs if it shall.
pub(super) async fn run(loaded: Loaded, fix: bool, json: bool) -> Result<ExitCode, Failure> {
    let forum = wiring::for_operators(&loaded.config).await?;
    let mut found = Vec::new();
    for invariant in Invariant::ALL {
        found.extend(examine(&forum, invariant, fix).await?);
    }
    found.extend(files::examine(&forum, fix).await?);
    found.extend(index::examine(&forum, fix).await?);
    if json {
        println!("{:#}", report(&found));
    } else {
        tell(&found);
    }
    let left = found.iter().any(|one| !one.repaired);
    Ok(if left { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}

/// Every finding of one kind. Those that are repaired make room for those behind them.
async fn examine(forum: &Forum, invariant: Invariant, fix: bool) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    loop {
        let batch = forum.store.inspect(invariant, forum.clock.now(), BATCH).await?;
        let full = batch.len() >= BATCH as usize;
        let mut repaired_any = false;
        for finding in batch {
            let repaired =
                fix && invariant.repairable() && forum.store.repair(&finding, forum.clock.now()).await?;
            repaired_any |= repaired;
            found.push(Found::of(finding, repaired));
        }
        if !full || !repaired_any {
            return Ok(found);
        }
    }
}

fn report(found: &[Found]) -> Value {
    let findings = found.iter().map(|one| {
        json!({
            "invariant": one.invariant,
            "rule": one.rule,
            "subject": one.subject,
            "expected": one.expected,
            "found": one.found,
            "repairable": one.repairable,
            "repaired": one.repaired,
        })
    });
    json!({
        "checked": checked().collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn tell(found: &[Found]) {
    for Found { invariant, rule, subject, expected, found, repaired, .. } in found {
        println!("{invariant} of {subject}: expected {expected}, found {found}");
        println!("    {rule}{}", if *repaired { " [repaired]" } else { "" });
    }
    let left = found.iter().filter(|one| !one.repaired).count();
    match (found.len(), left) {
        (0, _) => println!("all {} invariants hold", checked().count()),
        (all, 0) => println!("{all} found, all repaired"),
        (all, left) => {
            let repairable = found.iter().any(|one| !one.repaired && one.repairable);
            println!("{all} found, {left} left{}", if repairable { ": try --fix" } else { "" });
        }
    }
}
