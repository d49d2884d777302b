//! nginx, told to send the same answers in its quickest way.

use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::ready::Ready;
use crate::{Server, on_core};

/// Starts it with the answers as files in a folder.
pub(crate) fn start(ready: &[Ready], folder: &Path, core: usize) -> Server {
    std::fs::create_dir_all(folder).unwrap();
    // The worker may be another user.
    let everyone = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o755);
    for shared in [folder.parent().unwrap(), folder] {
        std::fs::set_permissions(shared, everyone.clone()).unwrap();
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut locations = String::new();
    for (at, answer) in ready.iter().enumerate() {
        locations.push_str(&location(answer, &folder.join(format!("answer{at}"))));
    }
    let folder = folder.display();
    let config = format!(
        "daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
         events {{ worker_connections 1024; use epoll; }}
         http {{
           access_log off; sendfile off; tcp_nodelay on; server_tokens off;
           keepalive_timeout 1h; keepalive_requests 1000000000;
           open_file_cache max=100 inactive=1h; open_file_cache_valid 1h; open_file_cache_min_uses 1;
           output_buffers 2 64k;
           client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
           fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
           scgi_temp_path {folder}/scgi;
           server {{ listen 127.0.0.1:{port}; root {folder};\n{locations} }}
         }}\n"
    );
    let file = format!("{folder}/nginx.conf");
    std::fs::write(&file, config).unwrap();
    let child = on_core(core, "nginx").args(["-c", &file]).spawn().unwrap();
    let began = Instant::now();
    let worker = loop {
        let is_open = TcpStream::connect(("127.0.0.1", port)).is_ok();
        let children = format!("/proc/{0}/task/{0}/children", child.id());
        let children = std::fs::read_to_string(children).unwrap_or_default();
        let worker = children.split_whitespace().next().and_then(|id| id.parse().ok());
        if let Some(worker) = worker.filter(|_| is_open) {
            break worker;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "nginx does not start");
        std::thread::sleep(Duration::from_millis(20));
    };
    Server { name: "nginx", child, id: worker, url: format!("http://127.0.0.1:{port}") }
}

/// Where one answer is.
fn location(answer: &Ready, file: &Path) -> String {
    let mut block = format!("location = {} {{\n", answer.path);
    let (kind, charset) =
        answer.content_type.split_once("; charset=").unwrap_or((&answer.content_type, "off"));
    // Writing to a String cannot fail.
    let _ = writeln!(block, "types {{ }} default_type {kind}; charset {charset}; charset_types *;");
    for (name, value) in &answer.headers {
        let _ = writeln!(block, "add_header {name} \"{}\" always;", value.replace('"', "\\\""));
    }
    if answer.is_file() {
        std::fs::write(file, &answer.body).unwrap();
        // One validator, as ours.
        let _ = writeln!(block, "add_header last-modified \"\"; alias {};", file.display());
    } else {
        let text = str::from_utf8(&answer.body).unwrap().replace('\n', "\\n");
        let _ = writeln!(block, "return 200 \"{text}\";");
    }
    block.push_str("}\n");
    block
}
