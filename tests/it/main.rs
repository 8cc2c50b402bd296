//! The product through its public face: HTTP, sockets, the command line and the file. A module per thing a person can do;
//! the names of the tests, read from top to bottom, say what the server does.

#[path = "../harness/mod.rs"]
mod harness;

mod accounts;
mod asking;
mod avatars;
mod bad_input;
mod cards;
mod catalog;
mod closing;
mod command_line;
mod content;
mod conversations;
mod cookies;
mod envelope;
mod files;
mod identity;
mod import;
mod keys;
mod limits;
mod listener;
mod merging;
mod pages;
mod paging;
mod passwords;
mod permissions;
mod policy;
mod proofs;
mod pushes;
mod qr;
mod reading;
mod resume;
mod searching;
mod sending;
mod settings;
mod setup;
mod shop_api;
mod sockets;
mod staff;
mod storage;
mod tidy;
mod upgrade;
mod uploads;
mod visits;
