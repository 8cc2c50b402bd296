//! Query strings, read as forgivingly as the original reads them: empty is absent, unknown names are ignored.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::error::{Error, Result};
use crate::model::Span;

const PAGE_NUMBER_MAX: i64 = 100_000;
const PAGE_SIZE_MAX: i64 = 100;
const PAGE_SIZE_DEFAULT: i64 = 10;

/// The parameters of a request.
pub struct Query {
    values: HashMap<String, String>,
}

impl Query {
    /// Parses a raw query string; `+` and `%20` are both a space. The first of two equal names counts.
    pub fn parse(raw: &str) -> Query {
        let mut values = HashMap::new();
        for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
            values
                .entry(name.into_owned())
                .or_insert_with(|| value.into_owned());
        }
        Query { values }
    }

    /// The text of `name`, if it is there and not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A whole number, if `name` is there.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is something else.
    pub fn number(&self, name: &str) -> Result<Option<i64>> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| {
            Error::invalid(
                format!("请求参数类型错误:{name} 须为整数"),
                format!("{name}: must be a whole number"),
            )
        })
    }

    /// A whole number that must be there.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is not.
    pub fn required_number(&self, name: &str) -> Result<i64> {
        self.number(name)?.ok_or_else(|| {
            Error::invalid(
                format!("请求参数缺失:{name}"),
                format!("{name}: must be given"),
            )
        })
    }

    /// True or false; absent is false.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is neither.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.text(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Error::invalid(
                format!("请求参数类型错误:{name} 须为 true 或 false"),
                format!("{name}: must be true or false"),
            )),
        }
    }

    /// A whole number within `range`, or `default`.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the original's sentence for the end of the range that was missed.
    pub fn bounded(
        &self,
        name: &str,
        range: RangeInclusive<i64>,
        default: i64,
        label: Label,
    ) -> Result<i64> {
        let value = self.number(name)?.unwrap_or(default);
        if value < *range.start() {
            return Err(Error::invalid(
                format!("请求参数不正确:{} {}", label.too_low, range.start()),
                format!("{name}: at least {}", range.start()),
            ));
        }
        if value > *range.end() {
            return Err(Error::invalid(
                format!("请求参数不正确:{} {}", label.too_high, range.end()),
                format!("{name}: at most {}", range.end()),
            ));
        }
        Ok(value)
    }

    /// Which rows a numbered page has, by `pageNo` and `pageSize`.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the original's sentences.
    pub fn span(&self) -> Result<Span> {
        let number = Label {
            too_low: "页码最小值为",
            too_high: "页码最大值为",
        };
        let size = Label {
            too_low: "每页条数最小值为",
            too_high: "每页条数最大值为",
        };
        let page = self.bounded("pageNo", 1..=PAGE_NUMBER_MAX, 1, number)?;
        let limit = self.bounded("pageSize", 1..=PAGE_SIZE_MAX, PAGE_SIZE_DEFAULT, size)?;
        Ok(Span {
            offset: (page - 1) * limit,
            limit,
        })
    }

    /// A time `yyyy-MM-dd HH:mm:ss` in `zone`, as UTC epoch milliseconds. One that a clock shows twice is the later.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is not such a time.
    pub fn time(&self, name: &str, zone: &TimeZone) -> Result<Option<i64>> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let read = DateTime::strptime("%Y-%m-%d %H:%M:%S", text);
        let zoned = read.and_then(|time| zone.to_ambiguous_timestamp(time).later());
        zoned.map(|time| Some(time.as_millisecond())).map_err(|_| {
            Error::invalid(
                format!("请求参数类型错误:{name} 须为 yyyy-MM-dd HH:mm:ss"),
                format!("{name}: must look like 2026-11-23 13:52:36"),
            )
        })
    }
}

/// The original's words for a number out of its range; the limit follows them.
#[derive(Clone, Copy)]
pub struct Label {
    pub too_low: &'static str,
    pub too_high: &'static str,
}
