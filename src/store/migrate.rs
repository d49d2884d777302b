//! Migrations: those built in, and an admin's own from a folder.
//!
//! sqlx runs and records them; this module joins the two sets, and turns its terse errors
//! into sentences that name the file and the remedy.
//!
//! The first built-in migration is number 1, later ones count from 1001, and all of them run
//! before an admin's own: small numbers and dates are free for those.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sqlx::SqliteConnection;
use sqlx::migrate::{MigrateError, Migration, Migrator};

use super::{Error, file};

static BUILT_IN: Migrator = sqlx::migrate!("./migrations");

/// Why the migrations were not applied.
#[derive(Debug, thiserror::Error)]
pub enum MigrationFault {
    /// The admin's folder cannot be read, or holds files that are no migrations.
    #[error("cannot read the migrations in {}: {message}", folder.display())]
    Unreadable {
        /// Which folder.
        folder: PathBuf,
        /// Why.
        message: String,
    },
    /// Two migrations have the same number.
    #[error("{first} and {second} have the same number; give the newer one a number of its own")]
    Clash {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// A migration was changed after it had been applied.
    #[error(
        "{file} was changed after it had been applied to this database; restore it as it was, \
         and put the change into a new migration"
    )]
    Edited {
        /// Which one.
        file: String,
    },
    /// A migration was applied that is not there any more.
    #[error(
        "this database has migration {version}, which is neither built in nor in {place}; pass the \
         folder it came from with --migrations, or use the program version that wrote it"
    )]
    Missing {
        /// Its number.
        version: i64,
        /// Where it was looked for.
        place: String,
    },
    /// A built-in migration is not applied yet, and whoever asked only reads.
    #[error("{} lacks {name}; `seed` or the next start of `serve` applies it", database.display())]
    Outstanding {
        /// Which database.
        database: PathBuf,
        /// The migration's name.
        name: String,
    },
    /// A migration's SQL failed.
    #[error("{file} failed, nothing was changed: {message}")]
    Failed {
        /// Which one.
        file: String,
        /// What SQLite said.
        message: String,
    },
    /// The record of migrations cannot be read.
    #[error("cannot migrate: {0}")]
    Other(String),
}

/// What a database's migrations and those there are do not have in common.
#[derive(Debug, Default)]
pub struct Differences {
    /// Those that must not be, each with its remedy.
    pub faults: Vec<MigrationFault>,
    /// The names of those that are not applied yet.
    pub outstanding: Vec<String>,
}

/// Every migration there is, each under the name an admin knows it by.
pub(super) struct Migrations {
    migrator: Migrator,
    names: BTreeMap<i64, String>,
    folder: Option<PathBuf>,
}

impl Migrations {
    /// The built-in migrations, joined by those of a folder.
    pub(super) async fn read(folder: Option<&Path>) -> Result<Self, MigrationFault> {
        let mut names: BTreeMap<i64, String> = BTreeMap::new();
        let mut all: Vec<Migration> = BUILT_IN.iter().cloned().collect();
        for migration in &all {
            names.insert(migration.version, format!("built-in migration {}", file_name(migration)));
        }
        if let Some(folder) = folder {
            let unreadable =
                |message: String| MigrationFault::Unreadable { folder: folder.into(), message };
            if !folder.is_dir() {
                return Err(unreadable("there is no such folder".into()));
            }
            let files = numbered_files(folder).map_err(unreadable)?;
            let own = Migrator::new(folder).await.map_err(|error| unreadable(error.to_string()))?;
            for migration in own.iter().filter(|m| !m.migration_type.is_down_migration()) {
                let name = files.get(&migration.version).cloned();
                let name = name.unwrap_or_else(|| folder.join(file_name(migration)));
                let name = name.display().to_string();
                if let Some(first) = names.insert(migration.version, name.clone()) {
                    return Err(MigrationFault::Clash { first, second: name });
                }
                all.push(migration.clone());
            }
        }
        let mut migrator = Migrator::with_migrations(all);
        migrator.set_locking(false); // the caller's IMMEDIATE transaction is the lock
        Ok(Self { migrator, names, folder: folder.map(Into::into) })
    }

    /// Applies what is not applied yet, inside the caller's transaction.
    ///
    /// A migration that ends this transaction itself is refused: every commit is vetoed
    /// meanwhile, and after a rollback there is nothing left to go on with.
    pub(super) async fn apply(&self, connection: &mut SqliteConnection) -> Result<(), Error> {
        connection.lock_handle().await?.set_commit_hook(|| false);
        let result = self.run(connection).await;
        connection.lock_handle().await?.remove_commit_hook();
        result
    }

    /// How the migrations a database says it has differ from those there are. Nothing is changed.
    pub(super) async fn compare(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<Differences, Error> {
        let applied: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations ORDER BY version")
                .fetch_all(connection)
                .await?;
        let mut applied: BTreeMap<i64, Vec<u8>> = applied.into_iter().collect();
        let mut differences = Differences::default();
        let mut known: Vec<&Migration> =
            self.migrator.iter().filter(|m| !m.migration_type.is_down_migration()).collect();
        known.sort_by_key(|migration| migration.version);
        for migration in known {
            let name = || self.name(migration.version).into_owned();
            match applied.remove(&migration.version) {
                None => differences.outstanding.push(name()),
                Some(checksum) if checksum != *migration.checksum => {
                    differences.faults.push(MigrationFault::Edited { file: name() });
                }
                Some(_) => {}
            }
        }
        differences.faults.extend(applied.into_keys().map(|version| self.missing(version)));
        Ok(differences)
    }

    async fn run(&self, connection: &mut SqliteConnection) -> Result<(), Error> {
        // An admin's migrations find the whole schema, whatever their numbers are.
        let mut built_in = Migrator::with_migrations(BUILT_IN.iter().cloned().collect());
        built_in.set_locking(false);
        built_in.set_ignore_missing(true);
        for migrator in [&built_in, &self.migrator] {
            let result = migrator.run_direct(None, &mut *connection, false).await;
            result.map_err(|error| self.fault(error))?;
        }
        Ok(())
    }

    fn fault(&self, error: MigrateError) -> Error {
        let fault = match error {
            // No migration is to blame for a full disk or a damaged file.
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)
                if file::is_environmental(&error) =>
            {
                return Error::Sql(error);
            }
            MigrateError::VersionMismatch(version) => {
                MigrationFault::Edited { file: self.name(version).into_owned() }
            }
            MigrateError::VersionMissing(version) => self.missing(version),
            MigrateError::ExecuteMigration(error, version) => MigrationFault::Failed {
                file: self.name(version).into_owned(),
                message: error.to_string(),
            },
            other => MigrationFault::Other(other.to_string()),
        };
        fault.into()
    }

    fn missing(&self, version: i64) -> MigrationFault {
        let place = self.folder.as_ref().map_or_else(
            || String::from("a folder given with --migrations"),
            |folder| folder.display().to_string(),
        );
        MigrationFault::Missing { version, place }
    }

    fn name(&self, version: i64) -> Cow<'_, str> {
        self.names.get(&version).map_or_else(
            || Cow::Owned(format!("migration {version}")),
            |name| Cow::Borrowed(name.as_str()),
        )
    }
}

/// The files of a folder by their number, as sqlx reads it off their names.
fn numbered_files(folder: &Path) -> Result<BTreeMap<i64, PathBuf>, String> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_none_or(|extension| extension != "sql") {
            continue;
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let number = name.split_once('_').and_then(|(number, _)| number.parse().ok());
        let Some(number) = number else {
            return Err(format!("{name} has no number; call it like 20261122_{name}"));
        };
        if let Some(first) = files.insert(number, path.clone()) {
            let (first, second) = (first.display(), path.display());
            return Err(format!("{first} and {second} have the same number; change one of them"));
        }
    }
    Ok(files)
}

fn file_name(migration: &Migration) -> String {
    format!("{:04}_{}.sql", migration.version, migration.description.replace(' ', "_"))
}
