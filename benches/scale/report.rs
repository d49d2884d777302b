//! What was measured, as Markdown.

use std::time::Duration;

use crate::database::Making;
use crate::measure::{Measured, Memory, Opening};
use crate::requests::Target;

/// Everything about one gallery.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) prompts: usize,
    pub(crate) making: Making,
    /// Of a gallery that had no index on disk.
    pub(crate) first_opening: Option<Opening>,
    pub(crate) measured: Measured,
}

/// One table of answers, and one of everything else.
pub(crate) fn print(kinds: &[(String, Target)], reports: &[Report]) {
    let mut header = vec![String::from("milliseconds")];
    for report in reports {
        let size = grouped(report.prompts);
        header.extend([format!("{size}: p50"), format!("{size}: p99"), "found".into()]);
    }
    header.push("target".into());
    row(&header);
    row(&header.iter().map(|_| String::from("---")).collect::<Vec<_>>());
    let mut cut_short = false;
    for (at, (name, target)) in kinds.iter().enumerate() {
        let mut cells = vec![name.clone()];
        let smallest = reports.iter().min_by_key(|report| report.prompts);
        let smallest = smallest.and_then(|report| report.measured.timings[at].milliseconds);
        for report in reports {
            let timing = &report.measured.timings[at];
            let Some(taken) = timing.milliseconds else {
                cells.extend(["not there".into(), String::new(), String::new()]);
                continue;
            };
            let star =
                timing.cut_short.map_or_else(String::new, |requests| format!(" ({requests}*)"));
            cut_short |= timing.cut_short.is_some();
            let (p50_missed, p99_missed) = match target {
                Target::None => (false, false),
                Target::Milliseconds(most) => (false, taken.p99 >= *most),
                Target::TimesSmallest(times) => {
                    (smallest.is_some_and(|smallest| taken.p50 > smallest.p50 * times), false)
                }
            };
            cells.push(marked(taken.p50, p50_missed));
            cells.push(marked(taken.p99, p99_missed) + &star);
            cells.push(timing.found.map_or_else(String::new, grouped));
        }
        cells.push(match target {
            Target::None => String::new(),
            Target::Milliseconds(most) => format!("p99 < {most}"),
            Target::TimesSmallest(times) => format!("p50 ≤ {times} × smallest"),
        });
        row(&cells);
    }
    println!(
        "\nBold: the target is missed. Found: how many prompts or suggestions, in the median."
    );
    if cut_short {
        println!("(n*): only n requests, because time ran out.");
    }
    println!();
    others(reports);
}

fn others(reports: &[Report]) {
    let mut header = vec![String::new()];
    header.extend(reports.iter().map(|report| grouped(report.prompts)));
    row(&header);
    row(&header.iter().map(|_| String::from("---")).collect::<Vec<_>>());
    let line = |name: &str, cell: &dyn Fn(&Report) -> String| {
        let mut cells = vec![name.to_owned()];
        cells.extend(reports.iter().map(cell));
        row(&cells);
    };
    line("making: make up and insert", &|r| seconds(r.making.insert));
    line("making: digest, check and commit", &|r| seconds(r.making.finish));
    line("check at every start", &|r| seconds(r.measured.opening.check));
    let first = |r: &Report, cell: &dyn Fn(&Opening) -> String| {
        r.first_opening.as_ref().map_or_else(String::new, cell)
    };
    line("open, no index on disk", &|r| first(r, &|opening| seconds(opening.open)));
    line("index and related prompts, meanwhile", &|r| first(r, &|opening| seconds(opening.index)));
    line("the most memory for that (RssAnon / VmRSS)", &|r| {
        first(r, &|opening| memory(Memory { anonymous: opening.own, resident: opening.peak }))
    });
    line("open again", &|r| seconds(r.measured.opening.open));
    line("check the index, meanwhile", &|r| seconds(r.measured.opening.index));
    line("memory when open (RssAnon / VmRSS)", &|r| memory(r.measured.memory));
    line("memory after all requests", &|r| memory(r.measured.memory_after));
    line("database on disk", &|r| mebibytes(r.measured.database_bytes));
    line("index on disk", &|r| mebibytes(r.measured.index_bytes));
    line("ten prompts changed: write", &|r| seconds(r.measured.change.write));
    line("ten prompts changed: until found", &|r| seconds(r.measured.change.found));
    line("ten prompts changed: slowest answer", &|r| seconds(r.measured.change.slowest));
    println!(
        "\nMaking is of the run that made the database; memory after all requests holds the words they"
    );
    println!("were made from, too.");
}

fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

fn marked(milliseconds: f64, missed: bool) -> String {
    let text = if milliseconds < 10.0 {
        format!("{milliseconds:.2}")
    } else {
        format!("{milliseconds:.1}")
    };
    if missed { format!("**{text}**") } else { text }
}

fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 1.0 { format!("{:.0} ms", seconds * 1000.0) } else { format!("{seconds:.1} s") }
}

fn memory(memory: Memory) -> String {
    let [anonymous, resident] =
        [memory.anonymous, memory.resident].map(|kib| mebibytes(kib * 1024));
    format!("{anonymous} / {resident}")
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.0} MiB", bytes as f64 / f64::from(1 << 20))
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
