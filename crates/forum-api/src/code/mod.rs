//! SMS codes.

mod dto;

use poem_openapi::OpenApi;

use crate::{
    answer::{Answer, Rendered, Reply, UnderWay},
    context::Call,
    json::Body,
    problem::refusals,
    tags::Tag,
};

use dto::{CodeRequest, SentCode};

refusals! {
    SendCode [BODY] "code.too_many";
}

/// The endpoints of codes.
pub(crate) struct CodeApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Accounts")]
impl CodeApi {
    /// Send an SMS code
    ///
    /// The code is good for one use, for this purpose and mobile only, and the newest counts. The answer is
    /// the same whether or not the mobile has an account.
    #[oai(path = "/auth/codes", method = "post", operation_id = "sendCode")]
    async fn send(&self, call: Call, body: Body<CodeRequest>) -> Answer<Reply<SentCode, UnderWay>, SendCode> {
        let sent =
            call.forum().codes.send(&body.value.mobile, body.value.purpose.as_str(), &call.origin).await?;
        Ok(Reply::new(Rendered::of(202, &SentCode::from(sent))?))
    }
}
