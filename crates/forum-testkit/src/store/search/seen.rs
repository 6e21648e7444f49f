//! Promises about who finds what.

use std::sync::Arc;

use forum_domain::{
    group::{GroupPatch, GroupUpdated, JoinPolicy, Role, UpdateGroup, Visibility},
    id::{GroupId, UserId},
    membership::MemberRemoved,
    post::{DeletePost, PostDeleted},
    search::SearchKind,
    store::Store,
};

use super::{
    super::stage::{Stage, at},
    asked, found, index, post_id, scene, shown, write,
};

async fn set_visibility(stage: &Stage, id: GroupId, by: UserId, visibility: Visibility) {
    let patch = GroupPatch { visibility: Some(visibility), ..GroupPatch::default() };
    let update = UpdateGroup { id, patch, by, if_version: None, review: None, at: at(20) };
    assert_eq!(stage.store.update_group(update).await.unwrap(), GroupUpdated::Done);
}

/// Posts of a group for members are found by its members alone, and from the moment on at which they are it,
/// or the group is another: nothing has to follow.
pub async fn what_is_for_members_is_found_by_nobody_else(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let member = stage.member(group, Role::Member).await;
    let outsider = stage.user().await;
    let post = write(&stage, group, owner, ["机密", "不可外传"], 1).await;
    let finds = async |viewer| found(&stage, SearchKind::Post, "不可外传", viewer).await == [post];
    let is_shown = async |viewer| {
        let find = asked(SearchKind::Post, "机密", viewer);
        !shown(&stage, &find, &[post]).await.is_empty()
    };
    for (viewer, may) in [(None, false), (Some(outsider), false), (Some(member), true), (Some(owner), true)] {
        assert_eq!((finds(viewer).await, is_shown(viewer).await), (may, may), "{viewer:?}");
    }
    let left = stage.store.remove_member(group, member, member, at(2)).await.unwrap();
    assert_eq!(left, MemberRemoved::Done);
    assert!(!finds(Some(member)).await && !is_shown(Some(member)).await, "he left");
    set_visibility(&stage, group, owner, Visibility::Public).await;
    for viewer in [None, Some(outsider)] {
        assert!(finds(viewer).await && is_shown(viewer).await, "{viewer:?}: it is public now");
    }
    set_visibility(&stage, group, owner, Visibility::Members).await;
    for viewer in [None, Some(outsider)] {
        assert!(!finds(viewer).await && !is_shown(viewer).await, "{viewer:?}: it no longer is");
    }
}

/// Questions are for everyone, newer ones before older ones, and for nobody once they are deleted.
pub async fn questions_are_found_by_everyone_until_they_are_deleted(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let asker = stage.user().await;
    let [first, second] = [stage.question(asker, 1).await, stage.question(asker, 1 + 86_400 * 40).await];
    let ids = [first.get(), second.get()];
    stage.answer(first, asker, 2).await;
    index(&stage, SearchKind::Question, &ids).await;
    let viewer = stage.user().await;
    for viewer in [None, Some(viewer)] {
        assert_eq!(found(&stage, SearchKind::Question, "body question", viewer).await, [ids[1], ids[0]]);
    }
    let nothing: [i64; 0] = [];
    assert_eq!(found(&stage, SearchKind::Question, "answer", None).await, nothing, "by no answer");
    assert_eq!(found(&stage, SearchKind::Post, "question", None).await, nothing);
    let find = asked(SearchKind::Question, "question", None);
    let one = shown(&stage, &find, &ids[..1]).await.remove(0);
    assert!(one.title.starts_with("question "), "{one:?}");
    assert_eq!((one.group, one.author.map(|author| author.id)), (None, Some(asker)));
    stage.delete_question(first, asker, 3).await;
    assert_eq!(found(&stage, SearchKind::Question, "question", None).await, [ids[1]]);
    assert_eq!(shown(&stage, &find, &ids).await.len(), 1);
    index(&stage, SearchKind::Question, &ids).await;
    assert_eq!(found(&stage, SearchKind::Question, "question", None).await, [ids[1]]);
}

/// What is deleted is found by nobody, also while the index does not know of it.
pub async fn what_is_deleted_is_found_by_nobody(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let owner = stage.shown_owner(group).await;
    index(&stage, SearchKind::Group, &[group.get()]).await;
    let [gone, lost] = [
        write(&stage, group, author, ["删除", "会消失"], 1).await,
        write(&stage, group, author, ["随组", "会消失"], 2).await,
    ];
    let delete = DeletePost { id: post_id(gone), by: author, if_version: None, at: at(50) };
    assert_eq!(stage.store.delete_post(delete).await.unwrap(), PostDeleted::Done);
    for viewer in [None, Some(author), Some(owner)] {
        assert_eq!(found(&stage, SearchKind::Post, "消失", viewer).await, [lost]);
        let find = asked(SearchKind::Post, "消失", viewer);
        assert_eq!(shown(&stage, &find, &[gone]).await, []);
    }
    stage.store.delete_group(group, None, None, at(60)).await.unwrap();
    for viewer in [None, Some(author), Some(owner)] {
        assert_eq!(found(&stage, SearchKind::Post, "消失", viewer).await, [] as [i64; 0]);
        assert_eq!(found(&stage, SearchKind::Group, "about", viewer).await, [] as [i64; 0]);
    }
}

/// Who is suspended is found by nobody until it is over; a mobile finds nobody.
pub async fn who_is_suspended_is_not_found_and_a_mobile_finds_nobody(store: Arc<dyn Store>) {
    use forum_domain::account::Registered;

    let stage = Stage::new(store);
    let user = stage.user().await;
    let unnamed = match stage.store.register(crate::build::register(9_000)).await.unwrap() {
        Registered::Created(user) => user,
        refused => panic!("{refused:?}"),
    };
    index(&stage, SearchKind::User, &[user.get(), unnamed.id.get()]).await;
    let users = async |text| found(&stage, SearchKind::User, text, None).await;
    assert_eq!(users("user").await, [user.get()]);
    let mobile = unnamed.mobile.as_str().to_owned();
    let national = mobile.trim_start_matches("+86").to_owned();
    let masked = unnamed.mobile.masked();
    for part in [&mobile[1..], &national, &national[..3], &national[7..], &masked] {
        assert_eq!(users(part).await, [] as [i64; 0], "{part}");
    }
    let find = asked(SearchKind::User, "x", None);
    let card = shown(&stage, &find, &[unnamed.id.get()]).await.remove(0);
    assert_eq!((card.title, card.title_is_searched), (unnamed.mobile.masked(), false));

    let suspend = async |until| stage.store.suspend(user, until, at(1)).await.unwrap();
    suspend(Some(at(101))).await;
    assert_eq!(users("user").await, [] as [i64; 0]);
    assert_eq!(shown(&stage, &find, &[user.get()]).await, []);
    suspend(Some(at(100))).await;
    assert_eq!(users("user").await, [user.get()], "it is over");
}
