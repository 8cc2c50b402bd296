//! The pages, embedded in the program. Each is joined and compressed once, when it is first asked for: a server that starts
//! again after a crash is there sooner, and one that nobody looks at holds nothing ready.

mod lean;
mod link;
mod module;
mod page;
mod policy;
mod words;

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, OnceLock};

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Bytes;
use include_dir::{Dir, File, include_dir};
use sha2::{Digest, Sha256};
use warp::filters::BoxedFilter;
use warp::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, LOCATION, VARY,
    X_FRAME_OPTIONS,
};
use warp::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use warp::reply::Response;
use warp::{Filter, Rejection, Reply, reject};

use super::App;
use super::asked::{Asked, WrongMethod, asked};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets");
/// Smaller files gain nothing by compression.
const COMPRESSED_BYTES_MIN: usize = 256;
/// Short addresses and where they lead.
const SHORT_PATHS: [(&str, &str); 4] = [
    ("/", "/admin/"),
    ("/admin", "/admin/"),
    ("/member", "/member/"),
    ("/demo", "/demo/"),
];

struct Asset {
    plain: Bytes,
    /// Once somebody has asked for it compressed.
    gzip: OnceLock<Option<Bytes>>,
    tag: String,
    kind: HeaderValue,
}

/// Everything below assets/, by the path it is asked by.
pub struct Assets {
    /// By the folder of their index.html.
    pages: HashMap<String, Page>,
    /// What stands alone and goes out as it is.
    files: HashMap<String, (&'static File<'static>, OnceLock<Asset>)>,
}

/// A page's parts by path, once somebody has asked for one of them.
type Page = OnceLock<HashMap<String, Asset>>;

impl Assets {
    pub fn embedded() -> Assets {
        let mut assets = Assets {
            pages: HashMap::new(),
            files: HashMap::new(),
        };
        assets.add(&EMBEDDED);
        assets
    }

    fn add(&mut self, folder: &'static Dir<'static>) {
        for file in folder.files() {
            let path = format!("/{}", file.path().to_string_lossy().replace('\\', "/"));
            if let Some(folder) = path.strip_suffix("index.html") {
                self.pages.insert(folder.to_owned(), OnceLock::new());
            } else if !is_module(&path) {
                self.files.insert(path, (file, OnceLock::new()));
            }
        }
        folder.dirs().for_each(|inner| self.add(inner));
    }

    fn get(&self, path: &str) -> Option<&Asset> {
        self.page_part(path).or_else(|| {
            let (file, made) = self.files.get(path)?;
            Some(made.get_or_init(|| asset(kind_of(path), plain(file))))
        })
    }

    fn page_part(&self, path: &str) -> Option<&Asset> {
        let folders = path.match_indices('/').map(|(at, _)| &path[..=at]);
        let mut pages = folders.filter_map(|folder| self.pages.get_key_value(folder));
        pages.find_map(|(folder, made)| made.get_or_init(|| parts_of(folder)).get(path))
    }
}

/// # Panics
/// When the page's source has a form that is not understood; see [`page::page`].
fn parts_of(folder: &str) -> HashMap<String, Asset> {
    let index = format!("{folder}index.html");
    let parts = page::page(&index, text).into_iter().map(|(path, text)| {
        let kind = kind_of(if path == folder { &index } else { &path });
        (path, asset(kind, Bytes::from(text)))
    });
    parts.collect()
}

/// GET and HEAD of the pages and all they load; the last route, so whatever it does not know is not there.
pub fn route(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let app = app.clone();
    warp::path::full()
        .and(asked())
        .and_then(move |path: warp::path::FullPath, asked: Arc<Asked>| {
            std::future::ready(answer(&app, path.as_str(), &asked))
        })
        .boxed()
}

fn answer(app: &App, path: &str, asked: &Asked) -> Result<Response, Rejection> {
    let short = SHORT_PATHS.iter().find(|(short, _)| *short == path);
    let asset = app.assets.get(path);
    if short.is_none() && asset.is_none() {
        return Err(reject::not_found());
    }
    if asked.method != Method::GET && asked.method != Method::HEAD {
        return Err(reject::custom(WrongMethod {
            allowed: "GET, HEAD",
        }));
    }
    if let Some((_, long)) = short {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::FOUND;
        response
            .headers_mut()
            .insert(LOCATION, HeaderValue::from_static(long));
        return Ok(response);
    }
    asset
        .map(|asset| show(app, path, asset, asked))
        .ok_or_else(reject::not_found)
}

fn show(app: &App, path: &str, asset: &Asset, asked: &Asked) -> Response {
    let policy = policy::policy(path, app.chat.public_url().as_deref(), &app.chat.shop());
    let etag = etag_with(asset, &policy);
    let mut response = Response::default();
    if is_fresh(&asked.headers, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        let gzip = accepts_gzip(&asked.headers)
            .then(|| asset.gzip.get_or_init(|| gzip(&asset.plain)).as_ref())
            .flatten();
        // The body of a HEAD is taken off by hyper, its length stays.
        let shared = gzip.unwrap_or(&asset.plain).clone();
        response = warp::http::Response::new(shared).into_response();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, asset.kind.clone());
        if gzip.is_some() {
            response
                .headers_mut()
                .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }
    let words = words::link_header(path, asked, |script| app.assets.get(script).is_some());
    let headers = response.headers_mut();
    if let Some(words) = words {
        headers.insert(LINK, words);
    }
    headers.insert(ETAG, etag);
    // Asked anew each time, answered by 304 mostly: an upgrade is seen at once.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(
        VARY,
        HeaderValue::from_static("accept-encoding, accept-language"),
    );
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    if path.starts_with("/admin/") {
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    if path == "/widget.js" || path.starts_with("/widget-") {
        // Shops that isolate their pages may load these scripts all the same; the later ones are modules.
        let anywhere = HeaderValue::from_static("cross-origin");
        headers.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            anywhere,
        );
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    response
}

/// A page's version is that of its policy too: a browser that is told "not modified" may keep the headers it has.
fn etag_with(asset: &Asset, policy: &HeaderValue) -> HeaderValue {
    let is_page = asset.kind.as_bytes().starts_with(b"text/html");
    let of_policy = if is_page {
        tag(policy.as_bytes())
    } else {
        String::new()
    };
    HeaderValue::try_from(format!("\"{}{of_policy}\"", asset.tag)).expect("hexadecimal digits")
}

fn tag(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    let first = hash.iter().take(12);
    first.map(|byte| format!("{byte:02x}")).collect()
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let value = headers
        .get(ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    value.split(',').any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let wanted = pieces
            .next()
            .is_some_and(|name| name == "gzip" || name == "*");
        wanted && !pieces.any(|q| q.replace(' ', "") == "q=0")
    })
}

/// Whether the asker has this version already.
pub fn is_fresh(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let Some(known) = headers.get(IF_NONE_MATCH).and_then(|v| v.to_str().ok()) else {
        return false;
    };
    // A weak tag is as good here: some proxies weaken it when they compress.
    let known = known
        .split(',')
        .map(|tag| tag.trim().trim_start_matches("W/"));
    known
        .into_iter()
        .any(|tag| tag == "*" || tag.as_bytes() == etag.as_bytes())
}

/// Modules are sent as parts of their pages only; the widget is a script of its own.
fn is_module(path: &str) -> bool {
    path.ends_with(".js") && path.rfind('/') > Some(0)
}

/// The source at a path below assets/.
fn text(path: &str) -> Option<&'static str> {
    EMBEDDED
        .get_file(path.trim_start_matches('/'))?
        .contents_utf8()
}

/// The media type by a file's name.
fn kind_of(name: &str) -> HeaderValue {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let text = match (kind.type_().as_str(), kind.subtype().as_str()) {
        ("text", _) | ("application", "javascript" | "json") | ("image", "svg+xml") => {
            format!("{kind}; charset=utf-8")
        }
        _ => kind.to_string(),
    };
    HeaderValue::try_from(text).expect("a media type is plain text")
}

fn asset(kind: HeaderValue, plain: Bytes) -> Asset {
    Asset {
        gzip: OnceLock::new(),
        tag: tag(&plain),
        plain,
        kind,
    }
}

/// The bytes as they are sent.
fn plain(file: &'static File<'static>) -> Bytes {
    let code = file
        .path()
        .extension()
        .is_some_and(|e| e == "js" || e == "css");
    match file.contents_utf8() {
        Some(text) if code => Bytes::from(lean::lean(text)),
        _ => Bytes::from_static(file.contents()),
    }
}

/// The compressed bytes, when they are worth it.
fn gzip(contents: &[u8]) -> Option<Bytes> {
    if contents.len() < COMPRESSED_BYTES_MIN {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(contents).ok()?;
    let compressed = encoder.finish().ok()?;
    (compressed.len() < contents.len()).then(|| Bytes::from(compressed))
}
