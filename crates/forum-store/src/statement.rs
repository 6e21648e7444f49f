//! Statements that are written by hand: the hot ones, whose SQL diesel cannot say, or says so that it is
//! prepared anew each time.

use std::fmt;

use diesel::{
    backend::Backend,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::QueryResult,
    sqlite::Sqlite,
};

/// A statement: its text, and what its parameters are. [`statement!`] declares one.
///
/// In the text the parameters stand as `$1`, `$2`, …, numbered in the order in which they are first
/// mentioned, and mentioned as often as it likes.
pub(crate) trait Statement: fmt::Debug + 'static {
    /// The SQL types of its columns.
    type Columns;

    /// Its text. One type, one text: this is what keeps it prepared.
    fn text(&self) -> &str;
}

/// What the parameters of a statement are on this database.
pub(crate) trait Parameters<DB: Backend>: Statement {
    /// Binds parameter `$number`, the first of which is 1.
    fn bind<'b>(&'b self, number: usize, out: AstPass<'_, 'b, DB>) -> QueryResult<()>;
}

/// A statement as diesel takes it.
#[derive(Debug)]
pub(crate) struct ByHand<S>(pub(crate) S);

impl<S: Statement> QueryId for ByHand<S> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<S: Statement> Query for ByHand<S> {
    type SqlType = S::Columns;
}

/// How a database writes a parameter that was mentioned before.
pub(crate) trait Numbered: Backend {
    /// What stands before its number.
    const SIGN: &'static str;
}

impl Numbered for Pg {
    const SIGN: &'static str = "$";
}

impl Numbered for Sqlite {
    const SIGN: &'static str = "?";
}

impl<S: Parameters<DB>, DB: Numbered> QueryFragment<DB> for ByHand<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let mut pieces = self.0.text().split('$');
        out.push_sql(pieces.next().unwrap_or_default());
        let mut bound = 0;
        for piece in pieces {
            let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
            let (number, text) = piece.split_at(digits);
            // Both databases number the parameters that diesel writes in the order of their writing.
            if number.parse() == Ok(bound + 1) {
                bound += 1;
                self.0.bind(bound, out.reborrow())?;
            } else {
                out.push_sql(DB::SIGN);
                out.push_sql(number);
            }
            out.push_sql(text);
        }
        Ok(())
    }
}

/// Declares statements: their parameters in the order of their numbers, each with its SQL type, then the
/// types of their columns and their text. One with a type parameter is as many as there are types.
macro_rules! statement {
    ($(
        $(#[$meta:meta])*
        $name:ident $(<$kind:ident: $bound:path>)? ($($field:ident: $rust:ty as $sql:ty),+ $(,)?)
            -> $columns:ty = $text:expr;
    )+) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        pub(crate) struct $name $(<$kind>)? {
            $(pub(crate) $field: $rust,)+
            $(pub(crate) kind: std::marker::PhantomData<$kind>,)?
        }

        impl $(<$kind: $bound>)? $crate::statement::Statement for $name $(<$kind>)? {
            type Columns = $columns;

            fn text(&self) -> &str {
                $text
            }
        }

        impl<$($kind: $bound,)? DB> $crate::statement::Parameters<DB> for $name $(<$kind>)?
        where
            DB: diesel::backend::Backend,
            $(DB: diesel::sql_types::HasSqlType<$sql>, $rust: diesel::serialize::ToSql<$sql, DB>,)+
        {
            fn bind<'b>(
                &'b self,
                number: usize,
                mut out: diesel::query_builder::AstPass<'_, 'b, DB>,
            ) -> diesel::result::QueryResult<()> {
                let mut next = 0;
                $(
                    next += 1;
                    if number == next {
                        return out.push_bind_param::<$sql, _>(&self.$field);
                    }
                )+
                let defect = format!("{} binds {next} parameters, none to ${number}", stringify!($name));
                Err(diesel::result::Error::QueryBuilderError(defect.into()))
            }
        }
    )+};
}
pub(crate) use statement;
