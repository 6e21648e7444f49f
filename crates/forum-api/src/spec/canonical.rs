//! Formats, names and words as OpenAPI means them.

use openapiv3::{
    IntegerFormat, IntegerType, OpenAPI, Operation, Parameter, QueryStyle, ReferenceOr, Schema, SchemaKind,
    Type, VariantOrUnknownOrEmpty,
};

use super::walk;

/// The greatest whole number that every JSON reader keeps exact.
const LARGEST: i64 = (1 << 53) - 1;

/// - Integers have a format that OpenAPI knows and bounds: `uint32` and the like are poem-openapi's own, and
///   linters and generators pass them by.
/// - Header names are written as people write them; poem-openapi shouts them.
/// - An empty description is none; words have no space around them.
/// - A schema's title is not its name again.
/// - Parameters do not repeat what is so anyway (`explode`, `deprecated: false`).
pub(super) fn apply(document: &mut OpenAPI) {
    walk::schemas(document, &mut |schema| {
        trim(&mut schema.schema_data.description);
        trim(&mut schema.schema_data.title);
        integer(schema);
    });
    walk::parameters(document, &mut |parameter| {
        let header = matches!(parameter, Parameter::Header { .. });
        let plain = !matches!(parameter, Parameter::Query { style, .. } if *style != QueryStyle::Form);
        let data = walk::data(parameter);
        trim(&mut data.description);
        if header {
            data.name = header_name(&data.name);
        }
        data.deprecated = data.deprecated.filter(|deprecated| *deprecated);
        if plain {
            data.explode = None;
        }
    });
    walk::headers(document, &mut |header| {
        trim(&mut header.description);
        header.deprecated = header.deprecated.filter(|deprecated| *deprecated);
    });
    walk::responses(document, &mut |response| {
        response.headers = std::mem::take(&mut response.headers)
            .into_iter()
            .map(|(name, one)| (header_name(&name), one))
            .collect();
    });
    walk::operations(document, &mut |operation: &mut Operation| {
        trim(&mut operation.summary);
        trim(&mut operation.description);
        if let Some(summary) = &mut operation.summary {
            // A title, not a sentence.
            summary.truncate(summary.trim_end_matches('.').len());
        }
    });
    document.tags.iter_mut().for_each(|tag| trim(&mut tag.description));
    for (name, schema) in document.components.iter_mut().flat_map(|components| &mut components.schemas) {
        if let ReferenceOr::Item(schema) = schema
            && schema.schema_data.title.as_ref() == Some(name)
        {
            schema.schema_data.title = None;
        }
    }
}

fn trim(text: &mut Option<String>) {
    *text = text.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
}

fn integer(schema: &mut Schema) {
    let SchemaKind::Type(Type::Integer(integer)) = &mut schema.schema_kind else { return };
    let (format, least, most) = match &integer.format {
        VariantOrUnknownOrEmpty::Item(_) => return,
        VariantOrUnknownOrEmpty::Unknown(name) => match name.as_str() {
            "int8" => (IntegerFormat::Int32, i64::from(i8::MIN), i64::from(i8::MAX)),
            "int16" => (IntegerFormat::Int32, i64::from(i16::MIN), i64::from(i16::MAX)),
            "uint8" => (IntegerFormat::Int32, 0, i64::from(u8::MAX)),
            "uint16" => (IntegerFormat::Int32, 0, i64::from(u16::MAX)),
            "uint32" => (IntegerFormat::Int64, 0, i64::from(u32::MAX)),
            "uint64" => (IntegerFormat::Int64, 0, LARGEST),
            _ => (IntegerFormat::Int64, -LARGEST, LARGEST),
        },
        VariantOrUnknownOrEmpty::Empty => (IntegerFormat::Int64, -LARGEST, LARGEST),
    };
    integer.format = VariantOrUnknownOrEmpty::Item(format);
    bounds(integer, least, most);
}

/// What the format's name said is said by bounds, where none are.
fn bounds(integer: &mut IntegerType, least: i64, most: i64) {
    integer.minimum.get_or_insert(least);
    integer.maximum.get_or_insert(most);
}

/// A header's name as its own specification writes it.
fn header_name(name: &str) -> String {
    const IRREGULAR: [&str; 6] =
        ["ETag", "RateLimit", "RateLimit-Policy", "WWW-Authenticate", "Last-Event-ID", "tsessionid"];
    if let Some(known) = IRREGULAR.into_iter().find(|known| known.eq_ignore_ascii_case(name)) {
        return known.to_owned();
    }
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            format!("{}{}", first.to_ascii_uppercase(), letters.as_str().to_ascii_lowercase())
        })
    });
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{after, document, with_schemas};
    use super::*;

    fn out(schema: Value) -> Value {
        after(apply, with_schemas(json!({ "Out": schema })))["components"]["schemas"]["Out"].clone()
    }

    #[test]
    fn an_unknown_integer_format_becomes_a_known_one_with_bounds() {
        for (format, expected, least, most) in [
            ("uint8", "int32", 0, 255),
            ("int16", "int32", -32_768, 32_767),
            ("uint32", "int64", 0, 4_294_967_295),
            ("uint64", "int64", 0, 9_007_199_254_740_991_i64),
        ] {
            assert_eq!(
                out(json!({"type": "integer", "format": format})),
                json!({"type": "integer", "format": expected, "minimum": least, "maximum": most}),
            );
        }
    }

    #[test]
    fn a_title_is_not_the_name_again() {
        assert_eq!(out(json!({"type": "string", "title": "Out"})), json!({"type": "string"}));
        let other = json!({"type": "string", "title": "Another"});
        assert_eq!(out(other.clone()), other);
    }

    #[test]
    fn bounds_that_are_there_stay() {
        assert_eq!(
            out(json!({"type": "integer", "format": "uint32", "minimum": 1, "maximum": 100})),
            json!({"type": "integer", "format": "int64", "minimum": 1, "maximum": 100}),
        );
        let known = json!({"type": "integer", "format": "int32", "minimum": 1});
        assert_eq!(out(known.clone()), known);
    }

    #[test]
    fn header_names_are_as_their_specifications_write_them() {
        for (raw, expected) in [
            ("ETAG", "ETag"),
            ("X-REQUEST-ID", "X-Request-Id"),
            ("LOCATION", "Location"),
            ("IF-NONE-MATCH", "If-None-Match"),
            ("RATELIMIT-POLICY", "RateLimit-Policy"),
            ("www-authenticate", "WWW-Authenticate"),
            ("idempotency-key", "Idempotency-Key"),
        ] {
            assert_eq!(header_name(raw), expected);
        }
    }

    #[test]
    fn parameters_and_headers_say_only_what_is_not_so_anyway() {
        let parameter = json!({"name": "IF-MATCH", "in": "header", "schema": {"type": "string"},
            "required": false, "deprecated": false, "explode": true, "description": " "});
        let headers =
            json!({"ETAG": {"schema": {"type": "string"}, "deprecated": false, "description": "V. "}});
        let get = json!({"summary": "Gets it.", "description": "", "parameters": [parameter],
            "responses": {"200": {"description": "OK", "headers": headers}}});
        let get = after(apply, document(json!({"/": {"get": get}}), json!({})))["paths"]["/"]["get"].clone();
        assert_eq!(get["summary"], "Gets it");
        assert_eq!(get.get("description"), None);
        let parameter = get["parameters"][0].as_object().unwrap();
        assert_eq!(parameter["name"], "If-Match");
        assert!(!["deprecated", "explode", "description"].iter().any(|name| parameter.contains_key(*name)));
        let header = &get["responses"]["200"]["headers"]["ETag"];
        assert_eq!((&header["description"], header.get("deprecated")), (&json!("V."), None));
    }
}
