//! Running other programs, from the project's root.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

/// The checkout.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("xtask stands two folders below the root").to_path_buf()
}

pub fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let line = announced(program, arguments);
    ended(&line, command(program, arguments).status())
}

/// The same, and what it printed besides, shown as it came.
pub fn told(program: &str, arguments: &[&str]) -> Result<String, String> {
    let line = announced(program, arguments);
    let started = command(program, arguments).stdout(Stdio::piped()).spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => return ended(&line, Err(error)).map(|()| String::new()),
    };
    let mut told = String::new();
    let printed = child.stdout.take().map(BufReader::new);
    let lines = printed.into_iter().flat_map(|printed| printed.split(b'\n'));
    for line in lines.map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        told.push_str(&line);
        told.push('\n');
    }
    ended(&line, child.wait()).map(|()| told)
}

fn announced(program: &str, arguments: &[&str]) -> String {
    let line = format!("{program} {}", arguments.join(" "));
    eprintln!("· {line}");
    line
}

fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    // What cargo told us about ourselves would make build scripts run anew.
    let own = std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("CARGO_PKG"));
    own.chain(["CARGO_MANIFEST_DIR".into(), "CARGO_MANIFEST_PATH".into()]).for_each(|name| {
        command.env_remove(name);
    });
    command
}

fn ended(line: &str, status: std::io::Result<ExitStatus>) -> Result<(), String> {
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("\"{line}\" ended with {status}")),
        Err(error) => Err(format!("\"{line}\" could not start: {error}; hint: is it installed?")),
    }
}

/// What a program printed.
pub fn output(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program).args(arguments).current_dir(root()).output();
    let output = output.map_err(|error| format!("\"{program}\" could not start: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

pub fn exists(program: &str) -> bool {
    Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output()
        .is_ok_and(|output| output.status.success())
}
