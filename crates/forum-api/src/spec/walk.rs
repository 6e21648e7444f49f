//! Ways through the document, so that a pass says only what it does where.

use openapiv3::{
    AdditionalProperties, Components, Content, Header, OpenAPI, Operation, Parameter, ParameterData,
    ParameterSchemaOrContent, PathItem, ReferenceOr, RequestBody, Response, Schema, SchemaKind, Type,
};

/// Which way a body goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    /// To the server.
    Request,
    /// From it.
    Answer,
}

/// Every operation.
pub(super) fn operations(document: &mut OpenAPI, visit: &mut dyn FnMut(&mut Operation)) {
    for item in document.paths.paths.values_mut() {
        if let ReferenceOr::Item(item) = item {
            methods(item).into_iter().flatten().for_each(&mut *visit);
        }
    }
}

fn methods(item: &mut PathItem) -> [Option<&mut Operation>; 8] {
    [
        item.get.as_mut(),
        item.put.as_mut(),
        item.post.as_mut(),
        item.delete.as_mut(),
        item.options.as_mut(),
        item.head.as_mut(),
        item.patch.as_mut(),
        item.trace.as_mut(),
    ]
}

/// Every answer, shared ones included.
pub(super) fn responses(document: &mut OpenAPI, visit: &mut dyn FnMut(&mut Response)) {
    operations(document, &mut |operation| {
        let responses = &mut operation.responses;
        responses.default.iter_mut().chain(responses.responses.values_mut()).for_each(|one| item(one, visit));
    });
    if let Some(components) = &mut document.components {
        components.responses.values_mut().for_each(|one| item(one, visit));
    }
}

/// Every request body, shared ones included.
fn requests(document: &mut OpenAPI, visit: &mut dyn FnMut(&mut RequestBody)) {
    operations(document, &mut |operation| {
        operation.request_body.iter_mut().for_each(|one| item(one, visit));
    });
    if let Some(components) = &mut document.components {
        components.request_bodies.values_mut().for_each(|one| item(one, visit));
    }
}

/// The content of every request body and answer.
pub(super) fn contents(document: &mut OpenAPI, visit: &mut dyn FnMut(Body, &mut Content)) {
    requests(document, &mut |request| visit(Body::Request, &mut request.content));
    responses(document, &mut |response| visit(Body::Answer, &mut response.content));
}

/// Every parameter, shared ones included.
pub(super) fn parameters(document: &mut OpenAPI, visit: &mut dyn FnMut(&mut Parameter)) {
    operations(document, &mut |operation| operation.parameters.iter_mut().for_each(|one| item(one, visit)));
    if let Some(components) = &mut document.components {
        components.parameters.values_mut().for_each(|one| item(one, visit));
    }
}

/// What all parameters have, wherever they stand.
pub(super) fn data(parameter: &mut Parameter) -> &mut ParameterData {
    match parameter {
        Parameter::Query { parameter_data, .. }
        | Parameter::Header { parameter_data, .. }
        | Parameter::Path { parameter_data, .. }
        | Parameter::Cookie { parameter_data, .. } => parameter_data,
    }
}

/// Every header of an answer, shared ones included.
pub(super) fn headers(document: &mut OpenAPI, visit: &mut dyn FnMut(&mut Header)) {
    responses(document, &mut |response| response.headers.values_mut().for_each(|one| item(one, visit)));
    if let Some(components) = &mut document.components {
        components.headers.values_mut().for_each(|one| item(one, visit));
    }
}

/// Every schema that is written out, the outer before those within it; references are not followed.
pub(super) fn schemas(document: &mut OpenAPI, visit: &mut dyn FnMut(&mut Schema)) {
    contents(document, &mut |_, content| {
        content.values_mut().filter_map(|media| media.schema.as_mut()).for_each(|one| slot(one, visit));
    });
    parameters(document, &mut |parameter| format(&mut data(parameter).format, visit));
    headers(document, &mut |header| format(&mut header.format, visit));
    if let Some(Components { schemas, .. }) = &mut document.components {
        schemas.values_mut().for_each(|one| slot(one, visit));
    }
}

fn format(format: &mut ParameterSchemaOrContent, visit: &mut dyn FnMut(&mut Schema)) {
    match format {
        ParameterSchemaOrContent::Schema(one) => slot(one, visit),
        ParameterSchemaOrContent::Content(content) => {
            content.values_mut().filter_map(|media| media.schema.as_mut()).for_each(|one| slot(one, visit));
        }
    }
}

fn slot(slot: &mut ReferenceOr<Schema>, visit: &mut dyn FnMut(&mut Schema)) {
    item(slot, &mut |one| schema(one, visit));
}

fn boxed(slot: &mut ReferenceOr<Box<Schema>>, visit: &mut dyn FnMut(&mut Schema)) {
    item(slot, &mut |one| schema(one, visit));
}

fn item<T>(one: &mut ReferenceOr<T>, visit: &mut dyn FnMut(&mut T)) {
    if let ReferenceOr::Item(one) = one {
        visit(one);
    }
}

/// A schema and all within it.
fn schema(schema: &mut Schema, visit: &mut dyn FnMut(&mut Schema)) {
    visit(schema);
    match &mut schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            object.properties.values_mut().for_each(|one| boxed(one, visit));
            additional(object.additional_properties.as_mut(), visit);
        }
        SchemaKind::Type(Type::Array(array)) => array.items.iter_mut().for_each(|one| boxed(one, visit)),
        SchemaKind::Type(_) => {}
        SchemaKind::OneOf { one_of: several }
        | SchemaKind::AllOf { all_of: several }
        | SchemaKind::AnyOf { any_of: several } => several.iter_mut().for_each(|one| slot(one, visit)),
        SchemaKind::Not { not } => slot(not, visit),
        SchemaKind::Any(any) => {
            any.properties.values_mut().for_each(|one| boxed(one, visit));
            any.items.iter_mut().for_each(|one| boxed(one, visit));
            additional(any.additional_properties.as_mut(), visit);
            any.one_of
                .iter_mut()
                .chain(&mut any.all_of)
                .chain(&mut any.any_of)
                .for_each(|one| slot(one, visit));
            any.not.iter_mut().for_each(|one| slot(one, visit));
        }
    }
}

fn additional(properties: Option<&mut AdditionalProperties>, visit: &mut dyn FnMut(&mut Schema)) {
    if let Some(AdditionalProperties::Schema(one)) = properties {
        slot(one, visit);
    }
}
