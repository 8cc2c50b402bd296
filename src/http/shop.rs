//! The shop's settings, and its address as a picture to be photographed.

use std::sync::Arc;

use qrcode::QrCode;
use qrcode::render::svg;
use serde_json::Value;
use warp::Reply;
use warp::http::HeaderValue;
use warp::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use warp::reply::Response;

use super::asked::Asked;
use super::body::{self, Body};
use super::{App, auth, reply};
use crate::error::{Error, Result, Text};

/// Where customers write without a shop around it.
const MEMBER_PAGE: &str = "/member/";
/// Width and height of the QR code at least, when nothing around it says another size.
const QR_PIXELS_MIN: u32 = 256;

/// GET kefu-shop/get for everybody: what a customer's page needs before it is signed in.
pub async fn face(app: Arc<App>, _: Arc<Asked>, _: Body) -> Result<Response> {
    Ok(reply::ok(&app.chat.shop_face()))
}

/// GET kefu-shop/get for the staff.
pub async fn details(app: Arc<App>, asked: Arc<Asked>, _: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    Ok(reply::ok(&app.chat.shop_details(session)?))
}

/// PUT kefu-shop/update: an owner changes what he names.
pub async fn update(app: Arc<App>, asked: Arc<Asked>, body: Body) -> Result<Response> {
    let session = auth::session(&app, &asked).await?;
    let row: Value = body::json(&asked.headers, body, app.json_bytes_max).await?;
    app.chat.update_shop(session, row).await?;
    Ok(reply::ok(&true))
}

/// GET /qr.svg: the customers' page as a QR code, to be printed and photographed.
pub async fn qr(app: Arc<App>, _: Arc<Asked>, _: Body) -> Result<Response> {
    let origin = app.chat.public_url().ok_or_else(|| {
        Error::NotFound(Text::new(
            "尚不知道店铺的访问地址，请用 --public-url 指定",
            "the shop's address is not known yet; start the server with --public-url",
        ))
    })?;
    let code = QrCode::new(format!("{origin}{MEMBER_PAGE}"))
        .map_err(|e| Error::Internal(format!("a QR code of {origin}: {e}")))?;
    let picture = code
        .render::<svg::Color>()
        .min_dimensions(QR_PIXELS_MIN, QR_PIXELS_MIN)
        .build();
    let mut response = picture.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'"),
    );
    Ok(response)
}
