//! The `prompt-gallery` program; everything it does is in the library.

use std::process::ExitCode;
use std::time::Duration;

/// Gives memory back when an index was made, and is quicker at the many small pieces of a page.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long a thread that may wait is kept for the next work. The allocator gives back what was let
/// go of a second ago when a thread ends: so what starting or a change took is not kept.
const IDLE: Duration = Duration::from_millis(1500);

fn main() -> ExitCode {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = match runtime.enable_all().thread_keep_alive(IDLE).build() {
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
