//! Opening a database: every check comes before the first change.
//!
//! In: a path and an [`OpenMode`]. Out: a [`Sqlite`] whose schema is up to date, or an [`OpenError`]
//! that says what to do. It never makes a database where one should have been, never touches a file
//! that is not ours, and never reads more of a file than its schema.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqlitePool};

use super::error::{code, primary_code};
use super::file::is_new;
use super::unmigrated::Unmigrated;
use super::{OpenError, Sqlite};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Marks a database as one of ours: "Mnsn".
pub(super) const APPLICATION_ID: i32 = 0x4d6e_736e;
/// How long a call waits for its turn: a thousand logins at once are a queue, not a failure.
pub(super) const QUEUE_FOR: Duration = Duration::from_secs(5);
/// How long it then waits for a lock that another process holds.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether a database may be made when there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// There is a database already; without it, opening fails.
    MustExist,
    /// A new installation: the file is made when there is none.
    MayCreate,
}

impl Sqlite {
    /// Opens the database in a file, and brings its schema up to date.
    ///
    /// # Errors
    /// Fails with the reason and the remedy, without having made or changed anything.
    pub async fn open(path: &Path, mode: OpenMode) -> Result<Self, OpenError> {
        Self::look_into(path, mode).await?.migrate().await
    }

    /// Opens the database in a file and changes nothing in it yet, so that it can be asked first whether
    /// it is the one that is meant.
    ///
    /// # Errors
    /// Fails with the reason and the remedy, without having made or changed anything.
    pub async fn look_into(path: &Path, mode: OpenMode) -> Result<Unmigrated, OpenError> {
        let is_new = is_new(path, mode)?;
        if !is_new {
            inspect(path).await?;
        }
        let options = options().filename(path);
        let writer = one_connection(options.clone())
            .await
            .map_err(|error| cause(path, &error))?;
        let opened = Unmigrated {
            path: path.to_owned(),
            options,
            writer,
        };
        match mark(&opened.writer, path, is_new).await {
            Ok(()) => Ok(opened),
            Err(error) => {
                opened.close().await;
                Err(error)
            }
        }
    }

    /// Opens a new database in memory, which ends with the last copy of this value.
    ///
    /// # Errors
    /// Fails when there is no memory for it.
    pub async fn in_memory() -> Result<Self, OpenError> {
        let name = Path::new(":memory:");
        let writer = one_connection(options().filename(name))
            .await
            .map_err(|error| cause(name, &error))?;
        migrate(&writer, name).await?;
        // A second connection would be a second database.
        let reader = writer.clone();
        Ok(Self { writer, reader })
    }
}

fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("journal_size_limit", "67108864")
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging()
}

/// A pool that keeps its one connection for ever, and lets callers queue for it.
async fn one_connection(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .acquire_timeout(QUEUE_FOR)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await
}

/// Reads the schema of a file at rest, without the companions that any other way of opening makes.
async fn inspect(path: &Path) -> Result<(), OpenError> {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    if std::fs::metadata(&wal).is_ok_and(|wal| wal.len() > 0) {
        // The last process was killed, or another one is running: only all files together are true.
        return Ok(());
    }
    let fail = |error: sqlx::Error| cause(path, &error);
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(true)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(fail)?;
    let is_begun: bool = sqlx::query_scalar(
        "SELECT count(*) > 0 FROM sqlite_schema WHERE name = '_sqlx_migrations'",
    )
    .fetch_one(&mut connection)
    .await
    .map_err(fail)?;
    let found: Option<i64> = if is_begun {
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
            .fetch_one(&mut connection)
            .await
            .map_err(fail)?
    } else {
        None
    };
    connection.close().await.map_err(fail)?;
    match found {
        Some(found) if found > newest() => Err(newer(path, found)),
        _ => Ok(()),
    }
}

/// The newest schema version that this program knows.
fn newest() -> i64 {
    let versions = MIGRATIONS.iter().map(|migration| migration.version);
    versions.max().unwrap_or_default()
}

fn newer(path: &Path, found: i64) -> OpenError {
    OpenError::Newer {
        path: path.to_owned(),
        found,
        known: newest(),
    }
}

/// Marks a new database as ours, and refuses one that does not bear the mark.
async fn mark(writer: &SqlitePool, path: &Path, is_new: bool) -> Result<(), OpenError> {
    let fail = |error: sqlx::Error| cause(path, &error);
    if is_new {
        // Outside the WAL, so that the mark is in the file's header from the start.
        sqlx::query(concat!("PRAGMA application_id = ", 0x4d6e_736e))
            .execute(writer)
            .await
            .map_err(fail)?;
    }
    let found: i32 = sqlx::query_scalar("PRAGMA application_id")
        .fetch_one(writer)
        .await
        .map_err(fail)?;
    if found == APPLICATION_ID {
        Ok(())
    } else {
        Err(OpenError::Foreign(path.to_owned()))
    }
}

pub(super) async fn migrate(writer: &SqlitePool, path: &Path) -> Result<(), OpenError> {
    match MIGRATIONS.run(writer).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(found)) => Err(newer(path, found)),
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
            Err(cause(path, &error))
        }
        Err(error) => Err(OpenError::Failed {
            path: path.to_owned(),
            reason: error.to_string(),
        }),
    }
}

pub(super) fn cause(path: &Path, error: &sqlx::Error) -> OpenError {
    let path: PathBuf = path.to_owned();
    let code = match error {
        sqlx::Error::Database(database) => primary_code(database.as_ref()),
        _ => 0,
    };
    match code {
        code::NOTADB => OpenError::NotADatabase(path),
        code::CORRUPT => OpenError::Damaged(path),
        code::READONLY | code::PERM | code::CANTOPEN => OpenError::NotWritable(path),
        code::BUSY | code::LOCKED => OpenError::Locked(path),
        _ => OpenError::Failed {
            path,
            reason: error.to_string(),
        },
    }
}
