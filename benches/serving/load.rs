//! wrk, what it says, and what the kernel says of the server meanwhile.

use crate::ready::{Ready, Tag};
use crate::{Arguments, Server, on_core};

/// How one server did once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    /// Processor time of a request, in microseconds.
    pub(crate) micros: f64,
    /// In milliseconds.
    pub(crate) p99: f64,
}

/// Asks a server for one answer, as often as it can answer.
pub(crate) fn measure(
    server: &Server,
    ready: &Ready,
    tag: Option<&Tag>,
    arguments: &Arguments,
) -> Measured {
    let mut command = on_core(arguments.client_core, "wrk");
    command
        .args(["--threads", "1", "--connections", &arguments.connections.to_string()])
        .args(["--duration", &format!("{}s", arguments.seconds), "--latency"])
        .args(["--header", "Accept-Encoding: gzip, deflate, br, zstd"]);
    if let Some(Tag(tag)) = tag {
        command.args(["--header", &format!("If-None-Match: {tag}")]);
    }
    command.arg(format!("{}{}", server.url, ready.path));
    let before = ticks(server.id);
    let output = command.output().unwrap();
    let spent = ticks(server.id) - before;
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && !text.contains("Non-2xx"), "{}: {text}", server.name);
    let line = |start: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(start));
        line.unwrap_or_else(|| panic!("{}: {text}", server.name)).trim()
    };
    let requests = text.lines().find(|line| line.contains(" requests in ")).unwrap();
    let requests: f64 = requests.split_whitespace().next().unwrap().parse().unwrap();
    let bytes_read =
        text.lines().find_map(|line| line.split_once(" requests in ")?.1.split_once(", "));
    assert!(bytes_read.is_some());
    Measured {
        per_second: line("Requests/sec:").parse().unwrap(),
        micros: spent * 10_000.0 / requests,
        p99: milliseconds(line("99%")),
    }
}

/// Processor time of a process so far, in hundredths of a second.
fn ticks(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    let fields: Vec<&str> = rest.split(' ').collect();
    // Fields 14 and 15 of proc(5), counted after the name.
    [fields[11], fields[12]].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum()
}

fn milliseconds(text: &str) -> f64 {
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap();
    let number: f64 = text[..end].parse().unwrap();
    match &text[end..] {
        "us" => number / 1000.0,
        "ms" => number,
        "s" => number * 1000.0,
        unit => panic!("{unit} is no unit"),
    }
}
