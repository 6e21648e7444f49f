//! `forum admin group`.

use std::io::{BufRead, IsTerminal, stdin};

use forum_domain::{
    Forum,
    group::{GroupSort, GroupView, Role, Visibility},
    id::GroupId,
};
use serde_json::{Value, json};

use super::{Failure, collect, find_user, moment};
use crate::cli::{
    arguments::{self, Group as Command, Output},
    print,
};

pub(super) async fn run(forum: &Forum, command: Command) -> Result<(), Failure> {
    match command {
        Command::List { q, category, limit, output } => {
            let (q, category) = (q.as_deref(), category.as_deref());
            let list = |page| forum.groups.list(category, q, GroupSort::New, page, None);
            list_groups(&collect(limit, list).await?, output);
            Ok(())
        }
        Command::Show { group, output } => show(forum, group_id(group)?, output).await,
        Command::Assign { group, user, role, output } => {
            let (group, user) = (group_id(group)?, find_user(forum, &user).await?.id);
            forum.members.assign(group, user, group_role(role)).await?;
            show(forum, group, output).await
        }
        Command::Delete { group, yes } => {
            let id = group_id(group)?;
            let name = forum.groups.get(id, None).await?.group.name;
            if !yes && !agreed(name.as_str())? {
                return Err("nothing was deleted".into());
            }
            forum.groups.delete_as_operator(id).await?;
            println!("group {id} is deleted");
            Ok(())
        }
    }
}

/// Asks before what cannot be undone; a program has to say `--yes`.
fn agreed(name: &str) -> Result<bool, Failure> {
    if !stdin().is_terminal() {
        return Err("deleting a group cannot be undone: say --yes".into());
    }
    eprint!("Delete the group {name:?} for good? Type its name: ");
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    Ok(line.trim() == name)
}

fn group_id(number: i64) -> Result<GroupId, Failure> {
    Ok(GroupId::new(number).ok_or_else(|| format!("there is no group {number}"))?)
}

async fn show(forum: &Forum, id: GroupId, output: Output) -> Result<(), Failure> {
    let view = forum.groups.get(id, None).await?;
    if output.json {
        println!("{:#}", object(&view));
        return Ok(());
    }
    let group = &view.group;
    print::pairs(&[
        ("id", group.id.to_string()),
        ("name", group.name.as_str().to_owned()),
        ("category", group.category.clone()),
        ("owner", format!("{} ({})", view.owner.nickname, view.owner.id)),
        ("members", group.member_count.to_string()),
        ("join policy", group.join_policy.as_str().to_owned()),
        ("visibility", visibility(group.visibility).to_owned()),
        ("created", moment(Some(group.created_at))),
        ("edited", moment(group.edited_at)),
    ]);
    Ok(())
}

fn list_groups(found: &[GroupView], output: Output) {
    if output.json {
        println!("{:#}", Value::from(found.iter().map(object).collect::<Vec<_>>()));
        return;
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|view| {
            vec![
                view.group.id.to_string(),
                view.group.name.as_str().to_owned(),
                view.group.category.clone(),
                view.owner.nickname.clone(),
                view.group.member_count.to_string(),
                view.group.join_policy.as_str().to_owned(),
                visibility(view.group.visibility).to_owned(),
                moment(Some(view.group.created_at)),
            ]
        })
        .collect();
    print::table(
        &["ID", "NAME", "CATEGORY", "OWNER", "MEMBERS", "JOIN POLICY", "VISIBILITY", "CREATED"],
        &rows,
    );
}

fn object(view: &GroupView) -> Value {
    let group = &view.group;
    json!({
        "id": group.id.get(),
        "name": group.name.as_str(),
        "category": group.category,
        "owner": {"id": view.owner.id.get(), "nickname": view.owner.nickname},
        "member_count": group.member_count,
        "post_count": group.post_count,
        "join_policy": group.join_policy.as_str(),
        "visibility": visibility(group.visibility),
        "created_at": moment(Some(group.created_at)),
        "edited_at": group.edited_at.map(|at| moment(Some(at))),
    })
}

const fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Members => "members",
    }
}

const fn group_role(role: arguments::Role) -> Role {
    match role {
        arguments::Role::Member => Role::Member,
        arguments::Role::Moderator => Role::Moderator,
        arguments::Role::Owner => Role::Owner,
    }
}
