//! The example is no fiction.

#[path = "../../examples/embed.rs"]
#[expect(dead_code, reason = "a test calls what its `main` calls")]
mod example;

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_an_embedder_tells_what_it_promises() {
    let directory = tempfile::TempDir::new().unwrap();
    let told = example::run(&directory.path().join("data")).await.unwrap();
    assert_eq!(
        told,
        [
            "Ada made \"Rust 编程\"",
            "林 asks: \"I would like to learn\" (pending)",
            "who asks does not decide: your role in the group does not allow this",
            "approved: \"Welcome!\"; the group has 2 members",
            "house.no_selling: 这里不是市场",
            "林 wrote \"自行车怎么修？\": 两轮，几乎全新。",
            "the hook heard of \"自行车怎么修？\"",
        ]
    );
}
