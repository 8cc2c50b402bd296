//! The words that a page will ask for as soon as its script runs, named in the answer that brings the page: on a slow
//! connection that is one wait less. Only a hint: the page chooses by itself.

use warp::http::HeaderValue;

use super::super::asked::Asked;
use super::super::query::Query;
use super::super::reply::prefers_english;

/// The value of `Link` for the page at `path`; `is_there` knows the scripts.
pub fn link_header(
    path: &str,
    asked: &Asked,
    is_there: impl Fn(&str) -> bool,
) -> Option<HeaderValue> {
    if !path.ends_with('/') {
        return None;
    }
    let english = match Query::parse(&asked.query).text("locale") {
        Some(locale) => !locale.starts_with("zh"),
        None => prefers_english(&asked.headers),
    };
    let language = if english { "en" } else { "zh" };
    let links: Vec<_> = [
        format!("{path}shared/{language}.js"),
        format!("{path}{language}.js"),
    ]
    .into_iter()
    .filter(|script| is_there(script))
    .map(|script| format!("<{script}>; rel=modulepreload"))
    .collect();
    HeaderValue::try_from(links.join(", "))
        .ok()
        .filter(|value| !value.is_empty())
}
