//! The document as text.

use openapiv3::OpenAPI;
use serde::Serialize;

use super::{SpecError, version31};

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON, indented.
    Json,
    /// YAML.
    Yaml,
}

/// Which OpenAPI a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 3.0.3, which every generator reads.
    V3_0,
    /// 3.1.0, with the same meaning.
    V3_1,
}

/// The document as text that ends with a line break. The same document gives the same bytes.
///
/// # Errors
/// If it cannot be written, which no document that was read is known to do.
pub fn render(document: &OpenAPI, format: Format, version: Version) -> Result<String, SpecError> {
    match version {
        Version::V3_0 => write(document, format),
        Version::V3_1 => write(&version31::copy(document)?, format),
    }
}

fn write(document: &impl Serialize, format: Format) -> Result<String, SpecError> {
    let mut text = match format {
        Format::Json => serde_json::to_string_pretty(document).map_err(SpecError::Json)?,
        Format::Yaml => serde_saphyr::to_string(document).map_err(SpecError::Yaml)?,
    };
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::with_schemas;
    use super::*;

    fn sample() -> OpenAPI {
        super::super::mend(with_schemas(json!({"Out": {"type": "object", "properties": {
            "name": {"type": "string", "description": "多行\n第二行: 'x' # no comment", "example": "yes"},
            "when": {"type": "string", "enum": ["on", "no", "1", "null", "~", "2026-01-01"]},
        }}})))
    }

    #[test]
    fn yaml_says_what_json_says() {
        for version in [Version::V3_0, Version::V3_1] {
            let json: Value =
                serde_json::from_str(&render(&sample(), Format::Json, version).unwrap()).unwrap();
            let yaml: Value =
                serde_saphyr::from_str(&render(&sample(), Format::Yaml, version).unwrap()).unwrap();
            assert_eq!(yaml, json);
        }
    }

    #[test]
    fn the_same_document_gives_the_same_bytes_with_a_line_break_at_the_end() {
        for (format, version) in [(Format::Json, Version::V3_0), (Format::Yaml, Version::V3_1)] {
            let text = render(&sample(), format, version).unwrap();
            assert_eq!(text, render(&sample(), format, version).unwrap());
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
        }
    }
}
