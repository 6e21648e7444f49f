//! Problems that many operations answer with are written once.

use std::collections::BTreeMap;

use openapiv3::{OpenAPI, ReferenceOr, Response, StatusCode};

use super::{responses, walk};

/// The media type of every problem.
const PROBLEM: &str = "application/problem+json";

/// Of the problems of one status, the one that most operations have word for word becomes a shared answer
/// under the status's name (`Unauthorized`), if at least two have it; what is an operation's own stays with
/// it. Half the document would be the same few answers otherwise, and a generator makes one type of each.
pub(super) fn apply(document: &mut OpenAPI) {
    let mut uses: BTreeMap<StatusCode, Vec<(Response, usize)>> = BTreeMap::new();
    walk::operations(document, &mut |operation| {
        for (status, response) in &operation.responses.responses {
            if let ReferenceOr::Item(response) = response
                && response.content.contains_key(PROBLEM)
            {
                let alike = uses.entry(status.clone()).or_default();
                match alike.iter_mut().find(|(one, _)| one == response) {
                    Some((_, count)) => *count += 1,
                    None => alike.push((response.clone(), 1)),
                }
            }
        }
    });
    for (status, alike) in uses {
        // The first of the most used, so that the outcome does not depend on more than the document.
        let most = alike.into_iter().rev().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 1);
        if let Some((response, _)) = most {
            share(document, &status, &response);
        }
    }
}

fn share(document: &mut OpenAPI, status: &StatusCode, response: &Response) {
    let name = match status {
        StatusCode::Range(4) => "Refusal".to_owned(),
        StatusCode::Range(_) => "Failure".to_owned(),
        StatusCode::Code(_) => responses::name(status).split_whitespace().collect(),
    };
    let components = document.components.get_or_insert_default();
    if components.responses.contains_key(&name) {
        return;
    }
    components.responses.insert(name.clone(), ReferenceOr::Item(response.clone()));
    walk::operations(document, &mut |operation| {
        if let Some(own) = operation.responses.responses.get_mut(status)
            && matches!(own, ReferenceOr::Item(own) if own == response)
        {
            *own = ReferenceOr::Reference { reference: format!("#/components/responses/{name}") };
        }
    });
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{after, document, reference};
    use super::*;

    fn problem(text: &str) -> Value {
        json!({"description": text, "content": {"application/problem+json": {"schema": reference("Problem")}}})
    }

    #[test]
    fn the_problem_that_most_operations_have_is_written_once() {
        let operation = |text: &str| json!({"responses": {"422": problem(text)}});
        let paths = json!({
            "/": {"get": operation("own"), "put": operation("common"), "post": operation("common")}});
        let mended = after(apply, document(paths, json!({})));
        assert_eq!(mended["components"]["responses"], json!({"UnprocessableEntity": problem("common")}));
        let answer = |method: &str| mended["paths"]["/"][method]["responses"]["422"].clone();
        assert_eq!(answer("get"), problem("own"));
        assert_eq!(answer("put"), json!({"$ref": "#/components/responses/UnprocessableEntity"}));
        assert_eq!(answer("post"), answer("put"));
    }

    #[test]
    fn what_one_operation_has_and_what_is_no_problem_stays_where_it_is() {
        let get = json!({"responses": {"200": {"description": "OK"}, "404": problem("Gone.")}});
        let put = json!({"responses": {"200": {"description": "OK"}}});
        let before = document(json!({"/": {"get": get, "put": put}}), json!({}));
        assert_eq!(after(apply, before.clone()), serde_json::to_value(&before).unwrap());
    }
}
