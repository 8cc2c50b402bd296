//! Reads objects that somebody else has written, field by field, so that what is wrong can be named to a person.

use serde_json::{Map, Value};

use super::content::is_safe_url;
use crate::error::{Error, Text};

/// JavaScript reads a larger one as another number, and the pages would show and send that.
const WHOLE_MAX: i64 = (1 << 53) - 1;
/// The shop's own id of a member: `member.external_id`.
const EXTERNAL_ID_LETTERS_MAX: usize = 128;

pub type Read<T> = std::result::Result<T, Fault>;

/// A field and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Its path; empty for the whole.
    pub field: String,
    pub text: Text,
}

impl Fault {
    pub fn new(field: &str, zh: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault {
            field: field.to_owned(),
            text: Text::new(zh.into(), en.into()),
        }
    }

    pub fn missing(field: &str) -> Fault {
        Fault::new(field, "必须提供", "must be given")
    }

    /// The same fault seen from one level further out.
    pub fn within(self, outer: &str) -> Fault {
        let field = match self.field.as_str() {
            "" => outer.to_owned(),
            field if outer.is_empty() || field.starts_with('[') => format!("{outer}{field}"),
            field => format!("{outer}.{field}"),
        };
        Fault { field, ..self }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        let Fault { field, text } = fault;
        Error::invalid(
            format!("请求参数不正确:{field} {}", text.zh),
            format!("{field}: {}", text.en),
        )
    }
}

/// The fields of one object. Absent, null and the empty text are the same; what nobody asks for is ignored. Numbers may
/// be written as text, as they are in a CSV file.
pub struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub fn of(value: &'a Value) -> Read<Fields<'a>> {
        let object = value
            .as_object()
            .ok_or_else(|| Fault::new("", "须为 JSON 对象", "must be a JSON object"))?;
        Ok(Fields(object))
    }

    pub fn value(&self, name: &str) -> Option<&'a Value> {
        let empty = |value: &Value| value.is_null() || value.as_str() == Some("");
        self.0.get(name).filter(|value| !empty(value))
    }

    /// Whether a field is named at all, be it with null.
    pub fn names(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn text(&self, name: &str, letters_max: usize) -> Read<Option<String>> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let text = value
            .as_str()
            .ok_or_else(|| Fault::new(name, "须为文本", "must be text"))?;
        // SQLite measures a text up to its first NUL only.
        if text.contains('\0') {
            return Err(Fault::new(
                name,
                "不能含有 NUL 字符",
                "must not contain NUL characters",
            ));
        }
        if text.chars().count() > letters_max {
            return Err(Fault::new(
                name,
                format!("最多 {letters_max} 个字符"),
                format!("at most {letters_max} characters"),
            ));
        }
        Ok(Some(text.to_owned()))
    }

    pub fn required_text(&self, name: &str, letters_max: usize) -> Read<String> {
        let text = self.text(name, letters_max)?;
        text.filter(|text| !text.trim().is_empty())
            .ok_or_else(|| Fault::missing(name))
    }

    /// A number of things, a time, a state: whole and not negative.
    pub fn whole(&self, name: &str) -> Read<Option<i64>> {
        self.number(name, 0).map_err(|()| {
            Fault::new(
                name,
                "须为不小于 0 的整数",
                "must be a whole number, 0 or more",
            )
        })
    }

    /// An amount of money.
    pub fn fen(&self, name: &str) -> Read<Option<i64>> {
        self.number(name, 0).map_err(|()| {
            Fault::new(
                name,
                "须为不小于 0 的整数，单位为分",
                "must be a whole number of fen, 0 or more",
            )
        })
    }

    /// One of the shop's own numbers.
    pub fn id(&self, name: &str) -> Read<Option<i64>> {
        self.number(name, 1).map_err(|()| {
            Fault::new(
                name,
                format!("须为 1 到 {WHOLE_MAX} 的整数"),
                format!("must be a whole number from 1 to {WHOLE_MAX}"),
            )
        })
    }

    pub fn required_id(&self, name: &str) -> Read<i64> {
        self.id(name)?.ok_or_else(|| Fault::missing(name))
    }

    /// The shop's own id of a member, as text or as a number.
    pub fn external_id(&self, name: &str) -> Read<String> {
        let text = match self.value(name) {
            Some(Value::Number(number)) if number.is_i64() || number.is_u64() => number.to_string(),
            _ => self.required_text(name, EXTERNAL_ID_LETTERS_MAX)?,
        };
        if text.chars().any(char::is_control) {
            return Err(Fault::new(
                name,
                "不能含有控制字符",
                "must not contain control characters",
            ));
        }
        Ok(text)
    }

    pub fn flag(&self, name: &str) -> Read<Option<bool>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(Fault::new(
                name,
                "须为 true 或 false",
                "must be true or false",
            )),
        }
    }

    /// An address that a browser may open: http or https. A file of this server is refused: whose it is would have to be
    /// looked up, and the file kept for as long as it is named.
    pub fn url(&self, name: &str, letters_max: usize) -> Read<Option<String>> {
        let url = self.text(name, letters_max)?;
        match &url {
            Some(url) if !is_safe_url(url) || url.starts_with('/') => Err(Fault::new(
                name,
                "须为以 http:// 或 https:// 开头的网址",
                "must be an address that begins with http:// or https://",
            )),
            _ => Ok(url),
        }
    }

    /// The objects of a list, each read by `read`; None when there is no list.
    pub fn list<T>(
        &self,
        name: &str,
        max: usize,
        read: impl Fn(&Fields<'_>) -> Read<T>,
    ) -> Read<Option<Vec<T>>> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let values = value
            .as_array()
            .ok_or_else(|| Fault::new(name, "须为数组", "must be a list"))?;
        if values.len() > max {
            return Err(Fault::new(
                name,
                format!("最多 {max} 项"),
                format!("at most {max} of them"),
            ));
        }
        let each = values.iter().enumerate().map(|(index, value)| {
            let item = Fields::of(value).and_then(|fields| read(&fields));
            item.map_err(|fault| fault.within(&format!("{name}[{index}]")))
        });
        each.collect::<Read<_>>().map(Some)
    }

    fn number(&self, name: &str, min: i64) -> std::result::Result<Option<i64>, ()> {
        let number = match self.value(name) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        let number = number.filter(|number| (min..=WHOLE_MAX).contains(number));
        number.map(Some).ok_or(())
    }
}
