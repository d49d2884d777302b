//! The command line.

mod backup;
mod check;
mod completions;
mod doctor;
mod export;
mod history;
mod import;
mod new;

use std::ffi::OsString;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;

use backup::BackupArguments;
use check::CheckArguments;
use completions::{CompletionsArguments, ManArguments};
use doctor::DoctorArguments;
use export::ExportArguments;
use history::HistoryArguments;
use import::ImportArguments;
use new::NewArguments;

use crate::catalog::Locale;
use crate::config::{DataConfig, LogFormat, PublicUrl, ServeConfig};
use crate::gallery::{self, Gallery, Progress, Stage};
use crate::i18n;
use crate::media::{self, Folder, Workshop};
use crate::seed::{self, Plan, Problems, Seeds};
use crate::store::{self, Mode, Store, Update};
use crate::web::{self, Metrics, Refusals, ServeError, Site};

/// A gallery of generation prompts, filled from seed files and served as fast, plain pages.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    subcommand_required = true,
    after_help = "Without a command it serves; `serve --help` tells what can be set."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    data: DataConfig,

    /// How log lines are written; how many is set by RUST_LOG
    #[arg(
        long,
        env = "GALLERY_LOG",
        default_value = "human",
        value_name = "FORMAT",
        global = true
    )]
    log: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrate, seed and serve; what happens without a command
    Serve(ServeConfig),
    /// Bring the database in line with the seed files
    Seed(SeedArguments),
    /// Check the seed files and report everything wrong with them, and what is doubtful
    Check(CheckArguments),
    /// Write a seed file to begin with, asking for what is not said
    New(NewArguments),
    /// Make the search index of a large gallery, so that a server started later finds it ready
    Index,
    /// Copy the database and its samples while everything goes on, and check the copy
    Backup(BackupArguments),
    /// Look for damage, leftovers and what may go wrong next, and say what to do; changes nothing
    Doctor(DoctorArguments),
    /// Write seed files from a collection: CSV, TSV, JSON, JSONL, YAML or Markdown
    Import(ImportArguments),
    /// Show what a prompt said before, and when it changed
    History(HistoryArguments),
    /// Write all prompts as one file that can be edited and imported, or the whole site as files
    Export(ExportArguments),
    /// Print a script that completes this command line in a shell
    Completions(CompletionsArguments),
    /// Print the manual, as man reads it
    Man(ManArguments),
    /// Ask a running server whether it is ready; for container health checks
    Health {
        /// Where it listens
        #[arg(
            long,
            env = "GALLERY_LISTEN",
            default_value = "127.0.0.1:8080",
            value_name = "ADDRESS"
        )]
        listen: SocketAddr,
    },
}

#[derive(Debug, Args)]
struct SeedArguments {
    /// Print what would change, and leave the database as it is
    #[arg(long)]
    dry_run: bool,

    /// Remove prompts whose seed file is gone
    #[arg(long)]
    prune: bool,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Seeds(#[from] Problems),
    #[error(transparent)]
    Plan(#[from] seed::PlanError),
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Gallery(#[from] gallery::Error),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Export(#[from] web::ExportError),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    New(String),
    #[error("the server at {0} is not ready: {1}")]
    NotReady(SocketAddr, String),
    #[error("{0}")]
    History(String),
    #[error("faults found: {0}")]
    Unwell(usize),
    #[error("problems found: {0}")]
    Unsound(usize),
    #[error("warnings found: {0}, and --strict lets none pass")]
    Doubtful(usize),
    #[error(transparent)]
    Import(#[from] seed::ImportError),
    #[error("{0}")]
    File(seed::Problem),
    #[error("{0} rows were refused; the others are as told")]
    Refused(usize),
    #[error("the default public address is not usable: {0}; set --public-url")]
    PublicUrl(String),
}

impl Failure {
    fn code(&self) -> ExitCode {
        match self {
            Failure::Doubtful(_) => ExitCode::from(3),
            _ => ExitCode::FAILURE,
        }
    }

    /// The same, naming the database where that is what it is about.
    fn of(self, database: &Path) -> Self {
        match self {
            Failure::Store(error)
            | Failure::Plan(seed::PlanError::Store(error))
            | Failure::Gallery(gallery::Error::Store(error)) => Failure::Store(error.of(database)),
            other => other,
        }
    }
}

/// Runs the command the process was started with.
pub async fn run() -> ExitCode {
    if completions::answer(Cli::command) {
        return ExitCode::SUCCESS;
    }
    let cli = parse(std::env::args_os().collect());
    start_log(cli.log);
    let result = match cli.command {
        Command::Serve(config) => serve(&cli.data, &config).await,
        Command::Seed(arguments) => seed(&cli.data, &arguments).await,
        Command::Check(arguments) => check::run(&cli.data, &arguments),
        Command::New(arguments) => new::run(&cli.data, &arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => completions::manual(Cli::command(), &arguments),
        Command::Index => index(&cli.data).await,
        Command::Backup(arguments) => backup::run(&cli.data, &arguments).await,
        Command::Doctor(arguments) => doctor::run(&cli.data, &arguments).await,
        Command::Import(arguments) => import::run(&cli.data, &arguments),
        Command::Export(arguments) => export::run(&cli.data, arguments).await,
        Command::History(arguments) => history::run(&cli.data, &arguments).await,
        Command::Health { listen } => health(listen),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let failure = failure.of(&cli.data.database);
            match cli.log {
                LogFormat::Json => tracing::error!("{failure}"),
                // Nothing is left to do about a standard error that cannot be written to.
                LogFormat::Human => drop(writeln!(std::io::stderr(), "{failure}")),
            }
            failure.code()
        }
    }
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    /// Lines to read.
    Human,
    /// One JSON object.
    Json,
}

/// Reads the command line; one that names no command means `serve`.
fn parse(arguments: Vec<OsString>) -> Cli {
    let error = match Cli::try_parse_from(&arguments) {
        Ok(cli) => return cli,
        Err(error) => error,
    };
    // No command at all, or an option that only `serve` has.
    let may_serve = matches!(
        error.kind(),
        ErrorKind::MissingSubcommand
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            | ErrorKind::UnknownArgument
    );
    if !may_serve {
        error.exit();
    }
    let rest = arguments.iter().skip(1).cloned();
    let program = arguments.first().cloned().unwrap_or_default();
    match Cli::try_parse_from([program, "serve".into()].into_iter().chain(rest)) {
        Ok(cli) => cli,
        Err(other) => {
            let cli = Cli::command();
            let names_command =
                |argument: &OsString| cli.get_subcommands().any(|sub| argument == sub.get_name());
            if arguments.iter().any(names_command) { error.exit() } else { other.exit() }
        }
    }
}

fn start_log(format: LogFormat) {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // It tells of every request, and of whatever is sent to it, unless it is asked to.
    if !filter.to_string().contains("rmcp")
        && let Ok(quieter) = "rmcp=error".parse()
    {
        filter = filter.add_directive(quieter);
    }
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Human => log.compact().with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().init(),
    }
}

fn say(line: impl std::fmt::Display) -> Result<(), Failure> {
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

/// Brings the database up to date and opens it.
///
/// Mostly the seeds are what they were at the last start. So the gallery is opened while they are
/// read, and opened again only if something changed.
async fn open(data: &DataConfig, no_seed: bool) -> Result<Gallery, Failure> {
    if no_seed {
        store::vet(&data.database).await?;
        migrate(data).await?;
        return Ok(Gallery::open(&data.database, data.index).await?);
    }
    // That writes nothing; what does comes after the file was looked at.
    let opening = tokio::spawn(open_unchanged(data.clone()));
    let seeded = match store::vet(&data.database).await {
        Ok(()) => seed_unasked(data).await,
        Err(error) => Err(error.into()),
    };
    let opened = opening.await.ok().flatten();
    match (seeded, opened) {
        (Ok(plan), Some(gallery)) if plan.is_empty() => Ok(gallery),
        (seeded, opened) => {
            if let Some(gallery) = opened {
                gallery.close().await;
            }
            seeded?;
            Ok(Gallery::open(&data.database, data.index).await?)
        }
    }
}

/// Opens a small gallery whose database needs no migration and no check. Whatever is wrong with it
/// is found when it is opened to be seeded.
async fn open_unchanged(data: DataConfig) -> Option<Gallery> {
    let store = Store::peek(&data.database).await.ok()?;
    let is_up_to_date = store.is_up_to_date(data.migrations.as_deref()).await;
    let prompts = store.count().await;
    store.close().await;
    // Of a large one, the index would be gone on with, and in the way of the next to open it.
    if !is_up_to_date.ok()? || gallery::is_large(data.index, prompts.ok()?) {
        return None;
    }
    Gallery::open(&data.database, data.index).await.ok()
}

/// Reads the seeds and applies them.
async fn seed_unasked(data: &DataConfig) -> Result<Plan, Failure> {
    let mut workshop = Folder::beside(&data.database).workshop(media::Mode::Keep);
    let seeds = seed::load(&data.seeds, &mut workshop)?;
    let plan = apply(data, &seeds, Mode::Apply, false).await?;
    tidy(data, &mut workshop).await;
    tracing::info!("{}", plan.summary());
    Ok(plan)
}

async fn serve(data: &DataConfig, config: &ServeConfig) -> Result<(), Failure> {
    let gallery = open(data, config.no_seed).await?;
    let prompts = gallery.current().await?.facets.total();
    let listening = web::bind(config.listen).await?;
    let address = listening.address();
    let public_url = match &config.public_url {
        Some(url) => url.clone(),
        None => PublicUrl::parse(&format!("http://{address}")).map_err(Failure::PublicUrl)?,
    };
    let counting = match config.metrics {
        Some(address) => Some((Metrics::default(), web::bind(address).await?)),
        None => None,
    };
    let metrics = counting.as_ref().map(|(metrics, _)| metrics.clone());
    let site = Site::new(gallery, public_url, metrics);
    let app = web::app(site.clone(), u64::from(config.cache) << 20);
    let prompts = (i18n::texts(Locale::En).prompt_count)(prompts);
    say(format_args!("Prompt Gallery is open: {prompts} at http://{address}"))?;
    let refusals = Refusals::of(&site).await;
    if let Some((metrics, numbers)) = counting {
        let app = metrics.app(&site, listening.gauges());
        tracing::info!("numbers are at http://{}/metrics", numbers.address());
        let (refusals, limits) = (Refusals::of(&site).await, config.limits.clone());
        tokio::spawn(async move {
            if let Err(error) = numbers.serve(app, refusals, &limits).await {
                tracing::error!("numbers are served no more: {error}");
            }
        });
    }
    listening.serve(app, refusals, &config.limits).await?;
    site.close().await;
    Ok(())
}

/// Sees to it that the database has the schema this program was built for. Where it has, nothing
/// is written, so a database that cannot be written to is served, too.
async fn migrate(data: &DataConfig) -> Result<(), Failure> {
    if data.database.exists() {
        let store = Store::peek(&data.database).await?;
        let is_up_to_date = store.is_up_to_date(data.migrations.as_deref()).await;
        store.close().await;
        if matches!(is_up_to_date, Ok(true)) {
            return Ok(());
        }
    }
    let update = Update::begin(&data.database, data.migrations.as_deref(), Mode::Apply).await?;
    update.finish().await?;
    Ok(())
}

async fn seed(data: &DataConfig, arguments: &SeedArguments) -> Result<(), Failure> {
    let (mode, keep) = if arguments.dry_run {
        (Mode::DryRun, media::Mode::Discard)
    } else {
        (Mode::Apply, media::Mode::Keep)
    };
    store::vet(&data.database).await?;
    let mut workshop = Folder::beside(&data.database).workshop(keep);
    let seeds = seed::load(&data.seeds, &mut workshop)?;
    let plan = apply(data, &seeds, mode, arguments.prune).await?;
    tidy(data, &mut workshop).await;
    say(&plan)?;
    if arguments.dry_run && !plan.is_empty() {
        say("dry run: nothing was changed")?;
    }
    Ok(())
}

/// Makes and applies the plan in one transaction; a dry run leaves no trace.
async fn apply(data: &DataConfig, seeds: &Seeds, mode: Mode, prune: bool) -> Result<Plan, Failure> {
    let mut update = Update::begin(&data.database, data.migrations.as_deref(), mode).await?;
    let plan = Plan::make(seeds, &mut update, prune).await?;
    plan.apply(&mut update).await?;
    let bar = bar("reading prompts");
    update.finish_telling(|done, total| bar.tell(done, total)).await?;
    Ok(plan)
}

/// Clears away the files of samples that nobody has any more. What is left over takes space and
/// does no harm, so a failure is only told.
async fn tidy(data: &DataConfig, workshop: &mut Workshop) {
    if !workshop.is_there() {
        return;
    }
    let files = async {
        let store = Store::open(&data.database).await?;
        let files = store.media_files().await;
        store.close().await;
        files
    };
    // Whatever was made meanwhile is in the database by now: only the holder of the lock makes.
    let result = match workshop.lock() {
        Ok(()) => match files.await {
            Ok(files) => workshop.tidy(&files).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        },
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = result {
        tracing::warn!("unused samples were not removed: {error}");
    }
}

async fn index(data: &DataConfig) -> Result<(), Failure> {
    migrate(data).await?;
    let gallery = Gallery::open(&data.database, data.index).await?;
    let prompts = gallery.current().await?.facets.total();
    let prompts = (i18n::texts(Locale::En).prompt_count)(prompts);
    if !gallery.is_large() {
        gallery.close().await;
        return say(format_args!(
            "{prompts}: the search index is in memory, and made anew at every start"
        ));
    }
    {
        let bar = bar("");
        let mut indexed = std::pin::pin!(gallery.indexed());
        loop {
            tokio::select! {
                result = &mut indexed => break result?,
                () = tokio::time::sleep(BAR_PAUSE) => {}
            }
            if let Some(Progress { stage, done, total }) = gallery.progress() {
                bar.name(match stage {
                    Stage::Prompts => "indexing prompts",
                    Stage::Related => "finding related prompts",
                });
                bar.tell(done, total);
            }
        }
    }
    gallery.close().await;
    say(format_args!("{prompts}: the search index is up to date"))
}

/// How often a progress bar is drawn anew.
const BAR_PAUSE: Duration = Duration::from_millis(100);

/// A progress bar on the terminal; where there is none, nothing.
struct Bar(indicatif::ProgressBar);

fn bar(name: &'static str) -> Bar {
    let style = "{msg:24} {wide_bar} {human_pos} of {human_len}, {eta} left";
    let bar = indicatif::ProgressBar::new(0).with_message(name);
    match indicatif::ProgressStyle::with_template(style) {
        Ok(style) => Bar(bar.with_style(style)),
        Err(_) => Bar(bar),
    }
}

impl Bar {
    fn name(&self, name: &'static str) {
        if self.0.message() != name {
            self.0.set_message(name);
            self.0.reset_eta();
        }
    }

    fn tell(&self, done: usize, total: usize) {
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A plain HTTP request by hand, so that a container image needs no curl.
fn health(listen: SocketAddr) -> Result<(), Failure> {
    const PATIENCE: Duration = Duration::from_secs(3);
    let address = if listen.ip().is_unspecified() {
        SocketAddr::new(std::net::Ipv4Addr::LOCALHOST.into(), listen.port())
    } else {
        listen
    };
    let not_ready = |error: std::io::Error| Failure::NotReady(address, error.to_string());
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(not_ready)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(not_ready)?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(not_ready)?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer).map_err(not_ready)?;
    let status = answer.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) == Some("200") {
        say("ready")
    } else {
        Err(Failure::NotReady(address, status.to_owned()))
    }
}
