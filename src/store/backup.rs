//! Backups: a consistent copy of the database, made while it is in use.
//!
//! SQLite writes the copy itself (`VACUUM INTO`), from one state of the content, however long
//! that takes and whoever writes meanwhile. The copy is one file without a log, so it can be
//! read where nothing can be written.

use std::path::Path;

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use super::{Error, READER_PATIENCE, Revision, Store, file, options};

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Which content.
    pub revision: Revision,
    /// How many prompts.
    pub prompts: usize,
}

impl Store {
    /// Writes a copy into a file that is empty or not there, and checks it: that it is whole, that
    /// its rows fit together, and, where nobody wrote meanwhile, that every table has as many as
    /// it had.
    ///
    /// The copy counts as a database of its own: after it was restored and changed, nothing that
    /// was kept of the first one is taken for it.
    ///
    /// # Errors
    /// When the database cannot be read, the copy not be written, or is not what it should be.
    pub async fn copy_to(&self, target: &Path) -> Result<Copied, Error> {
        let before = self.revision().await?;
        let path = target.to_str().ok_or_else(|| {
            Error::File(file::FileFault {
                path: target.into(),
                message: "has a name that is not Unicode".into(),
                remedy: "choose another one".into(),
            })
        })?;
        sqlx::query("VACUUM INTO ?1").bind(path).execute(&self.readers).await.map_err(|error| {
            // Whose fault it is: only the copy is written to.
            match file::primary_code(&error) {
                Some(file::FULL | file::IO | file::READ_ONLY | file::CANNOT_OPEN) => {
                    Error::Sql(error).of(target)
                }
                _ => Error::Sql(error),
            }
        })?;
        let counts = self.counts().await?;
        let after = self.revision().await?;
        let in_copy = |error: Error| error.of(target);
        renew_epoch(target).await.map_err(in_copy)?;
        let copy = Store::peek(target).await?;
        let checked = copy.check_copy(target, [&before, &after], &counts).await.map_err(in_copy);
        copy.close().await;
        checked
    }

    async fn check_copy(
        &self,
        path: &Path,
        [before, after]: [&Revision; 2],
        counts: &[(String, i64)],
    ) -> Result<Copied, Error> {
        let fault = |message: String| {
            Error::File(file::FileFault {
                path: path.into(),
                message: format!("is not a good copy: {message}"),
                remedy: "no backup was made; `doctor` tells whether the database is at fault"
                    .into(),
            })
        };
        let damage: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_all(&self.readers).await?;
        if damage != ["ok"] {
            return Err(fault(damage.join(", ")));
        }
        if let Some(dangling) = self.dangling().await?.into_iter().next() {
            return Err(fault(dangling));
        }
        let revision = self.revision().await?;
        if !(before.number..=after.number).contains(&revision.number) {
            return Err(fault(format!("it is of revision {}", revision.number)));
        }
        // Else there is nothing to compare it with.
        if revision.number == after.number && self.counts().await? != counts {
            return Err(fault("rows are missing".into()));
        }
        Ok(Copied { prompts: self.count().await?, revision })
    }

    /// How many rows every table has.
    async fn counts(&self) -> Result<Vec<(String, i64)>, Error> {
        let tables: Vec<String> =
            // What is read off the texts may be written without being a change.
            sqlx::query_scalar(
                "SELECT name FROM sqlite_schema WHERE type = 'table' \
                 AND name NOT IN ('prompt_digests', 'sqlite_sequence') ORDER BY name",
            )
            .fetch_all(&self.readers)
            .await?;
        // In one statement, so that they are of one state.
        let counts: Vec<String> = tables
            .iter()
            .map(|table| {
                let [literal, name] = [('\'', "''"), ('"', "\"\"")]
                    .map(|(quote, twice)| format!("{quote}{}{quote}", table.replace(quote, twice)));
                format!("SELECT {literal}, (SELECT count(*) FROM {name})")
            })
            .collect();
        let query = AssertSqlSafe(counts.join(" UNION ALL "));
        Ok(sqlx::query_as(query).fetch_all(&self.readers).await?)
    }
}

async fn renew_epoch(path: &Path) -> Result<(), Error> {
    let options = options(path, READER_PATIENCE)
        .create_if_missing(false)
        .pragma("journal_mode", "MEMORY") // whoever loses power here starts again
        .disable_statement_logging();
    let mut connection = options.connect().await?;
    sqlx::query("UPDATE content SET epoch = lower(hex(randomblob(8)))")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}
