//! A closed choice with a word for each value: what a switch is made of.
//!
//! In: a word of the seed or of the control API. Out: the choice, and its word again. The first value is the default.

/// A closed choice with a word for each value.
pub trait Choice: Sized + 'static {
    /// Every word, the default first.
    const WORDS: &'static [&'static str];

    /// The choice that a word stands for.
    fn parse(word: &str) -> Option<Self>;

    /// The word that stands for this choice.
    fn as_str(&self) -> &'static str;
}

macro_rules! choices {
    ($( $(#[$doc:meta])* $name:ident {
        $(#[$first_doc:meta])* $first:ident = $first_word:literal
        $(, $(#[$other_doc:meta])* $other:ident = $other_word:literal)* $(,)?
    } )+) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name {
            $(#[$first_doc])*
            #[default]
            $first,
            $( $(#[$other_doc])* $other, )*
        }

        impl Choice for $name {
            const WORDS: &'static [&'static str] = &[$first_word $(, $other_word)*];

            fn parse(word: &str) -> Option<Self> {
                match word {
                    $first_word => Some(Self::$first),
                    $( $other_word => Some(Self::$other), )*
                    _ => None,
                }
            }

            fn as_str(&self) -> &'static str {
                match self {
                    Self::$first => $first_word,
                    $( Self::$other => $other_word, )*
                }
            }
        }
    )+ };
}

pub(super) use choices;
