//! `doctor`: looks at everything a gallery keeps, changes none of it, and says what is wrong and
//! what to do about it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::{Failure, ReportFormat, say};
use crate::catalog::Locale;
use crate::config::DataConfig;
use crate::gallery::{self, IndexState};
use crate::i18n;
use crate::media::Folder;
use crate::store::{self, Error, Examination, MigrationFault, Revision, Store};

/// A log larger than this should have been emptied by somebody.
const MUCH_LOG: u64 = 64 << 20;

/// What a change needs on the disk besides as much as the database has.
const SOME_ROOM: u64 = 64 << 20;

/// The most findings of one kind.
const MOST: usize = 20;

#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    /// How findings are written
    #[arg(long, default_value = "human", value_name = "FORMAT")]
    format: ReportFormat,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    /// Something is lost, or will not work.
    Fault,
    /// It works, and may not for long.
    Warning,
}

/// Something to be seen to.
#[derive(Debug, Serialize)]
struct Finding {
    level: Level,
    /// What was looked at.
    check: &'static str,
    message: String,
    remedy: String,
}

/// All there is to say.
#[derive(Debug, Serialize)]
struct Report {
    ok: bool,
    database: String,
    prompts: Option<usize>,
    revision: Option<i64>,
    findings: Vec<Finding>,
}

impl Report {
    fn add(
        &mut self,
        level: Level,
        check: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.ok &= level != Level::Fault;
        self.findings.push(Finding {
            level,
            check,
            message: message.into(),
            remedy: remedy.into(),
        });
    }

    fn fault(
        &mut self,
        check: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.add(Level::Fault, check, message, remedy);
    }

    fn warning(
        &mut self,
        check: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.add(Level::Warning, check, message, remedy);
    }

    /// An error of the store, which brings its remedy along.
    fn error(&mut self, check: &'static str, database: &Path, error: Error) {
        match error.of(database) {
            Error::File(fault) => {
                let message = format!("{}: {}", fault.path.display(), fault.message);
                self.fault(check, message, fault.remedy);
            }
            error @ Error::Open { .. } => {
                self.fault(check, error.to_string(), "let the user this program runs as read it");
            }
            error => self.fault(check, error.to_string(), MEND),
        }
    }
}

/// The remedy for content that is not what it should be.
const MEND: &str = "run `seed`, which puts what is in seed files in order; if that does not help, \
                    restore a backup";

pub(super) async fn run(data: &DataConfig, arguments: &DoctorArguments) -> Result<(), Failure> {
    let mut report = Report {
        ok: true,
        database: data.database.display().to_string(),
        prompts: None,
        revision: None,
        findings: Vec::new(),
    };
    if data.database.exists() {
        if let Err(error) = look_into(data, &mut report).await {
            report.error("file", &data.database, error);
        }
    } else {
        let message = format!("{} is not there", data.database.display());
        report.fault("file", message, "run `seed`, which makes it, or restore a backup");
    }
    look_around(&data.database, &mut report);
    match arguments.format {
        ReportFormat::Human => say(human(&report))?,
        ReportFormat::Json => say(serde_json::to_string(&report).unwrap_or_default())?,
    }
    let faults = report.findings.iter().filter(|finding| finding.level == Level::Fault).count();
    if faults == 0 { Ok(()) } else { Err(Failure::Unwell(faults)) }
}

fn human(report: &Report) -> String {
    let mut lines = Vec::new();
    for Finding { level, message, remedy, .. } in &report.findings {
        let level = match level {
            Level::Fault => "fault",
            Level::Warning => "warning",
        };
        lines.push(format!("{level}: {message}; {remedy}"));
    }
    let verdict = match (report.ok, report.findings.len()) {
        (_, 0) => "all in order",
        (true, _) => "in order, with warnings",
        (false, _) => "not in order",
    };
    let content = match (report.prompts, report.revision) {
        (Some(prompts), Some(revision)) => {
            format!("{} at revision {revision}: ", (i18n::texts(Locale::En).prompt_count)(prompts))
        }
        _ => String::new(),
    };
    lines.push(format!("{}: {content}{verdict}", report.database));
    lines.join("\n")
}

/// What is in the database, and what belongs to it.
async fn look_into(data: &DataConfig, report: &mut Report) -> Result<(), Error> {
    const ATTEMPTS: usize = 3;
    for attempt in 1.. {
        let store = Store::peek(&data.database).await?;
        let before = store.fingerprint();
        let seen = content(&store, data).await;
        let is_still = store.fingerprint() == before;
        store.close().await;
        // Half of a change may have been seen.
        if !is_still && attempt < ATTEMPTS {
            continue;
        }
        let seen = seen?;
        tell(data, report, seen);
        if !is_still {
            report.warning(
                "file",
                "the database was written to while it was looked at",
                "run `doctor` again when nobody writes",
            );
        }
        break;
    }
    Ok(())
}

/// What the database says of itself.
struct Content {
    examination: Examination,
    /// What is read only where the tables are there.
    rest: Option<Result<Rest, Error>>,
}

struct Rest {
    revision: Revision,
    prompts: usize,
    owners: BTreeMap<String, String>,
    index: IndexState,
}

async fn content(store: &Store, data: &DataConfig) -> Result<Content, Error> {
    let examination = store.examine(data.migrations.as_deref()).await?;
    let is_readable = examination.migrations.outstanding.is_empty();
    let rest = async {
        Ok(Rest {
            revision: store.revision().await?,
            prompts: store.count().await?,
            owners: store.media_owners().await?,
            index: gallery::examine_index(store, &data.database).await?,
        })
    };
    let rest = if is_readable { Some(rest.await) } else { None };
    Ok(Content { examination, rest })
}

fn tell(data: &DataConfig, report: &mut Report, content: Content) {
    let Content { examination, rest } = content;
    let Examination { damage, dangling, forgotten, migrations, is_checked, is_seeded } =
        examination;
    for line in damage {
        report.fault(
            "integrity",
            format!("the database is damaged: {}", line.trim().replace('\n', ", ")),
            "restore a backup; or move it away and run `seed`, which makes everything that is in \
             seed files again",
        );
    }
    for line in dangling {
        report.fault("foreign keys", line, MEND);
    }
    for slug in forgotten {
        report.warning(
            "history",
            format!("prompt \"{slug}\": a former version is missing"),
            "those before it may be told wrongly; nothing else depends on it",
        );
    }
    for fault in migrations.faults {
        let remedy = match &fault {
            MigrationFault::Edited { .. } => "a start is refused until then",
            _ => "a start is refused without it",
        };
        report.fault("migrations", fault.to_string(), remedy);
    }
    for name in migrations.outstanding {
        report.warning(
            "migrations",
            format!("{name} is not applied yet"),
            "`seed` or the next start of `serve` applies it",
        );
    }
    if !is_seeded {
        report.warning("content", "the database was never seeded", "run `seed`");
    }
    if !is_checked {
        report.warning(
            "content",
            "content was changed by SQL and not checked since",
            "`seed` or the next start of `serve` checks it",
        );
    }
    match rest {
        None => {}
        Some(Err(error)) => report.error("content", &data.database, error),
        Some(Ok(rest)) => {
            report.prompts = Some(rest.prompts);
            report.revision = Some(rest.revision.number);
            samples(&Folder::beside(&data.database), &rest.owners, report);
            index(&data.database, rest.index, report);
        }
    }
}

/// Samples without a file, and files without a sample.
fn samples(folder: &Folder, owners: &BTreeMap<String, String>, report: &mut Report) {
    let again = format!("run `seed`, which makes it again in {}", folder.path().display());
    let mut count = 0;
    for (name, slug) in owners {
        let Err(message) = folder.check(name) else { continue };
        count += 1;
        if count > MOST {
            break;
        }
        let path = folder.path().join(name);
        // Seeding goes by names and lengths.
        let remedy = if path.exists() {
            format!("remove {} and {again}", path.display())
        } else {
            again.clone()
        };
        report.fault("samples", format!("prompt \"{slug}\": sample {name} {message}"), remedy);
    }
    match folder.others(owners) {
        Ok(others) if others.is_empty() => {}
        Ok(others) => report.warning(
            "samples",
            format!(
                "{} files in {} belong to no prompt, {} for one",
                others.len(),
                folder.path().display(),
                others.first().map_or("", String::as_str)
            ),
            "they do no harm; `seed` removes them",
        ),
        Err(error) => report.fault(
            "samples",
            format!("{} cannot be read: {error}", folder.path().display()),
            "let the user this program runs as read it",
        ),
    }
}

fn index(database: &Path, state: IndexState, report: &mut Report) {
    let folder = gallery::index_folder(database, 1);
    let folder = folder.display();
    match state {
        IndexState::None | IndexState::InUse | IndexState::UpToDate => {}
        IndexState::Behind => report.warning(
            "search index",
            format!("{folder} does not hold all of the content"),
            "the next start of `serve` sees to it in the background, `index` ahead of it",
        ),
        IndexState::Damaged(reason) => report.warning(
            "search index",
            format!("{folder} is of no use: {reason}"),
            "the next start of `serve` makes it again in the background, `index` ahead of it",
        ),
    }
}

/// What the file system says of the files and their folder.
fn look_around(database: &Path, report: &mut Report) {
    let length = |file: &Path| fs::metadata(file).map_or(0, |file| file.len());
    let log = store::log_of(database);
    if length(&log) > MUCH_LOG {
        report.warning(
            "log",
            format!("{} has grown to {} MB", log.display(), length(&log) / 1_000_000),
            "see that no program keeps the database open for reading all the time; the next \
             `seed` that changes something empties it",
        );
    }
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    permissions(database, folder, report);
    let needed = length(database) + SOME_ROOM;
    if let Some(free) = free_space(folder)
        && free < needed
    {
        report.warning(
            "disk",
            format!(
                "{} MB are free in {}, and a change of all prompts needs up to {} MB",
                free / 1_000_000,
                folder.display(),
                needed / 1_000_000
            ),
            "make room",
        );
    }
}

#[cfg(unix)]
fn permissions(database: &Path, folder: &Path, report: &mut Report) {
    use rustix::fs::{Access, access};
    use std::os::unix::fs::PermissionsExt as _;
    const FOR_EVERYBODY: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let media = Folder::beside(database);
    for path in [folder, database, media.path()] {
        let Ok(metadata) = fs::metadata(path) else { continue };
        if access(path, Access::WRITE_OK).is_err() {
            report.warning(
                "permissions",
                format!("{} cannot be written to by this user", path.display()),
                "only `serve --no-seed` works; let the user this program runs as write to it",
            );
        }
        let mode = metadata.permissions().mode();
        if mode & FOR_EVERYBODY != 0 && (mode & STICKY == 0 || !metadata.is_dir()) {
            report.warning(
                "permissions",
                format!("{} can be changed by every user of this machine", path.display()),
                format!("run chmod o-w {}", path.display()),
            );
        }
    }
}

#[cfg(not(unix))]
fn permissions(_: &Path, _: &Path, _: &mut Report) {}

/// How many bytes this user may still write there, where that can be told.
#[cfg(unix)]
fn free_space(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_space(_: &Path) -> Option<u64> {
    None
}
