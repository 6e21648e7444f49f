//! What an endpoint knows of the request it answers, besides its parameters.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use forum_domain::{
    Actor, Forum, Origin,
    id::GroupId,
    media::{MediaKey, rules::PATH},
    session::Pass,
};
use poem::{FromRequest, Request, RequestBody};

use crate::{language::Language, media::address::Signer, problem::Problem, state::ApiState};

/// A request as the edge has looked at it.
pub(crate) struct Context {
    /// What the process provides.
    pub(crate) state: Arc<ApiState>,
    /// The request's id.
    pub(crate) request_id: String,
    /// The language for texts.
    pub(crate) language: Language,
    /// From where it comes.
    pub(crate) origin: Origin,
    /// Who sends it, if a token came with it.
    pub(crate) pass: Result<Option<Pass>, Problem>,
    /// Who sends it, once a ticket has told.
    pub(crate) by_ticket: OnceLock<Pass>,
    /// Its path.
    pub(crate) path: String,
}

/// The request that an endpoint answers.
#[derive(Clone)]
pub(crate) struct Call(Arc<Context>);

impl Call {
    pub(crate) fn new(context: Context) -> Self {
        Self(Arc::new(context))
    }

    /// The rules.
    pub(crate) fn forum(&self) -> &Forum {
        &self.state.forum
    }

    /// Who sends it, if a valid token came with it, or a ticket that was looked at.
    ///
    /// # Errors
    /// Why the token is not valid.
    pub(crate) fn actor(&self) -> Result<Option<Actor>, Problem> {
        let pass = self.pass.clone()?;
        Ok(pass.or_else(|| self.by_ticket.get().copied()).map(|pass| pass.actor))
    }

    /// An absolute address on this server, `path` beginning with a slash.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.state.settings.public_url)
    }

    /// The address of a file of this key, signed if it needs to be.
    pub(crate) fn file_url(&self, key: &MediaKey) -> String {
        format!("{}{}", self.url(&format!("{PATH}{key}")), self.signer().query(key))
    }

    /// The address of an avatar or a cover, which are for everybody.
    pub(crate) fn media_url(&self, key: Option<&str>) -> Option<String> {
        key.map(|key| self.url(&format!("{PATH}{key}")))
    }

    /// What signs addresses of files, at this moment.
    pub(crate) fn signer(&self) -> Signer<'_> {
        Signer { key: &self.state.settings.media_key, now: self.forum().clock.now() }
    }

    /// The HTML of a text in a group, for somebody who may read it: see [`Signer::html`].
    pub(crate) fn group_html(&self, html: String, group: GroupId) -> String {
        self.signer().html(html, group, &self.state.settings.public_url)
    }

    /// A problem's body, for this asker.
    pub(crate) fn problem_body(&self, problem: &Problem) -> String {
        problem.body(&self.state.settings.public_url, self.language, &self.request_id)
    }
}

impl Deref for Call {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.0
    }
}

impl<'a> FromRequest<'a> for Call {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        let call = request.data::<Self>().cloned();
        // The edge stands before every endpoint.
        Ok(call.ok_or_else(|| Problem::defect("a request came in beside the edge"))?)
    }
}
