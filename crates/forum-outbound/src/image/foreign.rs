//! Files that begin as an image and are something else besides: a page, a script, a document, an archive.
//!
//! The new file holds none of it, so this is not what keeps readers safe. But nobody makes such a file by
//! accident, and whoever tries hears that he was seen.

/// What stands in pages and scripts, and in no metadata of an image. Long enough that no image has it by chance.
const MARKUP: [&[u8]; 7] =
    [b"<!doctype", b"<script", b"<iframe", b"<?php", b"<html>", b"<html ", b"<svg xmlns"];

/// How an archive's directory begins, and how long it is without its comment.
const ZIP_END: &[u8] = b"PK\x05\x06";
const ZIP_END_LENGTH: usize = 22;

/// Whether another program would take the file for something of its own.
pub(super) fn hides_in(bytes: &[u8]) -> bool {
    markup(bytes) || document(bytes) || archive(bytes)
}

fn markup(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'<').any(|(at, _)| {
        let rest = bytes.get(at..).unwrap_or_default();
        MARKUP
            .iter()
            .any(|known| rest.get(..known.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(known)))
    })
}

/// Readers of PDF look for its head in the first kilobyte.
fn document(bytes: &[u8]) -> bool {
    bytes.get(..bytes.len().min(1_024)).is_some_and(|head| head.windows(5).any(|five| five == b"%PDF-"))
}

/// An archive is read from its end: a directory whose comment ends where the file ends.
fn archive(bytes: &[u8]) -> bool {
    let from = bytes.len().saturating_sub(ZIP_END_LENGTH + usize::from(u16::MAX));
    let tail = bytes.get(from..).unwrap_or_default();
    tail.windows(ZIP_END_LENGTH).enumerate().any(|(at, end)| {
        let (Some(low), Some(high)) = (end.get(20), end.get(21)) else { return false };
        let comment = usize::from(u16::from_le_bytes([*low, *high]));
        end.starts_with(ZIP_END) && at + ZIP_END_LENGTH + comment == tail.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_scripts_documents_and_archives_are_seen() {
        let zip = [b"\x89PNG..".as_slice(), ZIP_END, &[0; 16], &[3, 0], b"end"].concat();
        for file in [
            b"GIF89a/*<ScRiPt>alert(1)</script>".as_slice(),
            b"\xFF\xD8\xFF\xFE<?php system($_GET[0]); ?>",
            b"\x89PNG\r\n<!DOCTYPE html>",
            b"\x89PNG\r\n<svg xmlns='http://www.w3.org/2000/svg'>",
            b"\xFF\xD8\xFF%PDF-1.7",
            &zip,
        ] {
            assert!(hides_in(file), "{file:?}");
        }
    }

    #[test]
    fn metadata_and_chance_are_not() {
        let almost = [b"\x89PNG..".as_slice(), ZIP_END, &[0; 16], &[9, 9], b"end"].concat();
        for file in [
            b"".as_slice(),
            b"<",
            b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF/></x:xmpmeta>",
            b"<scrip",
            b"PK\x03\x04",
            &almost,
        ] {
            assert!(!hides_in(file), "{file:?}");
        }
    }
}
