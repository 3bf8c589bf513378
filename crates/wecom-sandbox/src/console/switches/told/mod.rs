//! What each switch means to a person: the question it answers, why it is open, and every answer.
//!
//! Out: chapters of switches, in English and Chinese, each with the sections of the project's notes on WeCom
//! that made it necessary. A test holds them against the switches themselves: none is missing, none too many.

mod answers;
mod codes;
mod links;
mod people;
mod pushes;
mod sections;
mod web_login;

pub(super) use self::sections::section;
use crate::page::fields::Fields;

/// A text in English and in Chinese.
pub(super) type Text = (&'static str, &'static str);

/// Switches about one matter; one form saves them together.
pub(super) struct Chapter {
    /// Its name in addresses.
    pub(super) key: &'static str,
    pub(super) title: Text,
    pub(super) switches: &'static [Told],
}

impl Chapter {
    /// Whether a form speaks of one of its switches.
    pub(super) fn is_in(&self, form: &Fields) -> bool {
        self.switches
            .iter()
            .any(|told| form.get(told.name).is_some())
    }
}

/// A switch, as a person reads it.
pub(super) struct Told {
    /// Its name in a seed and in the control API.
    pub(super) name: &'static str,
    /// Sections of the notes.
    pub(super) sections: &'static [&'static str],
    pub(super) question: Text,
    /// Why there is a choice at all.
    pub(super) because: Text,
    /// Each word of the switch, and what it does: the default first.
    pub(super) words: &'static [(&'static str, Text)],
}

/// All of them.
pub(super) const CHAPTERS: [Chapter; 6] = [
    links::CHAPTER,
    web_login::CHAPTER,
    codes::CHAPTER,
    people::CHAPTER,
    answers::CHAPTER,
    pushes::CHAPTER,
];

#[cfg(test)]
mod tests {
    use super::{CHAPTERS, section};
    use crate::world::Switches;

    #[test]
    fn every_switch_is_told_once_with_all_its_words_and_sections() {
        let told: Vec<_> = CHAPTERS.iter().flat_map(|c| c.switches).collect();
        for (name, words) in Switches::NAMES {
            let found: Vec<_> = told.iter().filter(|told| told.name == *name).collect();
            let [told] = found.as_slice() else {
                panic!("{name} is told {} times", found.len());
            };
            let said: Vec<_> = told.words.iter().map(|(word, _)| *word).collect();
            assert_eq!(said, *words, "{name}");
            assert!(!told.sections.is_empty(), "{name}");
            for number in told.sections {
                assert!(section(number).is_some(), "{name}: {number}");
            }
        }
        assert_eq!(told.len(), Switches::NAMES.len());
    }

    #[test]
    fn every_text_is_there_in_both_languages() {
        let is_chinese = |text: &str| text.chars().any(|c| ('一'..='龥').contains(&c));
        for chapter in &CHAPTERS {
            let mut texts = vec![chapter.title];
            for told in chapter.switches {
                texts.extend([told.question, told.because]);
                texts.extend(told.words.iter().map(|(_, text)| *text));
            }
            for (en, zh) in texts {
                assert!(!en.is_empty() && !is_chinese(en), "{en}");
                assert!(is_chinese(zh), "{zh}");
            }
        }
    }
}
