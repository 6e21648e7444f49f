//! What people write, made HTML that is safe to serve.
//!
//! Every format goes the same way: it becomes HTML (`markdown`), is made well nested (`tidy`), and is
//! sanitised by ammonia under the one versioned policy (`policy`). That is done again until nothing changes,
//! so what is served is what the sanitiser makes of it, by construction.

mod markdown;
mod policy;
#[cfg(test)]
mod tests;
mod tidy;
pub(crate) mod tokens;

use std::{borrow::Cow, sync::Arc};

use ammonia::Builder;
use async_trait::async_trait;
use forum_domain::{
    content::{Format, Rendered, Renderer, rules},
    error::PortError,
};
use tokio::sync::Semaphore;

pub use policy::POLICY;

use crate::password::default_permits;

/// A source of more bytes is rendered away from the async workers.
const SMALL: usize = 4 << 10;

/// How often HTML is sanitised before it is given up that it comes to rest. Two are the rule: one that
/// changes it, one that sees that nothing changes.
const PASSES: usize = 5;

/// Renders and sanitises, with no state but its policy.
pub struct HtmlRenderer {
    policy: Arc<Policy>,
    /// Taken by who renders a large source.
    permits: Arc<Semaphore>,
}

struct Policy {
    sanitiser: Builder<'static>,
}

impl HtmlRenderer {
    /// A renderer by the newest policy.
    #[must_use]
    pub fn new() -> Self {
        let policy = Policy { sanitiser: policy::sanitiser() };
        Self { policy: Arc::new(policy), permits: Arc::new(Semaphore::new(default_permits())) }
    }
}

impl Default for HtmlRenderer {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Renderer for HtmlRenderer {
    fn policy(&self) -> i32 {
        POLICY
    }

    async fn render(&self, format: Format, source: &str) -> Result<Rendered, PortError> {
        if source.len() <= SMALL {
            return Ok(self.policy.render(format, source));
        }
        let permit = self.permits.clone().acquire_owned().await.map_err(PortError::broken)?;
        let (policy, source) = (self.policy.clone(), source.to_owned());
        let rendered = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also if the one who asked for it is gone.
            let _held = permit;
            policy.render(format, &source)
        });
        rendered.await.map_err(PortError::broken)
    }
}

impl Policy {
    fn render(&self, format: Format, source: &str) -> Rendered {
        let html = match format {
            Format::Html => Cow::Borrowed(source),
            Format::Markdown => Cow::Owned(markdown::html(source)),
            Format::Plain => Cow::Owned(rules::plain_html(source)),
        };
        let html = self.sanitise(&html, most(source));
        let seen = tokens::Seen::of(&html);
        Rendered { excerpt: rules::excerpt(&seen.text), blank: seen.nothing(), html, policy: POLICY }
    }

    /// What stays the same when it is sanitised again, of at most `most` bytes: the sanitised HTML, or where
    /// that is not to be had, its text.
    fn sanitise(&self, html: &str, most: usize) -> String {
        let mut before = Cow::Borrowed(html);
        for _ in 0..PASSES {
            if before.len() > most {
                break;
            }
            let after = self.clean(&before);
            if after == before {
                return after;
            }
            before = Cow::Owned(after);
        }
        self.clean(&rules::plain_html(&tokens::Seen::of(&tidy::tidy(html)).text))
    }

    fn clean(&self, html: &str) -> String {
        // Trimmed, as every source is.
        self.sanitiser.clean(&tidy::tidy(html)).to_string().trim().to_owned()
    }
}

/// How large the HTML of a source may be: many times more than honest markup asks for, and far less than
/// what the padding of Markdown tables or the repeating of reference links can be made to yield.
fn most(source: &str) -> usize {
    (64 << 10) + 16 * source.len()
}
