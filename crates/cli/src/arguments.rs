//! What may stand on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Keeps a register of your devices in step with Kandji, and can always say why.
#[derive(Parser)]
#[command(name = "stockroom", version, about, propagate_version = true)]
pub struct Arguments {
    /// The settings file; `stockroom.toml` in this folder if it is there.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where database and key live.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// `sqlite:///absolute/path` or `postgres://…`.
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// The address to listen on.
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Web, API and background work in one process.
    Serve,
    /// The same over a throw-away database and a simulated Kandji tenant that lives.
    Demo(Demo),
    /// People who administer, without a browser.
    #[command(subcommand)]
    Admin(Admin),
    /// API tokens.
    #[command(subcommand)]
    Token(Token),
    /// One run of a source; with --preview it changes nothing.
    Sync(Sync),
    /// Checks settings, database, clock, mail and every source, and says what to do.
    Doctor(Doctor),
    /// Brings a table of assets or employees in; with --preview it changes nothing.
    #[command(subcommand)]
    Import(Import),
    /// Writes a report, or everything there is, to standard output or a file.
    Export(Export),
    /// Copies the database to a file while the server goes on.
    Backup(Backup),
    /// Puts a backup in place of the SQLite database of a server that is stopped; what stood there
    /// before is kept beside it, under the name that is printed.
    Restore(Restore),
    /// Brings the database up to date, as the next start would, and prints what it did.
    Migrate,
    /// The simulated Kandji tenant alone, for trying and measuring.
    KandjiSim(KandjiSim),
    /// Reads a tenant's device list and does nothing with it: the floor under any sync.
    KandjiWalk(KandjiWalk),
}

#[derive(Debug, Args)]
pub struct Demo {
    /// How many devices the simulated tenant has.
    #[arg(long, default_value_t = 500)]
    pub devices: usize,
}

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Makes an administrator; the database and the first tenant too where they are missing.
    Create {
        #[arg(long)]
        email: String,
        /// Reads the password from the first line of standard input instead of asking for it.
        #[arg(long)]
        password_stdin: bool,
        #[arg(long, value_name = "SLUG")]
        tenant: Option<String>,
    },
    /// Gives someone a new password.
    ResetPassword {
        #[arg(long)]
        email: String,
        #[arg(long)]
        password_stdin: bool,
        /// In this tenant alone; else wherever they sign in.
        #[arg(long, value_name = "SLUG")]
        tenant: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Token {
    /// Prints a new token, alone, this once.
    Create {
        #[arg(long)]
        name: String,
        #[arg(long, value_enum)]
        role: Role,
        #[arg(long, value_name = "SLUG")]
        tenant: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Role {
    Viewer,
    Operator,
    Manager,
    Administrator,
}

#[derive(Debug, Args)]
pub struct Sync {
    /// The source's id or name.
    pub source: String,
    /// Plans and shows; changes nothing. Exit code 3 when something would change.
    #[arg(long)]
    pub preview: bool,
    #[arg(long)]
    pub json: bool,
    #[arg(long, value_name = "SLUG")]
    pub tenant: Option<String>,
}

#[derive(Debug, Args)]
pub struct Doctor {
    /// This tenant's sources alone; else those of every tenant.
    #[arg(long, value_name = "SLUG")]
    pub tenant: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Import {
    /// Rows become assets.
    Assets(Table),
    /// Rows become employees.
    Employees(Table),
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub struct Table {
    /// CSV or XLSX; `-` reads standard input.
    pub file: PathBuf,
    /// By what a row is known: `tag`, `serial` or a custom field's key; for employees `email` or
    /// `name`.
    #[arg(long = "match", value_name = "FIELD")]
    pub key: String,
    /// Plans and shows; changes nothing. Exit code 3 when something would change.
    #[arg(long)]
    pub preview: bool,
    #[arg(long)]
    pub json: bool,
    /// What a column means where its name does not say: `--column "Room no=location"`; nothing
    /// behind the sign leaves it out.
    #[arg(long = "column", value_name = "NAME=FIELD")]
    pub columns: Vec<String>,
    /// Makes categories, products, places and the like that rows name and nobody has made.
    #[arg(long)]
    pub make_missing: bool,
    /// Makes employees who have an asset and are not here.
    #[arg(long)]
    pub make_employees: bool,
    /// Changes what is known and makes nothing new.
    #[arg(long)]
    pub known_only: bool,
    /// One faulty row, and nothing is done.
    #[arg(long)]
    pub all_or_nothing: bool,
    /// `03/04/2026` is in April; without it as the rows seem to say.
    #[arg(long)]
    pub day_first: bool,
    #[arg(long, value_name = "SLUG")]
    pub tenant: Option<String>,
}

#[derive(Debug, Args)]
pub struct Export {
    /// `assets` is the Asset Report, Kandji details included; `everything` is all the tenant has
    /// but secrets, as one JSON document.
    #[arg(value_enum)]
    pub what: What,
    /// Without it `csv`; everything is always `json`.
    #[arg(long, value_enum)]
    pub format: Option<FileFormat>,
    /// Archived assets too.
    #[arg(long)]
    pub archived: bool,
    /// Instead of standard output; a file that is there already stays as it is.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[arg(long, value_name = "SLUG")]
    pub tenant: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    Assets,
    Coverage,
    Everything,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    Csv,
    Xlsx,
    Json,
}

#[derive(Debug, Args)]
pub struct Backup {
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// Made by `stockroom backup`; it stays as it is.
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct KandjiSim {
    #[arg(long, default_value_t = 500)]
    pub devices: usize,
    /// People in its directory; one for two devices unless told.
    #[arg(long)]
    pub people: Option<usize>,
    /// So many in a hundred devices are assigned to one of them.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub assigned: u32,
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// An event every so many seconds; 0 keeps everything as it is.
    #[arg(long, default_value_t = 0.0)]
    pub lives: f64,
}

#[derive(Debug, Args)]
pub struct KandjiWalk {
    #[arg(long)]
    pub api_url: String,
    #[arg(long, env = "STOCKROOM_KANDJI_TOKEN", hide_env_values = true)]
    pub token: String,
}
