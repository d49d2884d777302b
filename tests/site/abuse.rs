//! Visitors who mean harm, or know no better: whatever they send, and however slowly, they get
//! an answer or are shown out, and everybody else is served.
//!
//! Nothing here asserts how long anything takes, only that it ends.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use crate::shared::{TONGUES, serve_for_all};
use crate::support::{Gallery, Server, dom};

/// Far longer than anything here takes; a test that waits this long fails.
const FOREVER: Duration = Duration::from_secs(60);

fn gallery() -> Gallery {
    let gallery = Gallery::without_prompts();
    for number in 0..30 {
        let text = format!("A paper lantern over still water, exposure number {number}");
        gallery.prompt(&format!("lantern-{number}"), &text);
    }
    gallery.prompt("endless", &"Seven lanterns on a wet quay. ".repeat(5_000));
    gallery
}

/// A server that does not wait long for anybody.
fn impatient() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| {
        let limits = ["--head-timeout", "2", "--write-timeout", "2", "--idle-timeout", "2"];
        serve_for_all(&gallery(), &limits)
    });
    &SERVER
}

/// An answer as it came over the wire.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A visitor's side of a connection.
struct Visitor(BufReader<TcpStream>);

impl Visitor {
    fn to(server: &Server) -> Self {
        let address = server.url.strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(FOREVER)).unwrap();
        stream.set_write_timeout(Some(FOREVER)).unwrap();
        Self(BufReader::new(stream))
    }

    /// Sends as much as is taken; whether all of it was.
    fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.get_mut().write_all(bytes.as_ref()).is_ok()
    }

    fn get(&mut self, path: &str) -> Answer {
        assert!(self.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")));
        self.answer().unwrap()
    }

    /// The next answer, whole, with the headers every answer carries; nothing when the
    /// connection ended before one began.
    #[track_caller]
    fn answer(&mut self) -> Option<Answer> {
        self.answer_to("GET")
    }

    #[track_caller]
    fn answer_to(&mut self, method: &str) -> Option<Answer> {
        let mut head = String::new();
        loop {
            let mut line = String::new();
            match self.0.read_line(&mut line) {
                Ok(0) if head.is_empty() => return None,
                Err(error) if head.is_empty() && error.kind() == ErrorKind::ConnectionReset => {
                    return None;
                }
                read => assert!(read.unwrap() > 0, "an answer was cut off: {head}"),
            }
            if line == "\r\n" {
                break;
            }
            head.push_str(&line);
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer { status, head, body: Vec::new() };
        for name in
            ["content-security-policy", "x-content-type-options", "cross-origin-resource-policy"]
        {
            assert!(answer.header(name).is_some(), "{name}\n{}", answer.head);
        }
        assert_eq!(answer.head.matches("content-length").count(), 1, "{}", answer.head);
        let length = answer.header("content-length").unwrap().parse().unwrap();
        answer.body = vec![0; if method == "HEAD" { 0 } else { length }];
        self.0.read_exact(&mut answer.body).unwrap();
        Some(answer)
    }

    /// Waits until the server ends the connection, without another byte.
    #[track_caller]
    fn gets_nothing_more(mut self) {
        assert!(self.answer().is_none());
    }
}

/// One request, one answer, and what the server does with the connection then.
#[track_caller]
fn answer_to(request: impl AsRef<[u8]>) -> Answer {
    let mut visitor = Visitor::to(impatient());
    visitor.send(request);
    visitor.answer().unwrap()
}

#[track_caller]
fn is_well(server: &Server) {
    let answer = Visitor::to(server).get("/prompts/lantern-0");
    assert_eq!(answer.status, 200);
    assert!(String::from_utf8(answer.body).unwrap().contains("exposure number 0"));
}

#[test]
fn who_sends_nothing_or_not_all_or_too_slowly_gets_nothing_more() {
    let server = impatient();
    let halves = [
        "",
        "G",
        "GET / HTTP/1.1\r\nHost: x\r\n",
        "GET /zh-CN/",
        "\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5",
    ];
    let mut visitors: Vec<Visitor> = halves
        .iter()
        .map(|half| {
            let mut visitor = Visitor::to(server);
            assert!(visitor.send(half));
            visitor
        })
        .collect();
    // An answer was given; a next request begins and does not go on.
    let mut visitor = Visitor::to(server);
    assert_eq!(visitor.get("/").status, 200);
    assert!(visitor.send("GET / HTTP/1.1\r\nHo"));
    visitors.push(visitor);
    // An answer was given, and that was all.
    let mut visitor = Visitor::to(server);
    assert_eq!(visitor.get("/").status, 200);
    visitors.push(visitor);
    // Always one byte more.
    let mut slow = Visitor::to(server);
    slow.send("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    while slow.send("x") {
        thread::sleep(Duration::from_millis(20));
    }
    for visitor in visitors {
        visitor.gets_nothing_more();
    }
    is_well(server);
}

#[test]
fn nobody_waits_for_a_body() {
    let length = "Content-Length: 1000\r\n\r\nab";
    let chunked = "Transfer-Encoding: chunked\r\n\r\n3\r\na";
    let mut slow = Vec::new();
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        for body in [length, chunked] {
            let mut visitor = Visitor::to(impatient());
            visitor.send(format!("{method} /prompts HTTP/1.1\r\nHost: x\r\n{body}"));
            assert_eq!(visitor.answer().unwrap().status, 405, "{method} {body}");
            slow.push(visitor);
        }
    }
    // Even while more of it arrives.
    while !slow.is_empty() {
        slow.retain_mut(|visitor| visitor.send("b"));
        thread::sleep(Duration::from_millis(20));
    }
    let mut visitor = Visitor::to(impatient());
    visitor.send("GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
    assert_eq!(visitor.answer().unwrap().status, 200);
    visitor.gets_nothing_more();
    // An expected go-ahead is not given to a body nobody reads.
    let mut visitor = Visitor::to(impatient());
    visitor.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
    assert_eq!(visitor.answer().unwrap().status, 405);
    visitor.gets_nothing_more();
    is_well(impatient());
}

#[test]
fn who_sends_a_large_body_is_answered_and_may_send_the_rest_of_it() {
    let mut visitor = Visitor::to(impatient());
    let piece = vec![b'x'; 64 * 1024];
    let length = piece.len() * 64;
    visitor.send(format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\nx"));
    let status = visitor.answer().unwrap().status;
    assert!(matches!(status, 405 | 413), "{status}");
    // A reset would take the answer with it, were it not read yet.
    for _ in 0..63 {
        assert!(visitor.send(&piece));
    }
    visitor.0.get_mut().shutdown(Shutdown::Write).unwrap();
    visitor.gets_nothing_more();
}

#[test]
fn who_takes_no_answer_gets_nothing_more() {
    let mut visitor = Visitor::to(impatient());
    let request = "GET /prompts/endless.txt HTTP/1.1\r\nHost: x\r\n\r\n".repeat(400);
    visitor.send(request);
    // The kernels keep megabytes between the two; beyond that the server is stuck with it.
    while visitor.0.get_mut().take_error().unwrap().is_none() && visitor.send("G") {
        thread::sleep(Duration::from_millis(20));
    }
    is_well(impatient());
}

#[test]
fn what_is_too_long_is_refused_with_a_page_in_the_visitors_language() {
    for tongue in TONGUES {
        let path = |length| format!("{}/{}", tongue.prefix, "a".repeat(length));
        let padding = "x".repeat(200_000);
        let many = "X: y\r\n".repeat(200);
        for (status, request) in [
            (414, format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path(66_000))),
            (414, format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path(200_000))),
            (431, format!("GET {} HTTP/1.1\r\nHost: x\r\nX: {padding}\r\n\r\n", path(1))),
            (431, format!("GET {} HTTP/1.1\r\nHost: x\r\n{many}\r\n", path(1))),
            (400, format!("GET {} HTTP/1.1\r\nHost x\r\n\r\n", path(1))),
            (400, format!("GET {}\u{1} HTTP/1.1\r\nHost: x\r\n\r\n", path(1))),
            (400, format!("GET {} HTTP/1.1\r\n\r\n", path(1))),
        ] {
            let answer = answer_to(&request);
            assert_eq!(answer.status, status, "{}", answer.head);
            assert_eq!(answer.header("connection"), Some("close"));
            let page = dom::parse(&String::from_utf8(answer.body).unwrap());
            assert_eq!(page.one("html").attr("lang").as_deref(), Some(tongue.tag));
            let heading = page.one("h1").text();
            if status == 400 {
                assert_eq!(heading, tongue.texts().bad_request);
            } else {
                assert_eq!(heading, tongue.texts().request_too_long);
            }
        }
    }
    let mut visitor = Visitor::to(impatient());
    visitor.send("HEAD /\u{1} HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(visitor.answer_to("HEAD").unwrap().status, 400);
    visitor.gets_nothing_more();
    // What is long, but not too long, is read.
    let address = format!("/prompts/lantern-0?x={}", "a".repeat(60_000));
    assert_eq!(Visitor::to(impatient()).get(&address).status, 200);
    is_well(impatient());
}

#[test]
fn a_request_whose_end_or_host_is_in_doubt_is_refused_and_nothing_after_it_is_read() {
    let after = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n";
    for fields in [
        // No host, several, none that could be one.
        String::new(),
        String::from("Host: a\r\nHost: a\r\n"),
        String::from("Host: a\r\nHost: b\r\n"),
        String::from("Host:\r\n"),
        String::from("Host: a/b\r\n"),
        String::from("Host: a b\r\n"),
        String::from("Host: user@a\r\n"),
        String::from("Host: a:99999999\r\n"),
        // Two lengths of one body, or one that may be read differently.
        format!("Host: x\r\nContent-Length: 5\r\n{chunked}"),
        format!("Host: x\r\n{chunked}Content-Length: 5\r\n"),
        format!("Host: x\r\n{chunked}"),
        format!("Host: x\r\n{chunked}{chunked}"),
        String::from("Host: x\r\nTransfer-Encoding: xchunked\r\n"),
        String::from("Host: x\r\nTransfer-Encoding: chunked, identity\r\n"),
        String::from("Host: x\r\nTransfer-Encoding : chunked\r\n"),
        String::from("Host: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n"),
        String::from("Host: x\r\nContent-Length: 5, 6\r\n"),
        String::from("Host: x\r\nContent-Length: +5\r\n"),
        String::from("Host: x\r\nContent-Length: -1\r\n"),
        String::from("Host: x\r\nContent-Length: 99999999999999999999999\r\n"),
        // Lines that are none.
        String::from("Host: x\r\n folded: 1\r\n"),
        String::from("Host: x\r\nX\r\n"),
        String::from("Host: x\r\nX: \0\r\n"),
        String::from("Host: x\r\n: y\r\n"),
    ] {
        let mut visitor = Visitor::to(impatient());
        visitor.send(format!("GET /healthz HTTP/1.1\r\n{fields}\r\n0\r\n\r\n{after}"));
        let answer = visitor.answer().unwrap();
        assert_eq!(answer.status, 400, "{fields:?}\n{}", answer.head);
        visitor.gets_nothing_more();
    }
    // So with bodies that are allowed; of these one is taken when all agree how long it is.
    for (status, fields) in [
        (405, String::from(chunked)),
        (405, String::from("Content-Length: 5\r\n")),
        (400, format!("{chunked}Content-Length: 5\r\n")),
        (400, format!("Content-Length: 5\r\n{chunked}")),
        (400, format!("{chunked}content-length:0\r\n")),
        (400, String::from("Content-Length: 5\r\nContent-Length: 6\r\n")),
    ] {
        let mut visitor = Visitor::to(impatient());
        // In two parts, and what the other length makes of it is not read as a request.
        visitor.send("POST /prompts HTTP/1.1\r\nHo");
        visitor.send(format!("st: x\r\n{fields}\r\n0\r\n\r\n{after}"));
        assert_eq!(visitor.answer().unwrap().status, status, "{fields:?}");
        if status == 400 {
            visitor.gets_nothing_more();
        }
    }
    for line in [
        "GET  /healthz HTTP/1.1",
        "GET /healthz HTTP/1.1 x",
        "GET /healthz HTTP/2.0",
        "GET /healthz HTTP/0.9",
        "GET /healthz",
        "GET /heal thz HTTP/1.1",
        "GET healthz HTTP/1.1",
        "GET x:80 HTTP/1.1",
        "GET ftp://x/healthz HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "G@T /healthz HTTP/1.1",
        "GET /\\..\\healthz HTTP/1.1\u{b}",
    ] {
        let mut visitor = Visitor::to(impatient());
        visitor.send(format!("{line}\r\nHost: x\r\n\r\n{after}"));
        assert_eq!(visitor.answer().unwrap().status, 400, "{line}");
        visitor.gets_nothing_more();
    }
    let tunnel = answer_to("CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n");
    assert_eq!(tunnel.status, 405);
    is_well(impatient());
}

#[test]
fn old_rare_and_hasty_requests_are_answered() {
    for request in [
        "GET /healthz HTTP/1.0\r\n\r\n",
        "GET /healthz HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
        "GET http://other.example:81/healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
        "GET /healthz HTTP/1.1\nHost: x\n\n",
        "\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
    ] {
        let answer = answer_to(request);
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"ok\n"[..]), "{request}");
    }
    // Who has said everything may close that side, and still listens.
    let mut visitor = Visitor::to(impatient());
    visitor.send("GET /prompts/lantern-1 HTTP/1.1\r\nHost: x\r\n\r\n");
    visitor.0.get_mut().shutdown(Shutdown::Write).unwrap();
    assert_eq!(visitor.answer().unwrap().status, 200);
    visitor.gets_nothing_more();
    // Many requests at once are answered in their order, a body in between is none of them.
    let mut visitor = Visitor::to(impatient());
    let mut all = String::new();
    for number in 0..30 {
        all.push_str(&format!(
            "GET /prompts/lantern-{number}.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 23\r\n\r\n\
             GET /nothing HTTP/1.1\r\n"
        ));
        all.push_str("\r\n");
    }
    visitor.send(all);
    for number in 0..30 {
        let body = String::from_utf8(visitor.answer().unwrap().body).unwrap();
        assert!(body.ends_with(&format!("number {number}")), "{body}");
    }
    is_well(impatient());
}

#[test]
fn no_address_leads_out_of_the_site() {
    // The way out begins in folders that are there: a path that leads through others leads nowhere.
    let gallery = gallery();
    fs::create_dir_all(gallery.folder().join("data/gallery.db-media")).unwrap();
    let server = gallery.serve();
    let mut visitor = Visitor::to(&server);
    for root in ["", "/assets", "/media", "/covers", "/prompts", "/zh-CN/prompts", "/tags"] {
        for step in
            ["..", "%2e%2e", "%2E.", ".%00.", "%c0%ae%c0%ae", "..;", "..%5c", "..\\", "%252e%252e"]
        {
            for slash in ["/", "%2f", "%2F", "%5c", "\\", "//", "%c0%af"] {
                for (steps, target) in [
                    (1, "gallery.db"),
                    (2, "seeds/faq/en.md"),
                    (2, "seeds%2ffaq%2fen.md"),
                    (16, "etc/passwd"),
                    (16, "etc%2fpasswd"),
                    (16, "proc/self/environ"),
                    (16, "proc%2fself%2fenviron"),
                    (16, "%00"),
                ] {
                    let up = format!("{step}{slash}").repeat(steps);
                    let path = format!("{root}/{up}{target}");
                    let answer = visitor.get(&path);
                    assert!((300..500).contains(&answer.status), "{path}: {}", answer.head);
                    if let Some(location) = answer.header("location") {
                        assert!(
                            location.starts_with('/') && !location.starts_with("//"),
                            "{path} leads to {location}"
                        );
                    }
                    let body = String::from_utf8_lossy(&answer.body);
                    for inside in ["root:", "GALLERY_", "SQLite format", "## "] {
                        assert!(!body.contains(inside), "{path} shows {inside:?}");
                    }
                }
            }
        }
    }
    is_well(&server);
}

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % end
    }
}

#[test]
fn noise_gets_an_answer_or_none_but_never_half_of_one_and_nothing_falls_over() {
    let gallery = gallery();
    let log = gallery.folder().join("log");
    let mut command = Command::new("sh");
    command
        .args(["-c", "exec \"$0\" serve --listen 127.0.0.1:0 2>\"$LOG\"", crate::support::PROGRAM])
        .env("LOG", &log)
        .env("GALLERY_DATABASE", gallery.database())
        .env("GALLERY_SEEDS", gallery.seeds());
    let server = Server::start(command);
    // With the answer to what they begin with, where that is a whole request.
    let beginnings: [(&[u8], Option<u16>); 7] = [
        (b"", None),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", None),
        (b"GET /prompts?q=", None),
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", Some(200)),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", Some(405)),
        (b"HEAD / HTTP/1.0\r\n", None),
        (b"\x16\x03\x01\x02\x00\x01", None),
    ];
    let work = |seed: u64| {
        let mut dice = Dice(seed);
        for _ in 0..750 {
            let mut visitor = Visitor::to(&server);
            let (beginning, first) = beginnings[dice.below(beginnings.len())];
            let mut bytes = beginning.to_vec();
            let length = dice.below(300);
            bytes.extend((0..length).map(|_| match dice.below(4) {
                0 => b"\r\n \t:/"[dice.below(6)],
                1 => b"aGH1.0"[dice.below(6)],
                _ => u8::try_from(dice.below(256)).unwrap(),
            }));
            visitor.send(&bytes);
            let _ = visitor.0.get_mut().shutdown(Shutdown::Write);
            let method = if beginning.starts_with(b"HEAD") { "HEAD" } else { "GET" };
            if let Some(status) = first {
                assert_eq!(visitor.answer().expect("an answer").status, status);
            }
            while let Some(answer) = visitor.answer_to(method) {
                assert!(answer.status < 500, "{:?}\n{}", bytes.escape_ascii(), answer.head);
            }
        }
    };
    thread::scope(|scope| {
        for seed in 1..=4 {
            let work = &work;
            scope.spawn(move || work(seed * 0x1e37_79b9_7f4a_7c15));
        }
    });
    is_well(&server);
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("INFO") && !log.contains("panicked"), "{log}");
}

/// The memory that belongs to a process, in KiB.
fn own_memory(id: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn ten_thousand_different_questions_leave_nothing_behind() {
    let gallery = gallery();
    // What seeding took is given back some time later, and could hide what the questions leave.
    gallery.run(&["seed"]).ok();
    let server = gallery.serve_with(&["--no-seed", "--cache", "4"]);
    let ask = |from: usize, to: usize| {
        let mut visitor = Visitor::to(&server);
        for number in from..to {
            let path = match number % 16 {
                0 => format!("/prompts?q=lantern+{number}"),
                8..13 => format!("/prompts/lantern-3?q={number}"),
                1 => format!("/prompts/lantern-3?utm={number}"),
                2 => format!("/prompts/lantern-3?v.any={number}"),
                3 => format!("/prompts/{number}"),
                4..8 => format!("/suggest?q=la{number}"),
                _ => format!("/prompts/lantern-3.txt?{number}"),
            };
            let status = visitor.get(&path).status;
            assert!(matches!(status, 200 | 400 | 404), "{path}: {status}");
        }
    };
    ask(0, 200);
    let before = own_memory(server.id());
    thread::scope(|scope| {
        for quarter in 0..4 {
            scope.spawn(move || ask(1_000 + quarter * 2_500, 1_000 + (quarter + 1) * 2_500));
        }
    });
    let after = own_memory(server.id());
    // What starting took is given back late. More than three thousand of the answers are
    // pages that are kept as long as there is room.
    let most = before.max(64 * 1024) + 24 * 1024;
    assert!(after < most, "{before} KiB before, {after} KiB after");
    is_well(&server);
}

#[test]
fn when_all_places_are_taken_the_next_visitor_waits_and_nobody_loses_theirs() {
    let gallery = gallery();
    let server = gallery.serve_with(&["--max-connections", "3"]);
    let mut busy: Vec<Visitor> = (0..3)
        .map(|_| {
            let mut visitor = Visitor::to(&server);
            visitor.send("GET /healthz HTTP/1.1\r\nHost: x\r\n");
            visitor
        })
        .collect();
    let mut next = Visitor::to(&server);
    assert!(next.send("GET /prompts/lantern-2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    for visitor in &mut busy {
        assert!(visitor.send("\r\n"));
        assert_eq!(visitor.answer().unwrap().status, 200);
    }
    // The three stay open and idle, and one of them makes room.
    assert_eq!(next.answer().unwrap().status, 200);
    for _ in 0..3 {
        is_well(&server);
    }
}

#[test]
fn visitors_who_are_slow_do_not_keep_all_places_for_themselves() {
    let gallery = gallery();
    let patient = ["--head-timeout", "600", "--write-timeout", "600", "--idle-timeout", "600"];
    let server = gallery.serve_with(&[&patient[..], &["--max-connections", "3"]].concat());
    let mut half = Visitor::to(&server);
    assert!(half.send("GET / HTTP/1.1\r\n"));
    let mut deaf = Visitor::to(&server);
    assert!(deaf.send("GET /prompts/endless.txt HTTP/1.1\r\nHost: x\r\n\r\n".repeat(400)));
    let _silent = Visitor::to(&server);
    // One after the other they make room.
    let mut others: Vec<Visitor> = (0..3).map(|_| Visitor::to(&server)).collect();
    for visitor in &mut others {
        assert!(visitor.send("GET /healthz HTTP/1.1\r\nHost: x\r\n"));
    }
    half.gets_nothing_more();
    for visitor in &mut others {
        assert!(visitor.send("\r\n"));
        assert_eq!(visitor.answer().unwrap().status, 200);
    }
}

fn open_files(server: &Server) -> usize {
    fs::read_dir(format!("/proc/{}/fd", server.id())).unwrap().count()
}

#[test]
fn a_process_that_may_open_no_more_files_goes_on_when_it_may() {
    let gallery = gallery();
    let server = gallery.serve();
    is_well(&server);
    let most = open_files(&server) + 3;
    let limit = format!("--nofile={most}");
    let done = Command::new("prlimit").args(["--pid", &server.id().to_string(), &limit]).status();
    assert!(done.unwrap().success());
    // All of them begin to ask before any of them is done.
    let mut visitors: Vec<Visitor> = (0..12).map(|_| Visitor::to(&server)).collect();
    for visitor in &mut visitors {
        assert!(visitor.send("GET /healthz HTTP/1.1\r\nHost: x\r\n"));
    }
    while open_files(&server) < most {
        thread::sleep(Duration::from_millis(5));
    }
    for visitor in &mut visitors {
        assert!(visitor.send("Connection: close\r\n\r\n"));
    }
    for visitor in &mut visitors {
        assert_eq!(visitor.answer().unwrap().status, 200);
    }
    drop(visitors);
    is_well(&server);
    assert!(server.stop());
}

#[test]
fn a_process_that_may_open_few_files_serves_as_many_as_it_can() {
    let gallery = gallery();
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "ulimit -n 60; exec \"$0\" serve --listen 127.0.0.1:0",
            crate::support::PROGRAM,
        ])
        .env("GALLERY_DATABASE", gallery.database())
        .env("GALLERY_SEEDS", gallery.seeds());
    let server = Server::start(command);
    let visitors: Vec<Visitor> = (0..50).map(|_| Visitor::to(&server)).collect();
    is_well(&server);
    assert!(open_files(&server) < 50, "some are left for what pages are made of");
    drop(visitors);
    let mut visitors: Vec<Visitor> = (0..50).map(|_| Visitor::to(&server)).collect();
    for visitor in &mut visitors {
        visitor.send("GET /prompts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }
    for visitor in &mut visitors {
        assert_eq!(visitor.answer().unwrap().status, 200);
    }
}

#[test]
fn a_stop_under_load_loses_no_request() {
    let gallery = gallery();
    for _ in 0..3 {
        let server = gallery.serve();
        let address = server.url.strip_prefix("http://").unwrap().to_owned();
        let answered = AtomicUsize::new(0);
        // Asks until nobody can be reached any more.
        let work = |keeps: bool| {
            while let Ok(stream) = TcpStream::connect(&address) {
                stream.set_read_timeout(Some(FOREVER)).unwrap();
                let mut visitor = Visitor(BufReader::new(stream));
                loop {
                    let close = if keeps { "" } else { "Connection: close\r\n" };
                    assert!(visitor.send(format!(
                        "GET /prompts/lantern-4 HTTP/1.1\r\nHost: x\r\n{close}\r\n"
                    )));
                    let answer = visitor.answer().expect("a request was lost");
                    assert_eq!(answer.status, 200);
                    answered.fetch_add(1, Relaxed);
                    if answer.header("connection") == Some("close") {
                        break;
                    }
                }
            }
        };
        thread::scope(|scope| {
            let workers: Vec<_> =
                (0..6).map(|number| scope.spawn(move || work(number % 2 == 0))).collect();
            // One that has finished has failed.
            while answered.load(Relaxed) < 300
                && !workers.iter().any(thread::ScopedJoinHandle::is_finished)
            {
                thread::sleep(Duration::from_millis(1));
            }
            assert!(server.stop());
        });
    }
}

#[test]
fn a_request_half_sent_when_the_server_is_told_to_stop_is_answered() {
    let gallery = gallery();
    let server = gallery.serve();
    let mut visitor = Visitor::to(&server);
    assert_eq!(visitor.get("/healthz").header("connection"), None);
    assert!(visitor.send("GET /prompts/lantern-5 HTTP/1.1\r\nHost: x\r\n"));
    let mut other = Visitor::to(&server);
    assert!(other.send("GET /prompts/lantern-6 HTTP/1.1\r\n"));
    let stopped = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            assert!(server.stop());
            stopped.store(true, Relaxed);
        });
        // Until it is known that the server stops: nobody is let in any more.
        let address = visitor.0.get_ref().peer_addr().unwrap();
        while TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok() {}
        assert!(!stopped.load(Relaxed), "it waits for both");
        assert!(visitor.send("\r\n"));
        assert!(other.send("Host: x\r\n\r\n"));
        for visitor in [&mut visitor, &mut other] {
            let answer = visitor.answer().unwrap();
            assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
        }
    });
    visitor.gets_nothing_more();
}

#[test]
fn a_stop_ends_in_its_time_or_when_told_again() {
    let half = |server: &Server| {
        let mut visitor = Visitor::to(server);
        assert_eq!(visitor.get("/healthz").status, 200);
        assert!(visitor.send("GET /"));
        visitor
    };
    let gallery = gallery();
    let server = gallery.serve_with(&["--stop-timeout", "0.2", "--head-timeout", "600"]);
    let _visitor = half(&server);
    assert!(server.stop());
    let server = gallery.serve_with(&["--stop-timeout", "600", "--head-timeout", "600"]);
    let _visitor = half(&server);
    let id = server.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert!(server.stop());
}
