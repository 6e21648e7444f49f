//! The kinds of subjects that are searched, and the statements about each.

use std::sync::LazyLock;

use super::words::Words;

/// What can be found, of one kind: its tables.
pub(crate) trait Kind: std::fmt::Debug + Send + Sync + 'static {
    /// The statements about it.
    fn texts() -> &'static Texts;
}

/// Statements about one kind.
pub(crate) struct Texts {
    pub(super) strays: String,
    pub(super) settled_strays: String,
    /// Those about words, which differ by database.
    pub(crate) words: Words,
}

/// Who is searched for what, by `$2` whoever searches (0: nobody who signed in) at the moment `$3`.
struct Subject {
    /// The name of the kind.
    kind: &'static str,
    /// Its table, as `t`, and what else tells who may see it.
    tables: &'static str,
    /// Which of its rows are there, as entries go.
    there: &'static str,
    /// Which of them whoever searches may see. It mentions `$2` and `$3`, in this order.
    seen: &'static str,
    /// By how much what is newer counts for more; the age in days stands for `{age}`.
    fresh: &'static str,
}

/// Twice as much when new, half of that more after a month.
const FADES: &str = "(1.0 + 1.0 / (1.0 + {age} / 30.0))";

/// What is there and has no entry, or not this one, and entries of what is gone: by id, from `$1` on, of
/// scheme `$2`, so many as `$3`.
const STRAYS: &str = "
SELECT id FROM (
    SELECT * FROM (
        SELECT t.id AS id FROM {table} t
        LEFT JOIN search_documents d ON d.kind = '{kind}' AND d.subject_id = t.id
        WHERE t.id > $1 AND {there}
            AND (d.subject_id IS NULL OR d.version <> t.version OR d.scheme <> $2){settled_missing}
        ORDER BY t.id LIMIT $3
    ) missing
    UNION ALL
    SELECT * FROM (
        SELECT d.subject_id AS id FROM search_documents d
        WHERE d.kind = '{kind}' AND d.subject_id > $1
            AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = d.subject_id AND {there}){settled_surplus}
        ORDER BY d.subject_id LIMIT $3
    ) surplus
) strays ORDER BY id LIMIT $3";

/// That no event waits of the subject with the id that stands for `{id}`.
const SETTLED: &str = "
            AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject = '{kind}' AND o.subject_id = {id})";

impl Texts {
    fn new(subject: &Subject) -> Self {
        let table = subject.tables.split(' ').next().unwrap_or_default();
        let fill = |text: &str| {
            text.replace("{tables}", subject.tables)
                .replace("{table}", table)
                .replace("{fresh}", subject.fresh)
                .replace("{seen}", subject.seen)
                .replace("{there}", subject.there)
                .replace("{words}", &format!("search_words_{}", subject.kind))
                .replace("{kind}", subject.kind)
        };
        let strays = |missing: &str, surplus: &str| {
            fill(&STRAYS.replace("{settled_missing}", missing).replace("{settled_surplus}", surplus))
        };
        let settled = |id: &str| SETTLED.replace("{id}", id);
        let settled_strays = strays(&settled("t.id"), &settled("d.subject_id"));
        Self { strays: strays("", ""), settled_strays, words: Words::new(fill) }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $texts:ident = $subject:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name;

        static $texts: LazyLock<Texts> = LazyLock::new(|| Texts::new(&$subject));

        impl Kind for $name {
            fn texts() -> &'static Texts {
                &$texts
            }
        }
    )*};
}

// Who may read what stands in a group, `super::super::access` says; here in words.
kinds! {
    /// Posts.
    Posts POSTS = Subject {
        kind: "post",
        tables: "posts t JOIN groups g ON g.id = t.group_id",
        there: "t.deleted_at IS NULL",
        seen: "g.deleted_at IS NULL AND (g.visibility = 'public' OR EXISTS ( \
                SELECT 1 FROM memberships m WHERE m.group_id = g.id AND m.user_id = $2)) \
            AND $3 IS NOT NULL",
        fresh: FADES,
    };
    /// Questions: they are for everyone.
    Questions QUESTIONS = Subject {
        kind: "question",
        tables: "questions t",
        there: "t.deleted_at IS NULL",
        seen: "$2 IS NOT NULL AND $3 IS NOT NULL",
        fresh: FADES,
    };
    /// Groups: their cards are for everyone.
    Groups GROUPS = Subject {
        kind: "group",
        tables: "groups t",
        there: "t.deleted_at IS NULL",
        seen: "$2 IS NOT NULL AND $3 IS NOT NULL",
        fresh: "1.0",
    };
    /// Users who are not suspended.
    Users USERS = Subject {
        kind: "user",
        tables: "users t",
        there: "t.deleted_at IS NULL",
        seen: "$2 IS NOT NULL AND (t.suspended_until IS NULL OR t.suspended_until <= $3)",
        fresh: "1.0",
    };
}
