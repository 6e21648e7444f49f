//! Yardstick P: pgbench with the forum's own statements, prepared, on as many connections as the forum has,
//! by generic plans as the forum's are.

use std::{env, fmt::Write as _, time::Duration};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;
use tokio::process::Command;

use super::{
    draw::{APART, Draw, Order, STRIDE},
    statements::{Bind, Statement, Value, Which},
};

/// How many numbers of its draw a slice leaves to those before it: more than it can use.
const NUMBERS_PER_SLICE: u64 = 16_384;

/// A script for pgbench, with the values that it is given on the command line.
pub(super) struct Script {
    file: NamedTempFile,
    values: Vec<(String, String)>,
    /// Requests that one run through the script stands for.
    steps: u64,
    clients: u32,
    slices: u64,
}

/// What pgbench did.
pub(super) struct Run {
    pub(super) requests: u64,
    pub(super) per_second: f64,
}

impl Script {
    /// A script that sends each step's statements for the ids of the draw.
    ///
    /// A single statement stands alone, as the quickest way there is to send it, even if the forum puts it
    /// between BEGIN and COMMIT; several stand in a transaction if the forum's do.
    pub(super) fn write(draw: &Draw, steps: &[Vec<Statement>]) -> Result<Self> {
        let mut values = Vec::new();
        let mut body = String::new();
        for step in steps {
            let sent: Vec<&Statement> = step.iter().filter(|statement| !statement.is_bracket()).collect();
            let whole = sent.len() > 1 && sent.len() < step.len();
            if whole {
                body.push_str("BEGIN;\n");
            }
            for statement in sent {
                let sql = with_variables(statement, &mut values)?;
                writeln!(body, "{sql};")?;
            }
            if whole {
                body.push_str("COMMIT;\n");
            }
        }
        let file = NamedTempFile::new()?;
        std::fs::write(file.path(), format!("{}{body}", preamble(draw, &body)?))?;
        let steps = u64::try_from(steps.len())?;
        let clients = forum_store::Options::default().pool;
        Ok(Self { file, values, steps, clients, slices: 0 })
    }

    /// Runs it for so long, which pgbench counts in whole seconds.
    pub(super) async fn run(&mut self, database_url: &str, length: Duration) -> Result<Run> {
        let mut command = Command::new(format!("{}/pgbench", env::var("PG_BIN")?));
        command.args(["--no-vacuum", "--protocol=prepared", "--jobs=2"]);
        command.arg(format!("--client={}", self.clients));
        command.arg(format!("--time={}", length.as_secs().max(1)));
        command.arg("--file").arg(self.file.path());
        command.arg(format!("--define=n={}", self.slices * NUMBERS_PER_SLICE));
        for (name, value) in &self.values {
            command.arg(format!("--define={name}={value}"));
        }
        self.slices += 1;
        command.arg(database_url);
        // As the forum's connections have it.
        command.env("PGOPTIONS", "-c plan_cache_mode=force_generic_plan -c timezone=UTC");
        let output = command.output().await?;
        let printed = String::from_utf8_lossy(&output.stdout);
        // It ends well although a client gave up on an error.
        if !output.status.success() || !output.stderr.is_empty() && said_error(&output.stderr) {
            bail!("pgbench: {printed}{}", String::from_utf8_lossy(&output.stderr));
        }
        let after = |label: &str| {
            let rest = printed.lines().find_map(|line| line.strip_prefix(label));
            rest.and_then(|rest| rest.split_whitespace().next()).with_context(|| printed.clone().into_owned())
        };
        let runs: u64 = after("number of transactions actually processed:")?.parse()?;
        let runs_per_second: f64 = after("tps =")?.parse()?;
        Ok(Run { requests: runs * self.steps, per_second: runs_per_second * self.steps as f64 })
    }
}

fn said_error(stderr: &[u8]) -> bool {
    String::from_utf8_lossy(stderr).lines().any(|line| line.contains("error:"))
}

/// The statement with pgbench's variables for `$1`, `$2`… . Each stays a parameter, so that the plan is the
/// forum's; its type is the one that diesel declares for such a value. NULL alone is written out: pgbench
/// has no variable for it.
fn with_variables(statement: &Statement, values: &mut Vec<(String, String)>) -> Result<String> {
    let mut parts = statement.sql.split('$');
    let mut sql = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        let place: usize = number.parse().with_context(|| statement.sql.clone())?;
        let bind = place.checked_sub(1).and_then(|place| statement.binds.get(place));
        match bind.with_context(|| format!("no value for ${place} in {}", statement.sql))? {
            Bind::Id(which) => write!(sql, ":{}::bigint", which.name())?,
            Bind::Value(Value::Null) => sql.push_str("NULL"),
            Bind::Value(value) => {
                let (text, kind) = written(value);
                let name = format!("v{}", values.len());
                write!(sql, ":{name}::{kind}")?;
                values.push((name, text));
            }
        }
        sql.push_str(rest);
    }
    Ok(sql)
}

fn written(value: &Value) -> (String, &'static str) {
    match value {
        Value::Null => (String::new(), "text"),
        Value::Bool(truth) => (truth.to_string(), "boolean"),
        Value::Integer(integer) => (integer.to_string(), "bigint"),
        Value::Integers(integers) => {
            let integers: Vec<String> = integers.iter().map(ToString::to_string).collect();
            (format!("{{{}}}", integers.join(",")), "bigint[]")
        }
        Value::Text(text) => (text.clone(), "text"),
        Value::Moment(moment) => (moment.to_rfc3339(), "timestamptz"),
    }
}

/// Draws the ids that the body names: [`Draw::ids`] in pgbench's own words.
fn preamble(draw: &Draw, body: &str) -> Result<String> {
    let (users, targets) = (draw.users.len(), draw.targets.len());
    let mut preamble = String::new();
    writeln!(preamble, "\\set t (:n * {STRIDE} + :client_id * {APART}) % {targets}")?;
    let clients = forum_store::Options::default().pool;
    match draw.order {
        Order::Turns => writeln!(preamble, "\\set u (:client_id + {clients} * :n) % {users}")?,
        Order::Once => writeln!(preamble, "\\set u (:client_id + {clients} * (:n / {targets})) % {users}")?,
        Order::Pairs => writeln!(preamble, "\\set u :t")?,
    }
    writeln!(preamble, "\\set n :n + 1")?;
    for which in Which::ALL {
        if body.contains(&format!(":{}::", which.name())) {
            let ids: Vec<i64> = match which {
                Which::User => draw.users.clone(),
                Which::Group => draw.targets.iter().map(|target| target.group).collect(),
                Which::Post => draw.targets.iter().map(|target| target.post).collect(),
                Which::Comment => draw.targets.iter().map(|target| target.comment).collect(),
            };
            let place = if which == Which::User { ":u" } else { ":t" };
            writeln!(preamble, "\\set {} {}", which.name(), choice(place, &ids, 0))?;
        }
    }
    Ok(preamble)
}

/// The id at a place, found by halving: twelve comparisons among four thousand, which pgbench does in no time
/// that could be measured. It knows no arrays.
fn choice(place: &str, ids: &[i64], first: usize) -> String {
    match ids {
        [] => "0".to_owned(),
        [id] => id.to_string(),
        _ => {
            let (low, high) = ids.split_at(ids.len() / 2);
            let middle = first + low.len();
            let (low, high) = (choice(place, low, first), choice(place, high, middle));
            format!("case when {place} < {middle} then {low} else {high} end")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_variables_that_keep_their_types() {
        let sql =
            "SELECT 1 WHERE a = $1 AND b < $10 AND c = $2::text AND d IS NOT DISTINCT FROM $3".to_owned();
        let mut binds = vec![Bind::Value(Value::Bool(true)); 10];
        binds[0] = Bind::Id(Which::Post);
        binds[2] = Bind::Value(Value::Null);
        binds[1] = Bind::Value(Value::Text("it's".into()));
        let mut values = Vec::new();
        let written = with_variables(&Statement { sql, binds }, &mut values).unwrap();
        assert_eq!(
            written,
            "SELECT 1 WHERE a = :post_id::bigint AND b < :v0::boolean AND c = :v1::text::text \
             AND d IS NOT DISTINCT FROM NULL"
        );
        assert_eq!(values, [("v0".to_owned(), "true".to_owned()), ("v1".to_owned(), "it's".to_owned())]);
    }

    #[test]
    fn an_id_is_found_by_halving() {
        assert_eq!(
            choice(":t", &[5, 6, 7], 0),
            "case when :t < 1 then 5 else case when :t < 2 then 6 else 7 end end"
        );
    }
}
