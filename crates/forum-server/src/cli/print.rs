//! Tables for people.

use unicode_width::UnicodeWidthStr;

/// Prints columns as wide as what is in them. Wide characters count for two, as terminals show them.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) {
    let widths: Vec<usize> = head
        .iter()
        .enumerate()
        .map(|(i, name)| {
            rows.iter()
                .filter_map(|row| row.get(i))
                .map(|cell| cell.width())
                .chain([name.width()])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells
            .zip(&widths)
            .map(|(cell, width_of)| format!("{cell}{}", " ".repeat(width_of.saturating_sub(cell.width()))));
        println!("{}", padded.collect::<Vec<_>>().join("  ").trim_end());
    };
    line(&mut head.iter().copied());
    for row in rows {
        line(&mut row.iter().map(String::as_str));
    }
}

/// Prints names and values, one pair a line.
pub(super) fn pairs(pairs: &[(&str, String)]) {
    let widest = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in pairs {
        println!("{name:widest$}  {value}");
    }
}
