//! Promises about what is found by which words, and in which order.

use std::sync::Arc;

use forum_domain::{search::SearchKind, store::Store};

use super::{super::stage::Stage, asked, found, index, posts, scene, shown, write};

/// Any two or more characters that stand together, in the title or the body, at their beginning, middle or
/// end, and a single one.
pub async fn any_run_of_a_text_is_found(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let id = write(&stage, group, author, ["中文搜索引擎", "没有空格的语言。第二句"], 1).await;
    let other = write(&stage, group, author, ["别的事情", "完全不同"], 2).await;
    for text in [
        "中文",
        "文搜",
        "引擎",
        "搜索引",
        "中文搜索引擎",
        "没有",
        "空格的语言",
        "第二句",
        "二句",
        "中文 语言",
    ] {
        assert_eq!(posts(&stage, text).await, [id], "{text}");
    }
    for text in ["中", "擎", "格", "句"] {
        assert_eq!(posts(&stage, text).await, [id], "{text}");
    }
    assert_eq!(posts(&stage, "不").await, [other]);
    for text in ["文中", "擎没", "言第", "中文不", "搜索不同", "猫", "中文 不同"] {
        assert_eq!(posts(&stage, text).await, [] as [i64; 0], "{text}");
    }
}

/// A run is found where it stands together, not where its pairs stand apart.
pub async fn a_run_is_found_only_where_it_stands_together(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let together = write(&stage, group, author, ["一", "我们学习编程语言"], 1).await;
    write(&stage, group, author, ["二", "学习 习编 编程"], 2).await;
    write(&stage, group, author, ["学习", "习编程"], 3).await;
    assert_eq!(posts(&stage, "学习编程").await, [together]);
}

/// A run is found wherever it stands in the longest of texts.
pub async fn a_run_is_found_at_the_end_of_a_long_text(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let every: String = (0x4E00..0x4E00 + 20_000).filter_map(char::from_u32).collect();
    let mut body: String = every.chars().step_by(2).collect();
    body.push_str(&every.chars().rev().collect::<String>());
    body.push_str(&"哈".repeat(60_000));
    body.push_str("终于结束了");
    let id = write(&stage, group, author, ["长", &body], 1).await;
    for text in ["终于结束了", "哈终于结", "束了", "哈哈哈哈哈"] {
        assert_eq!(posts(&stage, text).await, [id], "{text}");
    }
    let middle: String = body.chars().skip(25_000).take(6).collect();
    assert_eq!(posts(&stage, &middle).await, [id], "{middle}");
}

/// Words of mixed texts, whatever their case; every word must be there.
pub async fn words_are_found_beside_runs(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let id = write(&stage, group, author, ["Rust编程入门", "Ownership 与 borrow"], 1).await;
    write(&stage, group, author, ["Trust me", "程序"], 2).await;
    for text in ["rust", "RUST 编程", "borrow ownership", "入门 ownership", "rust编程"] {
        assert_eq!(posts(&stage, text).await, [id], "{text}");
    }
    assert_eq!(posts(&stage, "rust python").await, [] as [i64; 0]);
    assert_eq!(posts(&stage, "rus").await, [] as [i64; 0], "words are whole");
}

/// A title counts for more than a body, and what is newer for more than what is older.
pub async fn the_best_come_first(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let titled = write(&stage, group, author, ["学习笔记", "每天一点"], 1).await;
    let often = write(&stage, group, author, ["日记", "今天学习，昨天学习，明天学习，天天学习"], 2).await;
    let once = write(&stage, group, author, ["杂谈甲", "随便说说，偶尔学习一下，再见"], 3).await;
    assert_eq!(posts(&stage, "学习").await, [titled, often, once]);
    let newer =
        write(&stage, group, author, ["杂谈乙", "随便说说，偶尔学习一下，再见"], 3 + 86_400 * 90).await;
    let ranked = posts(&stage, "学习").await;
    let place = |id| ranked.iter().position(|one| *one == id).unwrap();
    assert!(place(newer) < place(once), "{ranked:?}");
    let english = write(&stage, group, author, ["notes on lifetimes", "of life"], 5).await;
    let body = write(&stage, group, author, ["notes", "lifetimes lifetimes lifetimes"], 6).await;
    assert_eq!(posts(&stage, "lifetimes").await, [english, body]);
}

/// A ranking has a bound, and holds the newest of what very many have in common, and what has it in the title.
pub async fn of_very_many_the_newest_and_titled_are_ranked(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let titled = write(&stage, group, author, ["重要公告", "正文"], 1).await;
    let mut all = Vec::new();
    for number in 0..30 {
        all.push(write(&stage, group, author, ["普通", "这里也有公告二字"], 2 + number).await);
    }
    let find = asked(SearchKind::Post, "公告", None);
    let best = stage.store.rank_found(&find, 10).await.unwrap();
    assert_eq!(best.len(), 10);
    assert_eq!(best[0], titled);
    assert_eq!(posts(&stage, "公告").await.len(), 31);
}

/// Groups are found by name and description, users by nickname and bio, and each is what it is.
pub async fn groups_and_users_are_found_by_what_they_say(store: Arc<dyn Store>) {
    use forum_domain::account::{ProfilePatch, UpdateProfile};

    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (closed, _) = stage.group(forum_domain::group::JoinPolicy::Approval).await;
    for id in [group, closed] {
        index(&stage, SearchKind::Group, &[id.get()]).await;
    }
    let patch = ProfilePatch { bio: Some(Some("喜欢编程 and tea".into())), ..ProfilePatch::default() };
    let update = UpdateProfile { user_id: owner, patch, if_version: None, review: None, at: super::at(5) };
    stage.store.update_profile(update).await.unwrap();
    index(&stage, SearchKind::User, &[owner.get()]).await;

    let mut about = found(&stage, SearchKind::Group, "about", None).await;
    about.sort_unstable();
    assert_eq!(about, [group.get(), closed.get()], "a group's card is for everyone");
    let name = stage.view(group, None, 1).await.group.name.as_str().to_owned();
    assert_eq!(found(&stage, SearchKind::Group, &name, None).await, [group.get()]);
    for text in ["编程", "tea", "喜欢 tea", "user"] {
        assert_eq!(found(&stage, SearchKind::User, text, None).await, [owner.get()], "{text}");
    }
    assert_eq!(found(&stage, SearchKind::Group, "编程", None).await, [] as [i64; 0], "each for itself");

    let find = asked(SearchKind::User, "tea", None);
    let shown = shown(&stage, &find, &[owner.get()]).await.remove(0);
    assert!(shown.title.starts_with("user ") && shown.title_is_searched, "{shown:?}");
    assert_eq!((shown.group, shown.author, shown.created_at), (None, None, super::at(0)));
}

/// No text of a query is an operator, and none fails.
pub async fn queries_are_taken_literally(store: Arc<dyn Store>) {
    use forum_domain::search::{Part, Query};

    let stage = Stage::new(store);
    let (group, author) = scene(&stage).await;
    let id = write(&stage, group, author, ["and or not near", "title body all 的"], 1).await;
    for text in ["AND", "or", "NOT", "near", "title", "body and", "的"] {
        assert_eq!(posts(&stage, text).await, [id], "{text}");
    }
    let long = Query { parts: (0..50).map(|n| Part::Word(format!("w{n}"))).collect() };
    let runs = Query {
        parts: vec![Part::Run("哈".repeat(100)), Part::Character('的'), Part::Run("𠀀𠀁𠀂".into())],
    };
    for query in [long, runs, Query::default()] {
        let find = forum_domain::search::Find { query, ..asked(SearchKind::Post, "", None) };
        assert_eq!(stage.store.rank_found(&find, 10).await.unwrap(), [] as [i64; 0]);
    }
}
