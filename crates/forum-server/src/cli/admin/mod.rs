//! `forum admin`: what only an operator may do. It talks to the database, not to a running server; servers
//! notice within a second.

mod group;
mod index;
mod progress;
mod texts;
mod user;

use std::process::ExitCode;

use forum_domain::{
    Forum,
    account::{Mobile, User},
    id::UserId,
    page::{MAX_LIMIT, Page, PageRequest},
};

use super::{Failure, arguments::Admin};
use crate::{config::Loaded, wiring};

/// Runs a command on the database.
pub(super) async fn run(loaded: Loaded, what: Admin) -> Result<ExitCode, Failure> {
    let forum = wiring::for_operators(&loaded.config).await?;
    match what {
        Admin::User { what } => user::run(&forum, what).await?,
        Admin::Group { what } => group::run(&forum, what).await?,
        Admin::Notify { text, to } => {
            let to = match to {
                Some(who) => Some(find_user(&forum, &who).await?.id),
                None => None,
            };
            println!("{} notified", forum.notifications.announce(&text, to).await?);
        }
        Admin::Reindex { all } => index::make(&forum, all).await?,
        Admin::Resanitise => texts::resanitise(&forum).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The account that an operator means: by its id, or by its mobile.
async fn find_user(forum: &Forum, who: &str) -> Result<User, Failure> {
    let nobody = || format!("there is no user {who}");
    // No id has the eleven digits of a mobile before there are ten thousand million users.
    let id = who.parse().ok().filter(|_| who.len() < 11 && !who.starts_with('+')).and_then(UserId::new);
    let found = match id {
        Some(id) => forum.store.find_user(id).await?,
        None => {
            let mobile = Mobile::parse(who, &forum.policy)
                .map_err(|_| format!("{who} is neither a user's id nor a mobile"))?;
            forum.store.find_user_by_mobile(&mobile).await?
        }
    };
    Ok(found.ok_or_else(nobody)?)
}

/// Up to `limit` items of a list, page by page.
async fn collect<T, E, Asked>(
    limit: usize,
    mut page: impl FnMut(PageRequest) -> Asked,
) -> Result<Vec<T>, Failure>
where
    Asked: Future<Output = Result<Page<T>, E>>,
    E: Into<Failure>,
{
    let mut items = Vec::new();
    let mut request = PageRequest { limit: MAX_LIMIT, after: None };
    while items.len() < limit {
        let found = page(request).await.map_err(Into::into)?;
        items.extend(found.items);
        match found.next {
            Some(next) => request.after = Some(next),
            None => break,
        }
    }
    items.truncate(limit);
    Ok(items)
}

/// A moment as people and programs read it.
fn moment(at: Option<forum_domain::clock::Timestamp>) -> String {
    at.map_or_else(|| "-".into(), |at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}
