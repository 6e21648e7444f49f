//! Names of files, what texts say of them, and what becomes of an upload.

use std::sync::Arc;

use chrono::TimeDelta;

use super::*;
use crate::{
    clock::Clock,
    error::PortError,
    group::{MockGroupRepository, Role, Standing, Visibility},
    id::{GroupId, MediaId},
    policy::Policy,
    testing::{CountingRandom, TestClock, actor, at, down, group_id, refused, standing, user, user_id},
};

const DIGITS: &str = "0af7651916cd43dd8448eb211c80319c";

fn key(text: &str) -> MediaKey {
    MediaKey::parse(text).unwrap()
}

#[test]
fn a_name_says_what_the_file_is_and_for_whom() {
    for (format, ending) in ImageFormat::ALL.into_iter().zip(["png", "jpg", "gif", "webp"]) {
        for group in [None, GroupId::new(7), GroupId::new(crate::id::MAX_ID)] {
            let made = MediaKey::new([0xAB; 16], format, group);
            assert!(made.as_str().ends_with(ending), "{made}");
            assert_eq!(MediaKey::parse(made.as_str()), Some(made.clone()));
            assert_eq!((made.format(), made.members_of(), made.digits()), (format, group, &*"ab".repeat(16)));
        }
    }
}

#[test]
fn no_other_text_is_a_name() {
    let (png, of_group) = (format!("{DIGITS}.png"), format!("g7-{DIGITS}.png"));
    for good in [&png, &of_group] {
        assert!(MediaKey::parse(good).is_some(), "{good}");
    }
    for bad in [
        "",
        ".",
        "..",
        "../../etc/passwd",
        &format!("../{png}"),
        &format!("a/{png}"),
        &format!("{png}/"),
        &format!("{png}\0"),
        &format!("{png} "),
        &format!("{png}.html"),
        &png.to_uppercase(),
        &png[1..],
        &format!("0{png}"),
        DIGITS,
        &format!("{DIGITS}."),
        &format!("{DIGITS}.svg"),
        &format!("g-{png}"),
        &format!("g0-{png}"),
        &format!("g07-{png}"),
        &format!("g9007199254740992-{png}"),
        &format!("h7-{png}"),
        &format!("{DIGITS}．png"),
        "０af7651916cd43dd8448eb211c80319c.png",
    ] {
        assert_eq!(MediaKey::parse(bad), None, "{bad}");
    }
}

#[test]
fn the_media_of_a_text_are_found_each_once_wherever_they_stand() {
    let (one, two) = (format!("{DIGITS}.png"), format!("g7-{DIGITS}.webp"));
    let text = format!(
        "<img src=\"/media/{one}\"><img src='https://forum.example/media/{two}'>![](/media/{one})/media/ /media/x"
    );
    assert_eq!(rules::keys_in(&text), [key(&one), key(&two)]);
    let many: String = (0..2 * rules::IN_TEXT).map(|n| format!("/media/{n:032x}.gif ")).collect();
    assert_eq!(rules::keys_in(&many).len(), rules::IN_TEXT);
}

#[test]
fn a_text_loses_the_signatures_of_media_and_nothing_else() {
    let of = format!("/media/g7-{DIGITS}.png");
    for (text, expected) in [
        (format!("a {of}?signature=17.aB-_ b {of}?signature=1.x"), format!("a {of} b {of}")),
        (format!("{of}?signature="), of.clone()),
        (format!("{of}?other=1"), format!("{of}?other=1")),
        ("/x?signature=1".into(), "/x?signature=1".into()),
        ("/media/é?signature=1".into(), "/media/é?signature=1".into()),
    ] {
        assert_eq!(rules::unsigned(&text), expected);
    }
}

struct Fixture {
    media: MockMediaRepository,
    groups: MockGroupRepository,
    storage: MockMediaStorage,
    codec: MockImageCodec,
    policy: Policy,
}

impl Fixture {
    fn new() -> Self {
        Self {
            media: MockMediaRepository::new(),
            groups: MockGroupRepository::new(),
            storage: MockMediaStorage::new(),
            codec: MockImageCodec::new(),
            policy: Policy::default(),
        }
    }

    /// Whatever is uploaded is a small PNG.
    fn with_image() -> Self {
        let mut fixture = Self::new();
        fixture.codec.expect_clean().once().returning(|bytes, _, _| {
            Ok(Ok(Cleaned { bytes, format: ImageFormat::Png, width: 3, height: 2 }))
        });
        fixture
    }

    fn in_group(mut self, standing: Option<Standing>) -> Self {
        self.groups.expect_standing().once().returning(move |_, _, _| Ok(standing.clone()));
        self
    }

    fn service(self) -> MediaService {
        MediaService {
            media: Arc::new(self.media),
            groups: Arc::new(self.groups),
            storage: Arc::new(self.storage),
            codec: Arc::new(self.codec),
            clock: Arc::new(TestClock::at(at(0))) as Arc<dyn Clock>,
            random: Arc::new(CountingRandom::from(1)),
            policy: Arc::new(self.policy),
        }
    }
}

fn media(create: CreateMedia) -> Media {
    Media {
        id: MediaId::new(9).unwrap(),
        key: create.image.key,
        owner_id: create.owner,
        group_id: create.group_id,
        width: create.image.width,
        height: create.image.height,
        byte_size: create.image.byte_size,
        created_at: create.at,
    }
}

#[pollster::test]
async fn a_file_is_kept_before_it_has_a_row() {
    let mut fixture = Fixture::with_image();
    let mut order = mockall::Sequence::new();
    fixture.storage.expect_put().once().in_sequence(&mut order).returning(|_, _| Ok(()));
    fixture
        .media
        .expect_create_media()
        .once()
        .in_sequence(&mut order)
        .returning(|create| Ok(MediaCreated::Done(media(create))));
    let made = fixture.service().upload(actor(), None, b"12345".to_vec(), None).await.unwrap();
    assert_eq!((made.byte_size, made.width, made.height, made.key.members_of()), (5, 3, 2, None));
}

#[pollster::test]
async fn what_gets_no_row_leaves_no_file() {
    for (outcome, code) in [
        (MediaCreated::QuotaExceeded, "media.quota_exceeded"),
        (MediaCreated::Barred(crate::group::Barred::NotMember), "group.not_member"),
        (MediaCreated::NoSuchGroup, "group.not_found"),
    ] {
        let mut fixture = Fixture::with_image();
        fixture.storage.expect_put().once().returning(|_, _| Ok(()));
        fixture.media.expect_create_media().once().return_once(|_| Ok(outcome));
        fixture.storage.expect_remove().once().returning(|_| Ok(()));
        assert_eq!(refused(fixture.service().upload(actor(), None, Vec::new(), None).await), code);
    }
}

#[pollster::test]
async fn media_for_a_group_of_members_are_named_for_it() {
    for (visibility, members_of) in [(Visibility::Members, Some(group_id())), (Visibility::Public, None)] {
        let standing = Standing { visibility, ..standing(Some(Role::Member)) };
        let mut fixture = Fixture::with_image().in_group(Some(standing));
        fixture.storage.expect_put().once().returning(|_, _| Ok(()));
        fixture.media.expect_create_media().once().returning(|create| Ok(MediaCreated::Done(media(create))));
        let made = fixture.service().upload(actor(), Some(group_id()), Vec::new(), None).await.unwrap();
        assert_eq!((made.key.members_of(), made.group_id), (members_of, Some(group_id())));
    }
}

#[pollster::test]
async fn who_may_not_write_in_a_group_is_refused_before_his_file_is_decoded() {
    for (standing, code) in [
        (Some(standing(None)), "group.not_member"),
        (Some(Standing { banned: true, ..standing(None) }), "group.banned"),
        (Some(Standing { muted_until: Some(at(9)), ..standing(Some(Role::Member)) }), "group.muted"),
        (None, "group.not_found"),
    ] {
        let service = Fixture::new().in_group(standing).service();
        assert_eq!(refused(service.upload(actor(), Some(group_id()), Vec::new(), None).await), code);
    }
}

#[pollster::test]
async fn a_file_over_the_limit_is_not_decoded() {
    let mut fixture = Fixture::new();
    fixture.policy.media_max_bytes = 4;
    let refusal = fixture.service().upload(actor(), None, b"12345".to_vec(), None).await;
    assert_eq!(refused(refusal), "media.too_large");
}

#[pollster::test]
async fn what_is_unfit_is_refused_by_what_is_wrong_with_it() {
    for (unfit, code) in [
        (Unfit::Unsupported, "media.unsupported"),
        (Unfit::Damaged, "media.damaged"),
        (Unfit::TooManyPixels, "media.too_many_pixels"),
        (Unfit::TooManyFrames, "media.too_many_frames"),
    ] {
        let mut fixture = Fixture::new();
        fixture.codec.expect_clean().once().returning(move |_, _, _| Ok(Err(unfit)));
        assert_eq!(refused(fixture.service().set_avatar(actor(), Vec::new()).await), code);
    }
}

#[pollster::test]
async fn a_new_avatar_is_a_square_and_the_file_of_the_old_one_goes() {
    let mut fixture = Fixture::new();
    fixture.codec.expect_clean().once().withf(|_, _, fit| *fit == Fit::Square(512)).returning(
        |bytes, _, _| Ok(Ok(Cleaned { bytes, format: ImageFormat::Jpeg, width: 512, height: 512 })),
    );
    fixture.storage.expect_put().once().returning(|_, _| Ok(()));
    let old = key(&format!("{DIGITS}.png"));
    let gone = old.clone();
    fixture.media.expect_set_avatar().once().return_once(|_| Ok(AvatarSet::Done(user(), Some(gone))));
    fixture.storage.expect_remove().once().withf(move |key| *key == old).returning(|_| Ok(()));
    fixture.service().set_avatar(actor(), Vec::new()).await.unwrap();
}

#[pollster::test]
async fn a_file_that_cannot_be_removed_now_fails_nobody() {
    let mut fixture = Fixture::new();
    fixture.media.expect_delete_media().once().returning(|_, _, _| Ok(Some(key(&format!("{DIGITS}.png")))));
    fixture.storage.expect_remove().once().returning(|_| Err(down()));
    fixture.service().delete(actor(), MediaId::new(1).unwrap()).await.unwrap();
}

#[pollster::test]
async fn the_sweep_asks_for_what_is_a_day_old_and_removes_its_files() {
    let mut fixture = Fixture::new();
    fixture
        .media
        .expect_sweep_media()
        .once()
        .withf(|before| *before == at(-24 * 3_600))
        .returning(|_| Ok(vec![key(&format!("{DIGITS}.png"))]));
    fixture.storage.expect_remove().once().returning(|_| Ok(()));
    assert_eq!(fixture.service().sweep().await.unwrap(), 1);
}

#[pollster::test]
async fn files_without_rows_are_strays_once_no_upload_can_be_at_work_on_them() {
    let names = ["11", "22", "33"].map(|digits| key(&format!("{}.png", digits.repeat(16))));
    let [new, known, stray] = names.clone();
    let mut fixture = Fixture::new();
    fixture.storage.expect_list().once().returning(move |_| {
        let at = |hours| at(0) - TimeDelta::hours(hours);
        let ages = names.iter().cloned().zip([at(23), at(25), at(25)]);
        Ok(ages.map(|(key, stored_at)| Stored { key, stored_at }).collect())
    });
    fixture.media.expect_known_media().once().returning(move |asked| {
        assert!(!asked.contains(&new));
        Ok(vec![known.clone()])
    });
    assert_eq!(fixture.service().strays(0).await.unwrap(), [stray]);
}

#[pollster::test]
async fn every_part_of_the_storage_is_looked_through_in_a_day() {
    let mut seen = std::collections::BTreeSet::new();
    for hour in 0..24 {
        let looked = Arc::new(std::sync::Mutex::new(Vec::new()));
        let mut fixture = Fixture::new();
        fixture.storage.expect_tidy().once().returning(|| Ok(1));
        let into = looked.clone();
        fixture.storage.expect_list().returning(move |shard| {
            into.lock().unwrap().push(shard);
            Ok(Vec::new())
        });
        let mut service = fixture.service();
        service.clock = Arc::new(TestClock::at(at(0) + TimeDelta::hours(hour)));
        assert_eq!(service.sweep_files().await.unwrap(), 1);
        seen.extend(looked.lock().unwrap().drain(..));
    }
    assert_eq!(seen.len(), 256);
}

#[pollster::test]
async fn rows_whose_file_is_gone_or_cut_are_found() {
    let create = |digits: &str| CreateMedia {
        image: NewImage {
            key: key(&format!("{}.png", digits.repeat(16))),
            width: 1,
            height: 1,
            byte_size: 5,
        },
        owner: user_id(1),
        group_id: None,
        quota: 0,
        at: at(0),
        claim: None,
    };
    let rows: Vec<Media> = ["11", "22", "33"].map(|digits| media(create(digits))).into();
    let mut fixture = Fixture::new();
    fixture.media.expect_media_after().once().return_once(move |_, _| Ok(rows));
    fixture.storage.expect_read().returning(|key, _, _| {
        let total = match &key.digits()[..1] {
            "1" => 5,
            "2" => 4,
            _ => return Ok(None),
        };
        Ok(Some(Piece { total, bytes: Vec::new() }))
    });
    let found: Result<_, PortError> = fixture.service().without_files(None, 10).await;
    let (missing, last) = found.unwrap();
    let digits: Vec<&str> = missing.iter().map(|media| &media.key.digits()[..1]).collect();
    assert_eq!((digits, last), (vec!["2", "3"], MediaId::new(9)));
}
