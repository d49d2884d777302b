//! The `prompt-gallery` program; everything it does is in the library.

use std::process::ExitCode;

/// Gives memory back when an index was made, and is quicker at the many small pieces of a page.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(prompt_gallery::cli::run());
    // An index in the making is not waited for: it is gone on with after the next start.
    runtime.shutdown_background();
    code
}
