//! A problem as it is answered.

use forum_domain::error::FieldError;
use poem::{
    Response,
    http::{StatusCode, header},
};

use super::{CONTENT_TYPE, FieldProblem, Problem, ProblemDocument, VETOED, catalogue};
use crate::language::Language;

impl Problem {
    /// Its body, in this language, for the request of this id.
    pub(crate) fn body(&self, public_url: &str, language: Language, request_id: &str) -> String {
        let page = if self.message.is_some() { VETOED } else { self.code };
        let entry = catalogue::entry(page);
        let detail = self.message.as_deref().or_else(|| entry.map(|entry| entry.detail.of(language)));
        let document = ProblemDocument {
            kind: format!("{public_url}/problems/{page}"),
            title: entry.map_or(self.code, |entry| entry.title.of(language)).to_owned(),
            status: i32::from(self.status.as_u16()),
            detail: detail.unwrap_or(self.code).to_owned(),
            code: self.code.to_owned(),
            request_id: request_id.to_owned(),
            errors: self.fields.iter().map(|field| field_problem(field, language)).collect(),
        };
        // A struct of texts and numbers: serialising it cannot fail.
        serde_json::to_string(&document).unwrap_or_default()
    }

    /// The answer, without the headers that every answer has.
    pub(crate) fn response(&self, public_url: &str, language: Language, request_id: &str) -> Response {
        let mut response = Response::builder()
            .status(self.status)
            .content_type(CONTENT_TYPE)
            .header(header::CONTENT_LANGUAGE, language.tag());
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge =
                if self.code == "auth.invalid_token" { "Bearer error=\"invalid_token\"" } else { "Bearer" };
            response = response.header(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(wait) = self.retry_after {
            // Rounded up: who waits as long as he is told must not come too early.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response = response.header(header::RETRY_AFTER, seconds.max(1));
        }
        if let Some(allow) = &self.allow {
            response = response.header(header::ALLOW, &**allow);
        }
        response.body(self.body(public_url, language, request_id))
    }

    /// Tells the log what the asker is not told.
    pub(crate) fn log(&self, request_id: &str, operation: &str) {
        let cause = self.cause.as_deref().unwrap_or("unknown");
        if self.status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(request_id, operation, code = self.code, cause, "request failed");
        } else if self.status.is_server_error() {
            tracing::warn!(request_id, operation, code = self.code, cause, "request could not be served");
        }
    }
}

fn field_problem(field: &FieldError, language: Language) -> FieldProblem {
    FieldProblem {
        pointer: field.pointer.clone().into_owned(),
        code: field.code.to_owned(),
        detail: catalogue::field_text(field, language),
    }
}

#[cfg(test)]
mod tests {
    use forum_domain::{hook::Veto, post::PostError};
    use serde_json::{Value, from_str};

    use super::*;

    fn body(problem: &Problem, language: Language) -> Value {
        from_str(&problem.body("https://forum.example", language, "r1")).unwrap()
    }

    #[test]
    fn a_veto_has_the_hooks_code_and_words_and_a_page_that_is_there() {
        let vetoed = Problem::from(PostError::from(Veto::new("house.no_selling", "这里不是市场")));
        assert_eq!(vetoed.status(), StatusCode::FORBIDDEN);
        for (language, title) in [(Language::English, "Refused by a rule"), (Language::Chinese, "规则")] {
            let body = body(&vetoed, language);
            assert_eq!((&body["code"], &body["status"]), (&"house.no_selling".into(), &403.into()));
            assert_eq!(body["detail"], "这里不是市场");
            assert_eq!(body["type"], "https://forum.example/problems/hook.vetoed");
            assert!(body["title"].as_str().unwrap().contains(title), "{body}");
        }
    }

    #[test]
    fn a_veto_says_no_more_than_a_detail_may_be_long() {
        let vetoed = Problem::from(PostError::from(Veto::new("house.wordy", "长".repeat(1_001))));
        assert_eq!(body(&vetoed, Language::Chinese)["detail"], "长".repeat(1_000));
    }

    #[test]
    fn every_other_refusal_says_what_the_catalogue_says_of_its_code() {
        let body = body(&Problem::from(PostError::NoSuchPost), Language::English);
        assert_eq!(body["type"], "https://forum.example/problems/post.not_found");
        assert_eq!(body["detail"], catalogue::entry("post.not_found").unwrap().detail.english);
    }
}
