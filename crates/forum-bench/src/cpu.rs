//! CPU time and memory of processes, as the kernel accounts for them.

use std::{fs, time::Duration};

use anyhow::{Context, Result};

/// CPU time that a process has used so far, user and system.
pub(crate) fn used(pid: u32) -> Result<Duration> {
    accounted(pid, 11)
}

/// CPU time of a process and all below it, those that ended and were waited for included.
pub(crate) fn used_by_tree(root: u32) -> Result<Duration> {
    let mut total = waited_for(root)?;
    for pid in tree(root)? {
        // One that ends while it is looked at is counted by its parent.
        total += used(pid).unwrap_or_default();
    }
    Ok(total)
}

/// Resident memory of a process, in MiB.
pub(crate) fn resident_mib(pid: u32) -> Result<f64> {
    memory_mib(pid, "VmRSS:")
}

/// The most resident memory that a process had since [`forget_peak`], or since it began, in MiB.
pub(crate) fn peak_mib(pid: u32) -> Result<f64> {
    memory_mib(pid, "VmHWM:")
}

/// Counts the peak of a process's memory from now on.
pub(crate) fn forget_peak(pid: u32) -> Result<()> {
    Ok(fs::write(format!("/proc/{pid}/clear_refs"), "5")?)
}

fn memory_mib(pid: u32, name: &str) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line =
        status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kib / 1024.0)
}

/// CPU time of children that ended and were waited for.
fn waited_for(pid: u32) -> Result<Duration> {
    accounted(pid, 13)
}

/// The sum of a pair of tick counts in the process's stat, by the place of the first after the name.
fn accounted(pid: u32, first: usize) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in parentheses may hold spaces; what is counted starts after it.
    let fields: Vec<&str> = stat.rsplit_once(')').context("no stat")?.1.split_whitespace().collect();
    let ticks = |index: usize| -> Result<u64> { Ok(fields.get(index).context("short stat")?.parse()?) };
    let ticks = ticks(first)? + ticks(first + 1)?;
    Ok(Duration::from_micros(ticks * 1_000_000 / rustix::param::clock_ticks_per_second()))
}

fn tree(root: u32) -> Result<Vec<u32>> {
    let mut pids = vec![root];
    let mut at = 0;
    while let Some(pid) = pids.get(at).copied() {
        at += 1;
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        pids.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
    }
    Ok(pids)
}
