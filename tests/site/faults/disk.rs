//! Disks that are full, and disks that are only for reading.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{
    assert_sound, beside, contents, different, on_a_full_disk, pages, plain_user, refusal, seeded,
};
use crate::command_line::ended;
use crate::support::{Gallery, Server, copy};

/// More than there is room for, in few words, because every word is indexed.
fn make_large(gallery: &Gallery) {
    for number in 0..30 {
        gallery.prompt(&format!("long-{number}"), &format!("Long, {number}. ").repeat(4_000));
    }
}

/// A disk of its own, where this user may have one.
struct Disk(PathBuf);

impl Disk {
    fn new(folder: PathBuf, kib: usize) -> Option<Self> {
        fs::create_dir(&folder).unwrap();
        let size = format!("size={kib}k");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&folder).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then_some(Self(folder))
    }

    fn make_read_only(&self) {
        let mut mount = Command::new("mount");
        assert!(mount.args(["-o", "remount,ro"]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[track_caller]
fn assert_out_of_room(said: &str, database: &Path) {
    assert!(said.contains(database.to_str().unwrap()), "{said}");
    assert!(said.contains("no room") || said.contains("disk is full"), "{said}");
    assert!(said.contains("try again"), "{said}");
}

#[test]
fn a_full_disk_keeps_what_it_has_and_a_server_goes_on() {
    let gallery = seeded();
    let server = gallery.serve();
    let before = server.get("/prompts").text();
    let stored = fs::read(gallery.database()).unwrap();
    make_large(&gallery);
    let room = stored.len() / 1024 + 100;
    let said = refusal(on_a_full_disk(gallery.command().arg("seed"), room));
    assert_out_of_room(&said, &gallery.database());
    assert!(fs::read(gallery.database()).unwrap() == stored);
    assert_eq!(server.get("/prompts").text(), before);
    assert_eq!(server.get("/readyz").status, 200);
    assert_sound(&gallery.database());
    assert!(server.stop());
    // There is room for it again.
    let out = gallery.run(&["seed"]).ok().out;
    assert!(out.contains("30 prompts added"), "{out}");

    // A backup that does not fit leaves nothing that looks like one, or the one before.
    let backup = gallery.folder().join("backup.db");
    let name = backup.to_str().unwrap();
    let said = refusal(on_a_full_disk(gallery.command().args(["backup", name]), 500));
    assert_out_of_room(&said, &beside(&backup, ".part"));
    assert!(!backup.exists() && !beside(&backup, ".part").exists());
    fs::write(&backup, "the one before").unwrap();
    refusal(on_a_full_disk(gallery.command().args(["backup", "--force", name]), 500));
    assert_eq!(fs::read(&backup).unwrap(), b"the one before");
}

#[test]
fn a_disk_without_room_for_samples_says_so() {
    let gallery = seeded();
    fs::remove_dir_all(beside(&gallery.database(), "-media")).unwrap();
    let said = refusal(on_a_full_disk(gallery.command().arg("seed"), 0));
    assert!(said.contains("gallery.db-media") && said.contains("make room"), "{said}");
}

#[test]
fn a_disk_that_is_really_full_keeps_what_it_has() {
    let gallery = seeded();
    let stored = fs::read(gallery.database()).unwrap();
    let Some(disk) = Disk::new(gallery.folder().join("disk"), stored.len() / 1024 + 400) else {
        return; // the test above does without a disk
    };
    copy(gallery.database().parent().unwrap(), &disk.0);
    let database = disk.0.join("gallery.db");
    make_large(&gallery);
    let mut command = gallery.command();
    command.args(["seed", "--database"]).arg(&database);
    assert_out_of_room(&refusal(command), &database);
    assert!(fs::read(&database).unwrap() == stored);
    // What was put into the log and never committed is in nobody's way.
    assert_sound(&database);
}

/// Serves a database that this user may only read.
fn serve_read_only(gallery: &Gallery, database: &Path) -> Server {
    let mut command = gallery.command();
    command.args(["serve", "--no-seed", "--listen", "127.0.0.1:0", "--database"]).arg(database);
    Server::start(plain_user(command))
}

/// Takes the right to write from everybody, or gives it back to the owner.
fn let_write(folder: &Path, is_allowed: bool) {
    let bit = if is_allowed { 0o200 } else { 0 };
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = if path.is_dir() { 0o555 } else { 0o444 };
        if path.is_dir() {
            let_write(&path, is_allowed);
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode | bit)).unwrap();
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o555 | bit)).unwrap();
}

#[test]
fn a_database_that_can_only_be_read_is_served_and_nothing_is_written_beside_it() {
    let gallery = seeded();
    let data = gallery.database().parent().unwrap().to_path_buf();
    let expected = pages(&gallery.serve_with(&["--no-seed"]));
    let backup = gallery.folder().join("archive");
    fs::create_dir(&backup).unwrap();
    gallery.run(&["backup", backup.join("gallery.db").to_str().unwrap()]).ok();
    // As a server leaves it, as it is copied, and as it is backed up.
    let bare = gallery.folder().join("bare");
    copy(&data, &bare);
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(beside(&bare.join("gallery.db"), ending));
    }
    for folder in [&data, &bare, &backup] {
        let database = folder.join("gallery.db");
        let_write(folder, false);
        let before = contents(folder);
        let names = |folder: &Path| fs::read_dir(folder).unwrap().count();
        let count = names(folder);
        let server = serve_read_only(&gallery, &database);
        let shown = pages(&server);
        assert_eq!(different(&shown, &expected), [""; 0]);
        assert_eq!(server.get("/readyz").status, 200);
        assert!(server.stop());
        assert!(contents(folder) == before && names(folder) == count);
        // Seeding needs to write, says so, and changes nothing.
        gallery.prompt("new", "A new one");
        let mut command = gallery.command();
        command.args(["seed", "--database"]).arg(&database);
        let said = refusal(plain_user(command));
        assert!(said.contains(database.to_str().unwrap()) || said.contains("-media"), "{said}");
        assert!(said.contains("writ"), "{said}");
        assert!(contents(folder) == before);
        let_write(folder, true);
        fs::remove_file(gallery.seeds().join("prompts/new.md")).unwrap();
    }
}

#[test]
fn a_log_that_cannot_be_read_is_explained() {
    let gallery = seeded();
    let server = gallery.serve();
    super::execute(&gallery.database(), "UPDATE prompts SET featured = 1 WHERE slug = 'lantern'");
    let folder = gallery.folder().join("copied");
    copy(gallery.database().parent().unwrap(), &folder);
    drop(server);
    let database = folder.join("gallery.db");
    fs::remove_file(beside(&database, "-shm")).unwrap();
    let_write(&folder, false);
    let mut command = gallery.command();
    command.args(["serve", "--no-seed", "--listen", "127.0.0.1:0", "--database"]).arg(&database);
    let said = refusal(plain_user(command));
    let_write(&folder, true);
    assert!(said.contains("gallery.db-wal") && said.contains("backup"), "{said}");
}

#[test]
fn a_read_only_disk_is_served() {
    let gallery = seeded();
    let Some(disk) = Disk::new(gallery.folder().join("disk"), 20_000) else {
        return; // the test above does without a disk
    };
    copy(gallery.database().parent().unwrap(), &disk.0);
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(beside(&disk.0.join("gallery.db"), ending));
    }
    disk.make_read_only();
    let database = disk.0.join("gallery.db");
    let arguments = ["--no-seed", "--database", database.to_str().unwrap()];
    let server = gallery.serve_with(&arguments);
    assert_eq!(server.get("/prompts/lantern").status, 200);
    assert_eq!(server.get("/readyz").status, 200);
    let mut command = gallery.command();
    command.args(["doctor", "--database"]).arg(&database);
    let (code, out, err) = ended(command);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("cannot be written to by this user"), "{out}");
    let backup = gallery.folder().join("backup.db");
    gallery.run(&["backup", backup.to_str().unwrap(), "--database", arguments[2]]).ok();
    assert_sound(&backup);
}
