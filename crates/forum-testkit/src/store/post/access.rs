//! Promises about who is given a post, and what it is to him.

use std::sync::Arc;

use forum_domain::{
    group::{JoinPolicy, Role},
    id::{GroupId, PostId, UserId},
    like::{Day, Like, Liked, Target},
    page::PageRequest,
    post::{Mark, PostDeleted, PostList, PostRestored, PostUpdated},
    store::Store,
};

use super::{
    super::stage::{Stage, all, at},
    deletion, ids, leave, listed, mute, of_group, retitle,
};

/// By which methods a viewer is given a post, or learns that it is there, or does something to it.
async fn ways(stage: &Stage, group: GroupId, post: PostId, viewer: Option<UserId>) -> Vec<&'static str> {
    let store = &stage.store;
    let mut ways = Vec::new();
    let mut way = |name, leads: bool| ways.extend(leads.then_some(name));
    way("find_post", store.find_post(post, viewer).await.unwrap().is_some());
    way("find_posts", !store.find_posts(&[post], viewer).await.unwrap().is_empty());
    let lists = async |list| ids(&listed(stage, list, viewer).await).contains(&post);
    way("list of the group", lists(of_group(group)).await);
    way("public list", lists(PostList::Public).await);
    let anybody = stage.shown_owner(group).await;
    way("feed of a member", lists(PostList::Feed(anybody)).await);
    let Some(user) = viewer else { return ways };
    way("own feed", lists(PostList::Feed(user)).await);
    let bookmarks = all(|page| store.list_bookmarks(user, page)).await;
    way("list_bookmarks", ids(&bookmarks).contains(&post));
    way("bookmark_post", store.bookmark_post(post, user, true, at(9)).await.unwrap());
    let page = PageRequest::first();
    way("list_revisions", store.list_revisions(post, user, page).await.unwrap().is_some());
    let update = store.update_post(retitle(post, user, "new", 9)).await.unwrap();
    way("update_post", update != PostUpdated::NoSuchPost);
    way("mark_post", store.mark_post(post, Mark::Excellent, true, user, at(9)).await.unwrap());
    let restored = store.restore_post(post, user, at(9)).await.unwrap();
    way("restore_post", restored != PostRestored::NoSuchPost);
    // Whoever wrote it or moderates would really delete it.
    if update == PostUpdated::NoSuchPost {
        let deleted = store.delete_post(deletion(post, user)).await.unwrap();
        way("delete_post", deleted != PostDeleted::NoSuchPost);
    }
    ways
}

/// What stands in a group for members is given to no outsider, by whatever method.
pub async fn what_is_for_members_is_there_for_nobody_else(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let author = stage.member(group, Role::Member).await;
    let [member, former, banned] = [
        stage.member(group, Role::Member).await,
        stage.member(group, Role::Moderator).await,
        stage.member(group, Role::Member).await,
    ];
    let post = stage.post(group, author, 1).await;
    let remembered = async |user| stage.store.bookmark_post(post, user, true, at(2)).await.unwrap();
    for user in [former, banned, member] {
        assert!(remembered(user).await);
    }
    leave(&stage, group, former).await;
    stage.ban(group, banned, owner, 3).await;
    let elsewhere = stage.public_group().await.1;
    let outsider = stage.user().await;
    for stranger in [None, Some(outsider), Some(elsewhere), Some(former), Some(banned)] {
        assert_eq!(ways(&stage, group, post, stranger).await, [] as [&str; 0], "{stranger:?}");
    }
    let mut through = vec![
        "find_post",
        "find_posts",
        "list of the group",
        "feed of a member",
        "own feed",
        "list_bookmarks",
        "bookmark_post",
        "update_post",
        "restore_post",
    ];
    assert_eq!(ways(&stage, group, post, Some(member)).await, through);
    through.insert(7, "list_revisions");
    through.insert(9, "mark_post");
    remembered(owner).await;
    assert_eq!(ways(&stage, group, post, Some(owner)).await, through);
    leave(&stage, group, author).await;
    let his = ways(&stage, group, post, Some(author)).await;
    assert_eq!(his, [] as [&str; 0], "an author who left is an outsider");
}

/// A deleted post and a post of a deleted group are there for nobody.
pub async fn what_is_deleted_is_there_for_nobody(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let author = stage.member(group, Role::Member).await;
    let (gone, lost) = (stage.post(group, author, 1).await, stage.post(group, author, 2).await);
    for user in [owner, author] {
        for post in [gone, lost] {
            assert!(stage.store.bookmark_post(post, user, true, at(2)).await.unwrap());
        }
    }
    let open = ways(&stage, group, gone, None).await;
    assert_eq!(open, ["find_post", "find_posts", "list of the group", "public list", "feed of a member"]);
    stage.store.delete_post(deletion(gone, author)).await.unwrap();
    for viewer in [None, Some(author), Some(stage.user().await)] {
        assert_eq!(ways(&stage, group, gone, viewer).await, [] as [&str; 0], "{viewer:?}");
    }
    // Nobody lists the group's owner when the group is gone, so another group's serves.
    let other = stage.public_group().await.0;
    stage.store.delete_group(group, None, None, at(60)).await.unwrap();
    for viewer in [None, Some(author), Some(owner)] {
        for post in [gone, lost] {
            assert_eq!(ways(&stage, other, post, viewer).await, [] as [&str; 0], "{viewer:?}");
            assert_eq!(listed(&stage, of_group(group), viewer).await, []);
        }
    }
}

/// A view says what the post is to whoever looks.
pub async fn a_view_tells_what_the_post_is_to_its_viewer(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let member = stage.member(group, Role::Member).await;
    let outsider = stage.user().await;
    let (post, other) = (stage.post(group, owner, 1).await, stage.post(group, owner, 2).await);
    let seen = async |id, user| {
        let view = stage.post_view(id, Some(user)).await.unwrap();
        assert_eq!(stage.store.find_post(id, Some(user)).await.unwrap().unwrap().view, view);
        let found = listed(&stage, of_group(group), Some(user)).await;
        assert_eq!(found.iter().find(|one| one.post.id == id), Some(&view));
        let viewer = view.viewer.unwrap();
        assert_eq!(viewer.can, forum_domain::post::PostCapabilities::default(), "the rules' to say");
        (viewer.liked, viewer.bookmarked, viewer.role, viewer.muted_until)
    };
    assert_eq!(stage.post_view(post, None).await.unwrap().viewer, None);
    assert_eq!(seen(post, owner).await, (false, false, Some(Role::Owner), None));
    assert_eq!(seen(post, outsider).await, (false, false, None, None));
    mute(&stage, group, member, owner, 60).await;
    stage.store.bookmark_post(post, member, true, at(3)).await.unwrap();
    assert_eq!(seen(post, member).await, (false, true, Some(Role::Member), Some(at(60))));
    let like = Like {
        target: Target::Post(post),
        user: outsider,
        day: Day(1),
        per_day: 9,
        per_author: 9,
        at: at(4),
    };
    assert!(matches!(stage.store.like(like).await.unwrap(), Liked::Done(_)));
    assert_eq!(seen(post, outsider).await, (true, false, None, None));
    assert_eq!(seen(post, member).await, (false, true, Some(Role::Member), Some(at(60))), "his own only");
    assert_eq!(seen(other, outsider).await, (false, false, None, None), "of this post only");
    assert_eq!(seen(other, member).await, (false, false, Some(Role::Member), Some(at(60))));
}
