//! Files in `multipart/form-data`, written out by hand, so that they may be wrong as well.

use super::Request;

/// A picture of one pixel.
pub(crate) const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\rIDATx\xdacd`\xf8_\x0f\0\x02\x87\x01\x80\xebG\xba\x92\0\0\0\0IEND\xaeB`\x82";

const BOUNDARY: &str = "parts-of-a-test";

/// The body of these parts: each a name, the name of a file if it is one, and what it holds.
pub(crate) fn body(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file =
            file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: image/png")).unwrap_or_default();
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

/// The type of such a body.
pub(crate) fn kind() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

impl Request {
    /// A form of these parts.
    pub(crate) fn form(self, parts: &[(&str, Option<&str>, &[u8])]) -> Self {
        self.typed(body(parts), &kind())
    }

    /// A form with this file, for this group if one is named.
    pub(crate) fn upload(self, file: &[u8], group: Option<i64>) -> Self {
        let group = group.map(|group| group.to_string());
        let mut parts = vec![("file", Some("a.png"), file)];
        if let Some(group) = &group {
            parts.push(("group_id", None, group.as_bytes()));
        }
        self.form(&parts)
    }
}
