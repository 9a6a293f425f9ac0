//! The figures: the real binary, a simulated tenant in its own process, medians with their spread.
//! Absolute times depend on the machine; ratios are taken within one run.

mod custody;
mod exports;
mod figures;
mod http;
mod imports;
mod installation;
mod lists;
mod load;
mod other_lists;

use serde_json::Value;

use figures::Figures;
use installation::Installation;

use crate::shell;

/// Idle runs and walks measured for each fleet.
const REPEATS: usize = 7;

pub fn bench(arguments: &[String]) -> Result<(), String> {
    let fleets = fleets(arguments)?;
    let database = value_of(arguments, "--database-url");
    if database.is_some() && fleets.len() > 1 {
        return Err("one database holds one fleet; hint: --devices 10000".into());
    }
    shell::run("cargo", &["build", "--release", "--package", "cli"])?;
    let mut figures = Figures::default();
    let mut first_of = Vec::new();
    for devices in fleets {
        let (first, idle) = fleet(devices, database, &mut figures)?;
        first_of.push((devices, first, idle));
    }
    if let [(small, first, idle), (large, large_first, large_idle)] = first_of[..] {
        let name = |what: &str| format!("{what}, {large} over {small} devices");
        figures.ratio(&name("first sync"), large_first / first, 12.0);
        figures.ratio(&name("idle sync"), large_idle / idle, 12.0);
    }
    println!("{figures}");
    Ok(())
}

fn fleets(arguments: &[String]) -> Result<Vec<usize>, String> {
    let list = value_of(arguments, "--devices").unwrap_or("10000,100000");
    list.split(',').map(|n| n.parse().map_err(|_| format!("\"{n}\" is no number"))).collect()
}

fn value_of<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1).map(String::as_str)
}

/// Measures one fleet; answers the seconds of its first sync and of an idle one.
fn fleet(
    devices: usize,
    database: Option<&str>,
    figures: &mut Figures,
) -> Result<(f64, f64), String> {
    eprintln!("· {devices} devices");
    let mut here = Installation::start(devices, database)?;
    figures.at_most("start to first answer, empty database", "ms", &[here.start_ms], 300.0);
    figures.at_most("resident memory then", "MB", &[here.resident_mb()?], 60.0);
    here.connect()?;

    let first = here.run()?;
    let people = here.api("GET", "/employees?limit=1", &Value::Null)?["total"].to_string();
    let what = format!("first sync of {devices}: {}, {people} people made", first.counts);
    // The figure is set for 10,000 devices; other fleets are held to the ratio below.
    let limit = if devices == 10_000 { 5.0 } else { f64::INFINITY };
    figures.at_most(&what, "s", &[first.seconds], limit);
    let most = f64::from(u32::try_from(devices.div_ceil(300)).unwrap_or(u32::MAX)) + 1.0;
    figures.at_most(
        &format!("list requests, first sync of {devices}"),
        "",
        &[first.requests],
        most,
    );

    let events = here.newest_event()?;
    let mut idle = Vec::new();
    let mut floor = Vec::new();
    for _ in 0..REPEATS {
        idle.push(here.run()?.seconds);
        floor.push(here.walk()?);
    }
    if here.newest_event()? != events {
        return Err("an idle run changed assets".into());
    }
    figures.at_most(&format!("idle sync of {devices}"), "s", &idle, f64::INFINITY);
    figures.at_most(
        &format!("floor of {devices}: fetch and parse alone"),
        "s",
        &floor,
        f64::INFINITY,
    );
    let (idle, floor) = (figures::median(&idle), figures::median(&floor));
    figures.ratio(&format!("idle sync over floor, {devices}"), idle / floor, 3.0);
    figures.at_most(&format!("peak memory, {devices} devices"), "MB", &[here.peak_mb()?], 600.0);

    load::pages(&here, devices, figures)?;
    exports::exports(&here, devices, figures)?;
    custody::custody(&here, devices, figures)?;
    imports::imports(&here, devices, figures)?;
    lists::lists(&here, devices, figures)?;
    other_lists::other_lists(&here, devices, figures)?;
    Ok((first.seconds, idle))
}
