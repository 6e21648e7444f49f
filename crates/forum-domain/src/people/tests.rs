use std::sync::Arc;

use super::{BlockSet, MockPeopleRepository, PeopleService};
use crate::{
    actor::Actor,
    error::Coded,
    group::MockGroupRepository,
    id::{SessionId, UserId},
    page::{Page, PageRequest},
    policy::Policy,
    post::MockPostRepository,
    testing::{TestClock, at},
};

fn user(id: i64) -> UserId {
    UserId::stored(id)
}

fn actor() -> Actor {
    Actor { user_id: user(1), session_id: SessionId::stored(1) }
}

fn service(people: MockPeopleRepository, posts: MockPostRepository) -> PeopleService {
    PeopleService {
        people: Arc::new(people),
        groups: Arc::new(MockGroupRepository::new()),
        posts: Arc::new(posts),
        clock: Arc::new(TestClock::at(at(0))),
        policy: Arc::new(Policy::default()),
    }
}

#[pollster::test]
async fn nobody_blocks_himself_and_lifting_it_harms_nobody() {
    let mut people = MockPeopleRepository::new();
    people
        .expect_set_block()
        .withf(|who, whom, on, when| (*who, *whom, *on, *when) == (user(1), user(1), false, at(0)))
        .times(1)
        .returning(|_, _, _, _| Ok(BlockSet::Done));
    let people = service(people, MockPostRepository::new());
    assert_eq!(people.set_block(actor(), user(1), true).await.unwrap_err().code(), "block.oneself");
    people.set_block(actor(), user(1), false).await.unwrap();
}

#[pollster::test]
async fn an_empty_list_is_somebodys_or_there_is_nobody() {
    let mut posts = MockPostRepository::new();
    posts.expect_list_posts().returning(|_, _, _| Ok(Page { items: Vec::new(), next: None }));
    let mut people = MockPeopleRepository::new();
    people.expect_find_profile().times(1).returning(|_, _| Ok(None));
    let people = service(people, posts);
    let refused = people.posts(None, user(2), PageRequest::first()).await.unwrap_err();
    assert_eq!(refused.code(), "account.not_found");
}
