//! A group in which everybody has his part.

use chrono::TimeDelta;
use forum_domain::{group::Role, id::GroupId, membership::MemberPatch};
use serde_json::json;

use super::{Forum, User};

/// A group with an owner, a moderator and two members, one of whom writes.
pub(crate) struct Community {
    pub(crate) id: i64,
    pub(crate) owner: User,
    pub(crate) moderator: User,
    pub(crate) author: User,
    pub(crate) member: User,
}

impl Community {
    /// A new group of this visibility, everybody in it new as well.
    pub(crate) async fn of(forum: &Forum, visibility: &str) -> Self {
        Self::called(forum, "茶馆", visibility, "").await
    }

    /// One more, of another name, with others in it.
    pub(crate) async fn another(forum: &Forum, visibility: &str) -> Self {
        Self::called(forum, "密室", visibility, "乙").await
    }

    async fn called(forum: &Forum, name: &str, visibility: &str, suffix: &str) -> Self {
        let user = async |role: &str| forum.user(&format!("{role}{suffix}")).await;
        let owner = user("组长").await;
        let id = forum.group(&owner, name, json!({"visibility": visibility})).await;
        let [moderator, author, member] = [user("管理").await, user("作者").await, user("成员").await];
        forum.assign(id, &moderator, Role::Moderator).await;
        forum.assign(id, &author, Role::Member).await;
        forum.assign(id, &member, Role::Member).await;
        Self { id, owner, moderator, author, member }
    }

    /// Where its posts are.
    pub(crate) fn posts(&self) -> String {
        format!("/groups/{}/posts", self.id)
    }

    /// Somebody new in it.
    pub(crate) async fn newcomer(&self, forum: &Forum, nickname: &str) -> User {
        let user = forum.user(nickname).await;
        forum.assign(self.id, &user, Role::Member).await;
        user
    }

    /// Somebody new in it who may only read.
    pub(crate) async fn muted(&self, forum: &Forum) -> User {
        let user = self.newcomer(forum, "禁言的").await;
        self.mute(forum, &user).await;
        user
    }

    /// He may only read until tomorrow.
    pub(crate) async fn mute(&self, forum: &Forum, user: &User) {
        let until = forum.inside.clock.now() + TimeDelta::days(1);
        let patch = MemberPatch { role: None, muted_until: Some(Some(until)) };
        let (group, by) = (GroupId::new(self.id).unwrap(), self.owner.actor());
        forum.inside.members.update(by, group, user.actor().user_id, patch).await.unwrap();
    }

    /// He is thrown out and kept out.
    pub(crate) async fn ban(&self, forum: &Forum, user: &User) {
        let (group, by) = (GroupId::new(self.id).unwrap(), self.owner.actor());
        forum.inside.members.ban(by, group, user.actor().user_id, None, None).await.unwrap();
    }

    /// He leaves.
    pub(crate) async fn leaves(&self, user: &User) {
        user.delete(&format!("/groups/{}/members/{}", self.id, user.id)).await.is(204);
    }
}
