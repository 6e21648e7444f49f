//! Which language a text for people is in.

/// A language that the server's texts exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// Simplified Chinese: what most users read, and so the default.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// Its tag, for `Content-Language` and `lang`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The best of what an `Accept-Language` header asks for; the default if it asks for nothing we have.
    ///
    /// Regions and scripts do not matter: `zh-TW` gets Chinese, `en-GB` English. A weight of 0 excludes.
    #[must_use]
    pub fn negotiate(accept: Option<&str>) -> Self {
        let mut best: Option<(f32, Self)> = None;
        let mut excluded = Vec::new();
        for part in accept.unwrap_or_default().split(',').take(32) {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim();
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(Some(1.0), |q| q.trim().parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q)));
            let (Some(weight), Some(language)) = (weight, Self::of_tag(tag)) else { continue };
            if weight == 0.0 {
                excluded.push(language);
            } else if best.is_none_or(|(heaviest, _)| weight > heaviest) {
                best = Some((weight, language));
            }
        }
        let fallback = Self::ALL.into_iter().find(|one| !excluded.contains(one)).unwrap_or_default();
        best.map_or(fallback, |(_, language)| language)
    }

    fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Some(Self::Chinese)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::English)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_that_we_have_wins() {
        for (accept, expected) in [
            (None, Language::Chinese),
            (Some(""), Language::Chinese),
            (Some("en"), Language::English),
            (Some("EN-gb"), Language::English),
            (Some("zh-TW"), Language::Chinese),
            (Some("fr, en;q=0.5"), Language::English),
            (Some("en;q=0.2, zh-CN;q=0.9"), Language::Chinese),
            (Some("zh-CN;q=0.2, en;q=0.9"), Language::English),
            (Some("zh;q=0, fr"), Language::English),
            (Some("en;q=7"), Language::Chinese),
            (Some("*"), Language::Chinese),
            (Some(";;;,,q=,\u{0}"), Language::Chinese),
        ] {
            assert_eq!(Language::negotiate(accept), expected, "{accept:?}");
        }
    }
}
