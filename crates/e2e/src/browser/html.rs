//! A small reader of our own pages: text, links, forms, and whatever a page would load.
//!
//! It reads the HTML that our templates write, not everything that browsers forgive.

mod form;
mod token;

pub use form::Form;
use form::{Button, Control};
use token::{Attributes, Token};

/// A link.
#[derive(Clone, Debug)]
pub struct Link {
    /// What it says.
    pub text: String,
    /// Where it leads, as written.
    pub href: String,
}

/// A page, read.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// What a person reads, white space collapsed.
    pub text: String,
    /// The links, in order.
    pub links: Vec<Link>,
    /// The forms, in order.
    pub forms: Vec<Form>,
    /// What the browser would load or connect to by itself: `src`, `srcset`, `<link href>`, `url(…)`
    /// in styles, and the target of a refresh.
    pub loads: Vec<String>,
    /// Every `<script>` element and every `on…` attribute.
    pub scripts: Vec<String>,
}

/// What is open while the page is read.
#[derive(Default)]
struct Open {
    form: Option<usize>,
    link: Option<usize>,
    button: Option<Button>,
    raw: Option<&'static str>,
}

impl Document {
    /// Reads a page.
    pub fn parse(html: &str) -> Self {
        let mut document = Self::default();
        let mut open = Open::default();
        for token in token::tokens(html) {
            match token {
                Token::Text(text) => document.take_text(&text, &mut open),
                Token::Open(name, attributes) => document.enter(&name, &attributes, &mut open),
                Token::Close(name) => document.leave(&name, &mut open),
            }
        }
        document.text = collapse(&document.text);
        for link in &mut document.links {
            link.text = collapse(&link.text);
        }
        document
    }

    fn take_text(&mut self, text: &str, open: &mut Open) {
        match open.raw {
            Some("style") => self.loads.extend(addresses_in_style(text)),
            Some("script") => self.scripts.push(text.to_owned()),
            Some(_) => {}
            None => {
                self.text.push_str(text);
                if let Some(link) = open.link {
                    self.links[link].text.push_str(text);
                }
                if let Some(button) = &mut open.button {
                    button.text.push_str(text);
                }
            }
        }
    }

    fn enter(&mut self, name: &str, attributes: &Attributes, open: &mut Open) {
        self.audit(name, attributes);
        match name {
            "style" => open.raw = Some("style"),
            "script" => open.raw = Some("script"),
            "a" => {
                if let Some(href) = attributes.get("href") {
                    open.link = Some(self.links.len());
                    self.links.push(Link {
                        text: String::new(),
                        href: href.to_owned(),
                    });
                }
            }
            "form" => {
                open.form = Some(self.forms.len());
                self.forms.push(Form::open(attributes));
            }
            "button" => open.button = Some(Button::open(attributes)),
            "input" | "select" | "textarea" => self.take_control(attributes, open),
            "br" | "p" | "div" | "li" | "h1" | "h2" | "td" | "dd" | "dt" | "label" | "title" => {
                self.text.push(' ');
            }
            _ => {}
        }
    }

    fn take_control(&mut self, attributes: &Attributes, open: &Open) {
        let Some(form) = open.form else { return };
        let form = &mut self.forms[form];
        if attributes.get("type") == Some("submit") {
            form.buttons.push(Button::input(attributes));
        } else if let Some(control) = Control::read(attributes) {
            form.controls.push(control);
        }
    }

    fn leave(&mut self, name: &str, open: &mut Open) {
        match name {
            "style" | "script" => open.raw = None,
            "a" => open.link = None,
            "form" => open.form = None,
            "button" => {
                if let (Some(mut button), Some(form)) = (open.button.take(), open.form) {
                    button.text = collapse(&button.text);
                    self.forms[form].buttons.push(button);
                }
            }
            "p" | "div" | "li" | "h1" | "h2" | "td" | "dd" | "dt" | "label" | "title" => {
                self.text.push(' ');
            }
            _ => {}
        }
    }

    fn audit(&mut self, name: &str, attributes: &Attributes) {
        for (key, value) in attributes.iter() {
            match key {
                "src" | "srcset" | "data" | "poster" | "background" => {
                    self.loads.push(value.to_owned());
                }
                "href" if name == "link" || name == "use" || name == "base" => {
                    self.loads.push(value.to_owned());
                }
                "content" if attributes.get("http-equiv").is_some() => {
                    self.loads
                        .extend(value.split_once("url=").map(|(_, url)| url.to_owned()));
                }
                "style" => self.loads.extend(addresses_in_style(value)),
                _ if key.starts_with("on") => self.scripts.push(value.to_owned()),
                _ => {}
            }
        }
        if name == "script" {
            self.scripts.push(String::new());
        }
    }
}

fn addresses_in_style(style: &str) -> Vec<String> {
    let mut found: Vec<String> = style
        .split("url(")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0.trim_matches(['"', '\'']).to_owned()))
        .collect();
    found.extend(style.contains("@import").then(|| "@import".to_owned()));
    found
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
