//! Rendering anew what an older policy rendered.

use std::sync::Arc;

use super::{ContentRepository, Format, Rendered, Renderer, Source};
use crate::error::PortError;

/// How many texts are rendered for one transaction. Each has at most as many characters as the policy of
/// this forum says.
const BATCH: u32 = 50;

/// Where texts stand that were rendered when they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shelf {
    /// Posts as they are.
    Posts,
    /// Posts as they were.
    PostRevisions,
    /// Questions as they are.
    Questions,
    /// Questions as they were.
    QuestionRevisions,
    /// Answers as they are.
    Answers,
    /// Answers as they were.
    AnswerRevisions,
}

impl Shelf {
    /// Each once. What is comes before what was: an edit moves it there.
    pub const ALL: [Self; 6] = [
        Self::Posts,
        Self::PostRevisions,
        Self::Questions,
        Self::QuestionRevisions,
        Self::Answers,
        Self::AnswerRevisions,
    ];
}

/// Which text of a shelf.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextKey {
    /// Of which post, question or answer.
    pub id: i64,
    /// Of which version, where it is a revision's; else 0.
    pub version: i64,
}

/// A text that an older policy rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outdated {
    /// Which.
    pub key: TextKey,
    /// How its source is written.
    pub format: Format,
    /// As it was written.
    pub source: Source,
}

/// The same, rendered by the newest policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// What it was made of.
    pub text: Outdated,
    /// What is served of it from now on.
    pub rendered: Rendered,
}

/// What [`ContentService::resanitise`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resanitised {
    /// Texts that were rendered anew.
    pub texts: u64,
    /// Those of them whose HTML is another than before.
    pub changed: u64,
}

/// What is served of texts.
pub struct ContentService {
    pub(crate) texts: Arc<dyn ContentRepository>,
    pub(crate) renderer: Arc<dyn Renderer>,
}

impl ContentService {
    /// Renders anew whatever an older policy rendered, history included, in small parts while others write;
    /// `progress` is told of each. One that was stopped goes on where it was when it is called again. What
    /// changed is out of step with the index of searching until
    /// [`reindex`](crate::search::SearchService::reindex) is called.
    ///
    /// A text of which the newest policy leaves nothing is served as nothing: its author may edit it.
    ///
    /// # Errors
    /// What the ports say.
    pub async fn resanitise(&self, progress: impl Fn(Resanitised) + Send) -> Result<Resanitised, PortError> {
        let policy = self.renderer.policy();
        let mut done = Resanitised::default();
        for shelf in Shelf::ALL {
            let mut after = TextKey::default();
            loop {
                let texts = self.texts.rendered_before(shelf, policy, after, BATCH).await?;
                let Some(last) = texts.last() else { break };
                after = last.key;
                done.texts += texts.len() as u64;
                let mut renewed = Vec::with_capacity(texts.len());
                for text in texts {
                    let rendered = self.renderer.render(text.format, text.source.as_str()).await?;
                    renewed.push(Renewed { text, rendered });
                }
                done.changed += self.texts.put_rendered(shelf, renewed).await?;
                progress(done);
            }
        }
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::content::{MockContentRepository, MockRenderer};

    fn text(id: i64) -> Outdated {
        let key = TextKey { id, version: 0 };
        Outdated { key, format: Format::Markdown, source: Source::stored(format!("text {id}")) }
    }

    fn renderer() -> MockRenderer {
        let mut renderer = MockRenderer::new();
        renderer.expect_policy().return_const(3);
        renderer.expect_render().returning(|format, source| {
            assert_eq!(format, Format::Markdown);
            Ok(Rendered { html: format!("<{source}>"), excerpt: source.into(), blank: false, policy: 3 })
        });
        renderer
    }

    #[pollster::test]
    async fn whatever_an_older_policy_rendered_is_rendered_anew_batch_by_batch() {
        let mut texts = MockContentRepository::new();
        texts.expect_rendered_before().returning(|shelf, policy, after, limit| {
            assert_eq!(policy, 3);
            let all = if shelf == Shelf::Answers { 120 } else { 0 };
            Ok((after.id + 1..=all).take(limit as usize).map(text).collect())
        });
        let put = Arc::new(Mutex::new(Vec::new()));
        let seen = put.clone();
        texts.expect_put_rendered().returning(move |shelf, texts| {
            assert_eq!(shelf, Shelf::Answers);
            assert!(texts.iter().all(|one| one.rendered.html == format!("<text {}>", one.text.key.id)));
            seen.lock().unwrap().push(texts.len());
            Ok(2)
        });
        let service = ContentService { texts: Arc::new(texts), renderer: Arc::new(renderer()) };
        let told = Mutex::new(Vec::new());
        let done = service.resanitise(|done| told.lock().unwrap().push(done.texts)).await.unwrap();
        assert_eq!(done, Resanitised { texts: 120, changed: 6 });
        assert_eq!(*put.lock().unwrap(), [50, 50, 20]);
        assert_eq!(*told.lock().unwrap(), [50, 100, 120]);
    }

    #[pollster::test]
    async fn a_store_that_fails_ends_it() {
        let mut texts = MockContentRepository::new();
        texts.expect_rendered_before().returning(|_, _, _, _| Ok(vec![text(1)]));
        texts.expect_put_rendered().returning(|_, _| Err(PortError::Busy));
        let service = ContentService { texts: Arc::new(texts), renderer: Arc::new(renderer()) };
        assert!(matches!(service.resanitise(|_| ()).await, Err(PortError::Busy)));
    }
}
