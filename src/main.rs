//! The `prompt-gallery` program; everything it does is in the library.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    prompt_gallery::cli::run().await
}
