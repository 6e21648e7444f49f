//! Fills a forum over HTTP with users and groups, as a front end would.

use anyhow::{Context, Result};
use hyper::Method;
use serde_json::{Value, json};

use crate::client::Connection;

/// Registers `owners` users and has them make `groups` groups between them. Gives the groups' ids.
pub(crate) async fn groups(address: &str, owners: usize, groups: usize) -> Result<Vec<i64>> {
    let mut client = Connection::open(address).await?;
    let mut tokens = Vec::with_capacity(owners);
    for number in 0..owners {
        tokens.push(register(&mut client, &format!("138{number:08}")).await?);
    }
    let mut ids = Vec::with_capacity(groups);
    for number in 0..groups {
        let group = json!({
            "name": format!("编程小组 {number} · Programming group"),
            "category": "程序设计",
            "description": "讨论 Rust、数据库与高并发，新人请先看公告。".repeat(3),
            "notice": "每周五晚八点线上分享。",
            "visibility": "public",
        });
        let token = tokens.get(number % owners).map(String::as_str);
        let made = client.call(Method::POST, "/api/v1/groups", token, Some(&group)).await?;
        ids.push(made["id"].as_i64().context("no id")?);
    }
    Ok(ids)
}

/// Opens an account; gives its access token.
pub(crate) async fn register(client: &mut Connection, mobile: &str) -> Result<String> {
    let ask = json!({ "mobile": mobile, "purpose": "register" });
    client.call(Method::POST, "/api/v1/auth/codes", None, Some(&ask)).await?;
    let sent: Value = client.call(Method::GET, &format!("/dev/sms?mobile={mobile}"), None, None).await?;
    let code = sent["items"][0]["code"].as_str().context("no code on the console")?;
    let register = json!({ "mobile": mobile, "code": code, "password": "bench-only-7261" });
    let session = client.call(Method::POST, "/api/v1/auth/register", None, Some(&register)).await?;
    Ok(session["access_token"].as_str().context("no token")?.to_owned())
}

/// Signs in by password; gives the access token.
pub(crate) async fn log_in(client: &mut Connection, mobile: &str) -> Result<String> {
    let login = json!({ "mobile": mobile, "password": "bench-only-7261" });
    let session = client.call(Method::POST, "/api/v1/auth/login", None, Some(&login)).await?;
    Ok(session["access_token"].as_str().context("no token")?.to_owned())
}
