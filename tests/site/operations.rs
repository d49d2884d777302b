//! What those who run a gallery see of it: its numbers and its log.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Gallery, Server, post};

/// A server whose log is read.
struct Watched {
    child: Child,
    lines: Receiver<Value>,
    url: String,
}

impl Watched {
    fn start(gallery: &Gallery, level: &str, arguments: &[&str]) -> Self {
        let mut command = gallery.command();
        command.args(["serve", "--listen", "127.0.0.1:0", "--log", "json"]).args(arguments);
        command.env("RUST_LOG", level).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut greeting = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut greeting).unwrap();
        let url = greeting.trim().rsplit_once(" at ").unwrap().1.to_owned();
        let (sender, lines) = channel();
        let log = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                let Ok(value) = serde_json::from_str(&line) else { panic!("no JSON: {line}") };
                let _ = sender.send(value);
            }
        });
        Self { child, lines, url }
    }

    /// The next line that says this.
    fn line(&self, message: &str) -> Value {
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(30)).expect(message);
            if line["fields"]["message"].as_str().is_some_and(|said| said.contains(message)) {
                return line;
            }
        }
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> String {
        let address =
            if path.starts_with("http") { path.into() } else { format!("{}{path}", self.url) };
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = headers
            .iter()
            .fold(agent.get(address), |request, (name, value)| request.header(*name, *value));
        request.call().unwrap().body_mut().read_to_string().unwrap()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn gallery() -> Gallery {
    let gallery = Gallery::without_prompts();
    gallery.prompt("quay", "A lantern on a quay.");
    gallery.prompt("boat", "A boat below a bridge.");
    gallery
}

/// The value of a sample, by its name and labels as they are written.
fn sample(numbers: &str, name: &str) -> f64 {
    let line = numbers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in\n{numbers}")).parse().unwrap()
}

#[test]
fn numbers_are_served_apart_and_count_by_patterns_of_addresses() {
    let gallery = gallery();
    let server = Watched::start(&gallery, "info", &["--metrics", "127.0.0.1:0"]);
    let said = server.line("numbers are at");
    let numbers =
        said["fields"]["message"].as_str().unwrap().rsplit_once(' ').unwrap().1.to_owned();
    for path in [
        "/prompts/quay",
        "/zh-CN/prompts/boat",
        "/prompts/quay",
        "/prompts/nobody",
        "/prompts?q=lantern",
        "/wp-login.php",
    ] {
        server.get(path, &[]);
    }
    let text = server.get(&numbers, &[]);
    let prompts = |code: u16| {
        sample(
            &text,
            &format!("gallery_http_requests_total{{route=\"/prompts/{{slug}}\",code=\"{code}\"}}"),
        )
    };
    assert_eq!((prompts(200), prompts(404)), (3.0, 1.0), "{text}");
    assert_eq!(sample(&text, "gallery_http_requests_total{route=\"other\",code=\"404\"}"), 1.0);
    let times = "gallery_http_request_duration_seconds";
    assert_eq!(sample(&text, &format!("{times}_count{{route=\"/prompts/{{slug}}\"}}")), 4.0);
    assert_eq!(sample(&text, &format!("{times}_bucket{{le=\"+Inf\",route=\"/prompts\"}}")), 1.0);
    assert_eq!(sample(&text, "gallery_answers_kept_total"), 1.0);
    assert_eq!(sample(&text, "gallery_answers_made_total"), 5.0);
    assert_eq!(sample(&text, "gallery_search_duration_seconds_count"), 1.0);
    assert_eq!(sample(&text, "gallery_prompts"), 2.0);
    assert!(sample(&text, "gallery_content_revision") > 0.0);
    assert!(sample(&text, "gallery_connections") >= 0.0);
    assert_eq!(sample(&text, "gallery_requests_shed_total"), 0.0);
    assert!(sample(&text, "gallery_process_memory_bytes") > 1e6);
    assert!(text.contains(&format!("version=\"{}\"", env!("CARGO_PKG_VERSION"))));
    assert!(text.ends_with("# EOF\n"));
    for word in ["quay", "lantern", "wp-login"] {
        assert!(!text.contains(word), "{word} is told");
    }
    // The public address has none of it, and this one nothing else.
    assert!(server.get("/metrics", &[]).contains("404"));
    assert!(!server.get(&numbers.replace("/metrics", "/prompts"), &[]).contains("quay"));
}

#[test]
fn what_agents_do_is_counted_by_tool() {
    let gallery = gallery();
    let server = Watched::start(&gallery, "info", &["--metrics", "127.0.0.1:0"]);
    let said = server.line("numbers are at");
    let numbers = said["fields"]["message"].as_str().unwrap().rsplit_once(' ').unwrap().1;
    for (tool, slug) in [("get_prompt", "quay"), ("get_prompt", "nobody"), ("made-up", "quay")] {
        let params = json!({ "name": tool, "arguments": { "slug": slug } });
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        let headers = [
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
        ];
        let url = format!("{}/mcp", server.url);
        assert_eq!(post(&url, &headers, call.to_string().as_bytes()).status, 200);
    }
    let text = server.get(numbers, &[]);
    let calls = |outcome: &str| {
        let labels = format!("{{tool=\"get_prompt\",outcome=\"{outcome}\"}}");
        sample(&text, &format!("gallery_mcp_calls_total{labels}"))
    };
    assert_eq!((calls("done"), calls("refused")), (1.0, 1.0), "{text}");
    assert_eq!(sample(&text, "gallery_http_requests_total{route=\"/mcp\",code=\"200\"}"), 3.0);
    for word in ["made-up", "quay", "nobody"] {
        assert!(!text.contains(word), "{word} is told");
    }
}

#[test]
fn a_line_a_request_names_it_and_tells_nothing_a_visitor_wrote() {
    let gallery = gallery();
    let server = Watched::start(&gallery, "info,prompt_gallery::web::log=debug", &[]);
    server.get("/prompts?q=secretword", &[("x-request-id", "from-the-proxy.7")]);
    let line = server.line("request");
    let fields = &line["fields"];
    assert_eq!(fields["id"], "from-the-proxy.7");
    assert_eq!(fields["method"], "GET");
    assert_eq!(fields["path"], "/prompts");
    assert_eq!(fields["status"], 200);
    assert!(fields["micros"].is_u64());
    server.get("/prompts/quay?v.subject=secretword", &[("referer", "http://secretword/")]);
    let other = server.line("request");
    assert_eq!(other["fields"]["id"].as_str().unwrap().len(), 16);
    for line in [line, other] {
        assert!(!line.to_string().contains("secretword"), "{line}");
        assert!(!line.to_string().contains("127.0.0.1"), "{line}");
    }
}

#[test]
fn a_fault_is_logged_under_the_name_of_its_request() {
    let gallery = gallery();
    let server = Watched::start(&gallery, "info", &[]);
    let broken = "UPDATE prompts SET params = 'no JSON' WHERE slug = 'quay'";
    let done = std::process::Command::new("python3")
        .args(["-c", "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('PRAGMA ignore_check_constraints=1'); c.execute(sys.argv[2]); c.commit()"])
        .arg(gallery.database())
        .arg(broken)
        .status()
        .unwrap();
    assert!(done.success());
    let page = server.get("/prompts/quay", &[("x-request-id", "trace-1")]);
    let line = server.line("request failed");
    assert_eq!(line["level"], "ERROR");
    assert_eq!(line["span"]["id"], "trace-1", "{line}");
    let error = line["fields"]["error"].as_str().unwrap();
    assert!(error.contains("quay"), "{error}");
    assert!(!page.contains("JSON") && !page.contains("sqlite"), "{page}");
}

#[test]
fn without_numbers_nothing_else_is_listened_on() {
    let gallery = gallery();
    let server: Server = gallery.serve();
    let sockets = std::fs::read_to_string(format!("/proc/{}/net/tcp", server.id())).unwrap();
    let links = std::fs::read_dir(format!("/proc/{}/fd", server.id())).unwrap();
    let ours: Vec<String> = links
        .filter_map(|link| {
            std::fs::read_link(link.unwrap().path())
                .ok()?
                .to_str()?
                .strip_prefix("socket:[")?
                .strip_suffix(']')
                .map(String::from)
        })
        .collect();
    let listening = sockets
        .lines()
        .skip(1)
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|fields| fields[3] == "0A" && ours.iter().any(|inode| inode == fields[9]))
        .count();
    assert_eq!(listening, 1);
}
