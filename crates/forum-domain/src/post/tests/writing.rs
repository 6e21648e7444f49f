//! Writing posts and changing them.

use super::super::*;
use crate::{
    content::{Format, Source},
    group::{Barred, Role, Standing},
    idempotency::Claim,
    testing::{Log, Ports, actor, at, flaws, group_id, post_detail, post_id, refused, standing, user_id},
};

const MEMBER: Option<Role> = Some(Role::Member);
const INPUT: PostInput<'_> = PostInput { title: " 标题 ", body: " **正文** ", format: Format::Markdown };

fn writable() -> Ports {
    Ports::default().standing(Some(standing(MEMBER))).rendering()
}

#[pollster::test]
async fn a_post_is_stored_as_it_was_written_and_as_it_is_served() {
    let claim = Claim { id: 3, attempt: 1 };
    let mut ports = writable();
    ports.posts.expect_create_post().times(1).returning(move |create| {
        assert_eq!((create.group_id, create.author, create.at), (group_id(), user_id(1), at(0)));
        assert_eq!((create.draft.title.as_str(), create.claim), ("标题", Some(claim)));
        let content = create.draft.content;
        assert_eq!((content.format, content.source.as_str()), (Format::Markdown, "**正文**"));
        assert_eq!((content.rendered.html.as_str(), content.rendered.policy), ("<markdown **正文**>", 9));
        Ok(PostCreated::Done(post_id()))
    });
    let made = ports.services().posts.create(actor(), group_id(), INPUT, Some(claim)).await;
    assert_eq!(made.unwrap(), post_id());
}

#[pollster::test]
async fn a_post_names_every_wrong_field_before_anything_is_asked() {
    let input = PostInput { title: "两\n行", body: &"长".repeat(100_001), ..INPUT };
    let made = Ports::default().services().posts.create(actor(), group_id(), input, None).await;
    assert_eq!(flaws(made), ["/title control_characters", "/body too_long"]);
    let input = PostInput { title: "", body: " \u{200B}\n", ..INPUT };
    let made = Ports::default().services().posts.create(actor(), group_id(), input, None).await;
    assert_eq!(flaws(made), ["/title too_short", "/body too_short"]);
}

#[pollster::test]
async fn who_may_not_write_is_told_before_anything_is_rendered() {
    let muted = Standing { muted_until: Some(at(1)), ..standing(MEMBER) };
    let banned = Standing { banned: true, ..standing(None) };
    for (found, code) in [
        (None, "group.not_found"),
        (Some(standing(None)), "group.not_member"),
        (Some(muted), "group.muted"),
        (Some(banned), "group.banned"),
    ] {
        let log = Log::default();
        let ports = Ports::default().standing(found).listener("a", &log, false);
        assert_eq!(refused(ports.services().posts.create(actor(), group_id(), INPUT, None).await), code);
        assert!(log.take().is_empty());
    }
}

#[pollster::test]
async fn a_body_that_shows_nothing_is_too_short() {
    let input = PostInput { body: "![]", ..INPUT };
    let made = writable().services().posts.create(actor(), group_id(), input, None).await;
    assert_eq!(flaws(made), ["/body too_short"]);
}

#[pollster::test]
async fn how_writing_a_post_ends_is_told() {
    for (outcome, code) in [
        (PostCreated::Barred(Barred::Banned), "group.banned"),
        (PostCreated::Barred(Barred::NotMember), "group.not_member"),
        (PostCreated::Barred(Barred::Muted), "group.muted"),
        (PostCreated::NoSuchGroup, "group.not_found"),
    ] {
        let log = Log::default();
        let mut ports = writable().listener("a", &log, false);
        ports.posts.expect_create_post().returning(move |_| Ok(outcome));
        assert_eq!(refused(ports.services().posts.create(actor(), group_id(), INPUT, None).await), code);
        assert_eq!(log.take(), ["a before Post"], "told of what never happened");
    }
}

/// The post as its author sees it, however often he looks.
fn own() -> Ports {
    readable(post_detail(1, Some(MEMBER)))
}

fn readable(detail: PostDetail) -> Ports {
    let mut ports = Ports::default().rendering();
    ports
        .posts
        .expect_find_post()
        .withf(|id, viewer| (*id, *viewer) == (post_id(), Some(user_id(1))))
        .returning(move |_, _| Ok(Some(detail.clone())));
    ports
}

async fn edit(
    ports: Ports,
    input: PostPatchInput<'_>,
    if_version: Option<i64>,
) -> Result<PostDetail, PostError> {
    ports.services().posts.update(actor(), post_id(), input, if_version).await
}

const TITLE: PostPatchInput<'_> = PostPatchInput { title: Some("别的"), body: None, format: None };

#[pollster::test]
async fn an_edit_says_what_changes_and_from_which_version() {
    let mut ports = own();
    ports.posts.expect_update_post().times(1).returning(|update| {
        assert_eq!((update.id, update.by, update.at), (post_id(), user_id(1), at(0)));
        assert_eq!(update.patch.title.unwrap().as_str(), "别的");
        assert_eq!((update.patch.content, update.if_version), (None, Some(3)));
        Ok(PostUpdated::Done)
    });
    let edited = edit(ports, TITLE, None).await.unwrap();
    assert!(edited.view.viewer.unwrap().can.edit);
}

#[pollster::test]
async fn what_changes_nothing_is_no_edit() {
    for input in [
        PostPatchInput::default(),
        PostPatchInput { title: Some(" 标题"), body: Some("正文 "), format: Some(Format::Markdown) },
    ] {
        let log = Log::default();
        assert_eq!(edit(own().listener("a", &log, false), input, Some(3)).await.unwrap().html, "<p>正文</p>");
        assert!(log.take().is_empty());
    }
}

#[pollster::test]
async fn another_format_renders_the_source_that_stands_anew() {
    let mut ports = own();
    ports.posts.expect_update_post().times(1).returning(|update| {
        let content = update.patch.content.unwrap();
        assert_eq!((content.format, content.source), (Format::Plain, Source::stored("正文".into())));
        assert_eq!(content.rendered.html, "<plain 正文>");
        assert_eq!(update.patch.title, None);
        Ok(PostUpdated::Done)
    });
    edit(ports, PostPatchInput { format: Some(Format::Plain), ..PostPatchInput::default() }, None)
        .await
        .unwrap();
}

#[pollster::test]
async fn another_body_keeps_its_format_unless_one_is_named() {
    let mut ports = own();
    ports.posts.expect_update_post().times(1).returning(|update| {
        assert_eq!(update.patch.content.unwrap().rendered.html, "<markdown 新>");
        Ok(PostUpdated::Done)
    });
    edit(ports, PostPatchInput { body: Some("新"), ..PostPatchInput::default() }, None).await.unwrap();
}

#[pollster::test]
async fn an_edit_names_every_wrong_field() {
    let input = PostPatchInput { title: Some(""), body: Some("a\0b"), format: None };
    let flawed = edit(Ports::default(), input, None).await;
    assert_eq!(flaws(flawed), ["/title too_short", "/body control_characters"]);
    let blank = PostPatchInput { body: Some("![]"), ..PostPatchInput::default() };
    assert_eq!(flaws(edit(own(), blank, None).await), ["/body too_short"]);
}

#[pollster::test]
async fn only_its_author_edits_a_post_and_only_while_he_may_write() {
    let mut muted = post_detail(1, Some(MEMBER));
    muted.view.viewer.as_mut().unwrap().muted_until = Some(at(1));
    for (detail, code) in [
        (post_detail(2, Some(MEMBER)), "post.not_allowed"),
        (post_detail(2, Some(Some(Role::Owner))), "post.not_allowed"),
        (post_detail(1, Some(None)), "group.not_member"),
        (muted, "group.muted"),
    ] {
        // Also of what would change nothing, and before its version is compared.
        for input in [TITLE, PostPatchInput::default()] {
            assert_eq!(refused(edit(readable(detail.clone()), input, Some(1)).await), code);
        }
    }
    let mut gone = Ports::default();
    gone.posts.expect_find_post().returning(|_, _| Ok(None));
    assert_eq!(refused(edit(gone, TITLE, None).await), "post.not_found");
}

#[pollster::test]
async fn how_an_edit_ends_is_told() {
    for (outcome, code) in [
        (PostUpdated::NotAllowed, "post.not_allowed"),
        (PostUpdated::Barred(Barred::Muted), "group.muted"),
        (PostUpdated::NoSuchPost, "post.not_found"),
    ] {
        let log = Log::default();
        let mut ports = own().listener("a", &log, false);
        ports.posts.expect_update_post().times(1).returning(move |_| Ok(outcome));
        assert_eq!(refused(edit(ports, TITLE, None).await), code);
        assert_eq!(log.take(), ["a before EditPost"]);
    }
}

#[pollster::test]
async fn who_names_a_version_learns_that_it_changed() {
    // Seen at once, or only by the store: either way there is no second try.
    assert_eq!(refused(edit(own(), TITLE, Some(2)).await), "request.precondition_failed");
    let mut ports = own();
    ports.posts.expect_update_post().times(1).returning(|_| Ok(PostUpdated::Changed));
    assert_eq!(refused(edit(ports, TITLE, Some(3)).await), "request.precondition_failed");
}

#[pollster::test]
async fn an_edit_of_a_post_that_changed_meanwhile_is_made_of_what_it_is_now() {
    let mut ports = Ports::default().rendering();
    for version in 3..=5 {
        let mut detail = post_detail(1, Some(MEMBER));
        detail.view.post.version = version;
        // The other's edit changed the format: the body is rendered by what it is now.
        detail.view.post.format = if version == 3 { Format::Html } else { Format::Plain };
        ports.posts.expect_find_post().times(1).return_once(move |_, _| Ok(Some(detail)));
    }
    let mut tried = 0;
    ports.posts.expect_update_post().times(2).returning(move |update| {
        tried += 1;
        let html = update.patch.content.unwrap().rendered.html;
        match tried {
            1 => assert_eq!((update.if_version, html.as_str()), (Some(3), "<html 新>")),
            _ => assert_eq!((update.if_version, html.as_str()), (Some(4), "<plain 新>")),
        }
        Ok(if tried == 1 { PostUpdated::Changed } else { PostUpdated::Done })
    });
    let input = PostPatchInput { body: Some("新"), ..PostPatchInput::default() };
    assert_eq!(edit(ports, input, None).await.unwrap().view.post.version, 5);
}

#[pollster::test]
async fn a_post_that_changes_all_the_time_is_busy() {
    let mut ports = own();
    ports.posts.expect_update_post().times(3).returning(|_| Ok(PostUpdated::Changed));
    assert_eq!(refused(edit(ports, TITLE, None).await), "server.busy");
}
