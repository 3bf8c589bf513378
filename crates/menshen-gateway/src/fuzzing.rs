//! A door for the fuzz targets to what has no public name: rules, hosts, names of headers, heads.
//!
//! Exists only under `--cfg fuzzing`, which cargo-fuzz sets. In: what came over a wire, in plain types. Out: what
//! the gate makes of it, in plain types. It decides nothing and asserts nothing: what must hold stands in
//! `fuzz/fuzz_targets`, and none of the rooms becomes public by it.

use http::{HeaderMap, HeaderName, Method, Request, Uri, Version, header};
use menshen_store::SubjectKind;
use wecom_sdk::{CorpId, DepartmentId};

use crate::access::host::normalize;
use crate::access::method::Methods;
use crate::access::path::Path;
use crate::access::pattern::Pattern;
use crate::access::rules::{Rule, Rules, Verdict};
use crate::access::term::{Allow, Facts, Term};
use crate::forward_auth;
use crate::front;
use crate::identity_headers::names::{Fact, is_free};
use crate::identity_headers::values::Headers;
use crate::proxy;

pub use crate::listen::fuzzing::{Seen, seen};

const CORP: &str = "ww5f1e2d3c4b5a6978";
const USUAL_PORT: u16 = 443;

/// The rules of a site.
#[derive(Debug)]
pub struct Gate(Rules);

impl Gate {
    /// The site's own `allow`, and its rules: methods with commas between them (none for all), path, word.
    /// `None` when the configuration would refuse one of them.
    #[must_use]
    pub fn new(allow: &str, rules: &[(&str, &str, &str)]) -> Option<Self> {
        let rule = |&(methods, path, word): &(&str, &str, &str)| {
            let names = methods.split(',').filter(|name| !name.is_empty());
            let names: Vec<String> = names.map(str::to_owned).collect();
            let is_good = names.iter().all(|name| Methods::is_name(name));
            is_good.then_some(Rule {
                path: Pattern::parse(path).ok()?,
                methods: Methods::new(names),
                allow: read_allow(word)?,
            })
        };
        Some(Self(Rules {
            corp_id: CorpId::parse(CORP).ok(),
            allow: read_allow(allow)?,
            list: rules.iter().map(rule).collect::<Option<_>>()?,
        }))
    }

    /// Whether the path, as it was sent, is open to a stranger or to a member of one department. `None`
    /// when it is refused unjudged.
    #[must_use]
    pub fn is_open(&self, method: &str, path: &str, department: Option<u32>) -> Option<bool> {
        let path = Path::parse(path).ok()?;
        let departments: Vec<DepartmentId> = department.map(DepartmentId).into_iter().collect();
        let facts = department.map(|_| Facts {
            kind: SubjectKind::Member,
            corp_id: CORP,
            user_id: "zhangsan",
            departments: &departments,
            tags: &[],
        });
        let needs = self.0.needs(method, &path);
        let verdict = self.0.decide(&needs, &path, facts.as_ref());
        Some(matches!(verdict, Verdict::Public | Verdict::Allow))
    }
}

fn read_allow(word: &str) -> Option<Allow> {
    match word {
        "public" => Some(Allow::Public),
        "nobody" => Some(Allow::Any(Box::default())),
        word => Term::parse(word).map(|term| Allow::Any([term].into())),
    }
}

/// The canonical form of a path, and whether it is clear. `None` when it is refused.
#[must_use]
pub fn canonical(path: &str) -> Option<(String, bool)> {
    let path = Path::parse(path).ok()?;
    Some((path.canonical().to_owned(), path.is_clear()))
}

/// The normal form of a host.
#[must_use]
pub fn normal_host(text: &str) -> Option<String> {
    normalize(text, USUAL_PORT).map(std::borrow::Cow::into_owned)
}

/// For which host a request is: its address, its `Host` lines, and whether it came over HTTP/2. `None` when
/// it is refused, or for no host.
#[must_use]
pub fn settled_host(target: Uri, headers: HeaderMap, is_http2: bool) -> Option<String> {
    let mut request = Request::new(());
    *request.uri_mut() = target;
    *request.headers_mut() = headers;
    if is_http2 {
        *request.version_mut() = Version::HTTP_2;
    }
    let (mut head, ()) = request.into_parts();
    front::settle(&mut head).ok()?;
    let host = head.headers.get(header::HOST)?.to_str().ok()?;
    normal_host(host)
}

/// Host, method and target that a proxy describes in the headers of its question.
#[must_use]
pub fn described(headers: &HeaderMap) -> Option<(String, String, String)> {
    forward_auth::described(headers)
}

/// What an upstream gets of a request's headers. `own` are the names that the site gives to the subject;
/// `None` when the configuration would refuse one of them. Nobody is signed in: our values are empty.
#[must_use]
pub fn sent_on(
    mut headers: HeaderMap,
    method: &Method,
    version: Version,
    own: &[&str],
) -> Option<HeaderMap> {
    let name = |name: &&str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_good = name.bytes().all(is_plain) && is_free(name);
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        is_good.then_some((name, Fact::Subject))
    };
    let own = own.iter().map(name).collect::<Option<Vec<_>>>()?;
    let ours = Headers::new(&own);
    proxy::fuzzing::clean(&mut headers, (method, version), |name| {
        ours.is_managed(name)
    });
    ours.write(None, None, &mut headers);
    Some(headers)
}
