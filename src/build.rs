//! Tells cargo that the program changes when a page does: include_dir cannot say so for files that are new.

fn main() {
    println!("cargo:rerun-if-changed=assets");
    println!("cargo:rerun-if-changed=schema.sql");
}
