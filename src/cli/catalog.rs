//! `kefu-server catalog import FILE`: the shop's products, orders and members from a file.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Subcommand;
use csv::StringRecord;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value};

use super::print;
use crate::chat::Import;
use crate::error::{Error, Result};
use crate::model::{Imported, ShopNoun};

/// A line is a row: an order has at most 16 KB, and JSON may write a letter in six bytes.
const LINE_BYTES_MAX: u64 = 128 << 10;
/// A CSV file whose quotes do not match is one row to its end, and a row is in memory.
const CSV_BYTES_MAX: u64 = 256 << 20;
/// Columns without which there is no product.
const CSV_NEEDED: [&str; 2] = ["spuId", "spuName"];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[derive(Subcommand)]
pub enum CatalogCommand {
    /// Reads products, orders and members (.jsonl, .ndjson) or products (.csv); all of the file or nothing.
    Import {
        /// Its name must end in .jsonl, .ndjson or .csv.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

impl CatalogCommand {
    /// # Errors
    /// What stopped it, in one line: the first bad row, and how many more there are.
    pub fn run(self, db: &Path) -> Result<()> {
        let CatalogCommand::Import { file } = self;
        let begun = Instant::now();
        let format = Format::of(&file)?;
        let source = open(&file)?;
        let import = Import::begin(db)?;
        let mut rows = Rows {
            file: &file,
            import,
            first_bad: None,
            bad: 0,
        };
        match format {
            Format::JsonLines => rows.read_json_lines(source)?,
            Format::Csv => rows.read_csv(source)?,
        }
        let imported = rows.finish()?;
        let seconds = begun.elapsed().as_secs_f64();
        print(&format!(
            "imported {} in {seconds:.1} s",
            counted(&imported)
        ))
    }
}

/// What is in a file, by the end of its name.
enum Format {
    JsonLines,
    Csv,
}

impl Format {
    fn of(file: &Path) -> Result<Format> {
        let extension = file.extension().unwrap_or_default().to_ascii_lowercase();
        match extension.to_str() {
            Some("jsonl" | "ndjson") => Ok(Format::JsonLines),
            Some("csv") => Ok(Format::Csv),
            _ => Err(refused(
                file,
                "the name must end in .jsonl, .ndjson or .csv",
            )),
        }
    }
}

/// An open file, and a bar that follows how far it was read.
struct Source {
    reader: Box<dyn Read>,
    bytes: u64,
    bar: ProgressBar,
}

fn open(file: &Path) -> Result<Source> {
    let cannot = |e: std::io::Error| refused(file, &e.to_string());
    let opened = File::open(file).map_err(cannot)?;
    let about = opened.metadata().map_err(cannot)?;
    if about.is_dir() {
        return Err(refused(file, "this is a folder"));
    }
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new(about.len()).with_style(bar_style())
    } else {
        ProgressBar::hidden()
    };
    Ok(Source {
        reader: Box::new(bar.wrap_read(opened)),
        bytes: about.len(),
        bar,
    })
}

fn bar_style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// The rows of a file on their way into the database.
struct Rows<'a> {
    file: &'a Path,
    import: Import,
    first_bad: Option<String>,
    bad: u64,
}

impl Rows<'_> {
    fn read_json_lines(&mut self, source: Source) -> Result<()> {
        let mut reader = BufReader::new(source.reader);
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            let length = (&mut reader)
                .take(LINE_BYTES_MAX)
                .read_until(b'\n', &mut line)
                .map_err(|e| refused(self.file, &format!("line {number}: {e}")))?;
            if length == 0 {
                break;
            }
            if line.len() as u64 == LINE_BYTES_MAX && line.last() != Some(&b'\n') {
                return Err(refused(
                    self.file,
                    &format!("line {number}: longer than {} KB", LINE_BYTES_MAX >> 10),
                ));
            }
            let text = match number {
                1 => line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line),
                _ => &line,
            };
            if text.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice(text) {
                Ok(row) => self.add(None, &row, || format!("line {number}"), "")?,
                Err(error) => {
                    self.note_bad(|| {
                        format!("line {number}, column {}: not valid JSON", error.column())
                    });
                }
            }
        }
        source.bar.finish_and_clear();
        Ok(())
    }

    fn read_csv(&mut self, source: Source) -> Result<()> {
        if source.bytes > CSV_BYTES_MAX {
            let megabytes = CSV_BYTES_MAX >> 20;
            return Err(refused(
                self.file,
                &format!("larger than {megabytes} MB; import it in several files"),
            ));
        }
        let mut reader = csv::Reader::from_reader(source.reader);
        let broken = |e: &csv::Error| refused(self.file, &csv_fault(e));
        let names = reader.headers().map_err(|e| broken(&e))?.clone();
        let names: Vec<&str> = names.iter().map(str::trim).collect();
        if let Some(missing) = CSV_NEEDED.iter().find(|name| !names.contains(name)) {
            return Err(refused(
                self.file,
                &format!("line 1: there is no column {missing}"),
            ));
        }
        let mut record = StringRecord::new();
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {}
                // A row of another length; the next one may be good again.
                Err(error) if !error.is_io_error() => {
                    self.note_bad(|| csv_fault(&error));
                    continue;
                }
                Err(error) => return Err(broken(&error)),
            }
            let line = record.position().map_or(0, csv::Position::line);
            let row: Map<String, Value> = names
                .iter()
                .zip(&record)
                .map(|(name, value)| ((*name).to_owned(), Value::from(value)))
                .collect();
            let place = || format!("line {line}");
            self.add(
                Some(ShopNoun::Product),
                &Value::Object(row),
                place,
                "column ",
            )?;
        }
        source.bar.finish_and_clear();
        Ok(())
    }

    fn add(
        &mut self,
        noun: Option<ShopNoun>,
        row: &Value,
        place: impl Fn() -> String,
        called: &str,
    ) -> Result<()> {
        let added = self.import.add(noun, row);
        let added = added.map_err(|error| match error {
            Error::Refused(why) => refused(self.file, &why),
            error => error,
        })?;
        if let Err(fault) = added {
            self.note_bad(|| {
                let field = match fault.field.as_str() {
                    "" => String::new(),
                    field => format!(", {called}{field}"),
                };
                format!("{}{field}: {}", place(), fault.text.en)
            });
        }
        Ok(())
    }

    /// Counts a bad row; the words are made for the first one only.
    fn note_bad(&mut self, words: impl Fn() -> String) {
        self.bad += 1;
        if self.first_bad.is_none() {
            self.first_bad = Some(words());
        }
    }

    fn finish(self) -> Result<Imported> {
        let Some(first) = self.first_bad else {
            return self.import.finish();
        };
        let more = match self.bad - 1 {
            0 => String::new(),
            1 => "; 1 more row is bad".to_owned(),
            more => format!("; {more} more rows are bad"),
        };
        Err(refused(
            self.file,
            &format!("{first}{more}; nothing was imported"),
        ))
    }
}

/// What csv says, in our words where it has many.
fn csv_fault(error: &csv::Error) -> String {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("line {line}: {len} columns where the first line has {expected_len}"),
        csv::ErrorKind::Utf8 { err, .. } => {
            format!("line {line}, column {}: not UTF-8", err.field() + 1)
        }
        _ => error.to_string(),
    }
}

fn counted(imported: &Imported) -> String {
    let of = |count: i64, thing: &str| {
        let end = if count == 1 { "" } else { "s" };
        format!("{count} {thing}{end}")
    };
    format!(
        "{}, {} and {}",
        of(imported.products, "product"),
        of(imported.orders, "order"),
        of(imported.members, "member")
    )
}

fn refused(file: &Path, why: &str) -> Error {
    Error::Refused(format!("{}: {why}", file.display()))
}
