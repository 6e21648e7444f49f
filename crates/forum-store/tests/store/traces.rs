//! Nothing of an erased account is left in any column of any table: not looked for where it is known to
//! stand, but everywhere, so that a table of tomorrow is looked at too.

use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};
use forum_domain::{
    account::{
        AccountDeleted, DeleteAccount, Legacy, Nickname, ProfilePatch, Register, Registered, UpdateProfile,
    },
    comment::{CommentBody, CommentCreated, CreateComment, UpdateComment},
    group::{CreateGroup, GroupCreated, Visibility},
    id::{PostId, UserId},
    idempotency::{Answer, Begun, ClaimKey, Claimed},
    join::RequestToJoin,
    post::{CreatePost, PostCreated, PostPatch, UpdatePost},
    search::{Entry, SearchKind, Source, Terms},
    store::Store,
};
use forum_testkit::build::{self, at};
use tokio_postgres::Client;

use crate::{postgres, sqlite};

/// Stands in every text that the account ever gave.
const TRACE: &str = "zqxtrace";

/// Its mobile, without which it could not sign in.
const MOBILE_NUMBER: i64 = 77;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Writes wherever an account can write, twice where there is a history.
async fn live(store: &dyn Store) -> UserId {
    let nickname = Some(Nickname::parse(&format!("{TRACE} 1")).unwrap());
    let typed = Register { nickname, ..build::register(MOBILE_NUMBER) };
    let Registered::Created(user) = store.register(typed).await.unwrap() else { panic!("not registered") };
    let Registered::Created(other) = store.register(build::register(2)).await.unwrap() else {
        panic!("not registered")
    };
    let profile = ProfilePatch {
        nickname: None,
        gender: None,
        address: Some(Some(format!("{TRACE} street"))),
        bio: Some(Some(format!("{TRACE} bio"))),
    };
    let update =
        UpdateProfile { user_id: user.id, patch: profile, if_version: None, review: None, at: at(1) };
    store.update_profile(update).await.unwrap();
    let mut groups = Vec::new();
    for (owner, name) in [(other.id, "theirs".to_owned()), (user.id, format!("{TRACE} group"))] {
        let mut draft = build::draft(&name).unwrap();
        draft.description = name;
        draft.visibility = Visibility::Public;
        let create = CreateGroup { draft, owner, review: None, at: at(1), claim: None };
        let GroupCreated::Done(group) = store.create_group(create).await.unwrap() else { panic!("not made") };
        groups.push(group);
    }
    let wish = RequestToJoin {
        group_id: groups[0],
        user_id: user.id,
        reason: format!("{TRACE} reason"),
        cooldown_since: at(0),
        expired_since: at(0),
        at: at(2),
        claim: None,
    };
    store.request_to_join(wish).await.unwrap();
    let role = forum_domain::group::Role::Member;
    store.assign_role(groups[0], user.id, role, at(3)).await.unwrap();
    let draft = build::post(&format!("{TRACE} title"));
    let create =
        CreatePost { group_id: groups[0], author: user.id, draft, review: None, at: at(4), claim: None };
    let PostCreated::Done(post) = store.create_post(create).await.unwrap() else { panic!("not posted") };
    let patch = PostPatch { title: None, content: Some(build::content(&format!("{TRACE} again"))) };
    let update = UpdatePost { id: post, patch, by: user.id, if_version: None, review: None, at: at(5) };
    store.update_post(update).await.unwrap();
    let draft = build::post("of the other");
    let create =
        CreatePost { group_id: groups[0], author: other.id, draft, review: None, at: at(4), claim: None };
    let PostCreated::Done(theirs) = store.create_post(create).await.unwrap() else { panic!("not posted") };
    let body = CommentBody::stored(format!("{TRACE} comment"));
    let create =
        CreateComment { post_id: theirs, author: user.id, body, review: None, at: at(6), claim: None };
    let CommentCreated::Done(view) = store.create_comment(create).await.unwrap() else { panic!("not said") };
    let body = CommentBody::stored(format!("{TRACE} better"));
    let update =
        UpdateComment { id: view.comment.id, body, by: user.id, if_version: None, review: None, at: at(7) };
    store.update_comment(update).await.unwrap();
    remember_an_answer(store, user.id).await;
    index(store, post, user.id).await;
    user.id
}

async fn remember_an_answer(store: &dyn Store, user_id: UserId) {
    let key = ClaimKey {
        user_id,
        operation: "createPost",
        key: format!("{TRACE}-key"),
        fingerprint: [1; 32],
        abandoned_since: at(0),
        forgotten_since: at(0),
        at: at(8),
    };
    let Claimed::Begun(Begun::Fresh(claim)) = store.claim_key(key).await.unwrap() else {
        panic!("not fresh")
    };
    let answer = Answer {
        status: 201,
        content_type: "application/json".into(),
        location: None,
        body: format!("{TRACE} answer"),
    };
    store.answer_key(claim, answer).await.unwrap();
}

/// Brings the index in step with what the account says, or with that it is gone.
async fn index(store: &dyn Store, post: PostId, user: UserId) {
    for (kind, id) in [(SearchKind::Post, post.get()), (SearchKind::User, user.get())] {
        let sources = store.search_sources(kind, &[id]).await.unwrap();
        let terms = Terms { title: TRACE.into(), body: format!("{TRACE} body"), ..Terms::default() };
        let entry = |source: &Source| Entry { id, version: source.version, scheme: 1, terms: terms.clone() };
        store.put_entries(kind, &[id], sources.iter().map(entry).collect()).await.unwrap();
    }
}

async fn leave(store: &dyn Store, user_id: UserId) {
    let delete = DeleteAccount { user_id, legacy: Legacy::Erase, if_credentials: 1, at: at(10) };
    assert!(matches!(store.delete_account(delete).await.unwrap(), AccountDeleted::Done { .. }));
    while store.clear_away(user_id, at(11)).await.unwrap() {}
    index(store, PostId::stored(1), user_id).await;
}

/// Where a trace of the account stands: the words, the mobile, the device's address.
fn traces(texts: &[(String, String)]) -> Vec<String> {
    let mobile = build::mobile(MOBILE_NUMBER);
    let user_agent = agent();
    let told = |text: &str| text.contains(TRACE) || text.contains(mobile.as_str());
    texts
        .iter()
        .filter(|(place, text)| told(text) || (place.starts_with("sessions.") && *text == user_agent))
        .map(|(place, text)| format!("{place}: {text}"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_account_leaves_no_trace_on_sqlite() {
    let (store, directory) = sqlite::fresh().await;
    let url = sqlite::url(&directory);
    let path = url.strip_prefix("sqlite:").unwrap();
    let user = live(store.as_ref()).await;
    assert!(traces(&texts_of_sqlite(path)).len() > 10, "the account was nobody");
    leave(store.as_ref(), user).await;
    store.cleared(user, at(1_000)).await.unwrap();
    // The other one's session is of the same device.
    assert_eq!(traces(&texts_of_sqlite(path)), [format!("sessions.user_agent: {}", agent())]);
    drop(store);
    let file = String::from_utf8_lossy(&std::fs::read(path).unwrap()).to_lowercase();
    assert!(!file.contains(TRACE), "what was overwritten is still in the file");
    assert!(!file.contains(build::mobile(MOBILE_NUMBER).as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_account_leaves_no_trace_on_postgres() {
    let (store, database) = postgres::fresh().await;
    let client = database.client().await;
    let user = live(store.as_ref()).await;
    assert!(traces(&texts_of_postgres(&client).await).len() > 10, "the account was nobody");
    leave(store.as_ref(), user).await;
    assert_eq!(traces(&texts_of_postgres(&client).await), [format!("sessions.user_agent: {}", agent())]);
}

fn agent() -> String {
    build::origin().user_agent.unwrap()
}

/// Every text in the file, with its table and column.
fn texts_of_sqlite(path: &str) -> Vec<(String, String)> {
    let mut conn = SqliteConnection::establish(path).unwrap();
    let columns = "SELECT quote(t.name) || '.' || quote(c.name) AS text \
         FROM sqlite_master t, pragma_table_xinfo(t.name) c \
         WHERE t.type = 'table' AND c.type = 'TEXT' ORDER BY 1";
    let columns: Vec<Found> = sql_query(columns).load(&mut conn).unwrap();
    let mut texts = Vec::new();
    for Found { text: place } in columns {
        let place = place.replace('\'', "");
        let (table, column) = place.split_once('.').unwrap();
        let every = format!("SELECT \"{column}\" AS text FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
        let found: Vec<Found> = sql_query(every).load(&mut conn).unwrap();
        texts.extend(found.into_iter().map(|found| (place.clone(), found.text)));
    }
    texts
}

/// Every text in the database, whatever its type calls itself, with its table and column.
async fn texts_of_postgres(client: &Client) -> Vec<(String, String)> {
    let columns = "SELECT table_name::text, column_name::text FROM information_schema.columns \
         WHERE table_schema = 'public' AND data_type NOT IN ('bigint', 'integer', 'boolean') ORDER BY 1, 2";
    let mut texts = Vec::new();
    for column in client.query(columns, &[]).await.unwrap() {
        let (table, column): (String, String) = (column.get(0), column.get(1));
        let every = format!("SELECT \"{column}\"::text FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
        for row in client.query(&every, &[]).await.unwrap() {
            texts.push((format!("{table}.{column}"), row.get(0)));
        }
    }
    texts
}
