//! Posts on the stage, and the groups they stand in.

use forum_domain::{
    group::{GroupDraft, JoinPolicy, Visibility},
    id::{GroupId, PostId, UserId},
    post::{CreatePost, PostCreated, PostView},
};

use super::{Stage, at};
use crate::build;

impl Stage {
    /// A new group whose content everyone may read, and its owner.
    pub(in crate::store) async fn public_group(&self) -> (GroupId, UserId) {
        let owner = self.user().await;
        let draft = GroupDraft { visibility: Visibility::Public, ..self.draft(JoinPolicy::Open) };
        (self.create(draft, owner, at(0)).await, owner)
    }

    /// A post to be written at second `seconds`, with a title of its own.
    pub(in crate::store) fn writing(&self, group_id: GroupId, author: UserId, seconds: i64) -> CreatePost {
        let draft = build::post(&format!("post {}", self.number()));
        CreatePost { group_id, author, draft, review: None, at: at(seconds), claim: None }
    }

    /// A post that is there from second `seconds` on.
    pub(in crate::store) async fn post(&self, group: GroupId, author: UserId, seconds: i64) -> PostId {
        match self.store.create_post(self.writing(group, author, seconds)).await.unwrap() {
            PostCreated::Done(id) => id,
            refused => panic!("{refused:?}"),
        }
    }

    /// A post as this user sees it; `None` if it is not there for him.
    pub(in crate::store) async fn post_view(&self, id: PostId, viewer: Option<UserId>) -> Option<PostView> {
        self.store.find_posts(&[id], viewer).await.unwrap().pop()
    }
}
