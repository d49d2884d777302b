//! Rebuilds when a migration or an asset changes: both are embedded in the binary.

fn main() {
    for directory in ["migrations", "static", "templates"] {
        println!("cargo:rerun-if-changed={directory}");
    }
}
