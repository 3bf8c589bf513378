//! The groups of a person: departments by id and by full path, then tags.
//!
//! An identity goes in, words come out; claims and headers say the same words. Rules go by the
//! numbers (S-106); a path always begins with a slash, so no department can be named like a number of
//! another.

use menshen_store::{Department, Identity};

/// `department:2`, `/总部/研发部`, `tag:5`.
pub(crate) fn groups(identity: &Identity) -> Vec<String> {
    let ids = identity.departments.iter();
    let ids = ids.map(|department| format!("department:{}", department.id));
    let paths = identity.departments.iter().filter_map(path);
    let tags = identity.tags.iter().map(|tag| format!("tag:{tag}"));
    ids.chain(paths).chain(tags).collect()
}

/// `/总部/研发部`; a slash inside a name is written `%2F`, so that it makes no level of its own.
fn path(department: &Department) -> Option<String> {
    let escape = |name: &String| name.replace('%', "%25").replace('/', "%2F");
    let names: Vec<String> = department.path.iter().map(escape).collect();
    (!names.is_empty()).then(|| format!("/{}", names.join("/")))
}
