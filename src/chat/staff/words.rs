//! What names and passwords of the staff may be, wherever they are given: the setup page, the admin page, the command line.

use crate::error::{Error, Result};
use crate::model::{NewAdmin, Role};

const USERNAME_LETTERS: std::ops::RangeInclusive<usize> = 4..=30;
const NICKNAME_LETTERS_MAX: usize = 30;
const PASSWORD_LETTERS: std::ops::RangeInclusive<usize> = 8..=128;
/// What customers see of somebody who was given no nickname. Not his user name: that is half of what it takes to sign in.
/// Chinese, as everything is that nobody has chosen.
pub const DEFAULT_NICKNAME: &str = "客服";

/// What is tried first by whoever guesses: the most frequent passwords of eight characters and more. A long list would
/// not make much of a difference, since guessing is slowed down to a few tries a minute.
const COMMON_PASSWORDS: [&str; 56] = [
    "00000000",
    "0123456789",
    "0987654321",
    "11111111",
    "1111111111",
    "11223344",
    "112233445566",
    "12121212",
    "12341234",
    "123123123",
    "1234512345",
    "12345678",
    "123456789",
    "1234567890",
    "123456789a",
    "12345678a",
    "123456abc",
    "1234qwer",
    "12344321",
    "147258369",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1qaz2wsx",
    "5201314520",
    "66666666",
    "77777777",
    "87654321",
    "88888888",
    "987654321",
    "99999999",
    "a1234567",
    "a12345678",
    "a123456789",
    "aa123456",
    "aaaaaaaa",
    "abc12345",
    "abc123456",
    "abcd1234",
    "abcdefgh",
    "admin123",
    "admin1234",
    "admin123456",
    "administrator",
    "asdfghjkl",
    "changeme",
    "iloveyou",
    "letmein1",
    "passw0rd",
    "password",
    "password1",
    "password123",
    "qazwsxedc",
    "qwer1234",
    "qwertyuiop",
    "woaini520",
    "woaini1314",
];

/// A new admin whose words have been checked; the password's hash is still to be filled in.
///
/// # Errors
/// [`Error::Invalid`] names what is wrong with the name, the nickname or the password.
pub fn new_admin(
    username: &str,
    nickname: Option<&str>,
    password: &str,
    role: Role,
) -> Result<NewAdmin> {
    check_username(username)?;
    check_password("password", password, username)?;
    let nickname = nickname.map(str::trim).filter(|n| !n.is_empty());
    Ok(NewAdmin {
        username: username.to_owned(),
        nickname: checked_nickname(nickname.unwrap_or(DEFAULT_NICKNAME))?,
        password_hash: String::new(),
        role,
    })
}

/// # Errors
/// [`Error::Invalid`] unless the name is 4 to 30 letters and digits.
pub fn check_username(username: &str) -> Result<()> {
    let plain = username.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain && USERNAME_LETTERS.contains(&username.len()) {
        return Ok(());
    }
    Err(Error::invalid(
        "请求参数不正确:用户名须为 4 到 30 位字母或数字",
        "username: 4 to 30 letters a-z, A-Z or digits",
    ))
}

/// # Errors
/// [`Error::Invalid`] unless there is something to read in it, and not too much.
pub fn checked_nickname(nickname: &str) -> Result<String> {
    let nickname = nickname.trim();
    let letters = nickname.chars().count();
    if (1..=NICKNAME_LETTERS_MAX).contains(&letters) && !nickname.chars().any(char::is_control) {
        return Ok(nickname.to_owned());
    }
    Err(Error::invalid(
        "请求参数不正确:昵称须为 1 到 30 个字符，不含控制字符",
        "nickname: 1 to 30 characters, none of them a control character",
    ))
}

/// The one place that decides about passwords. `field` is where the caller wrote it.
///
/// # Errors
/// [`Error::Invalid`] unless the password is 8 to 128 characters, and neither the user name nor one of those that are
/// tried first.
pub fn check_password(field: &str, password: &str, username: &str) -> Result<()> {
    let refused = |zh: &str, en: &str| {
        Err(Error::invalid(
            format!("请求参数不正确:密码{zh}"),
            format!("{field}: {en}"),
        ))
    };
    if !PASSWORD_LETTERS.contains(&password.chars().count()) {
        return refused("须为 8 到 128 个字符", "8 to 128 characters");
    }
    if password.eq_ignore_ascii_case(username) {
        return refused(
            "不能与用户名相同",
            "must not be the user name; choose another one",
        );
    }
    if COMMON_PASSWORDS
        .iter()
        .any(|common| common.eq_ignore_ascii_case(password))
    {
        return refused(
            "过于常见，容易被猜中，请换一个",
            "one of the most common there are, which are guessed first; choose another one",
        );
    }
    Ok(())
}
