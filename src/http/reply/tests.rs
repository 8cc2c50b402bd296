//! What the store's troubles are on the wire, which no test from outside can bring about.

use super::*;

fn manner(yudao: bool) -> Manner {
    Manner {
        is_yudao: yudao,
        english: !yudao,
        cors: true,
        shop: false,
        https_only: false,
        chunked: false,
        uri: Uri::from_static("/app-api/promotion/kefu-message/send"),
    }
}

#[test]
fn a_full_queue_and_a_full_disk_say_when_to_come_back() {
    for (trouble, status, wait) in [
        (Error::Busy, 503, "1"),
        (Error::StorageFull, 507, "30"),
        (
            Error::TooManyRequests {
                retry_after: Duration::from_millis(2_001),
            },
            429,
            "3",
        ),
    ] {
        let response = finish(&manner(false), error(trouble.clone()));
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(response.headers()[RETRY_AFTER], wait);
        // The original's clients read the code.
        let response = finish(&manner(true), error(trouble));
        assert_eq!(response.status().as_u16(), 200);
    }
}

#[test]
fn what_went_wrong_inside_is_not_told() {
    for trouble in [
        Error::Damaged,
        Error::DiskFailed("/secret/shop.db".to_owned()),
        Error::Internal("a query".to_owned()),
    ] {
        let verdict = Verdict::of(&trouble);
        assert_eq!(verdict.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(verdict.text.en, "something went wrong on the server");
    }
}
