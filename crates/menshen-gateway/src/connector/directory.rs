//! What departments are called and who has which tag: WeCom's directory, remembered for a while.
//!
//! One fetch at a time serves any number of logins and goes on when they are given up. What is
//! remembered is at most half as old as the re-check interval, and whoever asks is told since when it
//! is known, so that nothing older than the interval is ever judged by (S-049, S-106). Everything is by number; names are for show. When the directory cannot
//! be read, members keep their department ids, and have no names and no tags (S-207).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use wecom_sdk::{Client, DepartmentId, Error, Member as WecomMember, TagId, Timestamp};

use crate::Parts;
use crate::jobs::Jobs;

#[cfg(test)]
mod tests;

/// WeCom's departments are at most 15 deep; a longer way up is a circle.
const DEEPEST: usize = 32;
/// How many tags are read at a time.
const TAGS_AT_A_TIME: usize = 8;

/// The remembered directory of one connector.
#[derive(Debug)]
pub(super) struct Directory {
    client: Client,
    connector_id: Arc<str>,
    jobs: Jobs,
    max_age: Duration,
    departments: Remembered<Tree>,
    tags: Remembered<TagIndex>,
}

/// By stretch of time, so that what is older than a stretch is never found. `None`: WeCom said no, and
/// will not be asked again in this stretch.
type Remembered<T> = Cache<i64, Option<Arc<Known<T>>>>;

/// Something WeCom told us, and when it was asked.
#[derive(Debug)]
struct Known<T> {
    value: T,
    since: Timestamp,
}

/// What is known of a member's place in the directory.
#[derive(Debug)]
pub(super) struct Places {
    /// Of each department, in the order they were asked for.
    pub(super) departments: Vec<Place>,
    /// The tags, direct or through a department above; `None` when unknown.
    pub(super) tags: Option<Vec<TagId>>,
    /// Since when all of it is known.
    pub(super) known_since: Timestamp,
}

/// Where a department lies.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// Its names from the root down; empty when unknown.
    pub(super) path: Vec<String>,
    /// The departments above it; empty when unknown.
    pub(super) above: Vec<DepartmentId>,
}

/// Why the directory is not known.
#[derive(Debug)]
enum Unknown {
    /// WeCom did not say.
    Wecom(Error),
    /// A piece of the reading broke off.
    BrokeOff,
}

impl From<Error> for Unknown {
    fn from(error: Error) -> Self {
        Self::Wecom(error)
    }
}

/// The departments the agent may see.
#[derive(Debug, Default)]
struct Tree(HashMap<DepartmentId, Node>);

#[derive(Debug)]
struct Node {
    name: Option<String>,
    parent: Option<DepartmentId>,
}

/// Who has which tag.
#[derive(Debug, Default)]
struct TagIndex {
    members: HashMap<String, Vec<TagId>>,
    departments: HashMap<DepartmentId, Vec<TagId>>,
}

/// When something is asked, and how long the answer is waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    pub(super) now: Timestamp,
    pub(super) deadline: Instant,
}

impl Directory {
    pub(super) fn new(client: Client, parts: &Parts, connector_id: &str) -> Self {
        Self {
            client,
            connector_id: connector_id.into(),
            jobs: parts.jobs.clone(),
            max_age: parts.config.session.recheck / 2,
            departments: Cache::new(2),
            tags: Cache::new(2),
        }
    }

    /// Where a member stands: departments with those above, and tags.
    pub(super) async fn places(&self, user: &WecomMember, when: When) -> Places {
        let (tree, tags) = tokio::join!(self.tree(when), self.tag_index(when));
        let since = |known: Option<Timestamp>| known.unwrap_or(when.now).min(when.now);
        let known_since = since(tree.as_ref().map(|tree| tree.since))
            .min(since(tags.as_ref().map(|tags| tags.since)));
        let nothing = Tree::default();
        let tree = tree.as_ref().map_or(&nothing, |tree| &tree.value);
        let place = |id: &DepartmentId| Place {
            path: tree.path(*id),
            above: tree.upward(*id).split_off(1),
        };
        let upward = || user.departments.iter().flat_map(|id| tree.upward(*id));
        Places {
            departments: user.departments.iter().map(place).collect(),
            tags: tags.map(|tags| tags.value.of(&user.user_id.folded(), upward())),
            known_since,
        }
    }

    async fn tree(&self, when: When) -> Option<Arc<Known<Tree>>> {
        let client = self.client.clone();
        let fetch = async move { Ok(Tree::from_list(client.departments(None).await?)) };
        self.remembered(&self.departments, "departments", fetch, when)
            .await
    }

    async fn tag_index(&self, when: When) -> Option<Arc<Known<TagIndex>>> {
        let fetch = fetch_tags(self.client.clone(), self.jobs.clone());
        self.remembered(&self.tags, "tags", fetch, when).await
    }

    async fn remembered<T: Send + Sync + 'static>(
        &self,
        cache: &Remembered<T>,
        what: &'static str,
        fetch: impl Future<Output = Result<T, Unknown>> + Send + 'static,
        when: When,
    ) -> Option<Arc<Known<T>>> {
        let (stretch, since) = (self.stretch(when.now), when.now);
        if let Some(known) = cache.get(&stretch).await {
            return known;
        }
        let (cache, connector_id) = (cache.clone(), Arc::clone(&self.connector_id));
        let fetching = self.jobs.spawn(async move {
            let answer = async move {
                match fetch.await {
                    Ok(value) => Ok(Some(Arc::new(Known { value, since }))),
                    Err(unknown) => {
                        report(&connector_id, what, &unknown);
                        match unknown {
                            // A definite no is remembered, or every login would ask again. "Busy" and
                            // "too often" are no such no: remembered, they would take everybody's tags
                            // away until the stretch is over.
                            Unknown::Wecom(error) if is_definite(&error) => Ok(None),
                            Unknown::Wecom(_) | Unknown::BrokeOff => Err(()),
                        }
                    }
                }
            };
            cache.try_get_with(stretch, answer).await
        });
        timeout_at(when.deadline, fetching)
            .await
            .ok()?
            .ok()?
            .unwrap_or(None)
    }

    fn stretch(&self, now: Timestamp) -> i64 {
        let length = i64::try_from(self.max_age.as_millis()).unwrap_or(i64::MAX);
        now.as_millis() / length.max(1)
    }
}

impl Tree {
    fn from_list(list: Vec<wecom_sdk::Department>) -> Self {
        let node = |department: wecom_sdk::Department| {
            let parent = department.node.parent_id;
            let name = department.name;
            (department.node.id, Node { name, parent })
        };
        Self(list.into_iter().map(node).collect())
    }

    /// The department and those above it, as far as the agent may see them.
    fn upward(&self, from: DepartmentId) -> Vec<DepartmentId> {
        let parent = |id: &DepartmentId| self.0.get(id).and_then(|node| node.parent);
        let mut seen = HashSet::new();
        std::iter::successors(Some(from), parent)
            .take_while(|id| seen.insert(*id))
            .take(DEEPEST)
            .collect()
    }

    fn path(&self, id: DepartmentId) -> Vec<String> {
        let mut names: Vec<String> = self
            .upward(id)
            .iter()
            .map_while(|id| self.0.get(id)?.name.clone())
            .collect();
        names.reverse();
        names
    }
}

impl TagIndex {
    fn add(&mut self, id: TagId, tag: &wecom_sdk::Tag) {
        for member in &tag.members {
            self.members.entry(member.folded()).or_default().push(id);
        }
        for department in &tag.departments {
            self.departments.entry(*department).or_default().push(id);
        }
    }

    fn of(&self, user: &str, departments: impl Iterator<Item = DepartmentId>) -> Vec<TagId> {
        let through = departments.filter_map(|id| self.departments.get(&id));
        let direct = self.members.get(user).into_iter();
        let mut tags: Vec<TagId> = direct.chain(through).flatten().copied().collect();
        tags.sort_unstable();
        tags.dedup();
        tags
    }
}

/// Reads all tags, a few at a time. One that cannot be read makes the whole unknown: half an answer
/// would look like a tag that was taken away.
async fn fetch_tags(client: Client, jobs: Jobs) -> Result<TagIndex, Unknown> {
    let names = client.tags().await?;
    let mut index = TagIndex::default();
    for some in names.chunks(TAGS_AT_A_TIME) {
        let reading: Vec<_> = some
            .iter()
            .map(|name| {
                let (client, id) = (client.clone(), name.id);
                (id, jobs.spawn(async move { client.tag(id).await }))
            })
            .collect();
        for (id, tag) in reading {
            index.add(id, &read(tag).await?);
        }
    }
    Ok(index)
}

/// Whether WeCom would say the same if it were asked again at once.
fn is_definite(error: &Error) -> bool {
    error.is_rejected() && !error.is_retryable() && !error.is_rate_limited()
}

/// Security: what broke off is unknown, and unknown is not "nobody has this tag".
async fn read<T>(reading: JoinHandle<Result<T, Error>>) -> Result<T, Unknown> {
    Ok(reading.await.map_err(|_| Unknown::BrokeOff)??)
}

fn report(connector_id: &str, what: &'static str, unknown: &Unknown) {
    let Unknown::Wecom(error) = unknown else {
        tracing::error!(
            connector.id = connector_id,
            "reading the {what} from WeCom broke off; people are known by their department ids only"
        );
        return;
    };
    let explanation = error.explanation();
    tracing::warn!(
        connector.id = connector_id,
        wecom.errcode = error.errcode(),
        wecom.cause = explanation.map(|info| info.cause),
        wecom.remedy = explanation.map(|info| info.remedy),
        error = %error,
        "the {what} could not be read from WeCom; people are known by their department ids only"
    );
}
