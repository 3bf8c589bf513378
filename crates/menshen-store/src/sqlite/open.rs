//! Opening a database: every check comes before the first change.
//!
//! In: a path and an [`OpenMode`]. Out: a [`Sqlite`] whose schema is up to date, or an [`OpenError`]
//! that says what to do. It never makes a database where one should have been, never touches a file
//! that is not ours, and never reads more of a file than its schema.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqlitePool};

use super::error::{code, primary_code};
use super::{OpenError, Sqlite};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Marks a database as one of ours: "Mnsn".
const APPLICATION_ID: i32 = 0x4d6e_736e;
const APPLICATION_ID_AT: usize = 68;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// How long a call waits for a connection, and then for a lock that another process holds.
const PATIENCE: Duration = Duration::from_secs(1);
const READERS: u32 = 4;

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
        let is_new = is_new(path, mode)?;
        let options = options().filename(path);
        let writer = one_connection(options.clone())
            .await
            .map_err(|error| cause(path, &error))?;
        match prepare(&writer, path, is_new).await {
            Ok(()) => Ok(Self {
                reader: SqlitePoolOptions::new()
                    .max_connections(READERS)
                    .min_connections(0)
                    .acquire_timeout(PATIENCE)
                    .test_before_acquire(false)
                    .connect_lazy_with(options.read_only(true)),
                writer,
            }),
            Err(error) => {
                writer.close().await;
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
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await
}

/// Judges the file by its first bytes, and makes it if that is allowed. Answers whether it is new.
fn is_new(path: &Path, mode: OpenMode) -> Result<bool, OpenError> {
    let at = || path.to_owned();
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(mut file) => {
            warn_if_readable_by_others(&file, path);
            match (judge_header(&mut file, path)?, mode) {
                (Header::Ours, _) => Ok(false),
                (Header::Empty, OpenMode::MayCreate) => Ok(true),
                (Header::Empty, OpenMode::MustExist) => Err(OpenError::Empty(at())),
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if !has_folder(path) {
                Err(OpenError::NoFolder(at()))
            } else if mode == OpenMode::MustExist {
                Err(OpenError::Missing(at()))
            } else {
                create(path)?;
                Ok(true)
            }
        }
        Err(error) => Err(io_cause(path, &error)),
    }
}

enum Header {
    Empty,
    Ours,
}

fn judge_header(file: &mut File, path: &Path) -> Result<Header, OpenError> {
    let mut header = Vec::with_capacity(100);
    file.take(100)
        .read_to_end(&mut header)
        .map_err(|error| io_cause(path, &error))?;
    if header.is_empty() {
        return Ok(Header::Empty);
    }
    if header.len() < 100 || !header.starts_with(MAGIC) {
        return Err(OpenError::NotADatabase(path.to_owned()));
    }
    if header[APPLICATION_ID_AT..].starts_with(&APPLICATION_ID.to_be_bytes()) {
        Ok(Header::Ours)
    } else {
        Err(OpenError::Foreign(path.to_owned()))
    }
}

/// Makes the file before SQLite does, so that nobody else can read it for a moment. SQLite gives its
/// companions (`-wal`, `-shm`) the same mode.
fn create(path: &Path) -> Result<(), OpenError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|error| io_cause(path, &error))
}

fn warn_if_readable_by_others(file: &File, path: &Path) {
    #[cfg(unix)]
    if let Ok(metadata) = file.metadata() {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & 0o077 != 0 {
            let path = path.display();
            tracing::warn!(%path, mode = format!("{mode:o}"), "the database is open to other users: chmod 600");
        }
    }
}

fn has_folder(path: &Path) -> bool {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => true,
        Some(folder) => folder.is_dir(),
        None => false,
    }
}

async fn prepare(writer: &SqlitePool, path: &Path, is_new: bool) -> Result<(), OpenError> {
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
    if found != APPLICATION_ID {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    migrate(writer, path).await?;
    let mut connection = writer.acquire().await.map_err(fail)?;
    sqlx::query("PRAGMA journal_mode = WAL")
        .execute(&mut *connection)
        .await
        .map_err(fail)?;
    Ok(())
}

async fn migrate(writer: &SqlitePool, path: &Path) -> Result<(), OpenError> {
    let known = MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default();
    let path = path.to_owned();
    match MIGRATIONS.run(writer).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(found)) => Err(OpenError::Newer { path, found, known }),
        Err(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
            Err(cause(&path, &error))
        }
        Err(error) => Err(OpenError::Failed {
            path,
            reason: error.to_string(),
        }),
    }
}

fn cause(path: &Path, error: &sqlx::Error) -> OpenError {
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

fn io_cause(path: &Path, error: &std::io::Error) -> OpenError {
    let path = path.to_owned();
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => OpenError::NotWritable(path),
        ErrorKind::NotADirectory => OpenError::NoFolder(path),
        _ => OpenError::Failed {
            path,
            reason: error.to_string(),
        },
    }
}
