//! Promises about edits and what is kept of them.

use std::sync::Arc;

use forum_domain::{
    content::Format,
    group::{Barred, Role},
    id::{PostId, UserId},
    page::PageRequest,
    post::{PostPatch, PostRevision, PostUpdated, UpdatePost},
    store::Store,
};

use super::{
    super::stage::{CALLERS, Stage, all, at, count, race},
    content, deletion, leave, mute, retitle,
};

/// All that is kept of a post; `None` if he is not told.
async fn history(stage: &Stage, id: PostId, by: UserId) -> Option<Vec<PostRevision>> {
    stage.store.list_revisions(id, by, PageRequest::first()).await.unwrap()?;
    Some(all(async |page| Ok(stage.store.list_revisions(id, by, page).await?.unwrap())).await)
}

/// An edit writes what it names, leaves the rest, and keeps what was before.
pub async fn an_edit_changes_what_it_names_and_keeps_what_was(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = stage.public_group().await;
    let (id, other) = (stage.post(group, author, 5).await, stage.post(group, author, 5).await);
    let read = async || stage.store.find_post(id, None).await.unwrap().unwrap();
    let first = read().await;
    assert_eq!(history(&stage, id, author).await, Some(vec![]));

    let edited = stage.store.update_post(retitle(id, author, "二", 20)).await.unwrap();
    assert_eq!(edited, PostUpdated::Done);
    let second = read().await;
    assert_eq!((second.view.post.title.as_str(), second.view.post.version), ("二", 2));
    assert_eq!((second.view.post.edited_at, second.view.post.created_at), (Some(at(20)), at(5)));
    assert_eq!(second.view.post.last_activity_at, at(5), "an edit is no news");
    assert_eq!((&second.source, &second.html), (&first.source, &first.html));
    assert_eq!(second.view.post.excerpt, first.view.post.excerpt);

    let mut body = content("another body");
    body.format = Format::Markdown;
    body.rendered.html = "<p><b>another</b> body</p>".into();
    let patch = PostPatch { title: None, content: Some(body.clone()) };
    let update = UpdatePost { id, patch, by: author, if_version: Some(2), review: None, at: at(30) };
    assert_eq!(stage.store.update_post(update).await.unwrap(), PostUpdated::Done);
    let third = read().await;
    assert_eq!((third.view.post.title.as_str(), third.view.post.version), ("二", 3));
    assert_eq!((&third.source, &third.html), (&body.source, &body.rendered.html));
    assert_eq!(
        (third.view.post.format, third.view.post.excerpt.as_str()),
        (Format::Markdown, "another body")
    );

    let [newer, older] = &history(&stage, id, author).await.unwrap()[..] else { panic!("two revisions") };
    let was = |detail: &forum_domain::post::PostDetail, since, replaced| PostRevision {
        group_id: detail.view.post.group.id,
        version: detail.view.post.version,
        title: detail.view.post.title.clone(),
        format: detail.view.post.format,
        source: detail.source.clone(),
        html: detail.html.clone(),
        created_at: at(since),
        replaced_at: at(replaced),
    };
    assert_eq!((older, newer), (&was(&first, 5, 20), &was(&second, 20, 30)));
    assert_eq!(history(&stage, other, author).await, Some(vec![]), "another post's history");
}

/// Only the author edits, while he may write in the group, the version that he saw.
pub async fn an_edit_needs_an_author_who_may_write(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (open, owner) = stage.public_group().await;
    let (closed, closed_owner) = stage.group(forum_domain::group::JoinPolicy::Open).await;
    let author = stage.member(open, Role::Member).await;
    stage.assign(closed, author, Role::Member, at(1)).await;
    let (post, hidden) = (stage.post(open, author, 2).await, stage.post(closed, author, 2).await);
    let edit = async |id, by| stage.store.update_post(retitle(id, by, "new", 30)).await.unwrap();

    for by in [owner, stage.user().await] {
        assert_eq!(edit(post, by).await, PostUpdated::NotAllowed, "not even those who moderate");
    }
    assert_eq!(edit(hidden, closed_owner).await, PostUpdated::NotAllowed);
    assert_eq!(edit(hidden, owner).await, PostUpdated::NoSuchPost, "to outsiders it is not there");
    assert_eq!(edit(PostId::stored(9_999_999), author).await, PostUpdated::NoSuchPost);
    let stale = UpdatePost { if_version: Some(2), ..retitle(post, author, "new", 30) };
    assert_eq!(stage.store.update_post(stale).await.unwrap(), PostUpdated::Changed);
    mute(&stage, open, author, owner, 31).await;
    assert_eq!(edit(post, author).await, PostUpdated::Barred(Barred::Muted));
    leave(&stage, open, author).await;
    assert_eq!(edit(post, author).await, PostUpdated::Barred(Barred::NotMember));
    stage.ban(open, author, owner, 3).await;
    assert_eq!(edit(post, author).await, PostUpdated::Barred(Barred::Banned));
    leave(&stage, closed, author).await;
    assert_eq!(edit(hidden, author).await, PostUpdated::NoSuchPost);

    let unchanged = stage.post_view(post, None).await.unwrap().post;
    assert_eq!((unchanged.version, unchanged.edited_at), (1, None));
    assert_eq!(history(&stage, post, owner).await, Some(vec![]), "a refusal left a trace");

    let gone = stage.post(open, owner, 4).await;
    stage.store.delete_post(deletion(gone, owner)).await.unwrap();
    assert_eq!(edit(gone, owner).await, PostUpdated::NoSuchPost);
    let lost = stage.post(open, owner, 4).await;
    stage.store.delete_group(open, None, None, at(40)).await.unwrap();
    assert_eq!(edit(lost, owner).await, PostUpdated::NoSuchPost);
}

/// Of many edits of one version one is made; edits that name none are all made, each kept.
pub async fn of_parallel_edits_of_one_version_one_is_done(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = stage.public_group().await;
    let post = stage.post(group, author, 1).await;
    let calls = async |if_version| {
        race((0..CALLERS).map(|n| {
            let update = UpdatePost { if_version, ..retitle(post, author, &format!("title {n}"), 9) };
            let store = Arc::clone(&stage.store);
            async move { store.update_post(update).await }
        }))
        .await
    };
    let answers = calls(Some(1)).await;
    assert_eq!(count(&answers, &PostUpdated::Done), 1, "{answers:?}");
    assert_eq!(count(&answers, &PostUpdated::Changed), CALLERS - 1);
    assert_eq!(stage.post_view(post, None).await.unwrap().post.version, 2);

    let answers = calls(None).await;
    assert_eq!(count(&answers, &PostUpdated::Done), CALLERS, "{answers:?}");
    let kept = history(&stage, post, author).await.unwrap();
    let versions: Vec<i64> = kept.iter().map(|one| one.version).collect();
    assert_eq!(versions, (1..=51).rev().collect::<Vec<_>>(), "each version once, newest first");
    let mut titles: Vec<&str> = kept.iter().map(|one| one.title.as_str()).collect();
    titles.sort_unstable();
    titles.dedup();
    assert!(titles.len() >= CALLERS, "a revision was kept twice: {titles:?}");
}

/// The history is for the author while the post is there for him, and for those who moderate, also of
/// a deleted post.
pub async fn a_history_is_for_its_author_and_moderators(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(forum_domain::group::JoinPolicy::Open).await;
    let moderator = stage.member(group, Role::Moderator).await;
    let (author, member) = (stage.member(group, Role::Member).await, stage.member(group, Role::Member).await);
    let post = stage.post(group, author, 2).await;
    stage.store.update_post(retitle(post, author, "second", 3)).await.unwrap();
    let strangers = [member, stage.user().await, stage.public_group().await.1];
    let told = async |by| history(&stage, post, by).await.map(|kept| kept.len());
    let nobody_else = async || {
        for by in strangers {
            assert_eq!(told(by).await, None);
        }
    };
    nobody_else().await;
    for by in [author, moderator, owner] {
        assert_eq!(told(by).await, Some(1));
    }
    stage.store.delete_post(deletion(post, author)).await.unwrap();
    nobody_else().await;
    assert_eq!(told(author).await, None, "it is not there for him");
    assert_eq!(told(moderator).await, Some(1));
    stage.store.restore_post(post, owner, at(60)).await.unwrap();
    leave(&stage, group, author).await;
    assert_eq!(told(author).await, None);
    stage.assign(group, author, Role::Member, at(61)).await;
    assert_eq!(told(author).await, Some(1));
    stage.store.delete_group(group, None, None, at(70)).await.unwrap();
    for by in [author, moderator, owner] {
        assert_eq!(told(by).await, None, "the group is gone");
    }
}
