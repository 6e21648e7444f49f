//! What people say, made of the lists in `texts/`.

use std::collections::HashMap;

use serde::Deserialize;

use super::dice::Dice;
use crate::cli::Failure;

/// How many themes a language speaks about.
pub(super) const THEMES: usize = 4;

/// The theme of those questions that ask about technique.
pub(super) const TECHNICAL: usize = 2;

/// The lists of one language.
#[derive(Deserialize)]
pub(super) struct Language {
    words: Lists,
    theme: Vec<Theme>,
}

/// What a group can be about.
#[derive(Deserialize)]
struct Theme {
    /// Names of groups, each with its description.
    groups: Vec<(String, String)>,
    /// What programs look like, if there are any.
    #[serde(default)]
    code: Vec<String>,
    #[serde(flatten)]
    words: Lists,
}

type Lists = HashMap<String, Vec<String>>;

/// Chinese and English.
pub(super) struct Languages([Language; 2]);

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Chinese,
    English,
}

/// What is spoken of, and in which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Topic {
    pub(super) tongue: Tongue,
    /// Less than [`THEMES`].
    pub(super) theme: usize,
}

impl Languages {
    /// Reads the lists.
    pub(super) fn load() -> Result<Self, Failure> {
        let texts = [include_str!("texts/zh.toml"), include_str!("texts/en.toml")];
        let [chinese, english] = texts.map(toml::from_str);
        Ok(Self([chinese?, english?]))
    }

    fn language(&self, tongue: Tongue) -> &Language {
        let [chinese, english] = &self.0;
        match tongue {
            Tongue::Chinese => chinese,
            Tongue::English => english,
        }
    }

    fn theme(&self, topic: Topic) -> &Theme {
        &self.language(topic.tongue).theme[topic.theme % THEMES]
    }

    /// The names of groups about a topic, each with its description.
    pub(super) fn groups(&self, topic: Topic) -> &[(String, String)] {
        &self.theme(topic).groups
    }

    /// A program, if the topic has any.
    pub(super) fn code(&self, topic: Topic, dice: &mut Dice) -> Option<&str> {
        let code = &self.theme(topic).code;
        (!code.is_empty()).then(|| dice.pick(code).as_str())
    }

    /// One of a list's texts, its slots filled.
    pub(super) fn say(&self, list: &str, topic: Topic, dice: &mut Dice) -> String {
        let mut said = String::new();
        self.fill(list, topic, dice, &mut said);
        said
    }

    fn list(&self, name: &str, topic: Topic) -> Option<&Vec<String>> {
        self.theme(topic).words.get(name).or_else(|| self.language(topic.tongue).words.get(name))
    }

    fn fill(&self, list: &str, topic: Topic, dice: &mut Dice, said: &mut String) {
        let Some(texts) = self.list(list, topic) else { return };
        let mut rest = dice.pick(texts).as_str();
        while let Some((text, after)) = rest.split_once('{') {
            said.push_str(text);
            let (slot, after) = after.split_once('}').unwrap_or((after, ""));
            self.fill(slot, topic, dice, said);
            rest = after;
        }
        said.push_str(rest);
    }
}

impl Topic {
    /// What joins sentences.
    pub(super) const fn gap(self) -> &'static str {
        match self.tongue {
            Tongue::Chinese => "",
            Tongue::English => " ",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use forum_domain::group::GroupName;

    use super::*;

    const TOPICS: [Topic; 2 * THEMES] = {
        let mut topics = [Topic { tongue: Tongue::Chinese, theme: 0 }; 2 * THEMES];
        let mut n = 0;
        while n < 2 * THEMES {
            let tongue = if n < THEMES { Tongue::Chinese } else { Tongue::English };
            topics[n] = Topic { tongue, theme: n % THEMES };
            n += 1;
        }
        topics
    };

    #[test]
    fn every_slot_has_a_list_in_every_theme_and_no_list_is_empty() {
        let languages = Languages::load().unwrap();
        for topic in TOPICS {
            let language = languages.language(topic.tongue);
            assert_eq!(language.theme.len(), THEMES);
            let theme = languages.theme(topic);
            for (name, texts) in language.words.iter().chain(&theme.words) {
                assert!(!texts.is_empty(), "{name} of {topic:?}");
                // Nobody is looked for when people are told of what was written.
                assert!(texts.iter().all(|text| !text.contains(['@', '＠'])), "{name} of {topic:?}");
                for slot in texts.iter().flat_map(|text| text.split('{').skip(1)) {
                    let slot = slot.split('}').next().unwrap();
                    assert!(languages.list(slot, topic).is_some(), "{{{slot}}} in {name} of {topic:?}");
                }
            }
            for list in ["title", "sentence", "subject"] {
                assert!(theme.words.contains_key(list), "{list} of {topic:?}");
            }
            for list in ["ask", "share"].into_iter().filter(|_| topic.theme == TECHNICAL) {
                assert!(theme.words.contains_key(list), "{list} of {topic:?}");
            }
        }
    }

    #[test]
    fn group_names_are_names_and_no_two_look_alike() {
        let languages = Languages::load().unwrap();
        let mut skeletons = HashSet::new();
        for (name, _) in TOPICS.iter().flat_map(|topic| languages.groups(*topic)) {
            assert!(skeletons.insert(GroupName::parse(name).unwrap().skeleton()), "{name}");
        }
    }
}
