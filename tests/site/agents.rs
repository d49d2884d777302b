//! How each coding agent is set up, checked against the table and against what the agents'
//! own documentation and command lines expect.

use std::collections::BTreeMap;
use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use prompt_gallery::agents::addresses_agent;
use serde_json::{Value, json};

use crate::shared::{ODD, ODD_URL, SEEDS, TONGUES, Tongue, full, odd, seed_table};
use crate::support::dom::Element;
use crate::support::{Gallery, Server};

/// The agents, in the order of their tabs.
const AGENTS: [&str; 8] = [
    "claude-code",
    "codex",
    "cursor",
    "windsurf",
    "vs-code",
    "gemini-cli",
    "claude-desktop",
    "zed",
];

fn page(server: &Server, tongue: Tongue, slug: &str) -> Element {
    server.page(&format!("{}/prompts/{slug}", tongue.prefix))
}

/// What the page has a visitor run or write, by agent.
fn installs(page: &Element) -> BTreeMap<&'static str, String> {
    let install = |agent| page.one(&format!("#{agent}-install")).text();
    AGENTS.into_iter().map(|agent| (agent, install(agent))).collect()
}

/// The links that set an agent up, by agent, as a browser reads them.
fn links(page: &Element) -> BTreeMap<&'static str, String> {
    let link = |agent| {
        let links = page.all(&format!("#{agent} a"));
        assert!(links.len() <= 1, "{agent}");
        Some((agent, links.first()?.attr("href").unwrap()))
    };
    AGENTS.into_iter().filter_map(link).collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

/// What the Cursor link says: the server's name and its entry.
fn read_cursor_link(link: &str) -> (String, Value) {
    let query = link.strip_prefix("cursor://anysphere.cursor-deeplink/mcp/install?").unwrap();
    let (name, config) = query.split_once('&').unwrap();
    // A raw plus sign would become a space.
    assert!(!config.contains(['+', '/', '&']), "{config}");
    let config = STANDARD.decode(decoded(config.strip_prefix("config=").unwrap())).unwrap();
    (decoded(name.strip_prefix("name=").unwrap()), serde_json::from_slice(&config).unwrap())
}

/// What the VS Code link says.
fn read_vs_code_link(link: &str) -> Value {
    let config = link.strip_prefix("vscode:mcp/install?").unwrap();
    assert!(!config.contains(['{', '"', ' ', '&', '#']), "{config}");
    serde_json::from_str(&decoded(config)).unwrap()
}

/// Asserts every set-up of a page: commands as the real command lines took them, files as the
/// agents read them, links that say the same.
fn assert_set_up(page: &Element, name: &str, command: &[&str]) {
    let installs = installs(page);
    let start = command.join(" ");
    assert_eq!(installs["claude-code"], format!("claude mcp add {name} -s user -- {start}"));
    assert_eq!(installs["codex"], format!("codex mcp add {name} -- {start}"));
    assert_eq!(installs["gemini-cli"], format!("gemini mcp add -s user {name} {start}"));

    let entry = json!({ "command": command[0], "args": command[1..] });
    let vs_code = json!({ "type": "stdio", "command": command[0], "args": command[1..] });
    for (agent, file, key, entry) in [
        ("cursor", "~/.cursor/mcp.json", "mcpServers", &entry),
        ("windsurf", "~/.config/devin/mcp_config.json", "mcpServers", &entry),
        ("vs-code", ".vscode/mcp.json", "servers", &vs_code),
        (
            "claude-desktop",
            "~/Library/Application Support/Claude/claude_desktop_config.json",
            "mcpServers",
            &entry,
        ),
        ("zed", "~/.config/zed/settings.json", "context_servers", &entry),
    ] {
        let content: Value = serde_json::from_str(&installs[agent]).unwrap();
        assert_eq!(content, json!({ key: { name: entry } }), "{agent}");
        let panel = page.one(&format!("#{agent}")).words();
        assert!(panel.contains(file), "{agent}: {panel}");
    }
    assert!(page.one("#windsurf").words().contains("~/.codeium/windsurf/mcp_config.json"));

    let links = links(page);
    assert_eq!(links.keys().copied().collect::<Vec<_>>(), ["cursor", "vs-code"]);
    assert_eq!(read_cursor_link(&links["cursor"]), (name.to_owned(), entry));
    let mut named = vs_code;
    named["name"] = name.into();
    assert_eq!(read_vs_code_link(&links["vs-code"]), named);
}

#[test]
fn every_agent_is_set_up_exactly() {
    for tongue in TONGUES {
        let page = page(full(), tongue, &SEEDS[0].slug);
        let panels = page.all("div.tabs[data-tabs=agent] section.panel");
        let ids: Vec<String> = panels.iter().map(|panel| panel.attr("id").unwrap()).collect();
        assert_eq!(ids, AGENTS);
        assert_set_up(&page, "runapi", &["npx", "-y", "@runapi.ai/mcp"]);
    }
}

#[test]
fn the_about_page_adds_the_gallery_itself_to_every_agent() {
    for (server, url) in [(full(), full().url.clone()), (odd(), ODD_URL.to_owned())] {
        for tongue in TONGUES {
            let page = server.page(&format!("{}/about", tongue.prefix));
            let url = format!("{url}/mcp");
            let ids: Vec<String> = page
                .all("div.tabs[data-tabs=agent] section.panel")
                .iter()
                .map(|panel| panel.attr("id").unwrap())
                .collect();
            assert_eq!(ids, AGENTS);
            let installs = installs(&page);
            for (agent, command) in [
                ("claude-code", "claude mcp add --transport http -s user prompt-gallery {url}"),
                ("codex", "codex mcp add prompt-gallery --url {url}"),
                ("gemini-cli", "gemini mcp add -s user -t http prompt-gallery {url}"),
                ("claude-desktop", "{url}"),
            ] {
                assert_eq!(installs[agent], command.replace("{url}", &url));
            }
            let vs_code = json!({ "type": "http", "url": url });
            let plain = json!({ "url": url });
            for (agent, key, entry) in [
                ("cursor", "mcpServers", &plain),
                ("windsurf", "mcpServers", &json!({ "url": url, "transport": "http" })),
                ("vs-code", "servers", &vs_code),
                ("zed", "context_servers", &plain),
            ] {
                let content: Value = serde_json::from_str(&installs[agent]).unwrap();
                assert_eq!(content, json!({ key: { "prompt-gallery": entry } }), "{agent}");
            }
            let links = links(&page);
            assert_eq!(links.keys().copied().collect::<Vec<_>>(), ["cursor", "vs-code"]);
            let named = ("prompt-gallery".to_owned(), plain);
            assert_eq!(read_cursor_link(&links["cursor"]), named);
            let mut named = vs_code;
            named["name"] = "prompt-gallery".into();
            assert_eq!(read_vs_code_link(&links["vs-code"]), named);
            for agent in AGENTS {
                let panel = page.one(&format!("#{agent}"));
                assert!(!panel.words().contains("runapi"), "{agent}");
                // What is pasted into settings needs nothing further.
                let steps = if agent == "claude-desktop" { 1 } else { 2 };
                assert_eq!(panel.all("ol.steps li").len(), steps, "{agent}");
            }
        }
    }
}

#[test]
fn commands_are_those_of_the_table() {
    let platform = seed_table("catalog.toml")["platform"].clone();
    let name = platform["mcp_name"].as_str().unwrap();
    let start: Vec<&str> =
        platform["mcp_command"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
    let installs = installs(&page(full(), TONGUES[0], &SEEDS[0].slug));
    for agent in seed_table("agents.toml")["agents"].as_array().unwrap() {
        let slug = agent["slug"].as_str().unwrap();
        if let Some(command) = agent["install"].get("command") {
            let command = command.as_str().unwrap();
            let expected = command.replace("{name}", name).replace("{command}", &start.join(" "));
            assert_eq!(installs[slug], expected);
        }
    }
}

#[test]
fn every_agent_says_how_to_install_restart_and_check() {
    let platform = seed_table("catalog.toml")["platform"].clone();
    let name = platform["mcp_name"].as_str().unwrap();
    // As shown: without the marks of code.
    let shown = |text: &str| text.replace('`', "").replace("{name}", name);
    for tongue in TONGUES {
        let page = page(full(), tongue, &SEEDS[0].slug);
        for agent in seed_table("agents.toml")["agents"].as_array().unwrap() {
            let slug = agent["slug"].as_str().unwrap();
            let panel = page.one(&format!("#{slug}"));
            assert_eq!(panel.one("h3").words(), agent["name"].as_str().unwrap());
            let steps = panel.all("ol.steps li");
            assert_eq!(steps.len(), 2, "{slug}: pasting is the same for all");
            assert!(steps[0].has(&format!("#{slug}-install")), "{slug}");
            assert!(steps[0].has(&format!("button[data-copy={slug}-install]")), "{slug}");
            let said: Vec<String> = steps[1].all("p").iter().map(Element::words).collect();
            let expected =
                ["restart", "check"].map(|key| shown(agent[key][tongue.tag].as_str().unwrap()));
            assert_eq!(said, expected, "{slug}");
            assert!(said[1].contains(name), "{slug} does not say what to look for");
            if let Some(find) = agent["install"].get("find") {
                let find = find[tongue.tag].as_str().unwrap().replace('`', "");
                assert!(steps[0].words().contains(&find), "{slug}: {find}");
            }
        }
        for (agent, name) in [("cursor", "Cursor"), ("vs-code", "VS Code")] {
            let link = page.one(&format!("#{agent} a"));
            assert_eq!(link.words(), (tongue.texts().add_to_agent)(name));
        }
    }
}

/// A gallery for another gateway, whose names and arguments would break careless set-ups.
fn other_platform(name: &str, command: &[&str]) -> (Gallery, Server) {
    let gallery = Gallery::without_prompts();
    gallery.prompt("crane", "A crane");
    let file = gallery.seeds().join("catalog.toml");
    let mut catalog: toml::Table = fs::read_to_string(&file).unwrap().parse().unwrap();
    catalog["platform"]["mcp_name"] = name.into();
    catalog["platform"]["mcp_command"] = command.to_vec().into();
    fs::write(&file, catalog.to_string()).unwrap();
    let server = gallery.serve();
    (gallery, server)
}

#[test]
fn another_platform_changes_every_set_up() {
    let command = ["uvx", "--from", "harbour", "harbour-mcp"];
    let (_gallery, server) = other_platform("harbour", &command);
    for tongue in TONGUES {
        let page = page(&server, tongue, "crane");
        assert_set_up(&page, "harbour", &command);
        for agent in AGENTS {
            let panel = page.one(&format!("#{agent}")).words();
            assert!(panel.contains("harbour") && !panel.contains("runapi"), "{agent}: {panel}");
        }
    }
}

#[test]
fn odd_names_and_arguments_survive_the_shell_the_file_and_the_link() {
    let command = ["run it", "--say=it's \"$HOME\" & {name} <b>", "ümlaut+?/="];
    let (_gallery, server) = other_platform("har bour&co", &command);
    let page = page(&server, TONGUES[0], "crane");
    let links = links(&page);
    let entry = json!({ "command": command[0], "args": command[1..] });
    assert_eq!(read_cursor_link(&links["cursor"]), ("har bour&co".to_owned(), entry.clone()));
    assert_eq!(read_vs_code_link(&links["vs-code"])["args"], entry["args"]);
    let installs = installs(&page);
    let content: Value = serde_json::from_str(&installs["zed"]).unwrap();
    assert_eq!(content, json!({ "context_servers": { "har bour&co": entry } }));
    // A shell reads the command back as the arguments it was made of.
    let (_, line) = installs["codex"].split_once("codex mcp add ").unwrap();
    let output = std::process::Command::new("sh")
        .args(["-c", &format!("printf '%s\\n' {line}")])
        .output()
        .unwrap();
    let read = String::from_utf8(output.stdout).unwrap();
    let expected = ["har bour&co", "--", command[0], command[1], command[2]];
    assert_eq!(read.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn prompts_that_address_an_agent_carry_a_warning_and_no_others() {
    for seed in SEEDS.iter() {
        assert!(!addresses_agent(&seed.text), "{} is under false suspicion", seed.slug);
    }
    for tongue in TONGUES {
        for slug in ["markers", "plain", "chinese", "json", "quotes", "fences"] {
            let page = page(odd(), tongue, slug);
            assert_eq!(page.has("#addresses-agent"), slug == "markers", "{slug}");
            if slug == "markers" {
                let step = page.one("#addresses-agent");
                assert_eq!(step.words(), tongue.texts().addresses_agent);
            }
        }
        assert!(!page(full(), tongue, &SEEDS[0].slug).has("#addresses-agent"));
    }
    let suspect: Vec<&str> =
        ODD.iter().filter(|(_, text)| addresses_agent(text)).map(|(slug, _)| *slug).collect();
    assert_eq!(suspect, ["markers"]);
}

#[test]
fn faults_in_the_table_of_agents_are_reported_with_their_lines() {
    let agent = |rest: &str| format!("[[agents]]\nslug = \"x\"\nname = \"X\"\n{rest}");
    let texts =
        "restart.en = \"a\"\nrestart.zh-CN = \"a\"\ncheck.en = \"b\"\ncheck.zh-CN = \"b\"\n";
    for (rest, line, word) in [
        (format!("install.command = \"x\"\nlink = \"javascript:x\"\n{texts}"), 5, "javascript"),
        (format!("install.command = \"x\"\nlink = \"x:{{nmae}}\"\n{texts}"), 5, "config_base64"),
        (format!("install.command = \"x\"\nlink = \"/x\"\n{texts}"), 5, "scheme"),
        (format!("install.file = \"x\"\n{texts}"), 4, "a file and a key"),
        (
            format!("install.file = \"x\"\ninstall.key = \"k\"\ninstall.find.en = \"c\"\n{texts}"),
            6,
            "install.find.zh-CN",
        ),
        (format!("install.command = \"x\"\nremote.command = \"x {{url}}\"\n{texts}"), 5, "{name}"),
        (format!("install.command = \"x\"\nremote.entry.url = \"x\"\n{texts}"), 5, "{url}"),
        (format!("install.command = \"x\"\nremote.entry.url = \"{{url}}\"\n{texts}"), 5, "a file"),
        (format!("install.command = \"x\"\nremote.settings.en = \"x\"\n{texts}"), 5, "zh-CN"),
        (format!("install.command = \"x\"\nremote.url = \"x\"\n{texts}"), 5, "one of"),
        (
            format!("install.command = \"x\"\n{}", texts.replace("check.zh-CN = \"b\"\n", "")),
            7,
            "check.zh-CN",
        ),
        (format!("install.command = \"x\"\n{}", texts.replace("\"b\"", "\"<b>b</b>\"")), 7, "<b>"),
    ] {
        let gallery = Gallery::without_prompts();
        gallery.write("agents.toml", agent(&rest));
        let check = gallery.run(&["check"]);
        let place = format!("agents.toml:{line}: ");
        let found = check.err.lines().find(|told| told.contains(&place) && told.contains(word));
        assert!(!check.success && found.is_some(), "{word}:\n{}", check.err);
    }
}
