//! Memory: a server gives back soon what a run no longer needs, instead of ten seconds later.

/// Starts this program once more, in the same process, with the allocator told so: it reads its
/// one setting before any code of ours runs. Where that fails the server works as well, and holds
/// more memory for a while.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "this setting is the allocator's, not ours")]
pub fn give_back_soon() {
    use std::os::unix::process::CommandExt;
    const SETTING: &str = "MIMALLOC_PURGE_DELAY";
    /// Milliseconds. Given back at once, memory is fetched again a moment later, which takes a
    /// tenth of a run.
    const SOON: &str = "100";
    if std::env::var_os(SETTING).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let arguments = std::env::args_os().skip(1);
    let failed = std::process::Command::new(program).args(arguments).env(SETTING, SOON).exec();
    eprintln!("stockroom: the allocator keeps its own ways: {failed}");
}

#[cfg(not(unix))]
pub fn give_back_soon() {}
