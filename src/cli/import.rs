//! `import`: seed files from a collection, with a report of every row.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::{Failure, ReportFormat, bar, say};
use crate::catalog::Object;
use crate::collection::{self, Format, MOST_BYTES};
use crate::config::DataConfig;
use crate::media::{self, Folder};
use crate::seed::{Import, Mapping, Outcome, Problem, Report, Settings, What, Words};

/// The most rows named of one outcome, unless all are asked for.
const MOST: usize = 20;

#[derive(Debug, Args)]
#[command(
    after_help = "Nothing but files below --seeds is written. Look first with --dry-run; see \
                        docs/importing.md."
)]
pub(super) struct ImportArguments {
    /// The collection: .csv, .tsv, .json, .jsonl, .yaml or .md
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Tell what would happen, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Which column a field is, as in title=act; may be repeated. What is not told is guessed
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = pair)]
    map: Vec<(String, String)>,

    /// What a field is where a row says nothing, as in license=CC0-1.0; may be repeated
    #[arg(long, value_name = "FIELD=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,

    /// The same as --set category=
    #[arg(long, value_name = "SLUG")]
    category: Option<String>,

    /// The same as --set endpoint=
    #[arg(long, value_name = "SERVICE/ENDPOINT")]
    endpoint: Option<String>,

    /// The same as --set model=
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,

    /// The column that tells rows apart, whatever else changes in them
    #[arg(long, value_name = "COLUMN")]
    key: Option<String>,

    /// What the collection is called; its keys are kept under this name [default: the file's name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// A TOML file that says all this, and what the values of a field are called in the collection
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,

    /// Take \n in texts for a line end, \t for a tab, \" for a quotation mark
    #[arg(long)]
    unescape: bool,

    /// Take titles such as "English / 中文" apart
    #[arg(long)]
    split_titles: bool,

    /// Take prompts that are nearly the same as another, too
    #[arg(long)]
    near_duplicates: bool,

    /// A file of words, one a line; prompts with one of them become drafts
    #[arg(long, value_name = "FILE")]
    hold: Option<PathBuf>,

    /// What the collection is written in, where its name does not tell
    #[arg(long = "as", value_name = "FORMAT", value_parser = format_named)]
    written_as: Option<Format>,

    /// How the report is written
    #[arg(long, default_value = "human", value_name = "FORMAT")]
    format: ReportFormat,

    /// Name every row in the report, and not only the first of each kind
    #[arg(long)]
    all: bool,
}

fn pair(argument: &str) -> Result<(String, String), String> {
    let (name, value) = argument.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

fn format_named(name: &str) -> Result<Format, String> {
    let found = Format::ALL.into_iter().find(|format| format.endings().contains(&name));
    found.ok_or_else(|| format!("known are {}", Format::ALL.map(Format::name).join(", ")))
}

pub(super) fn run(data: &DataConfig, arguments: &ImportArguments) -> Result<(), Failure> {
    let file = &arguments.file;
    let fault = |line: usize, message: String| Failure::File(Problem::of(file, line, "", message));
    let format = arguments.written_as.or_else(|| Format::of(file)).ok_or_else(|| {
        let known = Format::ALL.map(|format| format!(".{}", format.name())).join(", ");
        fault(0, format!("its ending is none of {known}; say with --as what it is"))
    })?;
    let settings = settings(arguments)?;
    let bytes = bytes(file)?;
    let collection =
        collection::read(&bytes, format).map_err(|found| fault(found.line, found.message))?;
    drop(bytes);
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let name = arguments.name.clone().or(stem).unwrap_or_default();
    let mut workshop = Folder::beside(&data.database).workshop(media::Mode::Discard);
    let import = {
        let bar = bar("reading rows");
        let told = |done, total| bar.tell(done, total);
        Import::plan(&data.seeds, &name, &collection, &settings, &mut workshop, told)?
    };
    let report = &import.report;
    let written = if arguments.dry_run {
        Ok(())
    } else {
        let bar = bar("writing files");
        import.apply(|done, total| bar.tell(done, total)).map_err(|(path, error)| {
            let message = format!("cannot be written: {error}; a next run goes on from here");
            Failure::File(Problem::of(&path, 0, "", message))
        })
    };
    match arguments.format {
        ReportFormat::Human => tell(report, file, format, arguments)?,
        ReportFormat::Json => {
            let mut report = json!(report);
            if let Some(members) = report.as_object_mut() {
                members.insert("source".into(), file.display().to_string().into());
                members.insert("format".into(), format.name().into());
                members.insert("dry_run".into(), arguments.dry_run.into());
            }
            say(format_args!("{report:#}"))?;
        }
    }
    written?;
    match report.counts.refused {
        0 => Ok(()),
        refused => Err(Failure::Refused(refused)),
    }
}

/// The bytes of a file, but no more than a collection may have.
fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let fault = |error: std::io::Error| {
        Failure::File(Problem::of(file, 0, "", format!("cannot be read: {error}")))
    };
    let mut bytes = Vec::new();
    let most = MOST_BYTES as u64 + 1;
    fs::File::open(file).map_err(fault)?.take(most).read_to_end(&mut bytes).map_err(fault)?;
    Ok(bytes)
}

/// What the flags and the mapping file say; flags win.
fn settings(arguments: &ImportArguments) -> Result<Settings, Failure> {
    let text = |file: &Path| -> Result<String, Failure> {
        String::from_utf8(bytes(file)?)
            .map_err(|_| Failure::File(Problem::of(file, 0, "", "is not UTF-8; save it as UTF-8")))
    };
    let mut mapping = match &arguments.mapping {
        Some(file) => Mapping::parse(&text(file)?)
            .map_err(|(line, message)| Failure::File(Problem::of(file, line, "", message)))?,
        None => Mapping::default(),
    };
    if arguments.name.is_some() {
        mapping.name.clone_from(&arguments.name);
    }
    if arguments.key.is_some() {
        mapping.key.clone_from(&arguments.key);
    }
    for (field, column) in &arguments.map {
        put(&mut mapping.map, field, column);
    }
    let short = [
        ("category", &arguments.category),
        ("endpoint", &arguments.endpoint),
        ("model", &arguments.model),
    ];
    for (field, value) in short {
        if let Some(value) = value {
            put(&mut mapping.set, field, value);
        }
    }
    for (field, value) in &arguments.set {
        put(&mut mapping.set, field, value);
    }
    Ok(Settings {
        mapping,
        unescape: arguments.unescape,
        split_titles: arguments.split_titles,
        near_duplicates: arguments.near_duplicates,
        hold: match &arguments.hold {
            Some(file) => Words::parse(&text(file)?),
            None => Words::default(),
        },
    })
}

/// A flag replaces what the mapping file says of the same field, however that is written there.
fn put(fields: &mut Object, field: &str, value: &str) {
    if let Some((name, below)) = field.split_once('.')
        && let Some(inside) = fields.get_mut(name).and_then(Value::as_object_mut)
    {
        inside.insert(below.to_owned(), value.into());
    } else {
        fields.insert(field.to_owned(), value.into());
    }
}

fn tell(
    report: &Report,
    file: &Path,
    format: Format,
    arguments: &ImportArguments,
) -> Result<(), Failure> {
    let counts = report.counts;
    say(format_args!(
        "{} ({}): {} rows, collection \"{}\"",
        file.display(),
        format.name(),
        counts.rows,
        report.collection
    ))?;
    for column in &report.columns {
        let name = escaped(&column.column);
        match &column.field {
            Some(field) => {
                let guess =
                    if column.guessed && *field != column.column { ", a guess" } else { "" };
                say(format_args!("  {name} is {field}{guess}"))?;
            }
            None => say(format_args!("  {name} is passed over"))?,
        }
    }
    tell_remarks(report, file, arguments.all)?;
    let kinds = [
        (What::Added, "added"),
        (What::Changed, "changed"),
        (What::Duplicate, "duplicate, left out"),
        (What::NearDuplicate, "nearly a duplicate, left out"),
        (What::Refused, "refused"),
    ];
    for (what, name) in kinds {
        let rows: Vec<&Outcome> = report.rows.iter().filter(|row| row.what == what).collect();
        if rows.is_empty() {
            continue;
        }
        say(format_args!("{name}: {}", rows.len()))?;
        let most = if arguments.all { rows.len() } else { MOST };
        for row in rows.iter().take(most) {
            for line in lines(row, file) {
                say(format_args!("  {line}"))?;
            }
        }
        if rows.len() > most {
            say(format_args!("  … and {} more; --all names them", rows.len() - most))?;
        }
    }
    say(format_args!(
        "{} rows: {} added, {} changed, {} unchanged, {} duplicate, {} nearly duplicate, {} refused",
        counts.rows,
        counts.added,
        counts.changed,
        counts.unchanged,
        counts.duplicate,
        counts.near_duplicate,
        counts.refused,
    ))?;
    if arguments.dry_run {
        say("dry run: nothing was written")
    } else if counts.added + counts.changed > 0 {
        say("next: look at the files, then `check` and `seed`")
    } else {
        Ok(())
    }
}

/// What was found out, left out or held back; each remark once, with the rows it is about.
fn tell_remarks(report: &Report, file: &Path, all: bool) -> Result<(), Failure> {
    let mut remarks: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for row in &report.rows {
        for remark in &row.remarks {
            remarks.entry(remark).or_default().push(row);
        }
    }
    let most = if all { remarks.len() } else { MOST };
    for (remark, rows) in remarks.iter().take(most) {
        let Some(first) = rows.first() else { continue };
        let more = match rows.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let field = format!("row {}{more}", first.row);
        say(Problem::of(file, first.line, &field, *remark))?;
    }
    if remarks.len() > most {
        say(format_args!("… and {} more remarks; --all names them", remarks.len() - most))?;
    }
    Ok(())
}

/// What happens with a row: a line for each reason.
fn lines(row: &Outcome, file: &Path) -> Vec<String> {
    let place = format!("row {}", row.row);
    let target = row.file.as_ref().map(|file| file.display().to_string());
    let problem = |field: &str, message: &str| {
        let field = match (field, row.row) {
            (field, 0) => field.to_owned(),
            ("", _) => place.clone(),
            (field, _) => format!("{place}: {field}"),
        };
        Problem::of(file, row.line, &field, message).to_string()
    };
    match row.what {
        What::Added => vec![problem("", &target.unwrap_or_default())],
        What::Changed => {
            let fields: Vec<&str> =
                row.reasons.iter().map(|reason| reason.field.as_str()).collect();
            vec![problem("", &format!("{}: {}", target.unwrap_or_default(), fields.join(", ")))]
        }
        _ => row.reasons.iter().map(|reason| problem(&reason.field, &reason.message)).collect(),
    }
}

fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}
