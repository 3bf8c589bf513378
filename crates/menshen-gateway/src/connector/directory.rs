//! What departments are called and who has which tag: WeCom's directory, remembered for a while.
//!
//! One fetch at a time serves any number of logins and goes on when they are given up. What is
//! remembered is never older than the re-check interval, so a moved department is seen within it
//! (S-106). Everything is by number; names are for show. When the directory cannot be read, members
//! keep their department ids, and have no names and no tags (S-207).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use wecom_sdk::{Client, DepartmentId, Error, TagId, Timestamp, User};

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
type Remembered<T> = Cache<i64, Option<Arc<T>>>;

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
            max_age: parts.config.session.recheck,
            departments: Cache::new(2),
            tags: Cache::new(2),
        }
    }

    /// The path of each department, names from the root down; empty when unknown.
    pub(super) async fn paths(&self, departments: &[DepartmentId], when: When) -> Vec<Vec<String>> {
        let tree = self.tree(when).await;
        let path = |id: &DepartmentId| tree.as_ref().map_or_else(Vec::new, |tree| tree.path(*id));
        departments.iter().map(path).collect()
    }

    /// The tags of a member, direct or through a department above; `None` when unknown.
    pub(super) async fn tags_of(&self, user: &User, when: When) -> Option<Vec<TagId>> {
        let tags = self.tag_index(when).await?;
        let tree = self.tree(when).await.unwrap_or_default();
        let departments = user.departments.iter().flat_map(|id| tree.upward(*id));
        Some(tags.of(&user.user_id.folded(), departments))
    }

    async fn tree(&self, when: When) -> Option<Arc<Tree>> {
        let client = self.client.clone();
        let fetch = async move { Ok(Tree::from_list(client.departments(None).await?)) };
        self.remembered(&self.departments, "departments", fetch, when)
            .await
    }

    async fn tag_index(&self, when: When) -> Option<Arc<TagIndex>> {
        let fetch = fetch_tags(self.client.clone(), self.jobs.clone());
        self.remembered(&self.tags, "tags", fetch, when).await
    }

    async fn remembered<T: Send + Sync + 'static>(
        &self,
        cache: &Remembered<T>,
        what: &'static str,
        fetch: impl Future<Output = Result<T, Unknown>> + Send + 'static,
        when: When,
    ) -> Option<Arc<T>> {
        let stretch = self.stretch(when.now);
        if let Some(known) = cache.get(&stretch).await {
            return known;
        }
        let (cache, connector_id) = (cache.clone(), Arc::clone(&self.connector_id));
        let fetching = self.jobs.spawn(async move {
            let answer = async move {
                match fetch.await {
                    Ok(value) => Ok(Some(Arc::new(value))),
                    Err(unknown) => {
                        report(&connector_id, what, &unknown);
                        match unknown {
                            // A definite no is remembered, or every login would ask again.
                            Unknown::Wecom(error) if error.is_rejected() => Ok(None),
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
