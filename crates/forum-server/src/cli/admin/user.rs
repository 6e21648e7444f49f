//! `forum admin user`.

use std::io::{BufRead, stdin};

use chrono::{TimeDelta, TimeZone, Utc};
use forum_domain::{
    Forum,
    account::{AccountSummary, Nickname, SiteRole},
    clock::Timestamp,
    page::PageRequest,
};
use serde_json::{Value, json};

use super::{Failure, collect, find_user, moment};
use crate::cli::{
    arguments::{self, Output, User as Command},
    print,
};

pub(super) async fn run(forum: &Forum, command: Command) -> Result<(), Failure> {
    match command {
        Command::List { q, role, limit, output } => {
            let (q, role) = (q.as_deref(), role.map(site_role));
            let found = collect(limit, |page| forum.accounts.list(q, role, page)).await?;
            list(&found, output)
        }
        Command::Show { user, output } => show(forum, &user, output).await,
        Command::Promote { user, role, output } => {
            let id = find_user(forum, &user).await?.id;
            forum.accounts.set_site_role(id, site_role(role)).await?;
            show(forum, &id.to_string(), output).await
        }
        Command::Suspend { user, days, output } => {
            let id = find_user(forum, &user).await?.id;
            let until = match days {
                Some(days) => forum.clock.now() + TimeDelta::days(days.into()),
                None => for_good()?,
            };
            forum.accounts.suspend(id, Some(until)).await?;
            show(forum, &id.to_string(), output).await
        }
        Command::Unsuspend { user, output } => {
            let id = find_user(forum, &user).await?.id;
            forum.accounts.suspend(id, None).await?;
            show(forum, &id.to_string(), output).await
        }
        Command::ResetPassword { user, stdin: from_stdin, output } => {
            let id = find_user(forum, &user).await?.id;
            let password = if from_stdin { typed()? } else { crate::secrets::password() };
            forum.accounts.assign_password(id, &password).await?;
            match (from_stdin, output.json) {
                (true, false) => println!("the password of user {id} is set; his sessions have ended"),
                (true, true) => println!("{}", json!({"id": id.get()})),
                (false, false) => println!("{password}"),
                (false, true) => println!("{}", json!({"id": id.get(), "password": password})),
            }
            Ok(())
        }
    }
}

/// The last moment that every client can read: a suspension with no end.
fn for_good() -> Result<Timestamp, Failure> {
    Ok(Utc.with_ymd_and_hms(9_999, 12, 31, 0, 0, 0).single().ok_or("the calendar has no such day")?)
}

fn typed() -> Result<String, Failure> {
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn show(forum: &Forum, who: &str, output: Output) -> Result<(), Failure> {
    let user = find_user(forum, who).await?;
    let page = PageRequest::first();
    let found = forum.accounts.list(Some(user.mobile.as_str()), None, page).await?.items;
    let summary = found.into_iter().find(|summary| summary.user.id == user.id).ok_or("the user is gone")?;
    if output.json {
        println!("{:#}", object(&summary));
        return Ok(());
    }
    print::pairs(&[
        ("id", user.id.to_string()),
        ("mobile", user.mobile.as_str().to_owned()),
        ("nickname", nickname(&summary)),
        ("role", role_name(user.role).to_owned()),
        ("suspended until", moment(user.suspended_until)),
        ("created", moment(Some(user.created_at))),
        ("open sessions", summary.open_sessions.to_string()),
        ("last seen", moment(summary.last_seen_at)),
    ]);
    Ok(())
}

fn list(found: &[AccountSummary], output: Output) -> Result<(), Failure> {
    if output.json {
        println!("{:#}", Value::from(found.iter().map(object).collect::<Vec<_>>()));
        return Ok(());
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|summary| {
            vec![
                summary.user.id.to_string(),
                summary.user.mobile.as_str().to_owned(),
                nickname(summary),
                role_name(summary.user.role).to_owned(),
                moment(summary.user.suspended_until),
                moment(Some(summary.user.created_at)),
                moment(summary.last_seen_at),
            ]
        })
        .collect();
    print::table(&["ID", "MOBILE", "NICKNAME", "ROLE", "SUSPENDED UNTIL", "CREATED", "LAST SEEN"], &rows);
    Ok(())
}

fn object(summary: &AccountSummary) -> Value {
    let user = &summary.user;
    let moment = |at: Option<Timestamp>| at.map(|at| moment(Some(at)));
    json!({
        "id": user.id.get(),
        "mobile": user.mobile.as_str(),
        "nickname": user.nickname.as_ref().map(Nickname::as_str),
        "role": role_name(user.role),
        "suspended_until": moment(user.suspended_until),
        "created_at": moment(Some(user.created_at)),
        "open_sessions": summary.open_sessions,
        "last_seen_at": moment(summary.last_seen_at),
    })
}

fn nickname(summary: &AccountSummary) -> String {
    summary.user.nickname.as_ref().map_or("-", Nickname::as_str).to_owned()
}

const fn site_role(role: arguments::SiteRole) -> SiteRole {
    match role {
        arguments::SiteRole::User => SiteRole::User,
        arguments::SiteRole::Moderator => SiteRole::Moderator,
        arguments::SiteRole::Admin => SiteRole::Admin,
    }
}

const fn role_name(role: SiteRole) -> &'static str {
    match role {
        SiteRole::User => "user",
        SiteRole::Moderator => "moderator",
        SiteRole::Admin => "admin",
    }
}
