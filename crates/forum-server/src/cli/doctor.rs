//! `forum doctor`.

use std::process::ExitCode;

use forum_domain::{
    Forum,
    integrity::{Finding, Invariant},
};
use serde_json::json;

use super::{FINDINGS, Failure};
use crate::{config::Loaded, wiring};

/// How many findings of one kind are looked at in one go.
const BATCH: u32 = 1_000;

/// What was found, and whether it was put right.
struct Found {
    finding: Finding,
    repaired: bool,
}

/// Looks, and repairs if it shall.
pub(super) async fn run(loaded: Loaded, fix: bool, json: bool) -> Result<ExitCode, Failure> {
    let forum = wiring::for_operators(&loaded.config).await?;
    let mut found = Vec::new();
    for invariant in Invariant::ALL {
        found.extend(examine(&forum, invariant, fix).await?);
    }
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
            found.push(Found { finding, repaired });
        }
        if !full || !repaired_any {
            return Ok(found);
        }
    }
}

fn report(found: &[Found]) -> serde_json::Value {
    let findings = found.iter().map(|Found { finding, repaired }| {
        json!({
            "invariant": finding.invariant.as_str(),
            "rule": finding.invariant.describe(),
            "subject": finding.subject,
            "expected": finding.expected,
            "found": finding.found,
            "repairable": finding.invariant.repairable(),
            "repaired": repaired,
        })
    });
    json!({
        "checked": Invariant::ALL.map(Invariant::as_str).to_vec(),
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn tell(found: &[Found]) {
    for Found { finding, repaired } in found {
        let Finding { invariant, subject, expected, found } = finding;
        println!("{} of {subject}: expected {expected}, found {found}", invariant.as_str());
        println!("    {}{}", invariant.describe(), if *repaired { " [repaired]" } else { "" });
    }
    let left = found.iter().filter(|one| !one.repaired).count();
    match (found.len(), left) {
        (0, _) => println!("all {} invariants hold", Invariant::ALL.len()),
        (all, 0) => println!("{all} found, all repaired"),
        (all, left) => {
            let repairable = found.iter().any(|one| !one.repaired && one.finding.invariant.repairable());
            println!("{all} found, {left} left{}", if repairable { ": try --fix" } else { "" });
        }
    }
}
