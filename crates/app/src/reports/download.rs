//! A report as a file: pages are read, written and handed on as they come, so that its length
//! takes no memory. Whoever takes the chunks sets the pace; when they stop, so does the reading.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use documents::{Csv, Xlsx};
use domain::access::Role;
use jiff::tz::TimeZone;
use store::{Tx, tenants};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::places::Place;
use super::{Cell, Column, JsonRow, Opened, Rows};
use crate::caller::Caller;
use crate::installation::App;
use crate::refusal::Refusal;

/// A file's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    /// A list of objects.
    Json,
}

/// Rows of one page, each read in a transaction of its own.
pub(super) const ROWS: usize = 1_000;
/// Pages read ahead of the writer.
const PAGES_AHEAD: usize = 1;
/// Bytes of one chunk, and chunks written ahead of whoever takes them.
const CHUNK: usize = 64 * 1024;
const CHUNKS_AHEAD: usize = 8;
/// Who takes no piece for so long gets no more: they hold a place that others wait for.
const PATIENCE: Duration = Duration::from_mins(1);

/// A file under way.
#[derive(Debug)]
pub struct Download {
    /// `asset-report-2026-11-22.csv`
    pub name: String,
    pub kind: &'static str,
    first: Option<Vec<u8>>,
    rest: mpsc::Receiver<Vec<u8>>,
    /// Told once all pieces are taken: whether the file is whole.
    end: Option<oneshot::Receiver<Result<(), Refusal>>>,
}

impl Format {
    pub const ALL: [Format; 3] = [Format::Csv, Format::Xlsx, Format::Json];

    /// The word in addresses and at the end of names.
    pub const fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Json => "json",
        }
    }

    pub const fn kind(self) -> &'static str {
        match self {
            Format::Csv => "text/csv; charset=utf-8; header=present",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Json => "application/json",
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = Format::ALL.into_iter().find(|format| format.word() == word);
        found.ok_or_else(|| {
            let known = Format::ALL.map(Format::word).join(", ");
            format!("no format \"{word}\"; hint: {known}")
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Download {
    /// The next piece; `None` at the end. An error in the middle means that the file is not whole.
    pub async fn next(&mut self) -> Option<Result<Vec<u8>, Refusal>> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// The same for those who poll.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Vec<u8>, Refusal>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if let Some(piece) = ready!(self.rest.poll_recv(cx)) {
            return Poll::Ready(Some(Ok(piece)));
        }
        let Some(end) = self.end.as_mut() else { return Poll::Ready(None) };
        let end = ready!(Pin::new(end).poll(cx));
        self.end = None;
        let died = |_| Err(Refusal::Failed("writing the file broke off; hint: try again".into()));
        Poll::Ready(end.unwrap_or_else(died).err().map(Err))
    }

    /// A file that `write` writes on a thread that may wait for whoever takes it.
    async fn begin(
        name: String,
        kind: &'static str,
        slot: Place,
        patience: Duration,
        write: impl FnOnce(Chunks) -> Result<(), Refusal> + Send + 'static,
    ) -> Result<Download, Refusal> {
        let (chunks, rest) = mpsc::channel(CHUNKS_AHEAD);
        let (done, end) = oneshot::channel();
        tokio::task::spawn_blocking(move || {
            let ended = write(Chunks::to(chunks, patience));
            drop(slot);
            // Nobody listens any more where that is why it ended.
            drop(done.send(ended));
        });
        let mut file = Download { name, kind, first: None, rest, end: Some(end) };
        file.first = file.next().await.transpose()?;
        Ok(file)
    }
}

/// Begins the file; what fails before its first piece is refused as any request is.
pub async fn download(
    app: &App,
    caller: &Caller,
    report: Opened,
    format: Format,
) -> Result<Download, Refusal> {
    caller.need(Role::Viewer)?;
    let slot = app.downloads.place(caller.tenant)?;
    let company = app.store.read(caller.tenant, tenants::company).await?;
    let zone = TimeZone::get(&company.time_zone).unwrap_or(TimeZone::UTC);
    let today = app.now().to_zoned(zone.clone()).date();
    let name = report.title.to_lowercase().replace(' ', "-");
    let name = format!("{name}-{today}.{}", format.word());

    let (pages, read) = mpsc::channel(PAGES_AHEAD);
    let (title, columns) = (report.title, report.columns().to_vec());
    tokio::spawn(read_pages(app.clone(), caller.clone(), report, pages));
    let file = File { title, columns, zone, first: None, rest: read };
    let write = move |to| file.write(format, to);
    Download::begin(name, format.kind(), slot, PATIENCE, write).await
}

/// Rows, and whether more follow: a reader that just stops is not taken for the end.
type Page = (Vec<Vec<Cell>>, bool);

/// Reads to the end, or until nobody takes the pages any more. While one page is completed the next
/// is begun.
async fn read_pages(
    app: App,
    caller: Caller,
    report: Opened,
    pages: mpsc::Sender<JoinHandle<Result<Page, Refusal>>>,
) {
    let mut at = None;
    loop {
        let (table, from) = (Arc::clone(&report.table), at.take());
        let begun =
            app.store.read(caller.tenant, move |tx| table.page(tx, from.as_deref(), ROWS)).await;
        at = begun.as_ref().ok().and_then(|rows: &Rows| rows.next.clone());
        let (app, table, tenant) = (app.clone(), Arc::clone(&report.table), caller.tenant);
        let page = tokio::spawn(async move {
            let rows = begun?;
            let rows = app.store.read(tenant, move |tx| table.complete(tx, rows)).await?;
            Ok((rows.items, rows.next.is_some()))
        });
        if pages.send(page).await.is_err() || at.is_none() {
            return;
        }
    }
}

/// A file to be written, on a thread that may wait.
struct File {
    title: &'static str,
    columns: Vec<Column>,
    zone: TimeZone,
    first: Option<Page>,
    rest: mpsc::Receiver<JoinHandle<Result<Page, Refusal>>>,
}

impl File {
    /// Nothing is written before there is something to write: not even a head.
    fn write(mut self, format: Format, to: Chunks) -> Result<(), Refusal> {
        self.first = self.next()?;
        match format {
            Format::Csv => self.write_csv(to),
            Format::Json => self.write_json(to),
            Format::Xlsx => self.write_xlsx(to),
        }
    }

    fn write_csv(self, to: Chunks) -> Result<(), Refusal> {
        let mut csv = Csv::new(to, &heads(&self.columns)).map_err(broken)?;
        self.each_row(|_, cells| csv.row(cells))?;
        csv.finish().and_then(|mut to| to.flush()).map_err(broken)
    }

    fn write_json(self, mut to: Chunks) -> Result<(), Refusal> {
        let mut before: &[u8] = b"[\n";
        let rows = self.each_row(|columns, cells| {
            to.write_all(before)?;
            before = b",\n";
            Ok(serde_json::to_writer(&mut to, &JsonRow { columns, cells })?)
        })?;
        let end: &[u8] = if rows == 0 { b"[]\n" } else { b"\n]\n" };
        to.write_all(end).and_then(|()| to.flush()).map_err(broken)
    }

    /// A workbook is an archive whose head is written last, so it stands in a nameless temporary
    /// file before the first piece of it goes out.
    fn write_xlsx(self, mut to: Chunks) -> Result<(), Refusal> {
        let file = BufWriter::new(tempfile::tempfile().map_err(broken)?);
        let columns = heads(&self.columns);
        let mut xlsx = Xlsx::new(file, self.title, &columns, self.zone.clone()).map_err(broken)?;
        self.each_row(|_, cells| xlsx.row(cells))?;
        let file = xlsx.finish().and_then(|file| Ok(file.into_inner()?)).map_err(broken);
        copied(file?, &mut to)
    }

    fn each_row(
        mut self,
        mut each: impl FnMut(&[Column], &[Cell]) -> io::Result<()>,
    ) -> Result<usize, Refusal> {
        let mut rows = 0;
        let mut page = self.first.take();
        loop {
            let stopped = || Refusal::Failed("reading the rows stopped; hint: try again".into());
            let (cells, more) = page.ok_or_else(stopped)?;
            for cells in cells {
                each(&self.columns, &cells).map_err(broken)?;
                rows += 1;
            }
            if !more {
                return Ok(rows);
            }
            page = self.next()?;
        }
    }

    fn next(&mut self) -> Result<Option<Page>, Refusal> {
        let Some(page) = self.rest.blocking_recv() else { return Ok(None) };
        let died =
            |_| Refusal::Failed("reading the rows broke off; hint: the log says more".into());
        Handle::current().block_on(page).map_err(died)?.map(Some)
    }
}

/// A file that stands somewhere already, from its beginning.
fn copied(mut file: std::fs::File, to: &mut Chunks) -> Result<(), Refusal> {
    file.rewind().map_err(broken)?;
    let mut piece = vec![0; CHUNK];
    loop {
        match file.read(&mut piece).map_err(broken)? {
            0 => return to.flush().map_err(broken),
            read => to.write_all(&piece[..read]).map_err(broken)?,
        }
    }
}

/// Sends what `write` puts into a nameless temporary file, once it is whole.
pub(crate) async fn written<F>(
    app: &App,
    caller: &Caller,
    name: String,
    kind: &'static str,
    write: F,
) -> Result<Download, Refusal>
where
    F: FnOnce(&mut Tx<'_>, &mut dyn Write) -> Result<(), Refusal> + Send + 'static,
{
    let slot = app.downloads.place(caller.tenant)?;
    let file = app.store.read(caller.tenant, move |tx| {
        let mut file = BufWriter::with_capacity(CHUNK, tempfile::tempfile().map_err(broken)?);
        write(tx, &mut file)?;
        file.into_inner().map_err(|error| broken(error.into_error()))
    });
    let file = file.await?;
    Download::begin(name, kind, slot, PATIENCE, move |mut to| copied(file, &mut to)).await
}

fn heads(columns: &[Column]) -> Vec<documents::Column> {
    columns.iter().map(|column| documents::Column::new(&column.label, column.width)).collect()
}

pub(crate) fn broken(error: io::Error) -> Refusal {
    let hint = "hint: is there room in the folder for temporary files?";
    Refusal::Failed(format!("the file could not be written: {error}; {hint}"))
}

/// Hands what is written on in pieces, and waits for whoever takes them.
struct Chunks {
    piece: Vec<u8>,
    to: mpsc::Sender<Vec<u8>>,
    patience: Duration,
}

impl Chunks {
    fn to(to: mpsc::Sender<Vec<u8>>, patience: Duration) -> Self {
        Chunks { piece: Vec::with_capacity(CHUNK), to, patience }
    }
}

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(CHUNK));
        let gone = |_| io::Error::new(io::ErrorKind::BrokenPipe, "nobody takes it any more");
        Handle::current().block_on(self.to.send_timeout(piece, self.patience)).map_err(gone)
    }
}

#[cfg(test)]
mod tests;
