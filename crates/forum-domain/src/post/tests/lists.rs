//! Which list asks the store for what, and what each ranking is kept under.

use std::sync::{Arc, Mutex};

use super::super::*;
use crate::{
    error::PortError,
    group::{Role, Standing, Visibility},
    id::{PostId, UserId},
    page::{Page, PageRequest, Position},
    testing::{Ports, actor, at, down, group_id, post_view, refused, standing, user_id},
};

const MEMBER: Option<Role> = Some(Role::Member);

fn group(filter: PostFilter, author: Option<UserId>) -> PostList {
    PostList::Group { id: group_id(), filter, author }
}

fn sorted(sort: PostSort) -> GroupPosts {
    GroupPosts { sort, ..GroupPosts::default() }
}

fn ids(ids: &[i64]) -> Vec<PostId> {
    ids.iter().copied().map(PostId::stored).collect()
}

fn page_of(views: Vec<PostView>) -> Page<PostView> {
    Page { items: views, next: Some(Position::After { at: at(-9), id: 9 }) }
}

#[pollster::test]
async fn the_newest_posts_take_one_question_to_the_store() {
    let mut ports = Ports::default();
    ports
        .posts
        .expect_list_posts()
        .withf(|list, page, viewer| {
            *list == group(PostFilter::Excellent, Some(user_id(2)))
                && page.limit == 3
                && *viewer == Some(user_id(1))
        })
        .times(1)
        .returning(|_, _, _| Ok(page_of(vec![post_view(1, Some(MEMBER))])));
    let wanted =
        GroupPosts { filter: PostFilter::Excellent, author: Some(user_id(2)), ..GroupPosts::default() };
    let page = PageRequest::new(3, None).unwrap();
    let found = ports.services().posts.list_in_group(Some(actor()), group_id(), wanted, page).await.unwrap();
    assert_eq!(found.next, page_of(Vec::new()).next);
    assert!(found.items[0].viewer.as_ref().unwrap().can.edit);
}

#[pollster::test]
async fn an_empty_page_says_whether_the_group_is_there_and_for_whom() {
    let public = Standing { visibility: Visibility::Public, ..standing(None) };
    for (found, who, code) in [
        (None, Some(actor()), Some("group.not_found")),
        (Some(standing(None)), Some(actor()), Some("group.not_member")),
        (Some(standing(None)), None, Some("auth.required")),
        (Some(standing(MEMBER)), Some(actor()), None),
        (Some(public), None, None),
    ] {
        for sort in [PostSort::New, PostSort::Active, PostSort::Hot, PostSort::Top] {
            let mut ports = Ports::default().unranked();
            let (found, viewer) = (found.clone(), who.map(|who| who.user_id));
            ports
                .groups
                .expect_standing()
                .withf(move |id, by, _| *id == group_id() && *by == viewer)
                .times(1)
                .returning(move |_, _, _| Ok(found.clone()));
            ports.posts.expect_list_posts().returning(|_, _, _| Ok(Page { items: vec![], next: None }));
            ports.posts.expect_rank_posts().returning(|_, _, _| Ok(ids(&[9])));
            ports.posts.expect_nth_newest_post().returning(|_, _| Ok(None));
            ports.posts.expect_measure_posts().returning(|_, _| Ok(Vec::new()));
            // What was ranked is no longer there for him.
            ports.posts.expect_find_posts().returning(|_, _| Ok(Vec::new()));
            let posts = ports.services().posts;
            let listed = posts.list_in_group(who, group_id(), sorted(sort), PageRequest::first()).await;
            match code {
                Some(code) => assert_eq!(refused(listed), code),
                None => assert_eq!(listed.unwrap().items, []),
            }
        }
    }
}

#[pollster::test]
async fn public_lists_and_feeds_ask_no_groups_standing() {
    let mut ports = Ports::default();
    for list in [PostList::Public, PostList::Feed(user_id(1))] {
        ports
            .posts
            .expect_list_posts()
            .withf(move |asked, _, viewer| {
                *asked == list && viewer.is_some() == matches!(list, PostList::Feed(_))
            })
            .times(1)
            .returning(|_, _, _| Ok(Page { items: vec![], next: None }));
    }
    let posts = ports.services().posts;
    assert_eq!(posts.list_public(None, PostSort::New, PageRequest::first()).await.unwrap().items, []);
    assert_eq!(posts.feed(actor(), PostSort::New, PageRequest::first()).await.unwrap().items, []);
}

#[pollster::test]
async fn a_page_of_a_ranking_reads_its_own_posts_only_and_goes_on_in_it() {
    let mut ports = Ports::default().unranked();
    ports
        .posts
        .expect_rank_posts()
        .withf(|list, by, limit| (*list, *by, *limit) == (PostList::Public, RankBy::Activity, 1_000))
        .times(1)
        .returning(|_, _, _| Ok(ids(&[9, 8, 7])));
    ports
        .posts
        .expect_find_posts()
        .withf(|asked, viewer| asked == ids(&[9, 8]) && viewer.is_none())
        .times(1)
        .returning(|_, _| Ok(vec![post_view(2, None)]));
    let page = PageRequest::new(2, None).unwrap();
    let found = ports.services().posts.list_public(None, PostSort::Active, page).await.unwrap();
    assert_eq!(found.items.len(), 1);
    assert_eq!(found.next, Some(Position::Rank { generation: at(0).timestamp_micros(), offset: 2 }));
}

#[pollster::test]
async fn an_empty_ranking_reads_no_posts() {
    let mut ports = Ports::default().unranked();
    ports.posts.expect_rank_posts().times(1).returning(|_, _, _| Ok(Vec::new()));
    let found = ports.services().posts.feed(actor(), PostSort::Top, PageRequest::first()).await.unwrap();
    assert_eq!(found, Page { items: Vec::new(), next: None });
}

#[pollster::test]
async fn top_ranks_by_likes_since_its_period_began() {
    for (period, since) in [(Period::All, None), (Period::Week, Some(at(-7 * 86_400)))] {
        let mut ports = Ports::default().unranked();
        ports
            .posts
            .expect_rank_posts()
            .withf(move |_, by, _| *by == RankBy::Likes { since })
            .times(1)
            .returning(|_, _, _| Ok(ids(&[7])));
        ports.posts.expect_find_posts().returning(|_, _| Ok(vec![post_view(2, None)]));
        let wanted = GroupPosts { period, ..sorted(PostSort::Top) };
        let posts = ports.services().posts;
        posts.list_in_group(None, group_id(), wanted, PageRequest::first()).await.unwrap();
    }
}

#[pollster::test]
async fn hot_measures_the_posts_that_can_be_among_the_best() {
    let hour = 3_600;
    for (oldest, since) in [(None, None), (Some(at(-hour)), Some(rules::measured_since(at(-hour), at(0))))] {
        let mut ports = Ports::default().unranked();
        ports
            .posts
            .expect_nth_newest_post()
            .withf(|list, nth| (*list, *nth) == (group(PostFilter::All, None), 1_000))
            .times(1)
            .returning(move |_, _| Ok(oldest));
        ports
            .posts
            .expect_measure_posts()
            .withf(move |list, from| (*list, *from) == (group(PostFilter::All, None), since))
            .times(1)
            .returning(|_, _| {
                let post = |id, like_count| Measured {
                    id: PostId::stored(id),
                    pinned: false,
                    created_at: at(-60),
                    like_count,
                    commenters: 0,
                };
                Ok(vec![post(1, 2), post(2, 9), post(3, 5)])
            });
        ports
            .posts
            .expect_find_posts()
            .withf(|asked, _| asked == ids(&[2, 3, 1]))
            .times(1)
            .returning(|_, _| Ok(vec![post_view(2, None)]));
        let posts = ports.services().posts;
        posts.list_in_group(None, group_id(), sorted(PostSort::Hot), PageRequest::first()).await.unwrap();
    }
}

/// Under what the ranking of a list is kept.
async fn kept_under(list: PostList, sort: PostSort, period: Period) -> String {
    let asked = Arc::new(Mutex::new(String::new()));
    let mut ports = Ports::default().standing(Some(standing(MEMBER)));
    let scope = asked.clone();
    ports.rankings.expect_latest().returning(move |named| {
        named.as_str().clone_into(&mut scope.lock().unwrap());
        Ok(None)
    });
    ports.rankings.expect_keep().returning(|_, _, _| Ok(()));
    ports.posts.expect_rank_posts().returning(|_, _, _| Ok(Vec::new()));
    ports.posts.expect_nth_newest_post().returning(|_, _| Ok(None));
    ports.posts.expect_measure_posts().returning(|_, _| Ok(Vec::new()));
    let (posts, page) = (ports.services().posts, PageRequest::first());
    match list {
        PostList::Group { id, filter, author } => {
            let wanted = GroupPosts { filter, author, sort, period };
            posts.list_in_group(Some(actor()), id, wanted, page).await.unwrap();
        }
        PostList::Public => drop(posts.list_public(None, sort, page).await.unwrap()),
        PostList::Feed(_) => drop(posts.feed(actor(), sort, page).await.unwrap()),
        PostList::By(_) => unreachable!("it has no sorts"),
    }
    asked.lock().unwrap().clone()
}

#[pollster::test]
async fn each_list_filter_author_and_sort_has_a_ranking_of_its_own() {
    let mut scopes = std::collections::HashSet::new();
    let lists = [
        group(PostFilter::All, None),
        group(PostFilter::Excellent, None),
        group(PostFilter::Hot, None),
        group(PostFilter::All, Some(user_id(1))),
        group(PostFilter::All, Some(user_id(2))),
        PostList::Public,
        PostList::Feed(user_id(1)),
    ];
    for list in lists {
        for sort in [PostSort::Active, PostSort::Hot, PostSort::Top] {
            let scope = kept_under(list, sort, Period::All).await;
            assert!(scopes.insert(scope.clone()), "{scope} is also another's");
        }
    }
    assert_eq!(scopes.len(), 3 * lists.len());
}

#[pollster::test]
async fn a_period_parts_rankings_of_top_and_of_nothing_else() {
    let list = group(PostFilter::All, None);
    for sort in [PostSort::Active, PostSort::Hot] {
        assert_eq!(kept_under(list, sort, Period::Day).await, kept_under(list, sort, Period::All).await);
    }
    let day = kept_under(list, PostSort::Top, Period::Day).await;
    assert_ne!(day, kept_under(list, PostSort::Top, Period::Week).await);
}

#[pollster::test]
async fn a_cursor_whose_ranking_is_gone_has_expired() {
    let mut ports = Ports::default();
    ports.rankings.expect_generation().returning(|_, _| Ok(None));
    let page = PageRequest::new(2, Some(Position::Rank { generation: 1, offset: 2 })).unwrap();
    let listed = ports.services().posts.list_public(None, PostSort::Hot, page).await;
    assert_eq!(refused(listed), "cursor.expired");
}

#[pollster::test]
async fn a_store_that_cannot_rank_is_told() {
    let mut ports = Ports::default().unranked();
    ports.posts.expect_nth_newest_post().returning(|_, _| Err::<_, PortError>(down()));
    let listed = ports.services().posts.list_public(None, PostSort::Hot, PageRequest::first()).await;
    assert_eq!(refused(listed), "server.unavailable");
}

#[pollster::test]
async fn bookmarks_are_seen_as_posts_are() {
    let mut ports = Ports::default();
    ports
        .posts
        .expect_list_bookmarks()
        .withf(|user, _| *user == user_id(1))
        .returning(|_, _| Ok(page_of(vec![post_view(2, Some(MEMBER))])));
    let found = ports.services().posts.bookmarks(actor(), PageRequest::first()).await.unwrap();
    assert!(found.items[0].viewer.as_ref().unwrap().can.comment);
    assert_eq!(found.next, page_of(Vec::new()).next);
}
