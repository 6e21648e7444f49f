use forum_domain::search::{Analyser, Body, Part, Passage, Source, Terms};

use super::Words;

fn parts(query: &str) -> Vec<String> {
    let query = Words::new().query(query).unwrap();
    let shown = query.parts.into_iter().map(|part| match part {
        Part::Word(word) => format!("word {word}"),
        Part::Run(run) => format!("run {run}"),
        Part::Character(one) => format!("one {one}"),
    });
    shown.collect()
}

async fn terms(title: &str, body: &str) -> Terms {
    let source = Source { id: 1, version: 1, title: title.into(), body: Body::Html(body.into()) };
    Words::new().terms(vec![source]).await.unwrap().remove(0)
}

async fn shown(query: &str, title: &str, body: &str) -> String {
    let words = Words::new();
    let passage = Passage { title: Some(title.into()), body: Body::Html(body.into()) };
    words.highlight(&words.query(query).unwrap(), vec![passage]).await.unwrap().remove(0)
}

#[test]
fn a_query_is_words_and_runs_whatever_stands_between_them() {
    assert_eq!(parts("Rust编程 入门!"), ["word rust", "run 编程", "run 入门"]);
    assert_eq!(parts("ＲＵＳＴ rust"), ["word rust"], "each once");
    assert_eq!(parts("running comments"), ["word run", "word comment"]);
    assert_eq!(parts("的"), ["one 的"]);
    assert_eq!(parts("編\u{E0100}程"), ["run 編程"], "a variation selector parts nothing");
    assert_eq!(parts("カ\u{3099}ス"), ["run ガス"]);
    assert_eq!(parts("café CAFE\u{301}"), ["word café"]);
    assert_eq!(parts("Привет, мир"), ["word привет", "word мир"]);
    assert_eq!(parts("안녕하세요 세계"), ["run 안녕하세요", "run 세계"]);
}

#[test]
fn operators_and_symbols_are_no_parts() {
    for nothing in
        ["", " ", "\"", "*", "%_", "(((", "'; --", "🦀", "。，！", "\u{301}", "\0", "NEAR(", "-\u{200B}"]
    {
        let parts = parts(nothing);
        assert!(parts.is_empty() || parts == ["word near"], "{nothing:?}: {parts:?}");
    }
    assert_eq!(parts("a AND b:*"), ["word a", "word and", "word b"]);
}

#[tokio::test]
async fn a_run_gives_its_pairs_and_its_last_character() {
    let terms = terms("中文搜索", "<p>学Rust编程</p><p>好</p>").await;
    assert_eq!(terms.title, "中文 文搜 搜索 索");
    assert_eq!(terms.body, "学 rust 编程 程 好");
    assert_eq!(terms.runs, "中文搜索 学 编程 好");
}

#[tokio::test]
async fn markup_is_not_searched_and_parts_lines() {
    let terms =
        terms("t", r#"<p class="secret">one<br>two</p><p>th<b>ree</b></p><img alt="no" src="/x">"#).await;
    assert_eq!(terms.body, "one two three");
}

#[tokio::test]
async fn words_hold_nothing_that_a_database_takes_for_its_own() {
    let every: String = (0..=0x2_FFFF).filter_map(char::from_u32).collect();
    let terms = terms(&every, "").await;
    let plain =
        |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) || c == ' ';
    let odd: String = terms.title.chars().chain(terms.runs.chars()).filter(|c| !plain(*c)).collect();
    assert_eq!(odd, "");
    assert!(terms.title.split(' ').all(|word| !word.is_empty() && word.chars().count() <= 64));
}

#[tokio::test]
async fn what_was_searched_for_is_marked_and_all_else_is_escaped() {
    assert_eq!(
        shown("编程 run", "标题", "<p>a &lt;script&gt; &amp; 学编程 runs</p>").await,
        "a &lt;script&gt; &amp; 学<mark>编程</mark> <mark>runs</mark>"
    );
    assert_eq!(shown("标题", "标题 <b>", "<p>body</p>").await, "<mark>标题</mark> &lt;b&gt;");
    assert_eq!(shown("ＡＢＣ", "", "<p>xyz ａbc \"'</p>").await, "xyz <mark>ａbc</mark> &quot;&#39;");
    assert_eq!(shown("哈哈", "", "<p>哈哈哈笑</p>").await, "<mark>哈哈</mark>哈笑");
    assert_eq!(shown("none", "title", "<p>body</p>").await, "body");
    assert_eq!(shown("fi", "", "<p>ﬁ</p>").await, "<mark>ﬁ</mark>", "half of a ligature is not marked");
}

#[tokio::test]
async fn a_passage_stands_around_the_first_place() {
    let body = format!("<p>{} 目标 {}</p>", "前".repeat(500), "后".repeat(500));
    let shown = shown("目标", "", &body).await;
    assert!(shown.starts_with("…前") && shown.ends_with("后…"), "{shown}");
    assert!(shown.contains("前 <mark>目标</mark> 后"), "{shown}");
    assert!(shown.chars().count() < 200, "{}", shown.chars().count());
}

#[tokio::test]
async fn hostile_texts_are_worked_on_in_linear_time() {
    let texts = [
        "哈".repeat(100_000),
        "a".repeat(100_000),
        format!("a{}", "\u{301}".repeat(100_000)),
        "a\u{301}".repeat(50_000),
        "\u{1100}\u{1161}\u{11A8}".repeat(30_000),
        "<b>".repeat(30_000),
        "👨\u{200D}👩\u{200D}👧".repeat(20_000),
        "\u{FDFA}".repeat(50_000),
    ];
    for query in ["哈".repeat(100), "哈哈 a 哈 \u{1100}\u{1161}".to_owned(), "a ".repeat(50)] {
        for text in &texts {
            let begun = std::time::Instant::now();
            let _ = terms("", text).await;
            let html = shown(&query, text.get(..300).unwrap_or("t"), text).await;
            assert!(html.len() < 20_000_000);
            let start: String = text.chars().take(5).collect();
            assert!(begun.elapsed().as_secs() < 5, "{start:?} took {:?}", begun.elapsed());
        }
    }
}
