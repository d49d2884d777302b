//! Style sheet, script and icon, addressed by their content.

use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

use crate::shared::{TONGUES, full, odd};
use crate::support::{Server, dom};

/// Addresses and media types of what is asked for by itself, as a page names them.
fn assets(server: &Server, path: &str) -> [(String, &'static str); 2] {
    let page = server.page(path);
    let address = |selector: &str, name: &str| page.one(selector).attr(name).unwrap();
    [
        (address("link[rel=stylesheet]", "href"), "text/css; charset=utf-8"),
        (address("script", "src"), "text/javascript; charset=utf-8"),
    ]
}

#[test]
fn assets_are_kept_for_ever() {
    for (path, kind) in assets(full(), "/") {
        let answer = full().get(&path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        let control = answer.header("cache-control").unwrap();
        assert!(
            control.contains("immutable") && control.contains("max-age=31536000"),
            "{path}: {control}"
        );
        assert!(!answer.body.is_empty(), "{path}");
    }
}

#[test]
fn the_icon_is_in_the_page_itself() {
    let page = full().page("/");
    let icon = page.one("link[rel=icon]").attr("href").unwrap();
    let drawing = icon.strip_prefix("data:image/svg+xml,").unwrap();
    assert!(!drawing.contains(['#', '<', '>', '"', ' ']), "{drawing}");
    let drawing = percent_decode_str(drawing).decode_utf8().unwrap();
    assert!(dom::parse(&drawing).has("svg path[stroke=#fff]"), "{drawing}");
    for tongue in TONGUES {
        let other = full().page(&format!("{}/faq", tongue.prefix));
        assert_eq!(other.one("link[rel=icon]").attr("href"), Some(icon.clone()));
    }
}

#[test]
fn the_address_of_an_asset_names_its_bytes() {
    for (path, _) in assets(full(), "/") {
        let hash = Sha256::digest(full().get(&path).body);
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let named = path.split('.').nth(1).unwrap();
        assert!(named.len() >= 8 && hash.starts_with(named), "{path} holds {hash}");
    }
}

#[test]
fn every_page_of_a_build_names_the_same_assets() {
    let expected = assets(full(), "/");
    for tongue in TONGUES {
        for path in ["/", "/prompts", "/faq", "/models"] {
            assert_eq!(assets(full(), &format!("{}{path}", tongue.prefix)), expected);
        }
    }
    assert_eq!(assets(odd(), "/"), expected, "whatever the content");
}

#[test]
fn an_asset_of_another_build_is_not_found_and_not_kept() {
    for (path, _) in assets(full(), "/") {
        let hash = path.split('.').nth(1).unwrap();
        let other: String =
            hash.chars().map(|digit| if digit == '0' { '1' } else { '0' }).collect();
        for gone in [
            path.replace(hash, &other),
            path.replace(&format!(".{hash}"), ""),
            path.replace(hash, ""),
        ] {
            let answer = full().get(&gone);
            assert_eq!(answer.status, 404, "{gone}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{gone}");
        }
    }
    for path in ["/assets", "/assets/..%2f..%2fcargo.toml", "/assets/%2e%2e", "/static/style.css"] {
        assert_eq!(full().get(path).status, 404, "{path}");
    }
}

#[test]
fn style_and_script_load_nothing_from_elsewhere() {
    for (path, _) in assets(full(), "/") {
        let text = full().get(&path).text();
        for part in text.split(['"', '\'', '(', ' ']) {
            let is_namespace = part.starts_with("http://www.w3.org/");
            assert!(
                is_namespace || !(part.starts_with("http:") || part.starts_with("https:")),
                "{path}: {part:.60}"
            );
        }
        assert!(!text.contains("@import") && !text.contains("eval("), "{path}");
    }
}

/// What a client gets that takes these codings, on the wire.
fn packed(path: &str, codings: &str) -> (Option<String>, Vec<u8>) {
    let answer = full().get_with(path, &[("accept-encoding", codings)]);
    assert_eq!(answer.header("vary"), Some("accept-encoding"), "{path}");
    (answer.header("content-encoding").map(String::from), answer.body)
}

#[test]
fn the_script_is_small_in_every_coding() {
    let [_, (path, _)] = assets(full(), "/");
    let size = |coding| {
        let (name, bytes) = packed(&path, coding);
        assert_eq!(name.as_deref(), Some(coding));
        bytes.len()
    };
    assert!(size("br") <= 8 * 1024, "{} bytes", size("br"));
    assert!(size("gzip") <= 9 * 1024 + 512, "{} bytes", size("gzip"));
}

#[test]
fn a_client_that_refuses_a_coding_is_not_given_it() {
    for (path, _) in assets(full(), "/") {
        assert_eq!(packed(&path, "br;q=0, gzip").0.as_deref(), Some("gzip"), "{path}");
        assert_eq!(packed(&path, "identity").0, None, "{path}");
    }
}

#[test]
fn the_script_as_it_is_sent_is_a_script_still() {
    let [_, (path, _)] = assets(full(), "/");
    let folder = tempfile::tempdir().unwrap();
    // By this name it is no module, as in a page.
    let file = folder.path().join("gallery.cjs");
    std::fs::write(&file, full().get(&path).body).unwrap();
    let output = std::process::Command::new("node").arg("--check").arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
