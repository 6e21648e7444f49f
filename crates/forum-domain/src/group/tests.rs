//! Making, listing, changing and deleting groups.

use super::*;
use crate::{
    id::{GroupId, MAX_ID},
    page::{Page, PageRequest, Position},
    testing::{Ports, actor, at, down, flaws, group_id, refused, standing, user_id, view, viewer},
};

const INPUT: GroupInput<'_> = GroupInput {
    name: " Ｒｕｓｔ 编程 ",
    category: "程序设计",
    description: "我们写 Rust",
    notice: None,
    cover_media_id: None,
    join_policy: None,
    visibility: None,
};

#[pollster::test]
async fn a_group_is_by_approval_and_for_members_unless_its_maker_says_otherwise() {
    let mut ports = Ports::default();
    ports.groups.expect_create_group().times(1).returning(|create| {
        assert_eq!(create.owner, user_id(1));
        assert_eq!(create.draft.name.as_str(), "Rust 编程");
        assert_eq!(create.draft.join_policy, JoinPolicy::Approval);
        assert_eq!(create.draft.visibility, Visibility::Members);
        Ok(GroupCreated::Done(group_id()))
    });
    assert_eq!(ports.services().groups.create(actor(), INPUT, None).await.unwrap(), group_id());
}

#[pollster::test]
async fn a_group_to_be_made_names_every_wrong_field() {
    let long = "长".repeat(2_001);
    let input = GroupInput {
        name: &"长".repeat(101),
        category: "别的",
        description: &long,
        notice: Some(&long),
        cover_media_id: Some(0),
        ..INPUT
    };
    assert_eq!(
        flaws(Ports::default().services().groups.create(actor(), input, None).await),
        [
            "/name too_long",
            "/category not_allowed",
            "/description too_long",
            "/notice too_long",
            "/cover_media_id out_of_range"
        ]
    );
}

#[pollster::test]
async fn a_groups_texts_are_bounded_in_characters() {
    let mut ports = Ports::default();
    ports.groups.expect_create_group().returning(|_| Ok(GroupCreated::Done(group_id())));
    let groups = ports.services().groups;
    let (name, text) = ("长".repeat(100), "长".repeat(2_000));
    let input = GroupInput { name: &name, description: &text, notice: Some(&text), ..INPUT };
    groups.create(actor(), input, None).await.unwrap();
    for name in ["", " \u{3000}", "a\u{200B}b", "a\nb"] {
        let made = groups.create(actor(), GroupInput { name, ..INPUT }, None).await;
        assert_eq!(refused(made), "request.invalid", "{name:?}");
    }
}

#[pollster::test]
async fn a_cover_must_be_media_that_the_store_knows() {
    let mut ports = Ports::default();
    ports.groups.expect_create_group().once().returning(|create| {
        assert_eq!(create.draft.cover.map(|id| id.get()), Some(MAX_ID));
        Ok(GroupCreated::NoSuchMedia)
    });
    let groups = ports.services().groups;
    let made = groups.create(actor(), GroupInput { cover_media_id: Some(MAX_ID), ..INPUT }, None).await;
    assert_eq!(refused(made), "group.no_such_media");
}

#[pollster::test]
async fn a_taken_name_is_told() {
    let mut ports = Ports::default();
    ports.groups.expect_create_group().returning(|_| Ok(GroupCreated::NameTaken));
    assert_eq!(refused(ports.services().groups.create(actor(), INPUT, None).await), "group.name_taken");
}

#[pollster::test]
async fn only_owners_change_or_delete_a_group() {
    let cases = [
        (None, "group.not_found"),
        (Some(standing(None)), "group.not_member"),
        (Some(standing(Some(Role::Member))), "group.not_allowed"),
        (Some(standing(Some(Role::Moderator))), "group.not_allowed"),
    ];
    for (found, code) in cases {
        let groups = Ports::default().standing(found).services().groups;
        let changed = groups.update(actor(), group_id(), GroupPatchInput::default(), None).await;
        assert_eq!(refused(changed), code);
        assert_eq!(refused(groups.delete(actor(), group_id(), None).await), code);
    }
}

fn owned() -> Ports {
    Ports::default().standing(Some(standing(Some(Role::Owner))))
}

#[pollster::test]
async fn a_group_patch_tells_leaving_from_clearing() {
    let mut ports = owned();
    ports.groups.expect_update_group().times(1).returning(|update| {
        let patch = GroupPatch { notice: Some(None), cover: Some(None), ..GroupPatch::default() };
        assert_eq!((update.patch, update.by, update.if_version), (patch, user_id(1), Some(2)));
        Ok(GroupUpdated::Done)
    });
    ports
        .groups
        .expect_find_group()
        .withf(|_, viewer, _| *viewer == Some(user_id(1)))
        .returning(|_, _, _| Ok(Some(view(Some(viewer(Some(Role::Owner)))))));
    let input =
        GroupPatchInput { notice: Some(None), cover_media_id: Some(None), ..GroupPatchInput::default() };
    let changed = ports.services().groups.update(actor(), group_id(), input, Some(2)).await.unwrap();
    assert!(changed.viewer.unwrap().can.edit);
}

#[pollster::test]
async fn a_group_patch_names_every_wrong_field() {
    let input = GroupPatchInput {
        name: Some(""),
        category: Some("别的"),
        description: Some("a\0"),
        notice: Some(Some("b\0")),
        cover_media_id: Some(Some(-1)),
        ..GroupPatchInput::default()
    };
    assert_eq!(
        flaws(Ports::default().services().groups.update(actor(), group_id(), input, None).await),
        [
            "/name too_short",
            "/category not_allowed",
            "/description control_characters",
            "/notice control_characters",
            "/cover_media_id out_of_range"
        ]
    );
}

#[pollster::test]
async fn how_changing_a_group_ends_is_told() {
    for (outcome, code) in [
        (GroupUpdated::NameTaken, "group.name_taken"),
        (GroupUpdated::Changed, "request.precondition_failed"),
        (GroupUpdated::NotAllowed, "group.not_allowed"),
        (GroupUpdated::NoSuchGroup, "group.not_found"),
    ] {
        let mut ports = owned();
        ports.groups.expect_update_group().returning(move |_| Ok(outcome));
        let changed =
            ports.services().groups.update(actor(), group_id(), GroupPatchInput::default(), None).await;
        assert_eq!(refused(changed), code);
    }
}

#[pollster::test]
async fn how_deleting_a_group_ends_is_told() {
    for (outcome, code) in [
        (GroupDeleted::Changed, "request.precondition_failed"),
        (GroupDeleted::NotAllowed, "group.not_allowed"),
        (GroupDeleted::NoSuchGroup, "group.not_found"),
    ] {
        let mut ports = owned();
        ports.groups.expect_delete_group().returning(move |_, _, _, _| Ok(outcome));
        assert_eq!(refused(ports.services().groups.delete(actor(), group_id(), None).await), code);
    }
}

#[pollster::test]
async fn an_operator_deletes_a_group_as_nobody() {
    let mut ports = Ports::default();
    ports
        .groups
        .expect_delete_group()
        .withf(|id, by, if_version, _| *id == group_id() && by.is_none() && if_version.is_none())
        .times(1)
        .returning(|_, _, _, _| Ok(GroupDeleted::Done));
    ports.services().groups.delete_as_operator(group_id()).await.unwrap();
}

#[pollster::test]
async fn categories_keep_their_order_and_show_the_empty_ones() {
    let mut ports = Ports::default();
    ports.groups.expect_count_categories().returning(|| {
        let count = |name: &str, group_count| CategoryCount { name: name.into(), group_count };
        Ok(vec![count("生活兴趣", 2), count("不再有的", 9), count("教育同盟", 1)])
    });
    let counts = ports.services().groups.categories().await.unwrap();
    let told: Vec<_> = counts.iter().map(|one| (one.name.as_str(), one.group_count)).collect();
    assert_eq!(told, [("教育同盟", 1), ("同城交易", 0), ("程序设计", 0), ("生活兴趣", 2)]);
}

#[pollster::test]
async fn the_newest_groups_are_listed_as_their_viewer_sees_them() {
    let mut ports = Ports::default();
    ports
        .groups
        .expect_list_groups()
        .withf(|filter, _, viewer, _| {
            *filter == GroupFilter { category: Some("程序设计".into()), text: Some("rust".into()) }
                && *viewer == Some(user_id(1))
        })
        .returning(|_, _, _, _| Ok(Page { items: vec![view(Some(viewer(Some(Role::Owner))))], next: None }));
    let groups = ports.services().groups;
    let page = PageRequest::first();
    let found =
        groups.list(Some("程序设计"), Some(" rust "), GroupSort::New, page, Some(actor())).await.unwrap();
    assert!(found.items[0].viewer.as_ref().unwrap().can.delete);
}

#[pollster::test]
async fn a_list_names_every_wrong_filter() {
    let groups = Ports::default().services().groups;
    let text = "长".repeat(101);
    let found = groups.list(Some("别的"), Some(&text), GroupSort::Hot, PageRequest::first(), None).await;
    assert_eq!(flaws(found), ["/category not_allowed", "/q too_long"]);
}

#[pollster::test]
async fn hot_groups_are_ranked_by_the_posts_of_a_week_and_frozen_per_filter() {
    let mut ports = Ports::default();
    ports
        .rankings
        .expect_latest()
        .withf(|scope| scope.as_str() == "groups:hot:12=程序设计:-")
        .returning(|_| Ok(None));
    ports.rankings.expect_keep().times(1).returning(|_, _, _| Ok(()));
    ports
        .groups
        .expect_rank_groups()
        .withf(|_, since, limit| *since == at(-7 * 86_400) && *limit == 1_000)
        .returning(|_, _, _| Ok([9, 8, 7].map(GroupId::stored).into()));
    ports
        .groups
        .expect_find_groups()
        .withf(|ids, _, _| *ids == [9, 8].map(GroupId::stored))
        .returning(|_, _, _| Ok(vec![view(None)]));
    let page = PageRequest::new(2, None).unwrap();
    let found =
        ports.services().groups.list(Some("程序设计"), None, GroupSort::Hot, page, None).await.unwrap();
    assert_eq!(found.next, Some(Position::Rank { generation: at(0).timestamp_micros(), offset: 2 }));
}

#[pollster::test]
async fn an_unknown_group_is_not_found() {
    let mut ports = Ports::default();
    ports.groups.expect_find_group().returning(|_, _, _| Ok(None));
    assert_eq!(refused(ports.services().groups.get(group_id(), None).await), "group.not_found");
}

#[pollster::test]
async fn a_store_that_fails_is_no_refusal() {
    let mut ports = Ports::default();
    ports.groups.expect_standing().returning(|_, _, _| Err(down()));
    let deleted = ports.services().groups.delete(actor(), group_id(), None).await;
    assert_eq!(refused(deleted), "server.unavailable");
}
