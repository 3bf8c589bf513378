//! A million sessions in seconds, for benches and tests of size.
//!
//! In: how many, whose, until when. Out: rows that no browser can present. Never part of a shipped program:
//! it comes with the feature `contract`.

use wecom_sdk::{CorpId, Timestamp};

use super::Sqlite;
use super::error::failed;
use crate::{Digest, Result, Subject, SubjectId, SubjectKind, Subjects as _};

/// `$1` how many, `$2` subject, `$3` corp, `$4` created at, `$5` expires at. Digests are 32 decimal
/// digits, counted up, so that every row lands at the end of its index.
const FILL: &str = "\
WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < $1)
INSERT INTO session (id_digest, subject_id, corp_id, connector_id, door, user_agent, created_at,
  expires_at, last_seen_at, checked_at)
SELECT CAST(printf('%032d', n) AS BLOB), $2, $3, 'fill', 'scan', 'fill', $4, $5, $4, $4 FROM counted";

/// More sessions like one that exists: `$1` their digests, a JSON array of hexadecimal strings, `$2` that one's.
const COPY: &str = "\
INSERT INTO session (id_digest, subject_id, corp_id, connector_id, door, user_agent, created_at,
  expires_at, last_seen_at, checked_at)
SELECT unhex(digests.value), subject_id, corp_id, connector_id, door, user_agent, created_at, expires_at,
  last_seen_at, checked_at
FROM json_each($1) AS digests, session WHERE session.id_digest = $2";

/// Digests in one statement: enough that the way to SQLite's thread and back does not count.
const AT_ONCE: usize = 10_000;

/// The newest session. Asked once: nothing sorts the sessions by their beginning.
const NEWEST: &str = "SELECT id_digest FROM session ORDER BY created_at DESC LIMIT 1";

impl Sqlite {
    /// Opens one more session like the newest for each of the digests, all in one transaction. What leads to
    /// them is up to whoever made the digests.
    ///
    /// # Errors
    /// Fails as any write does, and with `Conflict` when a digest is there already.
    pub async fn fill_with_copies(&self, digests: impl Iterator<Item = Digest>) -> Result<()> {
        let mut all = self.writer.begin().await.map_err(failed)?;
        let newest = sqlx::query_scalar::<_, Vec<u8>>(NEWEST);
        let newest = newest.fetch_one(&mut *all).await.map_err(failed)?;
        // In the order of the index: a million rows in any order would touch a page each.
        let mut digests: Vec<[u8; 32]> = digests.map(|digest| *digest.as_bytes()).collect();
        digests.sort_unstable();
        for some in digests.chunks(AT_ONCE) {
            let copy = sqlx::query(COPY).bind(json(some)).bind(&newest);
            copy.execute(&mut *all).await.map_err(failed)?;
        }
        all.commit().await.map_err(failed)
    }

    /// Opens `count` sessions of one made-up person in one statement, from `now` on for `lasts_for`.
    /// No cookie leads to any of them. To be called once per store.
    ///
    /// # Errors
    /// Fails as any write does, and with `Conflict` when called twice.
    pub async fn fill_with_sessions(
        &self,
        count: u32,
        corp_id: &CorpId,
        now: Timestamp,
        lasts_for: std::time::Duration,
    ) -> Result<()> {
        let subject = self
            .find_or_insert_subject(&Subject {
                id: SubjectId(uuid::Uuid::from_u128(0xf111)),
                corp_id: corp_id.clone(),
                kind: SubjectKind::Member,
                key: "fill".to_owned(),
                created_at: now,
                retired_at: None,
            })
            .await?;
        sqlx::query(FILL)
            .bind(i64::from(count))
            .bind(subject.id.0.as_bytes().as_slice())
            .bind(corp_id.as_str())
            .bind(now.as_millis())
            .bind(now.plus(lasts_for).as_millis())
            .execute(&self.writer)
            .await
            .map_err(failed)?;
        Ok(())
    }
}

/// `["00ff…","…"]`.
fn json(digests: &[[u8; 32]]) -> String {
    let hex = |digest: &[u8; 32]| -> String {
        let digits = digest.iter().map(|byte| format!("{byte:02x}"));
        format!("\"{}\"", digits.collect::<String>())
    };
    let all: Vec<String> = digests.iter().map(hex).collect();
    format!("[{}]", all.join(","))
}
